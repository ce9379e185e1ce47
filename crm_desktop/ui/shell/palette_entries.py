"""What the palette offers besides records: actions, pages, sections and filters, and how typing finds them.

Made from the same lists as menus, navigation and tabs, so what a role may not do is absent here too.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from crm_desktop.domain.contacts import Category, ContactKind
from crm_desktop.domain.folding import fold
from crm_desktop.operations.filters import NamedFilter
from crm_desktop.operations.finding import FoundRecord
from crm_desktop.ui.messages import tr
from crm_desktop.ui.shell.actions import ActionSpec
from crm_desktop.ui.shell.pages import PageSpec

MOST_OTHERS = 6
"""So many actions, pages and filters stand above the records while somebody types."""
_SHORTEST_LOOSE = 2


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: ``key`` is what recent choices remember, ``keys`` its shortcut, ``mark`` a warning pill."""

    key: str
    kind: str
    title: str
    run: Callable[[], object]
    detail: str = ""
    glyph: str = ""
    keys: str = ""
    mark: str = ""

    @property
    def spoken(self) -> str:
        """What a screen reader says."""
        return ", ".join(part for part in (self.title, self.detail, self.mark, self.kind, self.keys) if part)


def action_entry(spec: ActionSpec, run: Callable[[], object]) -> Entry:
    """Return the entry of an action."""
    words = spec.words.rstrip("…")
    return Entry(
        f"action:{spec.id}", tr("Action"), words, run, glyph=spec.icon or "lightning", keys=spec.shortcut
    )


def page_entry(spec: PageSpec, run: Callable[[], object]) -> Entry:
    """Return the entry of a page."""
    return Entry(f"page:{spec.name}", tr("Page"), tr(spec.title), run, glyph=spec.icon)


def section_entry(name: str, title: str, run: Callable[[], object]) -> Entry:
    """Return the entry of a section of the administration."""
    return Entry(f"section:{name}", tr("Page"), tr(title), run, detail=tr("Administration"), glyph="gear-six")


def filter_entry(known: NamedFilter, run: Callable[[], object]) -> Entry:
    """Return the entry of a saved filter."""
    place = tr("Customers") if known.category is Category.CUSTOMER else tr("Address book")
    return Entry(f"filter:{known.id}", tr("Filter"), known.name, run, detail=place, glyph="funnel")


def record_entry(found: FoundRecord, run: Callable[[], object]) -> Entry:
    """Return the entry of a contact; where an account's end found it, it says so."""
    kind = tr("Customer") if found.category is Category.CUSTOMER else tr("Address book")
    company = found.company if found.kind is ContactKind.PERSON else None
    return Entry(
        f"record:{found.id}",
        kind,
        found.name,
        run,
        detail=" · ".join(part for part in (company, found.phone, found.city) if part),
        glyph="" if found.kind is ContactKind.PERSON else "buildings",
        mark=tr("bank account") if found.by_account else "",
    )


def rank(typed: str, text: str) -> int | None:
    """Return how well ``text`` fits what was typed, 0 best, None not at all; accents and case forgiven.

    0: it begins so; 1: each typed word begins a word of it; 2: it holds it; 3: its letters stand in it in
    order, the first at the beginning of a word ("bun" finds "Back up now").
    """
    wanted, whole = fold(typed).strip(), fold(text)
    if whole.startswith(wanted):
        return 0
    words = whole.split()
    if all(any(word.startswith(part) for word in words) for part in wanted.split()):
        return 1
    if wanted in whole:
        return 2
    letters = wanted.replace(" ", "")
    starts = [place for place in range(len(whole)) if place == 0 or whole[place - 1] == " "]
    loose = len(letters) >= _SHORTEST_LOOSE and any(_in_order(letters, whole[start:]) for start in starts)
    return 3 if loose else None


def _in_order(letters: str, text: str) -> bool:
    if not text.startswith(letters[:1]):
        return False
    rest = iter(text)
    return all(letter in rest for letter in letters)


def matching(typed: str, entries: Iterable[Entry], recent: Sequence[str]) -> list[Entry]:
    """Return the entries that fit, best first and recent ones before others of their rank."""
    order = {key: place for place, key in enumerate(recent)}
    ranked = [
        (fit, order.get(entry.key, len(order)), place, entry)
        for place, entry in enumerate(entries)
        if (fit := rank(typed, entry.title)) is not None
    ]
    return [entry for *_, entry in sorted(ranked, key=lambda found: found[:3])][:MOST_OTHERS]


def recent_first(entries: Sequence[Entry], recent: Sequence[str]) -> list[Entry]:
    """Return all entries, those chosen recently first and newest first among them."""
    by_key = {entry.key: entry for entry in entries}
    first = [by_key[key] for key in recent if key in by_key]
    return first + [entry for entry in entries if entry.key not in set(recent)]
