"""A new emergency kit in place of one that was lost or seen: the recovery code changes, nothing else.

Like every kit it is shown, saved and typed back before it is written. The set-up code stays, so no other
computer notices; where somebody left, all keys are changed instead.
"""

from crm_desktop.domain.errors import ConflictError
from crm_desktop.operations.key_changes import change_keys
from crm_desktop.operations.kits import NewKit, next_kit
from crm_desktop.operations.session import Session
from crm_desktop.security.atomic_files import StepHook, no_step
from crm_desktop.security.codes import SetUpCode, new_recovery_code, parse_recovery_code
from crm_desktop.security.key_file import KeyFileBody
from crm_desktop.security.key_file_copies import read_key_file
from crm_desktop.security.rotation import with_new_kit
from crm_desktop.security.sign_in import renew

VERB = "replace_kit"


def plan_new_kit(session: Session) -> NewKit:
    """Make the next kit; needs ``keys``. Nothing is written."""
    session.require("keys")
    session.database.refuse_read_only()
    # What the key file calls its kit may have been put there by anybody; the roster is signed.
    ring = renew(read_key_file(session.places).body, session.ring)
    return next_kit(
        session.environment,
        number=ring.roster.kit_number + 1,
        organization=session.organization.name,
        recovery_code=new_recovery_code(),
        code=SetUpCode(ring.organization_secret, ring.root_fingerprint),
    )


def replace_kit(session: Session, kit: NewKit, *, on_step: StepHook = no_step) -> None:
    """Let ``kit`` count from now on; the former one opens backups of before only.

    Raises RefusedError("right_missing"), ConflictError("rotation_plan_old") when another kit was made
    meanwhile, BusyError, OrganizationFileError. A crash leaves the former kit or the new one.
    """

    def replaced(body: KeyFileBody) -> KeyFileBody:
        if renew(body, session.ring).roster.kit_number + 1 != kit.number:
            raise ConflictError("rotation_plan_old")
        return with_new_kit(
            body, session.ring, new_code=parse_recovery_code(kit.recovery_code), today=kit.date
        )

    change_keys(session, VERB, replaced, on_step=on_step)
