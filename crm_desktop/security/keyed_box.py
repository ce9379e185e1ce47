"""An encrypted part of the key file, with the id of the key that opens it."""

from dataclasses import dataclass
from typing import Self

from crm_desktop.security.derivation import ID_BYTES
from crm_desktop.security.strict_json import Fields


@dataclass(frozen=True, slots=True)
class KeyedBox:
    """``box`` is encrypted under the key with the id ``key_id``: the roster under a file key, the chest
    under an ``admin`` key.
    """

    key_id: bytes
    box: bytes

    def to_json(self) -> dict[str, str]:
        """Return the JSON object written to the key file."""
        return {"key_id": self.key_id.hex(), "box": self.box.hex()}

    @classmethod
    def from_json(cls, value: object, *, code: str, at_most: int) -> Self:
        """Read it back; raises OrganizationFileError ``code``."""
        fields = Fields(value, names=frozenset({"key_id", "box"}), code=code)
        return cls(fields.hex("key_id", length=ID_BYTES), fields.hex("box", at_most=at_most))
