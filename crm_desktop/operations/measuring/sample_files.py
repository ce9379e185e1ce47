"""The sample organizations that are measured, in a folder of their own, apart from whoever runs it.

The set-up code of each lies beside it: it holds made-up people only.
"""

from dataclasses import dataclass
from pathlib import Path

from crm_desktop.domain.progress import CancelToken, ProgressCallback
from crm_desktop.operations.consents import active_consent, grant_consent
from crm_desktop.operations.environment import Environment
from crm_desktop.operations.opening import open_organization
from crm_desktop.operations.sample import LOGIN, PASSWORD, create_sample
from crm_desktop.operations.session import Session


@dataclass(frozen=True, slots=True)
class SampleFile:
    """A sample organization: its file, the code that opens it, and how many customers were asked for."""

    path: Path
    set_up_code: str
    customers: int


def sample_file(
    environment: Environment,
    folder: Path,
    *,
    customers: int,
    calls: int,
    progress: ProgressCallback | None,
    cancel: CancelToken | None,
) -> SampleFile:
    """Return the sample of this size in ``folder``, made unless it is there."""
    path = folder / f"sample-{customers}-{calls}.crm"
    code = path.with_suffix(".code")
    if not (path.exists() and code.exists()):
        made = create_sample(
            environment, path, customers=customers, calls=calls, progress=progress, cancel=cancel
        )
        code.write_text(made, encoding="ascii")
    return SampleFile(path, code.read_text(encoding="ascii"), customers)


def opened(environment: Environment, sample: SampleFile) -> Session:
    """Sign in to a sample; its user has agreed to the import of call logs."""
    session = open_organization(
        environment, sample.path, login=LOGIN, password=PASSWORD, set_up_code=sample.set_up_code
    )
    if active_consent(session, session.member.id) is None:
        grant_consent(session)
    return session
