"""What is said of backups: why one was made, how large it is, what is in it, what a restore did."""

from crm_desktop.domain.backups import Contents, Reason
from crm_desktop.operations.restoring import Restored
from crm_desktop.ui.messages import language_locale, tr
from crm_desktop.ui.widgets.moments import Clock

_MB = 1_000_000


def reason_word(reason: Reason) -> str:
    """Return why a backup was made."""
    return {
        Reason.ASKED: tr("By hand"),
        Reason.AUTOMATIC: tr("After changes"),
        Reason.CLOSING: tr("When closing"),
        Reason.IMPORT: tr("Before an import"),
        Reason.MIGRATION: tr("Before a new program version"),
        Reason.ROTATION: tr("Before new keys"),
        Reason.FOUND: tr("Added from a folder"),
    }[reason]


def size_words(size: int) -> str:
    """Return a number of bytes as people read it: "0.4 MB", "84 MB", "1.2 GB"."""
    if size >= 1000 * _MB:
        return tr("{size} GB").format(size=language_locale().toString(size / (1000 * _MB), "f", 1))
    digits = 0 if size >= 10 * _MB else 1
    return tr("{size} MB").format(size=language_locale().toString(max(size / _MB, 0.1), "f", digits))


def contents_words(contents: Contents) -> str:
    """Return what is in a backup; calls only for who may see calls."""
    parts = [
        tr("%n customers", "", contents.customers),
        tr("%n in the address book", "", contents.address_book),
    ]
    if contents.calls is not None:
        parts.append(tr("%n calls", "", contents.calls))
    return " · ".join(parts)


def key_words(key_id: bytes, *, former: bool) -> str:
    """Return under which keys a backup is, with the beginning of their id."""
    return (tr("Former · {name}") if former else tr("Present · {name}")).format(name=key_id.hex()[:6])


def restored_words(result: object, made_at: int | None, clock: Clock) -> str:
    """Return what a restore did, for whoever is signed in again."""
    words = tr("The backup is restored.")
    if made_at is not None:
        words = tr("The backup of {when} is restored.").format(when=clock.relative(made_at))
    if isinstance(result, Restored) and result.moved_to is not None:
        aside = tr("What was there is kept in the folder “{folder}”.")
        words = f"{words} {aside.format(folder=result.moved_to.name)}"
    if isinstance(result, Restored) and result.ledger.withdrawals:
        again = tr("What was withdrawn since then is withdrawn again.")
        if result.ledger.calls_removed is not None:
            again = tr(
                "What was withdrawn since then is withdrawn again: %n calls were removed.", "",
                result.ledger.calls_removed,
            )  # fmt: skip
        words = f"{words} {again}"
    return words
