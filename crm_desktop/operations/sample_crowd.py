"""The many people of a large sample organization: more names, and numbers that nobody can ever have.

Numbers: North American area codes whose middle digit is 9 are held back for the day the plan grows
(NANPA, "N9X expansion codes"), so that what is made of them reaches nobody; there are enough of them for
every customer to have his own. Mail domains end in .example (RFC 2606).
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from random import Random

from crm_desktop.domain.contact_drafts import ContactDraft, EmailDraft, PhoneDraft
from crm_desktop.domain.contacts import ContactKind, PhoneKind
from crm_desktop.domain.folding import tokens
from crm_desktop.domain.phone_numbers import NormalizedNumber, NumberRules, normalize, search_keys


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


GIVEN = _words(
    "Aaliyah Abel Ada Adèle Agnieszka Aino Alba Albin Alessia Álvaro Amélie Amina Anaïs Ane Anneli "
    "Antónia Anton Arne Árpád Artur Asta Astrid Aurélien Aylin Barış Bartosz Beatriz Benedikt Bente "
    "Birgit Błażej Bram Bruna Burcu Cäcilia Carmen Catarina Cédric Celina Chiara Clément Cosmin Cristina "
    "Dagmar Daan Davide Débora Dominik Doruk Dorota Eetu Eirik Élodie Elżbieta Emre Enikő Enzo Erzsébet "
    "Esra Eszter Fabrice Fatima Federico Fenna Filipa Finn Florentin Françoise Frederik Gábor Gaëlle "
    "Gerda Gökhan Grażyna Greta Gülay Gustav Håkon Hanna Hélène Henrik Hugo Ilse Inês Ioana Irena Iva Ivo "
    "Jadwiga Jakub Janne Jérôme Jiří João Joanna Jochen Jordi Jörg Josefine Juan Judit Julie Kaan Kalle "
    "Karin Karsten Katarzyna Kateřina Kerem Kristýna Laia Laurent Leevi Leonor Lieke Lilla Linnéa Loïc "
    "Lorenzo Ludvík Luís Maëlle Magnus Małgorzata Manuel Marek Margit Mariëlle Markéta Márton Mathis "
    "Mehmet Mélanie Mette Michał Mikael Miloš Miriam Mónica Mustafa Nele Niamh Nils Noémie Nora Nuno Oğuz "
    "Olaf Oliwia Ondřej Oskar Ömer Paolo Paweł Pernille Petr Pia Piotr Radek Ragnhild Raluca Ramón Régis "
    "Renata Réka Ricardo Rikke Roman Rūta Sabine Samuel Sandra Sanne Sébastien Selin Sigrid Silvia Simona "
    "Siobhán Stéphane Štěpán Svetlana Svea Szilvia Tamás Teresa Thérèse Tiago Timo Tine Tobias Torsten "
    "Uğur Ulla Valérie Vanessa Vasile Veronika Viktor Vilma Vít Wanda Werner Wiktoria Wojciech Xavier "
    "Yannick Yasemin Yvonne Zdeněk Zeynep Zofia Zsófia Zuzana"
)
_ROOTS = _words(
    "Ahl Alm Alt Ander Bach Baum Beck Berg Bernt Birk Blom Boer Born Brand Brück Bruun Busch Dahl Diet "
    "Dorn Eber Eich Eke Engel Erik Falk Feld Fink Fjeld Fors Frank Fried Fuchs Garten Gers Gott Grün "
    "Gustaf Haas Hammar Hart Heide Heller Herz Hirsch Hof Holst Horn Hövel Jahn Janß Jörg Kaiser Kamp "
    "Keller Kirch Klein Knud Koch König Kraft Krüg Kuhn Lager Lang Lehn Leit Lind Loren Löw Lund Lüth "
    "Magnus Mark Matt Meier Mühl Nagel Neu Nord Nyk Ober Öst Ott Pauls Peter Pfeif Quist Rasmus Rein "
    "Richt Rosen Roth Rüd Sand Schäf Schmied Schön Schwarz Seid Sjö Sommer Stein Sten Strand Ström Sund "
    "Thal Thor Ulm Vest Vogt Wald Weber Wein Wester Wiese Wind Wolf Zell Zieg"
)
_ENDS = _words(
    "a ak án ański berg bauer beck dal dóttir ek er escu ez feld ford gaard gren hagen haus heim holm iak "
    "ić ier ini koğlu kowa lein ler lich lín lund mann meyer nen ner oğlu ová quist ra rand reich rup sen "
    "ski ský sky son stad ström sson stedt thal tz vig wald ward we win y zki"
)
_LINES = _words(
    "Apotheke Architekten Backhaus Bau Blumen Boulangerie Brauerei Café Carpintería Design Druckerei "
    "Elektro Énergie Fahrrad Farma Fenster Film Foto Garage Gärtnerei Getränke Glas Hôtel Imkerei "
    "Immobilien Kaffee Keramik Kliniken Konditorei Küchen Labor Librería Logistik Maler Marine Médias "
    "Metall Möbel Motors Music Obst Optik Papier Pflege Physio Plast Reisen Restaurant Sägewerk Sanitär "
    "Schule Software Spedition Stahl Steuer Studio Tapeten Technik Textil Tiefbau Tischlerei Travel Uhren "
    "Verlag Vini Wärme Werft Wohnen Zahntechnik"
)
_HOSTS = tuple("".join(tokens(line)) for line in _LINES)
_FORMS = ("GmbH", "AG", "Ltd", "SARL", "Inc", "S.A.", "KG", "Sp. z o.o.", "s.r.o.", "B.V.", "Oy", "ApS")
_HOLD_BACK = 80 * 8_000_000
_STRIDE = 388_271_507  # prime and no divisor of the above: each number comes once
_MADE = re.compile(r"\+1 (\d{3}) (\d{3})-(\d{4})")


def number(count: int) -> str:
    """Return the number with this count as people write it; different for the first 640 million counts."""
    place = count * _STRIDE % _HOLD_BACK
    area, rest = divmod(place, 8_000_000)
    exchange, line = divmod(rest, 10_000)
    return f"+1 {2 + area // 10}9{area % 10} {200 + exchange}-{line:04d}"


def read_number(raw: str, rules: NumberRules) -> NormalizedNumber:
    """Read a spelling as ``phone_numbers.normalize`` does; those made above by sight, 30 times faster."""
    if (made := _MADE.fullmatch(raw)) is None:
        return normalize(raw, rules)
    return NormalizedNumber(raw, e164=f"+1{''.join(made.groups())}")


def number_keys(e164: str) -> Sequence[str]:
    """Return what ``phone_numbers.search_keys`` returns; for North American numbers by sight."""
    if not (e164.startswith("+1") and len(e164) == 12):
        return search_keys(e164)
    area, exchange, line = e164[2:5], e164[5:8], e164[8:]
    return e164[1:], e164[2:], area, exchange, line, "1"


def one_of_many(random: Random, index: int, draft: ContactDraft) -> ContactDraft:
    """Return ``draft`` as customer ``index`` of very many: another name, number and mail address."""
    family = f"{random.choice(_ROOTS)}{random.choice(_ENDS)}"
    given = random.choice(GIVEN)
    company = draft.kind is ContactKind.COMPANY
    owner = family if random.random() < 0.8 else f"{family} & {random.choice(_ROOTS)}{random.choice(_ENDS)}"
    firm = f"{owner} {random.choice(_LINES)} {random.choice(_FORMS)}"
    phones = [PhoneDraft(number(2 * index), kind=PhoneKind.WORK, is_primary=True)]
    if random.random() < 0.6:
        phones.append(PhoneDraft(number(2 * index + 1), kind=PhoneKind.MOBILE))
    return replace(
        draft,
        given=None if company else given,
        family=None if company else family,
        company=firm if company or random.random() < 0.6 else None,
        phones=tuple(phones),
        emails=(EmailDraft(_mail(random, index, given, family), is_primary=True),),
    )


def _mail(random: Random, index: int, given: str, family: str) -> str:
    local = f"{''.join(tokens(given))}.{''.join(tokens(family))}"
    if random.random() < 0.2:
        local += str(index % 100)
    return f"{local}@{random.choice(_HOSTS)}.example"
