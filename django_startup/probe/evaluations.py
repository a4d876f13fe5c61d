"""
Which names annotations were evaluated for, whoever did it: typing.get_type_hints, inspect.signature, a framework. For
the evidence boot only.

An annotation that is a string is code which is run in the namespace of its module. Python announces that. From 3.14 on
single names are looked up without running code, by annotationlib; annotations that are no strings are functions there,
which executed.py sees.

Each is a row, once: the file whose name it is, the name, and the line of the project that had it evaluated.
"""

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from types import FrameType
    from typing import Any

CODE = type((lambda: None).__code__)


class Evaluations:
    """
    Attributes:
        rows: What has been evaluated.
        arrivals: What to wrap when which module has been imported.
        audited: What to call for which audit event.
    """

    def __init__(self, own: "Any", peek: "Callable[[object], dict[str, Any]]") -> None:
        """own tells the project's files, see executed.py; peek is the function attributes() of attributes.py."""
        self.rows: list[tuple[str, str, str, int]] = []
        self.own = own
        self.peek = peek
        self.known: set[tuple[str, str]] = set()
        self.arrivals: dict[str, Callable[[Any], None]] = {"annotationlib": self.wrap_annotations}
        self.audited = {"exec": self.audit}

    def audit(self, event: str, arguments: "tuple[Any, ...]", frame: "FrameType") -> None:
        """Code is about to be run. That of a module comes from a file."""
        if type(arguments[0]) is CODE and arguments[0].co_filename.startswith("<"):
            for namespace in [value for value in frame.f_locals.values() if type(value) is dict]:
                self.note(namespace, arguments[0].co_names, frame)

    def note(self, namespace: "dict[str, Any]", names: "Iterable[str]", frame: "FrameType | None") -> None:
        """Names of a module of the project have been looked up in its namespace."""
        file = namespace.get("__file__")
        if type(file) is not str or not self.own.has(file):
            return
        for name in names:
            if name in namespace and (file, name) not in self.known:
                self.known.add((file, name))
                while frame is not None and not self.own.has(frame.f_code.co_filename):
                    frame = frame.f_back
                place = ("", 0) if frame is None else (frame.f_code.co_filename, frame.f_lineno or 0)
                self.rows.append((file, name, *place))

    def wrap_annotations(self, module: "Any") -> None:
        evaluate = module.ForwardRef.evaluate

        def noted_evaluate(reference: "Any", *args: object, **kwargs: "Any") -> "Any":
            owner = kwargs.get("owner") or reference.__owner__
            scope = kwargs.get("globals") or reference.__globals__ or getattr(owner, "__globals__", None)
            if scope is None:
                home = reference.__forward_module__ or getattr(owner, "__module__", "")
                scope = self.peek(sys.modules.get(str(home)))
            if type(scope) is dict:
                self.note(scope, (str(reference.__forward_arg__),), sys._getframe(1))
            return evaluate(reference, *args, **kwargs)

        module.ForwardRef.evaluate = noted_evaluate
