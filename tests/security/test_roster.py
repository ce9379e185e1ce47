"""The signed roster: nobody changes who may do what without the root key."""

from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from crm_desktop.domain.errors import OrganizationFileError
from crm_desktop.domain.permissions import Role, rights_of
from crm_desktop.security.class_keys import FileKey, KeyKind
from crm_desktop.security.derivation import context, key_id, subkey
from crm_desktop.security.keyed_box import KeyedBox
from crm_desktop.security.roster import KeyIds, Roster, RosterUser
from crm_desktop.security.roster_box import open_roster, seal_roster
from crm_desktop.security.sealing import open_box, root_fingerprint, seal_box

_FILE = b"f" * 16
_ROOT = Ed25519PrivateKey.from_private_bytes(b"r" * 32)
_ROOT_PUBLIC = _ROOT.public_key().public_bytes_raw()
_FINGERPRINT = root_fingerprint(_ROOT_PUBLIC)
_FILE_KEY = FileKey(key=b"k" * 32, salt=b"s" * 16)
_FILE_KEY_ID = key_id(_FILE_KEY.raw, kind=KeyKind.FILE, file_id=_FILE)


def _user(number: int, **changes: object) -> RosterUser:
    user = RosterUser(
        user_id=bytes([number]) * 16,
        role=Role.STAFF,
        granted=frozenset(),
        revoked=frozenset(),
        sealing_public=bytes([number, 1]) * 16,
        signing_public=bytes([number, 2]) * 16,
        keys_made_by=bytes(16),
        valid_from=0,
    )
    return replace(user, **changes)  # type: ignore[arg-type]  # names of the dataclass's own fields


def _roster(*users: RosterUser, root_public: bytes = _ROOT_PUBLIC) -> Roster:
    return Roster(
        file_id=_FILE,
        sequence=7,
        users=users,
        key_ids=KeyIds(
            file=(b"o" * 16, _FILE_KEY_ID), bank=(b"b" * 16,), admin=(b"a" * 16,), ledger=(b"l" * 16,)
        ),
        recovery_public=b"p" * 32,
        kit_number=2,
        root_public=root_public,
    )


def _open(box: KeyedBox, *, file_key: FileKey = _FILE_KEY, fingerprint: bytes = _FINGERPRINT) -> Roster:
    return open_roster(box, file_key=file_key, file_id=_FILE, fingerprint=fingerprint)


def _refused(box: KeyedBox, *, fingerprint: bytes = _FINGERPRINT) -> str:
    with pytest.raises(OrganizationFileError) as caught:
        _open(box, fingerprint=fingerprint)
    return caught.value.code


def _box_of(message: bytes) -> KeyedBox:
    associated = context("roster box", _FILE, _FILE_KEY_ID)
    return KeyedBox(_FILE_KEY_ID, seal_box(subkey(_FILE_KEY.key, "roster"), message, associated=associated))


_users = st.builds(
    _user,
    st.integers(1, 200),
    role=st.sampled_from(Role),
    granted=st.frozensets(st.sampled_from(["bank.view", "lists.export", "later.right"])),
    revoked=st.frozensets(st.sampled_from(["calls.view", "backup.now"])),
    valid_from=st.integers(0, 2**40),
)


@given(st.lists(_users, max_size=5, unique_by=lambda user: user.user_id))
def test_a_roster_survives_signing_and_sealing(users: list[RosterUser]) -> None:
    roster = _roster(*users)
    opened = _open(seal_roster(roster, root=_ROOT, file_key=_FILE_KEY))
    assert opened == roster
    assert opened.digest() == roster.digest()


def test_a_viewer_who_holds_the_file_key_cannot_write_his_own_role() -> None:
    message = open_box(
        subkey(_FILE_KEY.key, "roster"),
        seal_roster(_roster(_user(1, role=Role.VIEWER)), root=_ROOT, file_key=_FILE_KEY).box,
        associated=context("roster box", _FILE, _FILE_KEY_ID),
    )
    forged = message.replace(b'"viewer"', b'"administrator"')
    assert forged != message
    assert _refused(_box_of(forged)) == "roster_forged"


def test_a_viewer_cannot_sign_with_a_root_of_his_own() -> None:
    root = Ed25519PrivateKey.generate()
    own = _roster(_user(1, role=Role.ADMINISTRATOR), root_public=root.public_key().public_bytes_raw())
    assert _refused(seal_roster(own, root=root, file_key=_FILE_KEY)) == "roster_root_unknown"


