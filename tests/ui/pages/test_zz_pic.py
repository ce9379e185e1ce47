from pathlib import Path
import pytest
from PySide6.QtWidgets import QApplication
from crm_desktop.operations import call_imports, consents, member_lines, contacts
from crm_desktop.ui.pages.calls.import_dialog import ImportDialog
from crm_desktop.ui.pages.calls.page import CallsPage
from crm_desktop.ui.pages.calls.runs_dialog import RunsDialog
from crm_desktop.ui.theme import Mode
from tests.ui.desk import Desk, answering, sample_call_log

OUT = Path("/tmp/h/importpage-tmp")

def make(folder: Path) -> list[Path]:
    phone = sample_call_log(folder)
    box = folder / "office" ; box.mkdir()
    (box / "FRITZBox_Anrufliste.csv").write_text("sep=;\nTyp;Datum;Name;Rufnummer;Nebenstelle;Eigene Rufnummer;Dauer\n"
      "1;01.04.26 01:33;;+447700900123;Tel;555;0:01\n1;31.03.26 08:20;;02079460018;Tel;555;0:02\n2;31.03.26 09:00;;+447700900888;Tel;556;0:00\n"
      "1;32.03.26 08:20;;02079460018;Tel;555;0:02\n4;30.03.26 10:11;;+12025550118;Tel;557;0:03\n", encoding="utf-8")
    (box / "letter.txt").write_text("Dear all\nno log\n", encoding="utf-8")
    (folder / "people.vcf").write_text("BEGIN:VCARD\nVERSION:3.0\nFN:Ann\nEND:VCARD\n", encoding="utf-8")
    (folder / "unknown.csv").write_text("Wann;Was\nheute 1;Ann\nmorgen 2;Ben\n", encoding="utf-8")
    return [phone, box, folder / "people.vcf", folder / "unknown.csv"]

@pytest.mark.parametrize("mode", ["light", "dark"])
def test_pictures(desk: Desk, tmp_path: Path, mode: str) -> None:
    from crm_desktop.ui import theme
    desk.window.resize(1440, 900)
    page = desk.page("calls")
    assert isinstance(page, CallsPage)
    consents.grant_consent(desk.session)
    member_lines.set_lines(desk.session, desk.session.member.id, ["555"])
    paths = make(tmp_path)
    if mode == "dark":
        theme.apply_theme(QApplication.instance(), "dark")
    dialog = ImportDialog(page.context, paths, parent=page)
    desk.qtbot.addWidget(dialog)
    dialog.show()
    desk.settle()
    dialog.grab().save(str(OUT / f"a-{mode}.png"))
    dialog._area.verticalScrollBar().setValue(10000)
    desk.settle()
    dialog.grab().save(str(OUT / f"b-{mode}.png"))
    dialog.files._current = 4; dialog.files._remove(); desk.settle()
    dialog.mapping.hide(); dialog._mapped=None
    zone = dialog.choices.zone
    zone.setCurrentIndex(zone.findData("Europe/Berlin")); desk.settle()
    dialog.choices.more_button.click()
    dialog._area.verticalScrollBar().setValue(0); desk.settle()
    dialog.grab().save(str(OUT / f"c-{mode}.png"))
    dialog._area.verticalScrollBar().setValue(10000); desk.settle()
    dialog.grab().save(str(OUT / f"d-{mode}.png"))
    dialog.accept_button.click(); desk.settle()
    dialog.grab().save(str(OUT / f"e-{mode}.png"))
    dialog.accept()
    runs = RunsDialog(page.context, parent=page); desk.qtbot.addWidget(runs); runs.show(); desk.settle()
    runs.grab().save(str(OUT / f"f-{mode}.png"))
