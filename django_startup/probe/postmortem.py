"""
Why a boot failed: where the exception came from, and in which span.

The exception may be of a class of the project's that lets no attribute be read or set, so what BaseException has is
asked for directly.
"""

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import TracebackType
    from typing import Any

TRACEBACK, CAUSE, CONTEXT = (BaseException.__dict__[f"__{name}__"] for name in ("traceback", "cause", "context"))
NAME = type.__dict__["__name__"]


def describe(error: BaseException, probe: str) -> "dict[str, Any]":
    """
    What is known of an exception that ended the boot, and print it to standard error as Python would.

    probe is the directory of the probe's own code, whose frames nobody wants to see. Returns type, text, file and line
    (where it was raised) and span (the innermost one that it went through; 0 for none).
    """
    file, line, span = "", 0, 0
    tb = TRACEBACK.__get__(error)
    while tb is not None:
        path = tb.tb_frame.f_code.co_filename
        if path.startswith(probe):
            candidate = tb.tb_frame.f_locals.get("span", 0)
            span = candidate if isinstance(candidate, int) and candidate else span
        elif not path.startswith("<frozen") and tb.tb_frame.f_globals.get("__name__") != "importlib":
            file, line = path, tb.tb_lineno
        tb = tb.tb_next
    forget(error, probe, set())
    failure: dict[str, Any] = {"file": file, "line": line, "span": span}
    failure |= {"type": name_of(error), "text": printable(error)}
    try:
        specify(error, failure)
    except BaseException:  # attributes of a class of the project's: what is known already stands
        pass
    try:
        print_as_python_would(error, failure["text"])
    except BaseException:  # the project has closed standard error, or put something of its own there
        pass
    cause = CAUSE.__get__(error)
    if cause is not None and not issubclass(type(error), SystemExit):
        failure["text"] = with_cause(failure["text"], cause)
    return failure


def fault(error: BaseException) -> "dict[str, Any]":
    """An exception that is a fault of the probe's own, in the form of describe(): its traceback is the text."""
    try:
        import traceback

        text = "".join(traceback.format_exception(error))
    except BaseException:  # the project's own exception, from which it comes, lets nothing be asked
        text = plain(error, printable(error))
    return {"file": "", "line": 0, "span": 0, "type": name_of(error), "text": text}


def specify(error: "Any", failure: "dict[str, Any]") -> None:
    """What some kinds of exceptions tell beside their text."""
    if issubclass(type(error), SystemExit):
        failure["text"] = "" if error.code is None else printable(error.code)
    elif issubclass(type(error), SyntaxError) and error.filename:
        failure |= {"file": str(error.filename), "line": error.lineno or 0, "text": str(error.msg)}


def with_cause(text: str, cause: BaseException) -> str:
    """The text of an exception, and what it was raised from where it does not say so itself."""
    told = printable(cause).strip()
    if told and told in text:
        return text
    first = text.strip().partition("\n")[0].rstrip(".")
    return f"{first}{' ' if first else ''}from {name_of(cause)}{': ' if told else ''}{told}"


def print_as_python_would(error: "Any", text: str) -> None:
    if not issubclass(type(error), SystemExit):
        try:
            import traceback

            traceback.print_exception(error)
        except BaseException:  # it reads attributes of the exception, which may raise anything
            sys.stderr.write(plain(error, text))
    elif not isinstance(error.code, (int, type(None))):
        sys.stderr.write(f"{text}\n")


def plain(error: BaseException, text: str) -> str:
    """A traceback without asking the exception for anything; without lines of source where no module can read them."""
    tb = TRACEBACK.__get__(error)
    try:
        import traceback

        lines = traceback.format_tb(tb)
    except BaseException:
        lines = []
        while tb is not None:
            code = tb.tb_frame.f_code
            lines.append(f'  File "{code.co_filename}", line {tb.tb_lineno}, in {code.co_name}\n')
            tb = tb.tb_next
    return "".join(["Traceback (most recent call last):\n", *lines, f"{name_of(error)}: {text}\n"])


def name_of(error: BaseException) -> str:
    return str(NAME.__get__(type(error)))


def printable(thing: object) -> str:
    try:
        return str.__str__(str(thing))
    except BaseException as error:  # it may raise anything, KeyboardInterrupt or SystemExit too
        return f"(its message cannot be shown: {name_of(error)})"


def forget(error: BaseException | None, probe: str, seen: set[int]) -> None:
    """Take the probe's frames out of the traceback, and out of those of its causes."""
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        TRACEBACK.__set__(error, kept(TRACEBACK.__get__(error), probe))
        forget(CAUSE.__get__(error), probe, seen)
        error = CONTEXT.__get__(error)


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
