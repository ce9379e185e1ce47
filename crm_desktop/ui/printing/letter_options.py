"""What is written in a letter: its form, its sender and its text with fields."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QMenu

from crm_desktop.domain.addressees import LETTER_LANGUAGES, MERGE_FIELDS, check_fields
from crm_desktop.domain.print_layouts import LETTER_FORMS, letter_form_of
from crm_desktop.operations.session import Session
from crm_desktop.ui.messages import tr
from crm_desktop.ui.printing.letters import Letters, LetterWords
from crm_desktop.ui.printing.options import PrintOptions, address_kind
from crm_desktop.ui.printing.paper import Document
from crm_desktop.ui.widgets.inputs import LabelledField
from crm_desktop.ui.widgets.moments import Clock
from crm_desktop.ui.widgets.parts import button
from crm_desktop.ui.widgets.text_field import TextField


def field_word(name: str) -> str:
    """Return what a field of a letter is called."""
    return {
        "salutation": tr("Salutation"),
        "name": tr("Name"),
        "given": tr("Given name"),
        "family": tr("Family name"),
        "prefix": tr("Prefix"),
        "company": tr("Company"),
        "title": tr("Position"),
        "customer_number": tr("Customer no."),
        "street": tr("Street"),
        "postal_code": tr("Postal code"),
        "city": tr("City"),
        "country": tr("Country"),
        "date": tr("Date"),
        "organization": tr("Organization"),
        "user": tr("Your name"),
    }[name]


def first_text(language: str) -> str:
    """Return how a letter begins and ends before anybody wrote one."""
    closing = "Mit freundlichen Grüßen" if language == "de" else "Yours sincerely"
    return f"{{salutation}}\n\n\n\n{closing}\n\n\n{{user}}"


class LetterOptions(PrintOptions):
    """Form, language, sender, subject and text; a new letter begins with the last one."""

    def __init__(self, session: Session, ids: Sequence[int], clock: Clock) -> None:
        super().__init__(session, "letter")
        self._ids, self._clock = ids, clock
        region = session.organization.region
        usual = letter_form_of(region)
        forms = sorted(LETTER_FORMS, key=lambda form: form is not usual)
        self.form = self.choice("form", tr("Form"), [(form.key, form.name) for form in forms])
        languages = sorted(LETTER_LANGUAGES, key=lambda known: known != self._language(region))
        words = {"en": tr("English"), "de": tr("German")}
        self.language = self.choice(
            "language", tr("Language of date and salutation"), [(known, words[known]) for known in languages]
        )
        self.sender_field = self.lines("sender", tr("Sender"), rows=3)
        self.subject = TextField()
        self.subject.set_value(str(self.stored.get("subject", "")))
        self.subject.textChanged.connect(lambda _text: self.changed.emit())
        self.body.addWidget(LabelledField(tr("Subject"), self.subject))
        self.text = self.lines(
            "text", tr("Text"), rows=9, hint=tr("Words in braces are filled for each contact.")
        )
        if not self.text.value():
            self.text.set_value(first_text(str(self.language.value())))
        self.field_button = button(tr("Insert a field…"), self._offer_fields, glyph="brackets-curly")
        self.body.addWidget(self.field_button)
        self.address = self.address_choice()

    @staticmethod
    def _language(region: str) -> str:
        return "de" if region in {"DE", "AT", "CH", "LI", "LU"} else "en"

    def _offer_fields(self) -> None:
        menu = self.field_menu()
        menu.popup(self.field_button.mapToGlobal(QPoint(0, self.field_button.height() + 4)))

    def field_menu(self) -> QMenu:
        """Return a menu that puts a field where the cursor is."""
        menu = QMenu(self)
        for name in MERGE_FIELDS:
            menu.addAction(field_word(name), partial(self.text.insertPlainText, f"{{{name}}}"))
        return menu

    def document(self) -> Document:
        """Return the letters; raises InvalidValueError for a field there is none of."""
        text, subject = str(self.text.value() or ""), str(self.subject.value() or "")
        check_fields(text)
        check_fields(subject)
        words = LetterWords(
            text,
            subject,
            str(self.sender_field.value() or ""),
            str(self.language.value()),
            self._clock.today(),
        )
        form = next(known for known in LETTER_FORMS if known.key == self.form.value())
        return Letters(self.session, self._ids, form, words, address_kind(self.address))

    def values(self) -> dict[str, object]:
        """Return everything."""
        return {
            "form": self.form.value(), "language": self.language.value(), "sender": self.sender_field.value(),
            "subject": self.subject.value(), "text": self.text.value(), "address": self.address.value(),
        }  # fmt: skip
