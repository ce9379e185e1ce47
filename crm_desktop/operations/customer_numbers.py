"""How customer numbers are made, as a setting of the organization."""

from dataclasses import asdict

from crm_desktop.domain.identifiers import NumberSequence, sequence_problem
from crm_desktop.operations.session import Session
from crm_desktop.storage import customer_numbers as stored
from crm_desktop.storage import log

__all__ = ["NumberSequence", "number_sequence", "set_number_sequence"]


def number_sequence(session: Session) -> NumberSequence:
    """Return how customer numbers are made and which comes next."""
    with session.reading("records.view") as connection:
        return stored.get_sequence(connection)


def set_number_sequence(session: Session, sequence: NumberSequence) -> None:
    """Change how the next numbers are made; numbers that were given stay as they are. Logged.

    Raises InvalidValueError for a prefix, width or next number that makes no numbers.
    """
    session.require("settings")
    if problem := sequence_problem(sequence):
        raise problem
    with session.database.write() as connection:
        session.require("settings")
        stored.put_sequence(connection, sequence)
        log.append(connection, session.author, "set_customer_numbers", payload=asdict(sequence))
    session.remember_head()
