"""
Where Celery's autodiscovery of task modules is written. app.autodiscover_tasks() only says that it is to happen: the
modules are imported later, by a signal, when the line that asked for it is on no stack any more.
"""

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import Any

MODULE, FUNCTION = "celery.app.base", "_autodiscover_tasks"


class Autodiscovery:
    """frames is the module importlib_bootstrap_frames. arrivals says what to wrap on whose arrival."""

    def __init__(self, frames: "Any") -> None:
        self.frames = frames
        self.asked: dict[tuple[object, ...], tuple[Any, ...]] = {}
        self.arrivals = {MODULE: self.wrap_app}

    def wrap_app(self, module: "Any") -> None:
        autodiscover_tasks = module.Celery.autodiscover_tasks

        def noted_autodiscover_tasks(
            app: object, packages: object = None, related_name: object = "tasks", *args: object, **kwargs: object
        ) -> object:
            self.asked[id(app), id(packages), related_name] = self.frames.place(sys._getframe(1))
            return autodiscover_tasks(app, packages, related_name, *args, **kwargs)

        module.Celery.autodiscover_tasks = noted_autodiscover_tasks
        self.frames.ASKED_BY.append(self.asked_by)

    def asked_by(self, frame: "FrameType") -> "tuple[Any, ...]":
        """The file, line and module that asked for what a frame of Celery's does; nothing for any other frame."""
        if frame.f_code.co_name != FUNCTION or frame.f_globals.get("__name__") != MODULE:
            return ()
        values = frame.f_locals
        return self.asked.get((id(values.get("self")), id(values.get("packages")), values.get("related_name")), ())
