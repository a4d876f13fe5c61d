"""
The audit events that observers ask for, by one hook. For the evidence boot only.

Python calls every hook for every event, and id() raises one: so each hook is felt in the whole program.
"""

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from types import FrameType
    from typing import Any

    Handlers = dict[str, Callable[[str, tuple[Any, ...], FrameType], None]]


def watch(wanted: "Iterable[Handlers]") -> "Callable[[str, tuple[Any, ...]], None]":
    """
    Call the handlers of an event with its name, its arguments and the frame that raised it, from now on. wanted has
    what each observer asks for, by the names of events. Returns the hook.
    """
    handlers: dict[str, list[Any]] = {}
    for asked in wanted:
        for event, handler in asked.items():
            handlers.setdefault(event, []).append(handler)

    def hook(event: str, arguments: "tuple[Any, ...]") -> None:
        if event in handlers:
            frame = sys._getframe(1)
            for handler in handlers[event]:
                handler(event, arguments, frame)

    sys.addaudithook(hook)
    return hook
