"""What an administrator's sign-in does for the accounts: new key pairs count, what does not fit is named."""

from crm_desktop.domain.errors import BusyError, OrganizationFileError
from crm_desktop.operations.session import Session
from crm_desktop.operations.users import take_over_pending
from crm_desktop.security.account_checks import misfits
from crm_desktop.security.key_file_copies import read_key_file
from crm_desktop.security.sign_in import renew


def look_after_accounts(session: Session) -> None:
    """Take over the pairs users made, and warn of accounts that were changed outside the program.

    Nothing for people without the right. Another program that is changing the keys just now does not keep
    anybody from working: it becomes a warning, and the next sign-in does it.
    """
    if not session.may("users"):
        return
    body = read_key_file(session.places).body
    found = misfits(body, renew(body, session.ring).roster)
    if found:
        what = "; ".join(sorted(found))
        session.warnings += (OrganizationFileError("key_file_tampered", what=what),)
    try:
        take_over_pending(session)
    except BusyError as error:
        session.warnings += (error,)
