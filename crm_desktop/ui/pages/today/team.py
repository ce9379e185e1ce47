"""Whether figures by team member are shown, and the switch for whoever may (promise P12)."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from crm_desktop.domain.consents import TEAM_FIGURES_SENTENCE
from crm_desktop.operations.team_figures import set_team_figures
from crm_desktop.ui.messages import tr
from crm_desktop.ui.tokens import SPACE_XS
from crm_desktop.ui.widgets.dialog import ask
from crm_desktop.ui.widgets.page import PageContext
from crm_desktop.ui.widgets.parts import button, column, label, row


class TeamSwitch(QWidget):
    """``switched``: they were switched on or off."""

    switched = Signal()

    def __init__(self, context: PageContext) -> None:
        super().__init__()
        self._context = context
        self._on = False
        self.words = label("", "caption", wrap=True)
        self.switch = button("", self._ask, role="link")
        may = context.session.may("settings") and not context.session.read_only
        self.switch.setVisible(may)
        body = column(self.words, row(self.switch, None), spacing=SPACE_XS)
        self.setLayout(body)
        self.hide()  # until it is known

    def show_state(self, *, on: bool) -> None:
        """Say whose figures there are."""
        self._on = on
        self.show()
        if on and self._context.session.may("calls.team_figures"):
            words = tr("Mine, and those of members whose consent names these figures.")
        else:
            words = tr("My own calls alone: figures of others are not shown.")
        self.words.setText(words)
        self.switch.setText(tr("Hide the team's figures…") if on else tr("Show the team's figures…"))

    def _ask(self) -> None:
        if self._on:
            title, verb = tr("Hide the figures of the team?"), tr("Hide them")
            text = tr("Everybody then sees his own figures alone.")
        else:
            title, verb = tr("Show figures by team member?"), tr("Show them")
            text = tr(
                "From now on the consent to import a call log says: “{sentence}” Only the figures of members "
                "who agree to that are shown, and only to administrators and managers."
            ).format(sentence=TEAM_FIGURES_SENTENCE)
        if ask(self.window(), title, text=text, accept=verb):
            self._context.tasks.run(
                lambda: set_team_figures(self._context.session, on=not self._on),
                on_done=self._done,
                on_error=self._context.notices.refuse,
                owner=self,
            )

    def _done(self, _result: None) -> None:
        self.switched.emit()
