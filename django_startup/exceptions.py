"""What can go wrong, each with the exit code that a shell or a CI job sees."""

from __future__ import annotations


class StartupError(Exception):
    """Something a person can mend; its text is one sentence that says what and how."""

    exit_code = 2


class UsageError(StartupError):
    """An option, an entry script or a file that cannot be used."""

    exit_code = 2


class BootError(StartupError):
    """The project did not boot."""

    exit_code = 3


class OverLimit(BootError):
    """A limit of the shell or of the system, and why it was met."""

    def __init__(self, why: str) -> None:
        super().__init__(f"The project cannot be booted within the limits of this shell: {why}. See ulimit -a.")


class Crash(StartupError):
    """A fault of ours. Made of the exception that nobody expected."""

    exit_code = 70  # EX_SOFTWARE

    def __init__(self, error: BaseException) -> None:
        super().__init__(f"This is a fault of django-startup, not of the project: {type(error).__name__}.")
