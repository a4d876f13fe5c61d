"""
Who imports what, for the evidence boot: in place of builtins.__import__, which sees the imports of what is loaded too.
"""

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from types import FrameType
    from typing import Any

    from django_startup.probe.recorder import Recorder

TRACEBACK: "Any" = BaseException.__dict__["__traceback__"]  # which a class of the project's may not let be set
MOST_WAITING = 1000  # records


class Edges:
    """
    Who imports what, modules that are loaded already included: for each line and what it imports, once, a record "I",
    importer, file, line, target, or "D" for a call of import_module. Importer and file are empty where nobody has
    written it.
    """

    def __init__(self, recorder: "Recorder", frames: "Any") -> None:
        """frames is the module importlib_bootstrap_frames, which knows whose frame is whose."""
        self.recorder = recorder
        self.frames = frames
        self.seen: set[tuple[str, str, int, str]] = set()
        self.waiting: list[tuple[str, str, str, int, str]] = []

    def note(self, letter: str, frame: "FrameType", targets: "Iterable[str]") -> None:
        place = self.frames.importing_place(frame)
        if not place and letter == "I":
            return  # the probe's own statement
        file, line, importer = place or ("", 0, "")
        for target in targets:
            edge = (importer, file, line, target)
            if edge not in self.seen:
                self.seen.add(edge)
                self.waiting.append((letter, *edge))
        if len(self.waiting) >= MOST_WAITING:
            self.flush()

    def flush(self) -> None:
        """Emit what is waiting: a file of many imports would write as many records, one by one."""
        waiting, self.waiting = self.waiting, []
        self.recorder.emit_all(waiting)

    def noting(self, import_: "Callable[..., Any]") -> "Callable[..., Any]":
        """A builtins.__import__ that notes what each statement imports."""
        modules = sys.modules
        getframe = sys._getframe

        def noted_import(
            name: str,
            globals: "Any" = None,
            locals: "Any" = None,
            fromlist: "Any" = (),
            level: int = 0,
        ) -> "Any":
            if fromlist is None and not level and "." in name and is_lazy_use(getframe(1)):
                name = name.partition(".")[0]  # the interpreter would bind that, and leave the rest lazy
            try:
                module = import_(name, globals, locals, fromlist, level)
            except BaseException as error:
                # Projects count the frames of a traceback. A bare raise adds none.
                TRACEBACK.__set__(error, TRACEBACK.__get__(error).tb_next)
                raise
            target = resolve(name, globals, level)
            targets = [target]
            if fromlist and isinstance(fromlist, (tuple, list)):
                targets += [inner for inner in [f"{target}.{part}" for part in fromlist] if inner in modules]
            frame = getframe(1)
            self.note("D" if self.frames.hands_on(frame) else "I", frame, targets)
            return module

        return noted_import


def is_lazy_use(frame: "FrameType") -> bool:
    """Whether a frame imports because it reads a name that a lazy import has bound (Python 3.15)."""
    return frame.f_code.co_code[frame.f_lasti] in NAME_READERS


def name_readers() -> set[int]:
    """The opcodes that read a global name; the opcode and dis modules are the project's to import."""
    if not hasattr(sys, "set_lazy_imports_filter"):
        return set()
    module = compile("x", "", "exec").co_code
    function = compile("lambda: x", "", "eval").co_consts[0].co_code
    return {*module[::2], *function[::2]} - {*compile("1", "", "exec").co_code[::2]}


NAME_READERS = name_readers()


def resolve(name: str, globals: "Any", level: int) -> str:
    """The absolute name of what an import statement imports."""
    if not level:
        return name
    package = globals.get("__package__") or getattr(globals.get("__spec__"), "parent", None)
    if package is None:
        package = globals.get("__name__", "")
        if "__path__" not in globals:
            package = package.rpartition(".")[0]
    for _ in range(level - 1):
        package = package.rpartition(".")[0]
    return f"{package}.{name}" if name else str(package)
