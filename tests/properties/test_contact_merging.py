"""Two changes of one contact: nothing is lost, whoever is merged into whom."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from crm_desktop.domain.contact_drafts import ContactDraft, PhoneDraft
from crm_desktop.domain.contact_merging import Place, Side, merge
from crm_desktop.domain.contacts import Category

_WORD = st.one_of(st.none(), st.sampled_from(["a", "b", "c"]))
_NEW = st.sampled_from(["7", "8"]).map(PhoneDraft)


@st.composite
def _phones(draw: st.DrawFn, first_id: int) -> tuple[PhoneDraft, ...]:
    known = [
        PhoneDraft(draw(st.sampled_from(["1", "2", "3"])), note=draw(_WORD), id=row_id,
                   is_primary=draw(st.booleans()))
        for row_id in draw(st.permutations([1, 2, 3])) if draw(st.booleans())
    ]  # fmt: skip
    # What another saved has an id by now.
    added = draw(st.lists(_NEW, max_size=1))
    return tuple(known + [replace(row, id=first_id) if first_id else row for row in added])


@st.composite
def _drafts(draw: st.DrawFn, first_id: int) -> ContactDraft:
    custom = draw(st.dictionaries(st.sampled_from([1, 2]), st.sampled_from(["x", "y"])))
    tags = draw(st.lists(st.sampled_from(["VIP", "Late", "Old"]), unique=True))
    return ContactDraft(
        Category.CUSTOMER, given=draw(_WORD), family=draw(_WORD), company=draw(_WORD), vat_id=draw(_WORD),
        phones=draw(_phones(first_id)), tags=tuple(tags), custom=tuple(custom.items()),
    )  # fmt: skip


BASE, THEIRS, MINE = _drafts(10), _drafts(20), _drafts(0)


@given(BASE, THEIRS)
def test_theirs_alone_is_theirs(base: ContactDraft, theirs: ContactDraft) -> None:
    found = merge(base, theirs=theirs, mine=base)
    assert found.clashes == ()
    # Of own fields the order says nothing.
    assert replace(found.draft, custom=()) == replace(theirs, custom=())
    assert dict(found.draft.custom) == dict(theirs.custom)


@given(BASE, MINE)
def test_mine_alone_is_mine(base: ContactDraft, mine: ContactDraft) -> None:
    found = merge(base, theirs=base, mine=mine)
    assert (found.clashes, found.taken) == ((), ())
    assert found.draft == mine


@given(BASE, THEIRS, MINE)
def test_every_value_is_kept_taken_or_asked_about(
    base: ContactDraft, theirs: ContactDraft, mine: ContactDraft
) -> None:
    found = merge(base, theirs=theirs, mine=mine)
    asked = {clash.place for clash in found.clashes}
    for name in ("given", "family", "company", "vat_id"):
        before, other, own = (getattr(draft, name) for draft in (base, theirs, mine))
        result = getattr(found.draft, name)
        assert (Place(name) in asked) == (len({before, other, own}) == 3)
        assert result == (other if own == before else own)
    kept = {phone.id for phone in found.draft.phones}
    added = {phone.id for phone in theirs.phones} - {phone.id for phone in base.phones}
    assert added <= kept | {None}
    raws = [phone.raw for phone in found.draft.phones]
    assert all(phone.raw in raws for phone in mine.phones if phone.id is None)


@given(BASE, THEIRS, MINE)
def test_all_theirs_and_all_mine_decide_every_clash(
    base: ContactDraft, theirs: ContactDraft, mine: ContactDraft
) -> None:
    clashes = merge(base, theirs=theirs, mine=mine).clashes
    for side in Side:
        done = merge(base, theirs=theirs, mine=mine, choices={c.place: side for c in clashes}).draft
        again = merge(theirs, theirs=theirs, mine=done)
        assert (again.clashes, again.draft) == ((), done)
        for clash in clashes:
            if not clash.place.row and not clash.place.column:
                wanted = clash.theirs if side is Side.THEIRS else clash.mine
                assert getattr(done, clash.place.group) == wanted


@given(BASE, _WORD, _WORD)
def test_changes_of_different_fields_commute(base: ContactDraft, one: str | None, two: str | None) -> None:
    first, second = replace(base, given=one), replace(base, company=two)
    there = merge(base, theirs=first, mine=second)
    back = merge(base, theirs=second, mine=first)
    assert there.clashes == back.clashes == ()
    assert there.draft == back.draft == replace(base, given=one, company=two)


def test_a_row_changed_there_and_removed_here_is_asked_about() -> None:
    phone = PhoneDraft("1", id=1)
    base = ContactDraft(Category.CUSTOMER, phones=(phone,))
    theirs, mine = replace(base, phones=(replace(phone, raw="2"),)), replace(base, phones=())
    (clash,) = merge(base, theirs=theirs, mine=mine).clashes
    assert (clash.place, clash.mine) == (Place("phones", "1"), None)
    kept = merge(base, theirs=theirs, mine=mine, choices={clash.place: Side.THEIRS}).draft
    assert kept.phones == theirs.phones


def test_the_same_number_added_by_both_is_there_once() -> None:
    base = ContactDraft(Category.CUSTOMER)
    theirs, mine = replace(base, phones=(PhoneDraft("1", id=5),)), replace(base, phones=(PhoneDraft("1"),))
    found = merge(base, theirs=theirs, mine=mine)
    assert (found.draft.phones, found.clashes) == (theirs.phones, ())
