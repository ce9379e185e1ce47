"""What somebody might type into the search box, drawn from the people of the sample."""

from random import Random

from crm_desktop.domain.contacts import Category, ContactCard
from crm_desktop.domain.folding import fold, tokens
from crm_desktop.operations.session import Session
from crm_desktop.storage import contact_list, contacts
from crm_desktop.storage.contact_list import ContactQuery

LONGEST = 8


def typed_strings(session: Session, count: int, *, seed: int = 3) -> list[str]:
    """Return ``count`` strings of 1 to 8 characters that stand in the file.

    Names, pairs of beginnings, companies, mail addresses and digits of numbers; half without diacritics.
    """
    random = Random(seed)  # noqa: S311 - no secrets
    with session.reading("records.view") as connection:
        ids = contact_list.all_ids(connection, ContactQuery(Category.CUSTOMER))
        drawn = [random.choice(ids) for _ in range(count)] if ids else []
        cards = [card for row_id in drawn if (card := contacts.read_card(connection, row_id))]
    found = [_typed(random, card) for card in cards]
    return [text if random.random() < 0.5 else fold(text) for text in found if tokens(text)]


def _typed(random: Random, card: ContactCard) -> str:
    """Return what might be typed to find one contact."""
    name, length = card.contact.display_name, random.randint(1, LONGEST)
    kind = random.random()
    if kind < 0.15 and " " in name:
        first, last = name.split()[0], name.split()[-1]
        begun = random.randint(1, 4)
        return f"{first[:begun]} {last[: max(1, length - begun)]}"
    if kind < 0.65 and (company := card.contact.company) and kind >= 0.45:
        return company[:length].strip()
    if kind < 0.8 and kind >= 0.65 and card.emails:
        return card.emails[0].address[:length]
    if kind >= 0.8 and card.phones and (number := card.phones[0].e164):
        return _digits(random, number[1:], max(3, length))
    return random.choice(name.split())[:length]


def _digits(random: Random, digits: str, length: int) -> str:
    """Return the beginning, the end or something from the middle of a number."""
    kind = random.random()
    if kind < 0.4:
        return "+" * (random.random() < 0.5) + digits[:length]
    if kind < 0.7:
        return digits[-length:]
    start = random.randrange(2, max(3, len(digits) - length))
    return digits[start : start + length]
