"""The dialog that exports a list: format, columns, how a CSV is written."""

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from crm_desktop.domain.filters import Condition
from crm_desktop.domain.list_export import ExportChoice, ExportFormat
from crm_desktop.operations.card_export import Version
from crm_desktop.ui.messages import tr
from crm_desktop.ui.widgets.dialog import Dialog
from crm_desktop.ui.widgets.field_editors import CheckField, ChoiceField
from crm_desktop.ui.widgets.inputs import LabelledField


class ExportDialog(Dialog):
    """Asks how a list is exported; ``columns`` are those on screen, ``gaps`` what they ask for."""

    def __init__(self, count: int, columns: Sequence[str], *, gaps: Condition | None = None) -> None:
        text = tr("The file is not encrypted: whoever gets it can read it. Bank details are never in it.")
        super().__init__(tr("Export %n contacts", "", count), text=text, accept=tr("Choose the file…"))
        self._columns, self._gaps = tuple(columns), gaps
        self.format = ChoiceField(
            choices=[
                ("xlsx", tr("Workbook (XLSX)")),
                ("csv", tr("Text with separators (CSV)")),
                (Version.V4, tr("Cards for other programs (vCard 4.0)")),
                (Version.V3, tr("Cards for phones and older programs (vCard 3.0)")),
            ]
        )
        self.what = ChoiceField(
            choices=[("list", tr("The columns of the list")), ("all", tr("Every value of the records"))]
        )
        self.delimiter = ChoiceField(choices=[(",", tr("Comma")), (";", tr("Semicolon")), ("\t", tr("Tab"))])
        self.mark = CheckField()
        self.mark.setText(tr("Mark as UTF-8, for spreadsheets"))
        self.mark.setChecked(True)
        self._of_csv: list[QWidget] = [LabelledField(tr("Separator"), self.delimiter), self.mark]
        self.body.addWidget(LabelledField(tr("Format"), self.format))
        self.body.addWidget(LabelledField(tr("What"), self.what))
        for widget in self._of_csv:
            self.body.addWidget(widget)
        self.format.value_changed.connect(self._format_chosen)
        self._format_chosen()

    def _format_chosen(self) -> None:
        for widget in self._of_csv:
            widget.setEnabled(self.format.value() == "csv")
        self.what.setEnabled(self.card_version() is None)

    def card_version(self) -> Version | None:
        """Return the version of the cards, None where a table was chosen."""
        value = self.format.value()
        return next((version for version in Version if version == value), None)

    def choice(self) -> ExportChoice:
        """Return what was chosen."""
        return ExportChoice(
            ExportFormat(str(self.format.value())),
            self._columns if self.what.value() == "list" else (),
            str(self.delimiter.value()),
            self.mark.isChecked(),
            self._gaps,
        )
