"""The form of a bank account: checked while it is typed, an invalid number kept only knowingly."""

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QScrollArea, QWidget

from crm_desktop.domain.bank_accounts import AccountType, BankDetails, MandateSequence
from crm_desktop.domain.bank_numbers import can_be_kept
from crm_desktop.domain.errors import InvalidValueError, KnownError
from crm_desktop.operations.bank_accounts import account_problems, completed
from crm_desktop.ui.messages import message_for, tr
from crm_desktop.ui.theme import set_role
from crm_desktop.ui.widgets.dialog import Dialog
from crm_desktop.ui.widgets.record_form import Field, RecordForm, Section
from crm_desktop.ui.widgets.record_source import Choice
from crm_desktop.ui.widgets.text_field import TextField

_SIZE_PX = (560, 640)


def _type_choices() -> list[Choice]:
    return [(AccountType.IBAN.value, tr("IBAN")), (AccountType.OTHER.value, tr("Other account number"))]


def _sequence_choices() -> list[Choice]:
    return [
        ("", tr("none")),
        (MandateSequence.FIRST.value, tr("first collection (FRST)")),
        (MandateSequence.RECURRENT.value, tr("recurring (RCUR)")),
    ]


def _sections(masked: str) -> list[Section]:
    keep = tr("{number} – leave empty to keep it").format(number=masked) if masked else ""
    example = keep or tr("DE02 1203 0000 0000 2020 51", "example of an IBAN")
    return [
        Section(
            "",
            (
                Field("type", tr("Type"), "choice", choices=_type_choices),
                Field("account", tr("Number"), required=not masked, placeholder=example),
                Field("unchecked", tr("Keep it unchecked, although it is not valid"), "check"),
                Field("bic", tr("BIC"), width=180, tip=tr("Filled in from the IBAN where it is known.")),
                Field("bank_name", tr("Bank")),
                Field("bank_code", tr("Bank code"), width=180, tip=tr("The bank's national number.")),
                Field("holder", tr("Holder"), placeholder=tr("if it is somebody else")),
                Field("currency", tr("Currency"), width=90, placeholder="EUR"),
                Field("purpose", tr("Purpose")),
                Field("active", tr("In use"), "check"),
            ),
        ),
        Section(
            tr("SEPA mandate").upper(),
            (
                Field("mandate_reference", tr("Reference")),
                Field("mandate_on", tr("Signed on"), "date", width=180),
                Field("mandate_sequence", tr("Collection"), "choice", choices=_sequence_choices),
            ),
        ),
        Section("", (Field("note", tr("Note"), "lines"),)),
    ]


class BankAccountDialog(Dialog):
    """``submitted`` carries the typed details; ``refuse`` shows what the operation said about them."""

    submitted = Signal(object)

    def __init__(self, details: BankDetails, *, masked: str = "", parent: QWidget | None = None) -> None:
        super().__init__(
            tr("Change bank account") if masked else tr("Add bank account"),
            text=tr("The change counts once another person has confirmed it."),
            accept=tr("Save"),
            parent=parent,
        )
        self._masked = masked
        self._filled = {key: getattr(details, key) or "" for key in _OF_THE_BANK}
        self.form = RecordForm(_sections(masked), name=tr("Bank account"))
        self.form.set_values(_values(details))
        self._offer_unchecked(offered=details.unchecked)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        set_role(self.form, "page")
        scroll.setWidget(self.form)
        self.body.addWidget(scroll, 1)
        self.put_buttons_after(self.form.last_stop)
        for key in ("account", "bic", "currency"):
            editor = self.form.editor(key)
            if isinstance(editor, QLineEdit):
                editor.editingFinished.connect(partial(self._left, key))
        self.form.save_requested.connect(self._submit)
        self.accept_button.clicked.disconnect()
        self.accept_button.clicked.connect(self._submit)
        self.resize(*_SIZE_PX)
        self.form.editor("account").setFocus()

    def details(self) -> BankDetails:
        """Return what is typed."""
        values = self.form.values()
        texts = {name: str(values[name] or "") or None for name in _TEXTS}
        sequence = str(values["mandate_sequence"] or "")
        return BankDetails(
            type=AccountType(str(values["type"])),
            account=str(values["account"]),
            active=bool(values["active"]),
            unchecked=bool(values["unchecked"]),
            mandate_sequence=MandateSequence(sequence) if sequence else None,
            **texts,
        )

    def problems(self) -> dict[str, InvalidValueError]:
        """Return what is wrong with what is typed; an empty number of an edited account is kept."""
        details = self.details()
        found = account_problems(details)
        if self._masked and not details.account.strip():
            found.pop("account", None)
        return found

    def _left(self, key: str) -> None:
        """Say at once what is wrong with a field that was typed, and fill in the bank of a valid IBAN."""
        found = self.problems()
        typed = bool(self.form.values()[key])
        problem = found.get(key)
        self.form.note_refusal(key, message_for(problem) if problem is not None and typed else "")
        if problem is not None and typed:
            self._offer_unchecked(offered=can_be_kept(problem))
        elif key == "account" and typed:
            self._fill_in_bank()

    def _fill_in_bank(self) -> None:
        self._forget_former_bank()
        complete = completed(self.details())
        self._filled = {key: getattr(complete, key) or "" for key in _OF_THE_BANK}
        for key in _OF_THE_BANK:
            editor, value = self.form.editor(key), getattr(complete, key)
            if isinstance(editor, TextField) and not editor.value() and value:
                editor.set_value(value)

    def _forget_former_bank(self) -> None:
        """Empty what was filled in for another number, and leave what somebody typed."""
        for key in _OF_THE_BANK:
            editor = self.form.editor(key)
            if isinstance(editor, TextField) and str(editor.value()) == self._filled.get(key):
                editor.set_value("")

    def _submit(self) -> None:
        if self.form.values()["account"]:
            self._fill_in_bank()
        found = self.problems()
        self.form.clear_refusals()
        self.message.hide()
        self._offer_unchecked(offered=any(can_be_kept(problem) for problem in found.values()))
        for field, problem in found.items():
            self.form.show_refusal(field, message_for(problem))
        if not found:
            self.accept_button.setEnabled(False)
            self.submitted.emit(self.details())

    def _offer_unchecked(self, *, offered: bool) -> None:
        """Offer to keep an invalid number once it was refused, and as long as it is kept."""
        check = self.form.editor("unchecked")
        check.setVisible(offered or bool(self.form.values()["unchecked"]))

    def resume(self) -> None:
        """Go on with what is typed."""
        self.accept_button.setEnabled(True)

    def refuse(self, error: KnownError) -> None:
        """Show why nothing was saved, at its field where it has one; what was typed stays."""
        self.resume()
        field = str(error.facts.get("field", ""))
        if not self.form.show_refusal(field, message_for(error)):
            self.show_refusal(message_for(error))


_OF_THE_BANK = ("bic", "bank_name", "bank_code")
_TEXTS = (
    "bic", "bank_name", "bank_code", "holder", "currency", "purpose", "mandate_reference", "mandate_on",
    "note",
)  # fmt: skip


def _values(details: BankDetails) -> dict[str, object]:
    values: dict[str, object] = {name: getattr(details, name) for name in _TEXTS}
    sequence = details.mandate_sequence.value if details.mandate_sequence else ""
    return values | {
        "type": details.type.value, "account": "", "active": details.active,
        "unchecked": details.unchecked, "mandate_sequence": sequence,
    }  # fmt: skip
