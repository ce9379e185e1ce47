"""Words for relations: what each side is to the other, since when and until when."""

from crm_desktop.domain.relations import RelationRole
from crm_desktop.ui.messages import tr
from crm_desktop.ui.widgets.moments import date_words


def role_word(role: RelationRole) -> str:
    """Return what one side is to the other, ready for the other's name behind it."""
    return {
        RelationRole.EMPLOYEE_OF: tr("Employee of"),
        RelationRole.EMPLOYER_OF: tr("Employer of"),
        RelationRole.CONTACT_PERSON_OF: tr("Contact person of"),
        RelationRole.HAS_CONTACT_PERSON: tr("Contact person is"),
        RelationRole.SIGNATORY_OF: tr("Authorised signatory of"),
        RelationRole.HAS_SIGNATORY: tr("Authorised signatory is"),
        RelationRole.SUPERVISED_BY: tr("Supervised by"),
        RelationRole.SUPERVISES: tr("Supervises"),
        RelationRole.REFERRED_BY: tr("Referred by"),
        RelationRole.REFERRED: tr("Referred"),
        RelationRole.INVOICE_RECIPIENT_FOR: tr("Invoice recipient for"),
        RelationRole.HAS_INVOICE_RECIPIENT: tr("Invoices go to"),
        RelationRole.ACCOUNTANT_OF: tr("Accountant of"),
        RelationRole.CLIENT_OF: tr("Client of"),
        RelationRole.PARTNER_OF: tr("Partner of"),
        RelationRole.SUCCESSOR_OF: tr("Successor of"),
        RelationRole.PREDECESSOR_OF: tr("Predecessor of"),
        RelationRole.SPOUSE_OF: tr("Spouse of"),
        RelationRole.PARENT_OF: tr("Parent of"),
        RelationRole.CHILD_OF: tr("Child of"),
        RelationRole.SIBLING_OF: tr("Sibling of"),
    }[role]


def dates_words(started_on: str | None, ended_on: str | None) -> str:
    """Return from when to when a relation lasts; nothing where neither is known."""
    if started_on and ended_on:
        return tr("{first} to {last}").format(first=date_words(started_on), last=date_words(ended_on))
    if ended_on:
        return tr("until {date}").format(date=date_words(ended_on))
    return tr("since {date}").format(date=date_words(started_on)) if started_on else ""
