"""The made-up people of the sample organization; numbers are from ranges reserved for drama and tests.

Ranges: Bundesnetzagentur (030) 23125 000-999, Ofcom 01632 960000-960999 and 07700 900000-900999,
NANPA 555-0100-0199, Arcep 01 99 00 xx xx. Mail domains end in .example (RFC 2606).
"""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from random import Random

from crm_desktop.domain.contact_drafts import (
    AddressDraft,
    ContactDraft,
    EmailDraft,
    PhoneDraft,
    ProductUseDraft,
)
from crm_desktop.domain.contacts import AddressKind, Category, ContactKind, CustomerStatus, PhoneKind
from crm_desktop.domain.folding import tokens

GIVEN = (
    "Ahmet", "Anders", "Aoife", "Björn", "Camille", "Chloé", "Dana", "Elif", "Émile", "Felix", "Giulia",
    "Harriet", "Ingrid", "İpek", "Jana", "Jürgen", "Käthe", "Lars", "Lucía", "Łucja", "Marcus", "Mia",
    "Milan", "Nadia", "Noah", "Owen", "Pauline", "Priya", "Rafael", "Sofia", "Søren", "Tomáš", "Ulrike",
    "Vera", "Willem", "Xenia", "Yuki", "Zoë",
)  # fmt: skip
FAMILY = (
    "Åkesson", "Béranger", "Blythe", "Byrne", "Costa", "Demir", "Fernández", "Fischer", "Groß", "Holm",
    "Ionescu", "Jansen", "Kowalski", "Lindgren", "Łukasik", "Marchetti", "Müller", "Novák", "O’Neill",
    "Öztürk", "Pereira", "Quinn", "Raman", "Reyes", "Rossi", "Schröder", "Šimek", "Tanaka", "Thornton",
    "Vogel", "Weiß", "Whitfield", "Yılmaz", "Zimmermann",
)  # fmt: skip
FIRMS = (
    "Atelier d’Été", "Blythe Partners", "Café Morgenrot", "Fährhaus Elbe", "Groß Metallbau", "Hafenlogistik",
    "Łukasik Design", "Nordlicht Optik", "O’Neill Roofing", "Raman Foods", "Reyes Auto", "Thornton Vets",
    "Vogel Immobilien", "Whitfield & Sons", "Zimmermann Druck",
)  # fmt: skip
FORMS = ("GmbH", "AG", "Ltd", "SARL", "Inc", "S.A.", "KG")
TITLES = (
    "Head of dispatch",
    "Owner",
    "Purchasing",
    "Office manager",
    "Accounts",
    "Site manager",
    "Architect",
)
TRADES = ("Logistics", "Retail", "Construction", "Food", "Health", "Design", "Property", "Print")
CITIES = (
    ("Hamburg", "20457", "DE"), ("Berlin", "10117", "DE"), ("Köln", "50667", "DE"), ("Zürich", "8001", "CH"),
    ("Wien", "1010", "AT"), ("London", "EC1A 1BB", "GB"), ("Leeds", "LS1 4AP", "GB"), ("Lyon", "69002", "FR"),
    ("New York", "10001", "US"), ("Chicago", "60601", "US"),
)  # fmt: skip
STREETS = ("Am Kai", "Bahnhofstraße", "Church Lane", "Gartenweg", "High Street", "Lindenallee", "Rue du Lac")
PRODUCTS = ("Fleet Basic", "Fleet Pro", "Care Plus", "Storage S", "Storage L")
TAGS = ("Key account", "Newsletter", "Service contract", "Trade fair", "VIP")
SOURCES = ("recommendation", "trade fair", "website", "phone call")
_STATUS = (CustomerStatus.ACTIVE, CustomerStatus.LEAD, CustomerStatus.FORMER, CustomerStatus.PAUSED)


DISTINCT = 1000
"""So many people have numbers of their own; after them come those of ``sample_crowd``."""


def number(index: int, kind: int) -> str:
    """Return a reserved number as people write it; distinct for the first 1,000 of each kind."""
    place = index % 1000
    if kind == 0:
        return f"+49 30 23125 {place:03d}"
    if kind == 1:
        return f"+44 7700 900{place:03d}"
    return f"+44 1632 960{place:03d}"


def person(random: Random, index: int) -> ContactDraft:
    """Return customer ``index``: mostly people with a company, some companies."""
    given, family = random.choice(GIVEN), random.choice(FAMILY)
    firm = f"{random.choice(FIRMS)} {random.choice(FORMS)}"
    city, postal_code, country = random.choice(CITIES)
    company = index % 9 == 4
    phones = [PhoneDraft(number(index, 0), kind=PhoneKind.WORK, is_primary=True)]
    if random.random() < 0.5:
        phones.append(PhoneDraft(number(index, 1), kind=PhoneKind.MOBILE))
    return ContactDraft(
        category=Category.CUSTOMER,
        kind=ContactKind.COMPANY if company else ContactKind.PERSON,
        given=None if company else given,
        family=None if company else family,
        company=firm if company or random.random() < 0.8 else None,
        title=None if company else random.choice(TITLES),
        industry=random.choice(TRADES) if company else None,
        status=random.choices(_STATUS, (62, 18, 14, 6))[0],
        source=random.choice(SOURCES),
        phones=tuple(phones),
        emails=(EmailDraft(_mail(given, family, firm), is_primary=True),),
        addresses=(
            AddressDraft(
                street=f"{random.choice(STREETS)} {random.randrange(1, 120)}",
                postal_code=postal_code, city=city, country=country, kind=AddressKind.WORK, is_primary=True,
            ),
        ),
    )  # fmt: skip


def entry(random: Random, index: int) -> ContactDraft:
    """Return an address-book entry: suppliers and colleagues who are no customers."""
    draft = person(random, index)
    return replace(draft, category=Category.ADDRESS_BOOK, status=None, source=None)


def as_customer(random: Random, draft: ContactDraft, now: int) -> ContactDraft:
    """Return ``draft`` with a past: since when, and the product most active customers use."""
    today = datetime.fromtimestamp(now, UTC).date()
    since = today - timedelta(days=random.randrange(30, 1500))
    draft = replace(draft, status_since=since.isoformat())
    if draft.status is not CustomerStatus.ACTIVE or random.random() < 0.12:
        return draft
    use = ProductUseDraft(
        product=random.choice(PRODUCTS), since=since.isoformat(), quantity=random.choice((1, 2, 5, 12, 30)),
        serial=f"FP-{random.randrange(10_000, 99_999)}", renewal_on=_next_renewal(since, today).isoformat(),
    )  # fmt: skip
    return replace(draft, product_uses=(use,))


def tagged(draft: ContactDraft, index: int) -> ContactDraft:
    """Return ``draft`` with the tags of its place: two of three carry none."""
    first = TAGS[index // 3 % len(TAGS)]
    names = (first, TAGS[-1]) if index % 12 == 0 else (first,)
    return replace(draft, tags=tuple(dict.fromkeys(names))) if index % 3 == 0 else draft


def _next_renewal(since: date, today: date) -> date:
    years = max(1, -(-(today - since).days // 365))
    return since + timedelta(days=365 * years)


def _mail(given: str, family: str, firm: str) -> str:
    host = "".join(tokens(firm)[:-1]) or "office"
    return f"{''.join(tokens(given))[:1]}.{''.join(tokens(family))}@{host}.example"
