"""What was found inside a backup, and what the present file has beyond it, before anything is restored."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from crm_desktop.operations.backup_contents import Inside, Newer
from crm_desktop.ui.messages import isolated, number, tr
from crm_desktop.ui.tokens import SPACE_L, SPACE_M, SPACE_S
from crm_desktop.ui.widgets.backup_words import contents_words, key_words, reason_word, size_words
from crm_desktop.ui.widgets.elided_label import ElidedLabel
from crm_desktop.ui.widgets.moments import Clock
from crm_desktop.ui.widgets.parts import card, column, label, row
from crm_desktop.ui.widgets.pill import Pill
from crm_desktop.ui.widgets.sign import Sign
from crm_desktop.ui.widgets.words import verb_phrase

_VERBS_NAMED = 3


def newer_words(newer: Newer | None, clock: Clock) -> str:
    """Return what would be gone from the present file, by kind of change."""
    if newer is None:
        return tr("Nothing was changed since: the present file has nothing that is not in this backup.")
    named = [f"{number(count)} × {verb_phrase(verb)}" for verb, count in newer.changes[:_VERBS_NAMED]]
    rest = sum(count for _, count in newer.changes[_VERBS_NAMED:])
    if rest:
        named.append(tr("%n other changes", "", rest))
    words = tr(
        "%n changes were made since and are not in this backup, the last one {when}: {which}.",
        "",
        newer.count,
    )
    return words.format(when=clock.relative(newer.last_at), which=", ".join(named))


class BackupFacts(QWidget):
    """A card with the organization, counts, times and keys of a backup that was checked whole."""

    def __init__(self, inside: Inside, clock: Clock) -> None:
        super().__init__()
        frame, body = card(role="quiet-card")
        head = row(Sign("archive", "accent", side=36, disc=True), spacing=SPACE_M)
        head.addLayout(
            column(
                label(inside.organization, "section", wrap=True),
                label(contents_words(inside.contents), "muted", wrap=True),
                spacing=2,
            ),
            1,
        )
        head.addWidget(Pill(tr("Checked: whole"), "ok"), 0, Qt.AlignmentFlag.AlignTop)
        body.setSpacing(SPACE_M)
        body.addLayout(head)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(SPACE_L)
        self._grid.setVerticalSpacing(SPACE_S)
        self._grid.setColumnStretch(1, 1)
        body.addLayout(self._grid)
        self._fill(inside, clock)
        self.setLayout(column(frame))

    def _fill(self, inside: Inside, clock: Clock) -> None:
        made = tr("not known") if inside.made_at is None else clock.relative(inside.made_at)
        if inside.reason is not None:
            made = f"{made} · {reason_word(inside.reason)}"
        self._line(tr("Made"), made, tip=clock.exact(inside.made_at) if inside.made_at is not None else "")
        changed = clock.relative(inside.changed_at)
        if inside.changed_by:
            changed = tr("{when}, by {name}").format(when=changed, name=isolated(inside.changed_by))
        self._line(tr("Last change"), changed, tip=clock.exact(inside.changed_at))
        self._line(tr("Size"), size_words(inside.size))
        self._line(tr("Keys"), key_words(inside.key_id, former=inside.former_key))
        place = ElidedLabel(str(inside.path), mode=Qt.TextElideMode.ElideMiddle)
        self._add(tr("File"), place)

    def _line(self, name: str, value: str, *, tip: str = "") -> None:
        shown = label(value, selectable=True)
        shown.setToolTip(tip)
        self._add(name, shown)

    def _add(self, name: str, value: QLabel) -> None:
        place = self._grid.rowCount()
        self._grid.addWidget(label(name, "muted"), place, 0, Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(value, place, 1)
