"""What the columns of a table of contacts mean, by the words of their headers.

One rule instead of one list per program: the words of a header name a field (city, fax), a kind (business,
privat) and a number (E-mail 2 Address). It reads Google's old and new CSV, Outlook's in English, German,
French, Spanish, Italian and Dutch, Thunderbird's, and most tables people make themselves.
"""

import re
from collections.abc import Sequence

from crm_desktop.domain.folding import fold
from crm_desktop.importers.contacts.labels import WORDS_OF_HOME, WORDS_OF_WORK
from crm_desktop.importers.contacts.own_export import own_meanings
from crm_desktop.importers.contacts.table_meaning import ADDRESS_FIELDS, LEFT_OUT, ColumnMeaning

__all__ = ["ADDRESS_FIELDS", "FAILED_TITLES", "LEFT_OUT", "ColumnMeaning", "meaning", "meanings"]

FAILED_TITLES = ("Row in the file", "Why it failed")
"""The first columns of a file of failed rows; they say nothing of the contact."""
# Field → the headers that mean it, folded, each as its words in order. Longer ones win.
_FIELDS: dict[str, str] = {
    "full": "name|full name|display name|file as|anzeigename|vollstandiger name|nom complet|nombre completo|"
    "nome completo|volledige naam|kontakt|contact|ansprechpartner|kunde|customer|client",
    "prefix": "prefix|name prefix|title|anrede|titre|tratamiento|titolo|aanhef|salutation|honorific|titel|"
    "namensprafix|courtesy title",
    "given": "first name|given name|vorname|prenom|nombre|nome|voornaam|firstname|givenname|first|fornamn",
    "additional": "middle name|additional name|weitere vornamen|zweiter vorname|deuxieme prenom|"
    "segundo nombre|secondo nome|tweede naam|middlename|other names",
    "family": "last name|family name|surname|nachname|familienname|nom|apellidos|apellido|cognome|achternaam|"
    "lastname|familyname|last|efternamn|nom de famille|zuname",
    "suffix": "suffix|name suffix|suffixe|sufijo|suffisso|achtervoegsel|namenssuffix|namenszusatz",
    "nickname": "nickname|nick name|spitzname|surnom|apodo|soprannome|bijnaam|rufname",
    "organization": "company|organization|organisation|organization name|firma|unternehmen|societe|empresa|"
    "societa|azienda|bedrijf|company name|firmenname|entreprise|organizacion|yritys|foretag",
    "department": "department|organization department|abteilung|service|departamento|reparto|afdeling",
    "title": "job title|organization title|position|funktion|berufsbezeichnung|poste|cargo|posizione|"
    "functie|puesto|profession|beruf|jobtitle|role",
    "note": "notes|note|notizen|notiz|bemerkung|bemerkungen|commentaires|notas|opmerkingen|notities|comment|"
    "comments|remarks|anmerkung|anmerkungen|description|notitie",
    "birthday": "birthday|geburtstag|geburtsdatum|anniversaire|date de naissance|cumpleanos|compleanno|"
    "verjaardag|date of birth|fecha de nacimiento|data di nascita|geboortedatum|birth date",
    "birth_day": "birth day",
    "birth_month": "birth month",
    "birth_year": "birth year",
    "url": "website|web page|url|webseite|homepage|page web|sitio web|pagina web|webpagina|www|web|internet|"
    "site web|personal web page",
    "category": "labels|label|group membership|categories|category|kategorien|kategorie|tags|tag|gruppe|"
    "gruppen|groups|group|categorias|categorie|schlagworte",
    "language": "language|sprache|langue|idioma|lingua|taal",
    "customer_number": "customer number|kundennummer|kunden nr|kundennr|numero client|numero de cliente|"
    "klantnummer|customer no|customer id|kunden nummer",
    "vat_id": "vat id|vat|vat number|ust id|ustid|ust idnr|umsatzsteuer id|numero de tva|partita iva|nif|"
    "btw nummer|vat no|umsatzsteuer identifikationsnummer",
    "phone": "phone|telephone|telefon|tel|telefono|telefoon|telefonnummer|phone number|rufnummer|nummer|"
    "numero|telefone|phones|telephon|tel nr|puhelin",
    "phone:mobile": "mobile|mobile phone|mobile number|mobiltelefon|mobil|handy|cell|cell phone|tel mobile|"
    "telephone mobile|movil|telefono movil|cellulare|mobiel|mobiele telefoon|portable|mobilnummer|"
    "handynummer|mobilfunk|komorka|natel|cellphone",
    "phone:fax": "fax|fax number|telefax|telecopie|faxnummer|telecopieur",
    "phone:pager": "pager|pager number|radiomessagerie|buscapersonas|cercapersone|semafoon|funkruf",
    "phone:main": "company main phone|main phone|telefon firma|haupttelefon|primary phone|zentrale|"
    "tel societe|organization main phone|standard",
    "phone:other": "callback|car phone|radio phone|isdn|tty tdd phone|telex|assistants phone|autotelefon|"
    "telefon assistent|ruckmeldung|ruckruf|funktelefon|texttelefon",
    "email": "email|e mail|email address|e mail address|mail|e mail adresse|email adresse|courriel|"
    "adresse de messagerie|correo electronico|correo|posta elettronica|indirizzo e mail|e mailadres|"
    "mailadresse|primary email|secondary email|adresse e mail|direccion de correo electronico|e post",
    "street": "street|strasse|address|adresse|rue|calle|direccion|via|indirizzo|straat|adres|street address|"
    "postanschrift|anschrift|strasse hausnummer|strasse und hausnummer|strasse nr|address line|addr|"
    "hausnummer|house number",
    # Google's old export has the whole address once more.
    "formatted": "address formatted|formatted address",
    "extended": "address extended|extended address|address extension|adresszusatz|zusatz|"
    "complement d adresse",
    "po_box": "po box|postfach|boite postale|p o box|apartado de correos|postbus|casella postale",
    "city": "city|ort|stadt|ville|ciudad|citta|plaats|town|wohnort|localidad|locality|stad|poblacion|"
    "woonplaats",
    "region": "state|region|province|bundesland|dep region|departement region|provincia|provincie|kanton|"
    "county|estado|state province|stato provincia",
    "postal_code": "postal code|zip|zip code|zipcode|postleitzahl|plz|code postal|codigo postal|cap|postcode|"
    "postnummer|post code|codice postale|c p",
    "country": "country|land|pays|pais|paese|country region|land region|pays region|pais o region|paese area|"
    "staat|land regio",
}
_OTHER = frozenset({"other", "weitere", "weiteres", "weiterer", "sonstige", "autre", "otra", "otro", "altro"})
_WORK = frozenset(WORDS_OF_WORK.split()) | {"business", "geschaftlich", "professionnelle", "zakelijk"}
_HOME = frozenset(WORDS_OF_HOME.split()) | {"personal", "domicilie", "thuis", "particulier"}
_BILLING = frozenset({"billing", "rechnung", "rechnungsadresse", "rechnungs", "facturation"})
_DELIVERY = frozenset(
    {"shipping", "delivery", "lieferung", "liefer", "lieferadresse", "livraison", "mailing"}
)
_KINDS = ((_WORK, "work"), (_HOME, "home"), (_BILLING, "billing"), (_DELIVERY, "delivery"), (_OTHER, "other"))
_LABELS = frozenset({"type", "label", "typ", "bezeichnung"})
_FILLER = frozenset({"value", "wert", "the", "of", "de", "du", "la", "le"})
# Words that only say that the others are about an address or a number.
_NEUTRAL = frozenset({"address", "adresse", "e", "mail", "number", "nummer"})
_WORD = re.compile(r"[^\W_]+")
# What programs write of themselves into every row, and our own report.
_OF_THE_FILE = frozenset({"priority", "private", "sensitivity", *map(fold, FAILED_TITLES)})
_PHRASES = {
    tuple(word for word in _WORD.findall(phrase) if word not in _FILLER): field
    for field, phrases in _FIELDS.items()
    for phrase in phrases.split("|")
}
_LONGEST = max(map(len, _PHRASES))


