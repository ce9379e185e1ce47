"""What the form of a contact offers beside its fixed fields: tags, members, the office's own fields."""

from collections.abc import Sequence
from dataclasses import dataclass

from crm_desktop.domain.contacts import Category
from crm_desktop.domain.custom_fields import NO, YES, CustomField, FieldKind, column_of
from crm_desktop.domain.folding import fold
from crm_desktop.domain.tags import Tag, TagTone
from crm_desktop.operations.custom_fields import fields_for
from crm_desktop.operations.members import members
from crm_desktop.operations.session import Session
from crm_desktop.operations.tags import all_tags
from crm_desktop.ui.messages import DASH, tr
from crm_desktop.ui.widgets import field_editors
from crm_desktop.ui.widgets.record_form import Field
from crm_desktop.ui.widgets.record_source import Choice

TONES = {
    TagTone.GREY: "neutral",
    TagTone.GREEN: "ok",
    TagTone.AMBER: "warn",
    TagTone.BLUE: "info",
    TagTone.RED: "danger",
}
"""Which tone of the tokens a tag's colour is."""
EDITORS: dict[FieldKind, field_editors.FieldKind] = {
    FieldKind.TEXT: "text",
    FieldKind.NUMBER: "text",
    FieldKind.DATE: "date",
    FieldKind.CHOICE: "choice",
    FieldKind.YES_NO: "choice",
    FieldKind.LINK: "text",
}
"""Which editor each kind of own field has, in the form as in a cell."""


@dataclass(frozen=True, slots=True)
class ContactOptions:
    """Read once for each form and card."""

    tags: tuple[Tag, ...] = ()
    owners: tuple[Choice, ...] = ()
    fields: tuple[CustomField, ...] = ()

    def proposals(self, typed: str) -> Sequence[str]:
        """Return the tags that begin with, then those that hold what was typed."""
        wanted = fold(typed)
        found = [tag for tag in self.tags if wanted in tag.name_key]
        return [tag.name for tag in sorted(found, key=lambda tag: not tag.name_key.startswith(wanted))]

    def tone(self, name: str) -> str:
        """Return the tone of the tag called ``name``."""
        key = fold(name)
        return next((TONES[tag.tone] for tag in self.tags if tag.name_key == key), "neutral")

    def owner(self, owner_id: int | None) -> str:
        """Return the name of a member, empty for none."""
        return next((words for member_id, words in self.owners if member_id == owner_id), "")


NO_OPTIONS = ContactOptions()


def contact_options(session: Session, category: Category) -> ContactOptions:
    """Read what the forms and cards of a list offer."""
    return ContactOptions(
        tags=tuple(all_tags(session)),
        owners=tuple((member.id, member.name) for member in members(session)),
        fields=tuple(fields_for(session, category)),
    )


def form_field(field: CustomField) -> Field:
    """Return the form's field for an own field, by its kind."""
    return Field(
        column_of(field.id),
        field.name,
        EDITORS[field.kind],
        width=150 if field.kind in {FieldKind.NUMBER, FieldKind.DATE} else 0,
        placeholder={FieldKind.NUMBER: "0", FieldKind.LINK: "https://"}.get(field.kind, ""),
        choices=lambda: own_choices(field),
    )


def own_choices(field: CustomField) -> list[Choice]:
    """Return what can be chosen in an own field; an empty one first."""
    if field.kind is FieldKind.YES_NO:
        return [("", DASH), (YES, tr("yes")), (NO, tr("no"))]
    return [("", DASH), *((option, option) for option in field.options)]


def shown_value(field: CustomField, value: str) -> str:
    """Return what stands in an own field as people read it."""
    from crm_desktop.ui.widgets.moments import date_words

    if field.kind is FieldKind.YES_NO:
        return tr("yes") if value == YES else tr("no")
    return date_words(value) if field.kind is FieldKind.DATE else value
