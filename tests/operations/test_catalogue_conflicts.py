"""Products and tags two people change at once: brought together, or asked about field by field."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from crm_desktop.domain.contact_drafts import ProductUseDraft
from crm_desktop.domain.contact_merging import Side
from crm_desktop.domain.errors import ConflictError, InvalidValueError, RefusedError
from crm_desktop.domain.tags import TagDraft, TagTone, draft_of_tag
from crm_desktop.operations import contacts, large_changes, products, tags, undo
from crm_desktop.operations.products import ProductDraft, draft_of_product
from crm_desktop.operations.row_conflicts import RowConflict
from crm_desktop.operations.session import Session
from tests.operations.samples import person
from tests.operations.test_products import hits
from tests.operations.two_people import TwoPeople, asked, chosen, questions, two_people

START = ProductDraft("Fleet", "F-1", "Acme", ("Basic", "Gold"), "old")
FLEET = 1


@pytest.fixture
def two(tmp_path: Path) -> Iterator[TwoPeople]:
    with two_people(tmp_path) as people:
        assert products.add_product(people.ana, START) == FLEET
        yield people


def save(session: Session, read: ProductDraft, **values: object) -> RowConflict[ProductDraft] | None:
    """Save what was typed over what was read at version 1."""
    typed = replace(read, **values)  # type: ignore[arg-type]
    return products.edit_product(session, FLEET, typed, version=1, base=read)


def fleet(session: Session) -> ProductDraft:
    return draft_of_product(products.product(session, FLEET))


def test_different_fields_of_a_product_are_both_kept(two: TwoPeople) -> None:
    assert two.ben(lambda ben: save(ben, START, vendor="Bolt", plans=("Basic",))) is None
    assert save(two.ana, START, name="Fleet Pro", note=None) is None
    assert fleet(two.ana) == ProductDraft("Fleet Pro", "F-1", "Bolt", ("Basic",), None)


@pytest.mark.parametrize("side", Side)
@pytest.mark.parametrize(
    ("field", "theirs", "mine"),
    [
        ("name", "Fleet 2", "Fleet Pro"), ("code", None, "F-9"), ("vendor", "Bolt", None),
        ("plans", ("Gold",), ("Basic", "Gold", "Max")), ("note", "theirs", "mine"),
    ],
)  # fmt: skip
def test_the_same_field_of_a_product_is_asked_about(
    two: TwoPeople, field: str, theirs: object, mine: object, side: Side
) -> None:
    two.ben(lambda ben: save(ben, START, **{field: theirs}))
    other = "vendor" if field != "vendor" else "note"
    found = save(two.ana, START, **{field: mine, other: "beside it"})
    assert questions(found) == [(field, getattr(START, field), theirs, mine)]
    assert getattr(fleet(two.ana), other) == getattr(START, other), "nothing is written unasked"
    conflict = asked(found)
    kept = chosen(found, side)
    done = products.edit_product(two.ana, FLEET, kept, version=conflict.version, base=conflict.theirs)
    assert done is None
    now = fleet(two.ana)
    assert (getattr(now, field), getattr(now, other)) == (
        mine if side is Side.MINE else theirs,
        "beside it",
    )


def test_a_form_saved_untouched_takes_nothing_back(two: TwoPeople) -> None:
    two.ben(lambda ben: save(ben, START, name="Fleet Pro", note="theirs"))
    assert save(two.ana, START) is None
    assert (fleet(two.ana).name, fleet(two.ana).note) == ("Fleet Pro", "theirs")


def test_a_name_only_the_other_changed_stays_what_customers_are_found_by(
    two: TwoPeople, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(large_changes, "LARGE", 3)
    use = (ProductUseDraft("Fleet"),)
    ids = [contacts.add_contact(two.ana, person(f"Dana{n}", product_uses=use)) for n in range(6)]
    two.ben(lambda ben: save(ben, START, name="Wheels"))
    found = save(two.ana, START, name="Caravan")
    assert questions(found) == [("name", "Fleet", "Wheels", "Caravan")]
    assert (hits(two.ana, "wheels"), hits(two.ana, "caravan")) == (ids, [])
    assert save(two.ana, START, vendor="Bolt") is None
    assert (hits(two.ana, "wheels"), hits(two.ana, "fleet")) == (ids, [])
    conflict = asked(found)
    products.edit_product(
        two.ana, FLEET, chosen(found, Side.MINE), version=conflict.version, base=conflict.theirs
    )
    assert (hits(two.ana, "wheels"), hits(two.ana, "caravan")) == ([], ids)
    undo.undo(two.ana)
    assert (hits(two.ana, "wheels"), hits(two.ana, "caravan")) == (ids, [])


@pytest.mark.parametrize("large", [3, 1000], ids=["in batches", "at once"])
@pytest.mark.parametrize("what", ["product", "tag"])
def test_what_is_saved_between_the_look_and_the_write_is_asked_about_too(
    two: TwoPeople, monkeypatch: pytest.MonkeyPatch, what: str, large: int
) -> None:
    monkeypatch.setattr(large_changes, "LARGE", large)
    use = (ProductUseDraft("Fleet"),)
    drafts = [person(f"Dana{n}", product_uses=use, tags=("Key",)) for n in range(6)]
    ids = [contacts.add_contact(two.ana, draft) for draft in drafts]
    (tag,) = tags.all_tags(two.ana)
    base, room = draft_of_tag(tag), products if what == "product" else tags

    def rename(name: str) -> RowConflict[ProductDraft] | RowConflict[TagDraft] | None:
        if what == "product":
            return save(two.ana, START, name=name)
        return tags.change_tag(two.ana, tag.id, replace(base, name=name), base=base)

    write = room.change_some

    def faster(*given: Any) -> None:  # noqa: ANN401 - what it stands before takes
        monkeypatch.setattr(room, "change_some", write)
        assert rename("Wheels") is None
        write(*given)

    monkeypatch.setattr(room, "change_some", faster)
    found = rename("Caravan")
    assert isinstance(found, RowConflict)
    assert [(one.theirs, one.mine) for one in found.clashes] == [("Wheels", "Caravan")]
    assert (hits(two.ana, "wheels"), hits(two.ana, "caravan")) == (ids, [])
    assert undo.undo(two.ana).verb == f"edit_{what}", "nothing of the second was written"
    assert (hits(two.ana, "wheels"), hits(two.ana, "fleet" if what == "product" else "key")) == ([], ids)


def test_what_is_no_product_together_or_gone_meanwhile_is_refused(two: TwoPeople) -> None:
    two.ben(lambda ben: products.add_product(ben, ProductDraft("Fleet Pro", "F-2")))
    with pytest.raises(InvalidValueError, match="product_there"):
        save(two.ana, START, name="FLEET PRO")
    with pytest.raises(InvalidValueError, match="product_code_there"):
        save(two.ana, START, code="f-2")
    two.ben(lambda ben: products.delete_product(ben, FLEET, version=1))
    with pytest.raises(RefusedError, match="record_not_found"):
        save(two.ana, START, vendor="Bolt")


def test_retired_while_its_facts_were_changed_both_are_kept(two: TwoPeople) -> None:
    two.ben(lambda ben: save(ben, START, vendor="Bolt"))
    products.set_offered(two.ana, FLEET, offered=False)
    assert save(two.ana, START, note="mine") is None
    found = products.product(two.ana, FLEET)
    assert (found.active, found.vendor, found.note) == (False, "Bolt", "mine")
    products.set_offered(two.ana, FLEET, offered=False)
    assert products.product(two.ana, FLEET).version == found.version, "both retired it: nothing is written"
    with pytest.raises(ConflictError, match="record_changed"):
        products.delete_product(two.ana, FLEET, version=1)


# --- tags -------------------------------------------------------------------------------------------------


@pytest.fixture
def tag(two: TwoPeople) -> tags.Tag:
    contacts.add_contact(two.ana, person("Dana", tags=("Key",)))
    (found,) = tags.all_tags(two.ana)
    return found


def other_tone(tag: tags.Tag, place: int = 0) -> TagTone:
    return [tone for tone in TagTone if tone is not tag.tone][place]


def look(session: Session) -> TagDraft:
    (found,) = tags.all_tags(session)
    return TagDraft(found.name, found.tone)


def test_a_tag_one_renamed_and_the_other_coloured_has_both(two: TwoPeople, tag: tags.Tag) -> None:
    base, tone = draft_of_tag(tag), other_tone(tag)
    assert two.ben(lambda ben: tags.change_tag(ben, tag.id, replace(base, name="Gold"), base=base)) is None
    assert tags.check_tag(two.ana, tag.id, replace(base, tone=tone), base=base) is None
    assert tags.change_tag(two.ana, tag.id, replace(base, tone=tone), base=base) is None
    assert look(two.ana) == TagDraft("Gold", tone)
    assert hits(two.ana, "gold") == [1]


@pytest.mark.parametrize("side", Side)
def test_a_tag_both_renamed_and_coloured_is_asked_about(two: TwoPeople, tag: tags.Tag, side: Side) -> None:
    base = draft_of_tag(tag)
    theirs, mine = TagDraft("Gold", other_tone(tag)), TagDraft("Silver", other_tone(tag, 1))
    two.ben(lambda ben: tags.change_tag(ben, tag.id, theirs, base=base))
    for save_tag in (tags.check_tag, tags.change_tag):
        found = save_tag(two.ana, tag.id, mine, base=base)
        assert questions(found) == [
            ("name", "Key", "Gold", "Silver"),
            ("tone", tag.tone, theirs.tone, mine.tone),
        ]
        assert look(two.ana) == theirs
    kept = chosen(found, side)
    assert tags.change_tag(two.ana, tag.id, kept, base=asked(found).theirs) is None
    assert look(two.ana) == (mine if side is Side.MINE else theirs)
    assert hits(two.ana, "silver" if side is Side.MINE else "gold") == [1]
