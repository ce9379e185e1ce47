"""The forms of the catalogue: a product, and which other spelling it is merged with."""

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtWidgets import QWidget

from crm_desktop.domain.contacts import Product
from crm_desktop.domain.errors import InvalidValueError, KnownError
from crm_desktop.operations.products import ProductDraft, ProductLine, draft_of_product, typed_problems
from crm_desktop.ui.messages import tr
from crm_desktop.ui.widgets.form_dialog import FormDialog
from crm_desktop.ui.widgets.record_form import Field, Section

_CODE_PX = 180


def product_from(values: Mapping[str, Any]) -> ProductDraft:
    """Return the product a form describes; each line of the plans is one."""
    return ProductDraft(
        name=str(values["name"] or ""),
        code=str(values["code"] or "") or None,
        vendor=str(values["vendor"] or "") or None,
        plans=tuple(str(values["plans"] or "").splitlines()),
        note=str(values["note"] or "") or None,
    )


def product_form(product: Product | None, *, parent: QWidget) -> FormDialog:
    """Return the form of a product, ``None`` for a new one."""
    fields = (
        Field("name", tr("Name"), required=True),
        Field("code", tr("Code"), width=_CODE_PX, tip=tr("The article number or SKU.")),
        Field("vendor", tr("Vendor")),
        Field("plans", tr("Plans or versions"), "lines", placeholder=tr("one a line")),
        Field("note", tr("Note"), "lines"),
    )
    draft = ProductDraft("") if product is None else draft_of_product(product)
    values: dict[str, object] = {
        "name": draft.name, "code": draft.code, "vendor": draft.vendor, "note": draft.note,
        "plans": "\n".join(draft.plans),
    }  # fmt: skip
    return FormDialog(
        tr("New product") if product is None else tr("Change the product"),
        [Section("", fields)],
        values,
        lambda typed: typed_problems(product_from(typed)),
        accept=tr("Save"),
        parent=parent,
    )


def merge_form(line: ProductLine, others: Sequence[ProductLine], *, parent: QWidget) -> FormDialog:
    """Return the question into which product ``line`` is merged; the value ``kept`` is that one's id."""
    choices = [(0, tr("Choose a product")), *((other.product.id, other.product.name) for other in others)]

    def check(values: Mapping[str, Any]) -> dict[str, KnownError]:
        return {} if values["kept"] else {"kept": InvalidValueError("value_required", field="kept")}

    return FormDialog(
        tr("Merge {product} into which product?").format(product=line.product.name),
        [Section("", (Field("kept", tr("Into"), "choice", required=True, choices=lambda: choices),))],
        {"kept": 0},
        check,
        text=tr(
            "Everybody who uses or used {product} has the other one afterwards, with the same dates and "
            "numbers. {product} leaves the catalogue. It can be undone."
        ).format(product=line.product.name),
        accept=tr("Merge"),
        parent=parent,
    )
