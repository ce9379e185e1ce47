"""What is typed of an account: refused with the reason, kept knowingly, and never shown whole."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_desktop.domain.bank_accounts import (
    AccountType,
    BankDetails,
    BankRecord,
    MandateSequence,
    from_bytes,
    masked,
    to_bytes,
)
from crm_desktop.domain.bank_numbers import can_be_kept, compact, normalized, problems
from crm_desktop.domain.errors import OrganizationFileError
from crm_desktop.domain.sentences import SENTENCES

GOOD = BankDetails(account="DE89370400440532013000")


def codes(**values: object) -> dict[str, str]:
    found = problems(normalized(replace(GOOD, **values)))  # type: ignore[arg-type]
    return {name: problem.code for name, problem in found.items()}


@pytest.mark.parametrize(
    ("account", "code"),
    [
        ("DE89370400440532013001", "iban_check_digits"),
        ("DE98370400440532013000", "iban_check_digits"),
        ("DE8937040044053201300", "iban_length"),
        ("XX89370400440532013000", "iban_country"),
        ("DE8937040044053201300A", "iban_structure"),
        ("FR7630006000011234567890188", "iban_check_digits"),
        ("FR0630006000011234567890188", "iban_national_digits"),
        ("", "account_needed"),
        ("   ", "account_needed"),
        ("DE89_3704", "account_characters"),
        ("DE89€", "account_characters"),
        ("1" * 35, "account_too_long"),
    ],
)
def test_a_number_is_refused_with_its_reason(account: str, code: str) -> None:
    assert codes(account=account) == {"account": code}
    assert code in SENTENCES
    kept = {} if code.startswith("iban_") else {"account": code}
    assert codes(account=account, unchecked=True) == kept


@pytest.mark.parametrize(
    ("bic", "code"),
    [
        ("COBADEF", "bic_length"),
        ("COBAXXFF", "bic_country"),
        ("COBADE#F", "bic_structure"),
        ("ABNANL2A", "bic_of_another_bank"),
    ],
)
def test_a_bic_is_refused_with_its_reason(bic: str, code: str) -> None:
    assert codes(bic=bic) == {"bic": code}
    assert code in SENTENCES
    assert codes(bic=bic, unchecked=True) == {}


@pytest.mark.parametrize("bic", ["COBADEFF", "cobadeffxxx", "COBA DE FF xxx"])
def test_the_banks_own_bic_is_taken_in_either_length(bic: str) -> None:
    assert codes(bic=bic) == {}


def test_bank_and_bic_come_from_the_iban() -> None:
    kept = normalized(GOOD)
    assert (kept.bic, kept.bank_name, kept.bank_code) == ("COBADEFFXXX", "Commerzbank", "37040044")
    own = normalized(replace(GOOD, bank_name="My bank"))
    assert own.bank_name == "My bank"


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ({"currency": "EUX"}, {"currency": "currency_unknown"}),
        ({"currency": "chf"}, {}),
        ({"mandate_on": "2026-02-30"}, {"mandate_on": "date_invalid"}),
        ({"mandate_on": "20260228"}, {"mandate_on": "date_invalid"}),
        ({"mandate_on": "2026-02-28"}, {}),
        ({"mandate_reference": "x" * 36}, {"mandate_reference": "value_too_long"}),
        ({"holder": "\ud800"}, {"holder": "value_unreadable"}),
        ({"holder": "   "}, {}),
    ],
)
def test_the_other_fields(values: dict[str, object], found: dict[str, str]) -> None:
    assert codes(**values) == found
    assert codes(**values, unchecked=True) == found


def test_only_number_and_bic_can_be_kept_unchecked() -> None:
    found = problems(normalized(replace(GOOD, account="DE1", bic="X", currency="EUX")))
    assert {name: can_be_kept(problem) for name, problem in found.items()} == {
        "account": True, "bic": True, "currency": False,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("type_", "account", "shown"),
    [
        (AccountType.IBAN, "DE89370400440532013000", "DE•• •••• 3000"),
        (AccountType.IBAN, "NO9386011117947", "NO•• •••• 7947"),
        (AccountType.IBAN, "DE8", "DE•• ••••"),
        (AccountType.IBAN, "12345678", "•••• 5678"),
        (AccountType.OTHER, "12345", "•••• 45"),
        (AccountType.OTHER, "1", "••••"),
        (AccountType.OTHER, "", "••••"),
    ],
)
def test_masked(type_: AccountType, account: str, shown: str) -> None:
    assert masked(BankDetails(type=type_, account=account)) == shown


letters = st.text(st.sampled_from("ABCDEFGHJKXYZ0123456789"), max_size=34)


@given(st.sampled_from(AccountType), letters)
def test_a_mask_shows_at_most_four_characters_and_half_of_the_number(kind: AccountType, account: str) -> None:
    shown = masked(BankDetails(type=kind, account=account))
    country = 2 if kind is AccountType.IBAN and account[:2].isalpha() else 0
    visible = [letter for letter in shown[country:] if letter not in "• "]
    assert len(visible) <= min(4, (len(account) + 1) // 2)
    assert len(account) <= 4 or account not in shown.replace(" ", "")


@given(st.text(max_size=40))
def test_compacting_twice_is_compacting_once(text: str) -> None:
    assert compact(compact(text)) == compact(text)


anything = st.none() | st.text(max_size=30)


@given(account=letters, bic=anything, holder=anything, currency=anything, unchecked=st.booleans())
def test_normalizing_twice_is_normalizing_once(
    *, account: str, bic: str | None, holder: str | None, currency: str | None, unchecked: bool
) -> None:
    details = BankDetails(account=account, bic=bic, holder=holder, currency=currency, unchecked=unchecked)
    once = normalized(details)
    assert normalized(once) == once


@given(
    account=letters,
    note=anything,
    active=st.booleans(),
    sequence=st.none() | st.sampled_from(MandateSequence),
    editors=st.lists(letters),
)
def test_what_is_sealed_is_read_back_and_its_length_says_little(
    *, account: str, note: str | None, active: bool, sequence: MandateSequence | None, editors: list[str]
) -> None:
    details = BankDetails(account=account, note=note, active=active, mandate_sequence=sequence)
    record = BankRecord(details, tuple(editors), 1_790_000_000, source="letter")
    data = to_bytes(record)
    assert from_bytes(data) == record
    assert len(data) % 256 == 0


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b'{"details": {"type": "gold"}}', b"\xff", b"null"])
def test_what_was_never_sealed_by_us_is_named(data: bytes) -> None:
    with pytest.raises(OrganizationFileError, match="bank_not_authentic"):
        from_bytes(data)


def test_no_number_is_in_what_a_crash_report_would_show() -> None:
    details = replace(GOOD, bic="COBADEFF", holder="Quill", note="n-o-t-e", mandate_reference="M-77")
    shown = repr(BankRecord(details, ("a",), 1))
    assert [mark for mark in (GOOD.account, "COBADEFF", "Quill", "n-o-t-e", "M-77") if mark in shown] == []
