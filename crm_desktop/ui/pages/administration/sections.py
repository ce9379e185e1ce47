"""The sections of the administration, one line each: where a new section is added."""

from collections.abc import Callable
from dataclasses import dataclass

from crm_desktop.ui.widgets.page import Page, PageContext


@dataclass(frozen=True, slots=True)
class SectionSpec:
    """A section: its name in settings and links, title, the right it needs, and how it is made."""

    name: str
    title: str
    needs: str
    make: Callable[[PageContext], Page]


SECTIONS: tuple[SectionSpec, ...] = ()
