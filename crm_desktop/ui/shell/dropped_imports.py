"""Files dropped on the window, imported as what they are."""

from pathlib import Path

from crm_desktop.operations.dropped_files import DroppedFiles, FileKind
from crm_desktop.operations.session import Session
from crm_desktop.ui.shell.page_stack import PageStack


def import_dropped(pages: PageStack, session: Session, found: DroppedFiles) -> None:
    """Import contacts and call logs as what they are; of both at once, the contacts after the calls."""

    def import_contacts(paths: list[Path]) -> None:
        if paths and session.may("contacts.import"):
            pages.ask_list("import_contacts", paths)

    held = found.of(FileKind.CONTACTS)
    if held and len(held) == len(found.files) and session.may("contacts.import"):
        import_contacts(held)
    elif session.may("calls.import_own"):
        pages.ask("calls", "import_found", found, import_contacts)
