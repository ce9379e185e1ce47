"""What this program and this file are: counts, place, encryption; all of it read from the file itself."""

from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QDialog, QFormLayout, QWidget

from crm_desktop.operations.organizations import organization_info
from crm_desktop.operations.session import Session
from crm_desktop.ui.messages import tr
from crm_desktop.ui.tokens import SPACE_L, SPACE_S, SPACE_XL
from crm_desktop.ui.widgets.parts import button, card, column, fit_height, label, row


class AboutDialog(QDialog):
    """Version, and the facts of the open file."""

    def __init__(self, session: Session, *, version: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("About CT-CRM Desktop"))
        frame, body = card()
        form = QFormLayout()
        form.setHorizontalSpacing(SPACE_XL)
        form.setVerticalSpacing(SPACE_S)
        for words, value in _facts(session):
            form.addRow(label(words, "muted"), label(value, wrap=True, selectable=True))
        body.addLayout(form)
        close = button(tr("Close"), self.accept)
        close.setDefault(True)
        promise = tr("One encrypted file per organization. No server, no account, no network.")
        self.setLayout(
            column(
                column(
                    label("CT-CRM Desktop", "title"),
                    label(tr("Version {version}").format(version=version), "muted"),
                ),
                label(promise, wrap=True),
                frame,
                row(None, close),
                spacing=SPACE_L,
                margin=SPACE_XL,
            )
        )
        fit_height(self, 540)


def _facts(session: Session) -> list[tuple[str, str]]:
    info = organization_info(session)
    records = [
        tr("%n customers", "", info.customers),
        tr("%n address-book entries", "", info.address_book),
    ]
    if info.calls is not None:
        records.append(tr("%n calls", "", info.calls))
    size = QLocale().formattedDataSize(info.size_bytes, 1)
    return [
        (tr("Organization"), info.name),
        (tr("File"), str(session.path)),
        (tr("Holds"), " · ".join(records)),
        (tr("Size"), size),
        (tr("Encryption"), _cipher(info.cipher)),
    ]


def _cipher(facts: dict[str, str]) -> str:
    """Return the file's encryption in words: engine, cipher, and what guards each page."""
    engine = facts.get("cipher_version", "").split(" ")[0]
    guard = facts.get("cipher_hmac_algorithm", "").replace("_", "-")
    return f"SQLCipher {engine}, AES-256, {guard}"
