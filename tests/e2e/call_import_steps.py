"""Call logs of one go: a phone's, the router's and what lies beside them; groups, report, past imports."""

from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from PySide6.QtWidgets import QDialog

from crm_desktop.domain.contacts import Category
from crm_desktop.operations import call_imports, consents, contacts, member_lines
from crm_desktop.operations.call_import_groups import Group
from crm_desktop.operations.contacts import ContactQuery
from crm_desktop.operations.session import Session
from crm_desktop.ui.pages.calls.import_dialog import ImportDialog
from crm_desktop.ui.pages.calls.page import CallsPage
from crm_desktop.ui.pages.calls.runs_dialog import RunsDialog
from tests.e2e.driver import Driver

_ROUTER = "sep=;\nTyp;Datum;Name;Rufnummer;Nebenstelle;Eigene Rufnummer;Dauer\n"
_NOBODY = "+442079460999"


def call_import_steps(driver: Driver, folder: Path) -> None:
    """Look at every group of two logs, one an office's; import them and see them among the past ones."""
    session = driver.workspace.session
    if consents.active_consent(session, session.member.id) is None:
        consents.grant_consent(session)
    member_lines.set_lines(session, session.member.id, ["21"])
    driver.workspace.pages.show_named("calls")
    page = driver.page(CallsPage)
    driver.settle()
    before = len(call_imports.runs(session))
    given = driver.answers_given
    driver.answer(ImportDialog, lambda dialog: _import(driver, dialog))
    page.import_files(_files(session, folder / "telephone"))
    driver.answered(given + 1)
    driver.settle()
    assert len(call_imports.runs(session)) == before + 2
    driver.answer(RunsDialog, lambda dialog: _past(driver, dialog))
    page.show_runs()
    driver.answered(given + 2)


def _files(session: Session, folder: Path) -> list[Path]:
    """Write the log of a phone, and a folder with the router's list, cards and a letter."""
    people = contacts.contact_ids(session, ContactQuery(Category.CUSTOMER))[:400]
    cards = (contacts.card(session, one) for one in people)
    known = [card.phones[0].e164 for card in cards if card.phones and card.phones[0].e164][:24]
    zone = ZoneInfo(session.organization.time_zone)
    first = datetime.fromtimestamp(session.now(), zone).replace(hour=9, minute=0, second=20) - timedelta(
        days=9
    )
    moments = [first + timedelta(days=place // 4, minutes=37 * (place % 4)) for place in range(24)]
    calls = list(zip(known, moments, strict=True))
    rows = [
        f'<call number="{number}" duration="{40 + 7 * place}" date="{int(at.timestamp()) * 1000}" '
        f'type="{place % 3 + 1}" />'
        for place, (number, at) in enumerate(
            [*calls, (_NOBODY, first), (_NOBODY, first + timedelta(hours=5))]
        )
    ]
    rows.append(f'<call number="{known[0]}" duration="9" date="yesterday" type="1" />')
    office = folder / "office"
    office.mkdir(parents=True)
    phone = folder / f"calls-{first:%Y%m%d}180511.xml"
    phone.write_text(
        f"<?xml version='1.0' encoding='UTF-8'?>\n<calls count='{len(rows)}'>\n"
        + "\n".join(rows)
        + "</calls>\n",
        encoding="utf-8",
    )
    lines = [
        f"{place % 2 + 1};{at:%d.%m.%y %H:%M};;{number};Telefon {line};{line};0:0{(place + 1) % 2 * 3}\n"
        for place, (number, at) in enumerate(calls)
        for line in ((21, 22, 23)[place % 3],)
    ]
    lines += [
        "1;32.13.26 25:61;;030;Telefon 21;21;0:01\n",
        f"1;{first:%d.%m.%y %H:%M};;**611;Telefon 21;21;0:01\n",
    ]
    (office / "FRITZBox_Anrufliste.csv").write_text(_ROUTER + "".join(lines), encoding="utf-8")
    (office / "Notes.txt").write_text("Whom to call back\nno log\n", encoding="utf-8")
    (office / "people.vcf").write_text("BEGIN:VCARD\nVERSION:3.0\nFN:Ann Lee\nEND:VCARD\n", encoding="utf-8")
    return [phone, office]


def _import(driver: Driver, dialog: QDialog) -> None:
    assert isinstance(dialog, ImportDialog)
    driver.until(lambda: dialog.review.isVisible() and dialog.accept_button.isEnabled(), "the preview")
    driver.picture("91-calls-files")
    bar = dialog._area.verticalScrollBar()
    for group, name in (
        (Group.MATCHED, "92-calls-matched"),
        (Group.SAME, "92-calls-from-two-sources"),
        (Group.UNKNOWN, "92-calls-unknown-numbers"),
        (Group.REJECTED, "92-calls-not-readable"),
    ):
        driver.click(dialog.review.groups[group])
        bar.setValue(bar.maximum())
        driver.settle()
        driver.picture(name)
    dialog.choices.skip_duplicates.click()
    driver.settle()
    driver.until(dialog.accept_button.isEnabled, "the second preview")
    driver.click(dialog.accept_button)
    driver.until(lambda: dialog.result_view is not None, "the result")
    driver.picture("93-calls-result")
    driver.click(dialog.accept_button)


def _past(driver: Driver, dialog: QDialog) -> None:
    assert isinstance(dialog, RunsDialog)
    driver.settle()
    driver.picture("94-past-imports")
    driver.click(dialog.accept_button)
