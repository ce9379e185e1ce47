"""The forms about a product a customer uses: the whole use, its end, the day it renews next."""

from collections.abc import Mapping
from typing import Any

from PySide6.QtWidgets import QWidget

from crm_desktop.domain.contact_drafts import ProductUseDraft, is_date
from crm_desktop.domain.errors import InvalidValueError, KnownError
from crm_desktop.operations.product_uses import next_renewal, typed_use_problems
from crm_desktop.operations.products import plan_names, product_names
from crm_desktop.operations.session import Session
from crm_desktop.ui.messages import tr
from crm_desktop.ui.widgets.form_dialog import FormDialog
from crm_desktop.ui.widgets.record_form import Field, Section
from crm_desktop.ui.widgets.text_field import TextField

_DATE_PX = 180
_TEXTS = ("since", "until", "plan", "serial", "renewal_on", "note")


def use_from(values: Mapping[str, Any]) -> ProductUseDraft:
    """Return the use a form describes; a quantity that is no number is -1, which is refused."""
    typed = str(values["quantity"] or "").strip()
    quantity = (int(typed) if typed.isdecimal() and len(typed) < 16 else -1) if typed else None
    since, until, plan, serial, renewal_on, note = (str(values[name] or "") or None for name in _TEXTS)
    return ProductUseDraft(
        str(values["product"] or ""), since, until, plan, quantity, serial, renewal_on, note
    )


def use_form(session: Session, draft: ProductUseDraft | None, *, parent: QWidget) -> FormDialog:
    """Return the form of a use, ``None`` for a new one; products and plans are proposed while typing."""
    dialog: FormDialog | None = None

    def plans(typed: str) -> list[str]:
        product = dialog.form.editor("product") if dialog is not None else None
        name = str(product.value()) if isinstance(product, TextField) else ""
        return [plan for plan in plan_names(session, name) if typed.casefold() in plan.casefold()]

    def named(typed: str) -> list[str]:
        return [name for name in product_names(session) if typed.casefold() in name.casefold()]

    fields = (
        Field("product", tr("Product"), "product", required=True, completions=named),
        Field("plan", tr("Plan or version"), completions=plans),
        Field("quantity", tr("Quantity"), width=90),
        Field("since", tr("Since"), "date", width=_DATE_PX),
        Field("until", tr("Until"), "date", width=_DATE_PX, tip=tr("Empty while it is used.")),
        Field("renewal_on", tr("Renews on"), "date", width=_DATE_PX),
        Field("serial", tr("Contract or serial no.")),
        Field("note", tr("Note"), "lines"),
    )
    shown = draft or ProductUseDraft("")
    values = {name: getattr(shown, name) for name in ("product", *_TEXTS)}
    values["quantity"] = "" if shown.quantity is None else str(shown.quantity)
    dialog = FormDialog(
        tr("Change the use of a product") if draft else tr("Add a product in use"),
        [Section("", fields)],
        values,
        lambda typed: typed_use_problems(use_from(typed)),
        accept=tr("Save"),
        parent=parent,
    )
    return dialog


def renewal_form(customer: str, product: str, renewal_on: str | None, *, parent: QWidget) -> FormDialog:
    """Return the question until when a product is renewed; a year after the last date is proposed."""
    return _date_form(
        tr("Renewed until when?"),
        tr("{product} of {customer}").format(product=product, customer=customer),
        Field("renewal_on", tr("Renews next on"), "date", required=True),
        next_renewal(renewal_on) if renewal_on else "",
        accept=tr("Renew"),
        parent=parent,
    )


def end_form(product: str, today: str, *, parent: QWidget) -> FormDialog:
    """Return the question since when a product is no longer used; ``today`` is proposed."""
    return _date_form(
        tr("No longer uses {product}?").format(product=product),
        tr("It stays on the card as a product used before."),
        Field("until", tr("Last day"), "date", required=True),
        today,
        accept=tr("End the use"),
        parent=parent,
    )


def _date_form(title: str, text: str, field: Field, day: str, *, accept: str, parent: QWidget) -> FormDialog:
    def check(values: Mapping[str, Any]) -> dict[str, KnownError]:
        typed = str(values[field.key] or "")
        if not typed:
            return {field.key: InvalidValueError("value_required", field=field.key)}
        if not is_date(typed):
            return {field.key: InvalidValueError("date_invalid", field=field.key, value=typed)}
        return {}

    return FormDialog(
        title, [Section("", (field,))], {field.key: day}, check, accept=accept, text=text, parent=parent
    )
