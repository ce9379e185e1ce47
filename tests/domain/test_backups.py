"""Thinning over simulated years with a clock that jumps: what stays, what goes, and how much it takes."""

from itertools import pairwise
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from crm_desktop.domain.backups import (
    DAY_S,
    VERIFIED_KEPT,
    Backup,
    Contents,
    Reason,
    protected,
    space_limit,
    superfluous,
)

START = 1_790_000_000
HOUR_S = 3600
NO_LIMIT = 2**60


def made(number: int, at: int, *, size: int = 100, verified: bool = True) -> Backup:
    contents = Contents(0, 0, 0, epoch=1, sequence=number, changed_at=at)
    return Backup(Path(f"{number}"), at, size, contents, verified, bytes(16), Reason.AUTOMATIC)


def after(ages_s: list[int], *, limit: int = NO_LIMIT) -> list[int]:
    """Return which of backups of these ages (oldest first) stay."""
    backups = [made(number, START - age) for number, age in enumerate(ages_s)]
    going = superfluous(backups, now=START, limit=limit)
    return [ages_s[backups.index(backup)] for backup in backups if backup not in going]


def test_all_of_two_days_stay() -> None:
    ages = list(range(2 * DAY_S, -1, -HOUR_S))
    assert after(ages) == ages


def test_then_one_a_day_for_two_weeks() -> None:
    days = {age: (START - age) // DAY_S for age in range(14 * DAY_S, 2 * DAY_S, -6 * HOUR_S)}
    kept = [age for age in after([*days, 0, 0, 0]) if age]
    assert [days[age] for age in kept] == sorted(set(days.values()))
    assert all(age == min(other for other in days if days[other] == days[age]) for age in kept)


def test_then_one_a_week_for_three_months_and_one_a_month_for_a_year() -> None:
    ages = list(range(500 * DAY_S, 14 * DAY_S, -DAY_S))
    kept = [age for age in after([*ages, 0, 0, 0]) if age]
    weekly = [age for age in kept if age <= 91 * DAY_S]
    monthly = [age for age in kept if age > 91 * DAY_S]
    assert len(weekly) in {11, 12, 13}
    assert all(older - newer <= 13 * DAY_S for older, newer in pairwise(weekly))
    assert len(monthly) in {9, 10, 11}
    assert max(kept) <= 366 * DAY_S


def test_old_ones_stay_where_there_is_nothing_newer() -> None:
    ages = [4000 * DAY_S, 3000 * DAY_S, 2000 * DAY_S]
    assert after(ages) == ages


def test_unverified_ones_never_take_the_place_of_verified_ones() -> None:
    backups = [made(number, START - 3000 * DAY_S + number, verified=number < 3) for number in range(9)]
    going = superfluous(backups, now=START, limit=NO_LIMIT)
    assert [backup for backup in backups if backup not in going] == [*backups[:3], backups[8]]


def test_the_limit_is_ten_times_the_file_or_a_fifth_of_the_free_space() -> None:
    assert space_limit(file_size=7, free=10_000) == 70
    assert space_limit(file_size=7, free=100) == 20


STEPS = st.lists(
    st.tuples(
        st.one_of(
            st.integers(30 * 60, 5 * DAY_S),
            st.integers(-800 * DAY_S, 800 * DAY_S),  # the clock jumps
        ),
        st.integers(1, 400),  # size
        st.booleans(),  # verified
        st.integers(100, 20_000),  # limit
    ),
    min_size=1,
    max_size=80,
)


@settings(max_examples=150, deadline=None)
@given(STEPS)
def test_neither_the_newest_nor_the_last_three_verified_ever_go_and_the_limit_holds(
    steps: list[tuple[int, int, bool, int]],
) -> None:
    backups: list[Backup] = []
    now = START
    for number, (seconds, size, verified, limit) in enumerate(steps, start=1):
        now = max(0, now + seconds)
        backups.append(made(number, now, size=size, verified=verified))
        going = superfluous(backups, now=now, limit=limit)
        kept = [backup for backup in backups if backup not in going]
        last_verified = [backup for backup in backups if backup.verified][-VERIFIED_KEPT:]
        assert backups[-1] in kept
        assert set(map(id, last_verified)) <= set(map(id, kept))
        always = protected(backups)
        assert sum(backup.size for backup in kept) <= max(limit, sum(backup.size for backup in always))
        assert superfluous(kept, now=now, limit=limit) == []
        backups = kept


def test_years_of_half_hourly_backups_stay_few() -> None:
    backups: list[Backup] = []
    now = START
    for number in range(1, 4 * 365 * 4):
        now += 6 * HOUR_S
        backups.append(made(number, now))
        going = superfluous(backups, now=now, limit=NO_LIMIT)
        backups = [backup for backup in backups if backup not in going]
    assert len(backups) <= 9 + 12 + 13 + 11 + 3
    gaps = [newer.made_at - older.made_at for older, newer in pairwise(backups)]
    assert max(gaps) <= 62 * DAY_S
    assert now - backups[0].made_at >= 300 * DAY_S
