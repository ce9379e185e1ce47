"""What a rotation leaves in the key file of the secret and the kit it replaced."""

from dataclasses import dataclass
from datetime import date
from typing import Self

from cryptography.exceptions import InvalidTag

from crm_desktop.domain.errors import OrganizationFileError
from crm_desktop.security.codes import SECRET_BYTES
from crm_desktop.security.derivation import ID_BYTES, context, secret_id, subkey
from crm_desktop.security.roster import HIGHEST_SEQUENCE
from crm_desktop.security.sealing import NONCE_BYTES, PUBLIC_KEY_BYTES, TAG_BYTES, open_box, seal_box
from crm_desktop.security.strict_json import Fields

_DAMAGED = "key_file_damaged"


@dataclass(frozen=True, slots=True)
class FormerSecret:
    """A former organization secret, encrypted under a subkey of the current one."""

    secret_id: bytes
    box: bytes

    def to_json(self) -> dict[str, str]:
        """Return the JSON object written to the key file."""
        return {"secret_id": self.secret_id.hex(), "box": self.box.hex()}

    @classmethod
    def from_json(cls, value: object) -> Self:
        """Read it back; raises OrganizationFileError ``key_file_damaged``."""
        fields = Fields(value, names=frozenset({"secret_id", "box"}), code=_DAMAGED)
        return cls(
            secret_id=fields.hex("secret_id", length=ID_BYTES),
            box=fields.hex("box", length=SECRET_BYTES + NONCE_BYTES + TAG_BYTES),
        )

    @classmethod
    def seal(cls, former: bytes, *, current: bytes, file_id: bytes) -> Self:
        """Encrypt a former secret under the current one."""
        name = secret_id(former, file_id=file_id)
        key = subkey(current, "former secrets")
        return cls(name, seal_box(key, former, associated=context("former secret", file_id, name)))

    def open(self, *, current: bytes, file_id: bytes) -> bytes:
        """Return the former secret; raises OrganizationFileError ``key_file_damaged``."""
        key = subkey(current, "former secrets")
        try:
            return open_box(key, self.box, associated=context("former secret", file_id, self.secret_id))
        except InvalidTag as error:
            raise OrganizationFileError(_DAMAGED) from error


@dataclass(frozen=True, slots=True)
class FormerKit:
    """A replaced emergency kit: it opens backups of before ``replaced_on``."""

    number: int
    public: bytes
    replaced_on: date

    def to_json(self) -> dict[str, object]:
        """Return the JSON object written to the key file."""
        return {
            "number": self.number,
            "public": self.public.hex(),
            "replaced_on": self.replaced_on.isoformat(),
        }

    @classmethod
    def from_json(cls, value: object) -> Self:
        """Read it back; raises OrganizationFileError ``key_file_damaged``."""
        fields = Fields(value, names=frozenset(cls.__dataclass_fields__), code=_DAMAGED)
        try:
            replaced_on = date.fromisoformat(fields.text("replaced_on", at_most=10))
        except ValueError as error:
            raise fields.refusal() from error
        return cls(
            number=fields.integer("number", low=1, high=HIGHEST_SEQUENCE),
            public=fields.hex("public", length=PUBLIC_KEY_BYTES),
            replaced_on=replaced_on,
        )
