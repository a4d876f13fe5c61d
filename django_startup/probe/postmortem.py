"""
Why a boot failed: where the exception came from, and in which span.
"""

import sys
import traceback

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import TracebackType
    from typing import Any


def describe(error: BaseException, probe: str) -> "dict[str, Any]":
    """
    What is known of an exception that ended the boot, and print it to standard error as Python would.

    probe is the directory of the probe's own code, whose frames nobody wants to see. Returns type, text, file and line
    (where it was raised) and span (the innermost one that it went through; 0 for none).
    """
    file, line, span = "", 0, 0
    tb = error.__traceback__
    while tb is not None:
        path = tb.tb_frame.f_code.co_filename
        if path.startswith(probe):
            candidate = tb.tb_frame.f_locals.get("span", 0)
            span = candidate if isinstance(candidate, int) and candidate else span
        elif not path.startswith("<frozen") and tb.tb_frame.f_globals.get("__name__") != "importlib":
            file, line = path, tb.tb_lineno
        tb = tb.tb_next
    text = printable(error)
    if isinstance(error, SystemExit):
        text = "" if error.code is None else printable(error.code)
    elif isinstance(error, SyntaxError) and error.filename:
        file, line, text = str(error.filename), error.lineno or 0, str(error.msg)
    forget(error, probe, set())
    try:
        print_as_python_would(error, text)
    except Exception:  # the project has closed standard error, or put something of its own there
        pass
    if error.__cause__ is not None and not isinstance(error, SystemExit):
        text = with_cause(text, error.__cause__)
    return {"type": type(error).__name__, "text": text, "file": file, "line": line, "span": span}


def with_cause(text: str, cause: BaseException) -> str:
    """The text of an exception, and what it was raised from where it does not say so itself."""
    told = printable(cause).strip()
    if told and told in text:
        return text
    first = text.strip().partition("\n")[0].rstrip(".")
    return f"{first}{' ' if first else ''}from {type(cause).__name__}{': ' if told else ''}{told}"


def print_as_python_would(error: BaseException, text: str) -> None:
    if not isinstance(error, SystemExit):
        traceback.print_exception(error)
    elif not isinstance(error.code, (int, type(None))):
        sys.stderr.write(f"{text}\n")


def printable(thing: object) -> str:
    try:
        return str(thing)
    except Exception as error:
        return f"(its message cannot be shown: {type(error).__name__})"


def forget(error: BaseException | None, probe: str, seen: set[int]) -> None:
    """Take the probe's frames out of the traceback, and out of those of its causes."""
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        error.__traceback__ = kept(error.__traceback__, probe)
        forget(error.__cause__, probe, seen)
        error = error.__context__


def kept(tb: "TracebackType | None", probe: str) -> "TracebackType | None":
    """The traceback without the frames of the probe and of the import system below them."""
    while tb is not None and is_hidden(tb, probe):
        tb = tb.tb_next
    at = tb
    while at is not None:
        after = at.tb_next
        while after is not None and is_hidden(after, probe):
            after = after.tb_next
        at.tb_next = after
        at = after
    return tb


def is_hidden(tb: "TracebackType", probe: str) -> bool:
    path = tb.tb_frame.f_code.co_filename
    return path.startswith((probe, "<frozen importlib"))
