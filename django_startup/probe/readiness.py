"""
Whether Django is ready, and whether whoever made it ready goes on to a management command.

Django is ready when apps.populate() has come to its end, whoever called it: manage.py, a test runner, a worker, the
application of a server, a script.
"""

import os
import sys
from time import perf_counter_ns, sleep

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType, FrameType
    from typing import Any

# Names of what finds Django's management commands. Code that has one of them goes on to a command.
COMMAND_LINE = frozenset(("execute_from_command_line", "ManagementUtility", "fetch_command", "run_from_argv"))
KILL = 9
LEAST_PATIENCE_NS = 3_000_000_000
IMPORTING = "_find_and_load"  # of importlib


def is_ready() -> bool:
    """Whether apps.populate() has come to its end."""
    return getattr(getattr(sys.modules.get("django.apps"), "apps", None), "ready", False) is True


def goes_on_to_a_command(frame: "FrameType | None") -> bool:
    """
    Whether a function that is running, or one that is written inside it, names what finds management commands: a
    manage.py that calls django.setup() itself has more to do before it asks for its command.
    """
    while frame is not None:
        if names_command_line(frame.f_code):
            return True
        frame = frame.f_back
    return False


def names_command_line(code: "CodeType") -> bool:
    if not COMMAND_LINE.isdisjoint(code.co_names):
        return True
    return any(isinstance(inner, type(code)) and names_command_line(inner) for inner in code.co_consts)


def is_importing(frame: "FrameType | None") -> bool:
    """Whether a module is being imported by what a frame is called from."""
    while frame is not None:
        if frame.f_code.co_name == IMPORTING:
            return True
        frame = frame.f_back
    return False


def leave_fork(boot: "Any", outcome: str) -> None:
    """
    End a forked process that has come to the end of a boot. Where the target is reached only in there, that of the boot
    too: it would go on for ever. It has three times as long as the fork had, for it may come to the same end.
    """
    if boot.is_needed and outcome == "reached":
        now = perf_counter_ns()
        deadline = now + max(LEAST_PATIENCE_NS, 3 * (now - boot.forked_ns))
        while perf_counter_ns() < deadline:
            try:
                os.kill(boot.pid, 0)
            except OSError:  # it has ended
                boot.exit(0)
            sleep(0.05)
        boot.journal.write({"record": "stop", "stop": None, "outcome": "forked", "failure": None})
        os.kill(boot.pid, KILL)
    boot.exit(0)


def stand_in(probe: str) -> "tuple[str, int]":
    """File and line of a function that the project has put in place of django.setup(); "" for none."""
    setup = getattr(sys.modules.get("django"), "setup", None)
    code: Any = getattr(setup, "__code__", None)
    file = getattr(code, "co_filename", "")
    return ("", 0) if file.startswith(probe) else (file, getattr(code, "co_firstlineno", 0))