def test_a_roster_signed_by_another_key_than_its_root_is_forged() -> None:
    box = seal_roster(_roster(_user(1)), root=Ed25519PrivateKey.generate(), file_key=_FILE_KEY)
    assert _refused(box) == "roster_forged"


@given(st.integers(min_value=0), st.integers(1, 255))
def test_a_roster_with_one_byte_changed_is_damaged(place: int, change: int) -> None:
    sealed = seal_roster(_roster(_user(1)), root=_ROOT, file_key=_FILE_KEY)
    box = bytearray(sealed.box)
    box[place % len(box)] ^= change
    assert _refused(replace(sealed, box=bytes(box))) == "roster_damaged"


def test_a_roster_of_another_file_is_refused() -> None:
    other = replace(_roster(_user(1)), file_id=b"g" * 16)
    text = other.canonical()
    message = _ROOT.sign(context("roster") + b"|" + text) + text
    assert _refused(_box_of(message)) == "roster_of_another_organization"


def test_a_roster_under_a_key_it_does_not_call_newest_is_refused() -> None:
    other = replace(_roster(_user(1)), key_ids=replace(_roster().key_ids, file=(_FILE_KEY_ID, b"n" * 16)))
    text = other.canonical()
    assert _refused(_box_of(_ROOT.sign(context("roster") + b"|" + text) + text)) == "key_not_in_roster"
    with pytest.raises(ValueError, match="newest"):
        seal_roster(other, root=_ROOT, file_key=_FILE_KEY)


@given(st.binary(max_size=300))
def test_whatever_a_file_key_holder_writes_is_refused(text: bytes) -> None:
    assert _refused(_box_of(text)) in {"roster_damaged", "roster_forged", "roster_root_unknown"}


@pytest.mark.parametrize(
    "users",
    [
        (_user(1, valid_from=0), _user(1, valid_from=5)),
        (_user(1, valid_from=0, valid_to=6), _user(1, valid_from=5)),
        (_user(1, valid_from=5, valid_to=4),),
        (_user(1, granted=frozenset({"Bank View"})),),
    ],
)
def test_a_roster_that_would_not_decide_is_damaged(users: tuple[RosterUser, ...]) -> None:
    assert _refused(seal_roster(_roster(*users), root=_ROOT, file_key=_FILE_KEY)) == "roster_damaged"


def test_old_entries_stay_for_old_log_entries() -> None:
    roster = _roster(
        _user(1, role=Role.VIEWER, valid_from=0, valid_to=10), _user(1, role=Role.MANAGER, valid_from=10)
    )
    then, now = roster.user_at(b"\1" * 16, 9), roster.user_at(b"\1" * 16, 10)
    assert (then and then.role, now and now.role) == (Role.VIEWER, Role.MANAGER)
    assert roster.user(b"\1" * 16) == now
    assert roster.user_at(b"\2" * 16, 9) is None


def test_rights_are_those_of_the_matrix_and_a_disabled_user_has_none() -> None:
    roster = _roster(
        _user(1, granted=frozenset({"bank.view"}), revoked=frozenset({"backup.now"})),
        _user(2, valid_to=3),
    )
    expected = (rights_of(Role.STAFF) | {"bank.view"}) - {"backup.now"}
    assert roster.rights(b"\1" * 16) == expected
    assert roster.rights(b"\2" * 16) == frozenset()
    assert roster.rights(b"\3" * 16) == frozenset()


def test_the_newest_key_of_each_kind_is_the_last() -> None:
    roster = _roster()
    assert roster.newest(KeyKind.FILE) == _FILE_KEY_ID
    assert roster.lists(KeyKind.FILE, b"o" * 16)
    assert not roster.lists(KeyKind.BANK, _FILE_KEY_ID)


def test_a_signature_is_the_users_own_or_none() -> None:
    key = Ed25519PrivateKey.generate()
    user = _user(1, signing_public=key.public_key().public_bytes_raw())
    assert user.has_signed(b"entry", key.sign(b"entry"))
    assert not user.has_signed(b"other", key.sign(b"entry"))
    assert not user.has_signed(b"entry", b"")
    assert not _user(1, signing_public=b"no key").has_signed(b"entry", key.sign(b"entry"))