def meanings(header: Sequence[str]) -> list[ColumnMeaning | None]:
    """Return what each column means, None where no word is known."""
    if (own := own_meanings(header)) is not None:
        return own
    found = [meaning(cell) for cell in header]
    if any(item and item.field == "given" for item in found) or not _has(found, "prefix"):
        return found
    # Beside a whole name "Title" is what somebody does, beside a first name what he is called.
    return [ColumnMeaning("title") if item and item.field == "prefix" else item for item in found]


def _has(found: Sequence[ColumnMeaning | None], field: str) -> bool:
    return any(item and item.field == field for item in found)


def meaning(header: str) -> ColumnMeaning | None:
    """Return what a column with this header holds, None where no word is known."""
    if fold(header.strip()) in _OF_THE_FILE:
        return ColumnMeaning(LEFT_OUT)
    words = _WORD.findall(fold(_spaced(header)))
    number = next((int(word) for word in words if word.isdecimal() and len(word) < 3), None)
    plain = [word for word in words if not word.isdecimal()]
    label = len(plain) > 1 and plain[-1] in _LABELS
    plain = [word for word in (plain[:-1] if label else plain) if word not in _FILLER] or plain
    field = _PHRASES.get(tuple(plain))
    if field is not None:
        return _of(field, _kind(plain), number, label=label)
    kind = _kind(plain)
    places = [
        (place, length) for length in range(_LONGEST, 0, -1) for place in range(len(plain) - length + 1)
    ]
    for place, length in places:
        rest = plain[:place] + plain[place + length :]
        field = _PHRASES.get(tuple(plain[place : place + length]))
        if field is not None and all(word in _NEUTRAL or _kind([word]) for word in rest):
            return _of(field, kind, number, label=label)
    return None


def _of(field: str, kind: str | None, number: int | None, *, label: bool) -> ColumnMeaning:
    base, _, fixed = field.partition(":")
    if base not in {"phone", "email", "url", *ADDRESS_FIELDS}:
        kind = None
    return ColumnMeaning(base, fixed or kind, number, label)


def _kind(words: Sequence[str]) -> str | None:
    return next((kind for known, kind in _KINDS for word in words if word in known), None)


def _spaced(header: str) -> str:
    """Return a header with its humps and figures apart: ``ZipCode``, ``Phone1``."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Za-z])(?=\d)", " ", header.replace("/", " "))
