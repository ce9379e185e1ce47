"""Equal rows of a file are told apart by their number, in memory that does not grow with the file."""

from crm_desktop.importers.call_logs.row_keys import REMEMBERED, Ordinals, row_key


def test_equal_rows_beside_each_other_are_calls_of_their_own_in_every_reading() -> None:
    def keys() -> list[bytes]:
        ordinals = Ordinals()
        return [ordinals.distinct(row_key(7, "a"), 7, "a") for _ in range(3)]

    assert len(set(keys())) == 3
    assert keys() == keys()


def test_what_is_remembered_does_not_grow_with_the_file() -> None:
    ordinals = Ordinals()
    for place in range(REMEMBERED + 1000):
        assert ordinals.is_new(row_key(place, "a"))
    assert len(ordinals._seen) == REMEMBERED
    assert not ordinals.is_new(row_key(REMEMBERED, "a"))


def test_a_row_that_comes_again_much_later_has_the_key_it_had() -> None:
    ordinals = Ordinals()
    first = ordinals.distinct(row_key(1, "a"), 1, "a")
    for place in range(2, REMEMBERED + 10):
        ordinals.distinct(row_key(place, "a"), place, "a")
    assert ordinals.distinct(row_key(1, "a"), 1, "a") == first
