"""The tree of errors a user can meet.

::

    CrmError
    └── KnownError(code, **facts)     expected: a sentence exists for the code (domain/sentences.py)
        ├── RefusedError              the right, the consent or the state does not allow it
        ├── InvalidValueError         what was typed cannot be kept (facts: field)
        ├── ConflictError             somebody saved the same record in between
        ├── BusyError                 another program holds what is needed
        ├── SignInError               password, set-up code or account does not open the file
        ├── KeyringError              the operating system's keyring refused or did not answer
        ├── OrganizationFileError     the file, its key file or its place is not usable
        └── ForeignFileError          a file to be read was not understood

Everything else that is raised is a bug and is reported as one. Facts never hold a key, a password or
personal data beyond what the user just typed.
"""


class CrmError(Exception):
    """Root of everything the program raises on purpose."""


class KnownError(CrmError):
    """An expected failure: ``code`` names its sentence, ``facts`` fill it."""

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts

    def __str__(self) -> str:
        """Give the code alone: facts stay out of tracebacks and logs."""
        return self.code


class RefusedError(KnownError):
    """The right, the consent or the state does not allow it."""


class InvalidValueError(KnownError):
    """What was typed cannot be kept; fact ``field`` names where."""


class ConflictError(KnownError):
    """Somebody saved the same record in between."""


class BusyError(KnownError):
    """Another program holds what is needed."""


class SignInError(KnownError):
    """Password, set-up code or account does not open the file."""


class KeyringError(KnownError):
    """The operating system's keyring refused or did not answer."""


class OrganizationFileError(KnownError):
    """The organization file, its key file or its place is not usable."""


class ForeignFileError(KnownError):
    """A file to be read was not understood."""
