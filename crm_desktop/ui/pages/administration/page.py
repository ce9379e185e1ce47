"""Administration: users, rights, keys, backups and the log, each behind a tab and made when first shown."""

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QStackedWidget, QTabBar, QVBoxLayout

from crm_desktop.operations.settings import get_setting, put_setting
from crm_desktop.ui.messages import tr
from crm_desktop.ui.pages.administration.sections import SECTIONS
from crm_desktop.ui.tokens import SPACE_M
from crm_desktop.ui.widgets.page import Page, PageContext
from crm_desktop.ui.widgets.parts import label

_SETTING = "administration_section"


class AdministrationPage(Page):
    """The sections the user has the right to, one at a time."""

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        self._specs = [spec for spec in SECTIONS if self.session.may(spec.needs)]
        self._sections: dict[int, Page] = {}
        self.tabs = QTabBar()
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.tabs.setAccessibleName(tr("Sections of the administration"))
        for spec in self._specs:
            self.tabs.addTab(QCoreApplication.translate("", spec.title))
        self._stack = QStackedWidget()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_M)
        layout.addWidget(label(tr("Administration"), "title"))
        layout.addWidget(self.tabs)
        layout.addWidget(self._stack, 1)
        self.tabs.currentChanged.connect(self._bring)
        self.show_section(str(get_setting(self.session, _SETTING) or ""))

    @property
    def section(self) -> Page | None:
        """The section in front."""
        front = self._stack.currentWidget()
        return front if isinstance(front, Page) else None

    def show_section(self, name: str) -> Page | None:
        """Bring a section to the front by its name, the first for an unknown one; return it."""
        place = next((place for place, spec in enumerate(self._specs) if spec.name == name), 0)
        self.tabs.setCurrentIndex(place)
        self._bring(self.tabs.currentIndex())
        return self.section

    def section_name(self) -> str:
        """Return the name of the section in front."""
        return self._specs[max(0, self.tabs.currentIndex())].name if self._specs else ""

    def bring_section(self, name: str) -> None:
        """Bring a section to the front by its name."""
        self.show_section(name)

    def _bring(self, place: int) -> None:
        if place < 0:
            return
        section = self._sections.get(place)
        if section is None:
            section = self._specs[place].make(self.context)
            section.records_changed.connect(self.records_changed)
            section.contact_requested.connect(self.contact_requested)
            self._sections[place] = section
            self._stack.addWidget(section)
        if self._stack.currentWidget() is not section or not section.isVisible():
            self._stack.setCurrentWidget(section)
        section.activate()

    def activate(self) -> None:
        """Bring the section in front up to date."""
        section = self.section
        if section is not None:
            section.activate()

    def refresh(self) -> None:
        """Read again what another page may have changed."""
        for section in self._sections.values():
            section.refresh()

    def save_draft(self) -> None:
        """Keep half-typed input of every section."""
        for section in self._sections.values():
            section.save_draft()

    def tells(self, code: str) -> bool:
        """Ask the section in front."""
        section = self.section
        return section is not None and section.tells(code)

    def stop(self) -> None:
        """Let go of what is under way in any section."""
        for section in self._sections.values():
            section.stop()

    def remember(self) -> None:
        """Keep which section was in front."""
        if self._specs:
            put_setting(self.session, _SETTING, self.section_name())
        for section in self._sections.values():
            section.remember()

    def may_leave(self, then: Callable[[], None]) -> bool:
        """Ask the section in front."""
        section = self.section
        return section is None or section.may_leave(then)
