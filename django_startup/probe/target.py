"""
How far a boot goes, and what it runs on the way.

The entry script runs for real, with the arguments that it would see on a command line. For most targets the probe
takes over when Django is ready, whoever made it so (a test runner, a worker, a script): it walks the rest of the way
(URLconf, system checks) and leaves. A script that goes on to a management command has its way until it asks for that.
For wsgi and asgi the probe takes over earlier, where the script would call django.setup(), because a server calls that
through the application's module.
"""

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType
    from typing import Any

    from django_startup.probe.recorder import Recorder, Silent


SERVERS = ("wsgi", "asgi")
BEHIND_READY = ("setup", "urls", "checks", *SERVERS)  # a command may need no Django that is ready, as startproject does


def is_success(error: SystemExit) -> bool:
    """Whether sys.exit() was called with no error, as far as the exception and its code let themselves be asked."""
    try:
        return error.code in (None, 0)
    except BaseException:  # they may be of classes of the project's
        return False


class Target:
    """
    until is one of settings, setup, urls, checks, wsgi, asgi, command. boot is told how it ends (see boot.py): reached,
    unready where it looks so but Django is not ready, died. readiness is the module of that name; runners say how an
    entry is run, see entries.py.
    """

    def __init__(
        self,
        until: str,
        recorder: "Recorder | Silent",
        boot: "Any",
        readiness: "Any",
        runners: "dict[str, Callable[[str], None]]",
    ) -> None:
        self.until = until
        self.recorder = recorder
        self.boot = boot
        self.readiness = readiness
        self.runners = runners
        self.setting_up = 0  # calls of django.setup() and apps.populate() that are running
        self.serving = False
        self.commanding: int | None = None  # the span of the command, once it runs
        self.messages: list[Any] = []  # of the system checks
        self.checked = False

    def run(self, how: str, entry: str) -> None:
        """
        Run the entry script, or without one what DJANGO_SETTINGS_MODULE names, until the target is reached.

        Returns where the script comes to its end without that.
        """
        try:
            self.phase("entry", lambda: self.runners[how](entry))
        except SystemExit as error:
            if not is_success(error) or not self.is_walkable(how):
                raise
        if self.is_walkable(how):
            self.reach()

    def is_walkable(self, how: str) -> bool:
        """Whether the end of the script is all that the target has waited for."""
        if self.until == "command":
            return self.commanding is not None and "DJANGO_AUTO_COMPLETE" not in os.environ  # nothing was completed
        return how != "site" and self.until in BEHIND_READY and bool(self.readiness.is_ready())

    def is_waiting(self) -> bool:
        """Whether the target is behind a Django that is not ready yet."""
        return self.until in BEHIND_READY and not self.setting_up and not self.readiness.is_ready()

    def on_settings(self) -> None:
        """The settings have been loaded."""
        if self.until == "settings":
            self.boot.reached()

    def on_setup(self, setup: "Callable[..., Any]") -> "Callable[..., Any]":
        """For django.setup(): as it is, or in its place the application that a server would load."""
        ready = self.on_ready(setup)

        def serve_or_setup(*args: object, **kwargs: object) -> None:
            if self.until in SERVERS and not self.serving:
                # The script may have put something around this function that lets no second call through.
                sys.modules["django"].setup = setup  # type: ignore[attr-defined]
                self.take_over()
            ready(*args, **kwargs)

        return serve_or_setup

    def on_ready(self, populate: "Callable[..., Any]") -> "Callable[..., Any]":
        """For django.setup() and apps.populate(): when the outermost call returns, Django may be ready."""

        def get_ready(*args: object, **kwargs: object) -> None:
            self.setting_up += 1
            try:
                populate(*args, **kwargs)
            finally:
                self.setting_up -= 1
            if not (self.setting_up or self.serving) and self.readiness.is_ready():
                self.on_a_ready_django(sys._getframe(1))

        return get_ready

    def on_a_ready_django(self, frame: "FrameType") -> None:
        """frame is the one that has made Django ready."""
        if self.until == "setup":
            self.take_over()
        elif self.readiness.goes_on_to_a_command(frame):
            return
        elif self.until in BEHIND_READY:
            self.take_over()
        elif self.until == "command" and self.commanding is None and not self.readiness.is_importing(frame):
            self.commanding = self.recorder.begin("phase", "command")  # a worker's, or a server's

    def on_command(self, settings_exception: BaseException | None) -> None:
        """The entry script wants its management command: everything before it has been done, or has failed."""
        autoreload = sys.modules.get("django.utils.autoreload")
        setup_exception = getattr(autoreload, "_exception", None)
        if self.until == "command":
            if self.commanding is None:
                self.commanding = self.recorder.begin("phase", "command")
        elif settings_exception is not None:
            raise settings_exception
        elif setup_exception is not None:
            raise setup_exception[1]
        else:
            self.reach()

    def served(self, what: str) -> None:
        """The process does this from here on, and does not end by itself."""
        if self.until != "command" and self.until not in BEHIND_READY:
            return
        self.boot.serves = what
        if not self.readiness.is_ready():
            self.boot.unready()
        self.boot.reached() if self.until == "command" else self.take_over()

    def stuck(self, where: str, error: BaseException) -> None:
        """The process waits for something that is not there."""
        if self.until == "command":
            self.boot.stuck(where, error)

    def take_over(self) -> None:
        """Go the rest of the way; where that fails the boot ends here, whatever the callers do with an exception."""
        try:
            self.reach()
        except BaseException as error:
            self.boot.died(error)

    def on_executed(self) -> None:
        """Django's command line has come to its end; for some of what it is asked it fetches no command: --version."""
        if self.commanding is None:
            self.on_answered()

    def on_answered(self) -> None:
        """Django's command line has done what it was asked for."""
        if self.until == "command":
            self.boot.reached()

    def reach(self) -> None:
        """Walk the rest of the way behind a Django that is ready."""
        if self.until in SERVERS and not self.serving:
            self.serving = True
            self.phase(self.until, lambda: self.load_application(self.until))
        if self.until in BEHIND_READY and not self.readiness.is_ready():
            self.boot.unready()
        if self.until in ("urls", "checks"):
            self.phase("urls", walk_urls)
        if self.until == "checks":
            self.check()
        self.boot.reached()

    def check(self) -> None:
        """Run the system checks; once."""
        if not self.checked:
            from django.core.checks import run_checks

            self.messages = list(run_checks())
            self.checked = True

    def phase(self, name: str, function: "Callable[[], object]") -> None:
        span = self.recorder.begin("phase", name)
        try:
            function()
        except BaseException:
            self.recorder.end(span, 1)
            raise
        self.recorder.end(span)

    def load_application(self, server: str) -> None:
        """
        Load what WSGI_APPLICATION or ASGI_APPLICATION names, middleware included; Django's own where none is. server is
        wsgi or asgi.
        """
        from django.conf import settings
        from django.utils.module_loading import import_string

        name = getattr(settings, f"{server.upper()}_APPLICATION", None)
        if name is None and server == "asgi":
            name = self.asgi_beside_wsgi(getattr(settings, "WSGI_APPLICATION", None))
        if name:
            import_string(name)
        elif server == "wsgi":
            from django.core.wsgi import get_wsgi_application

            get_wsgi_application()
        else:
            from django.core.asgi import get_asgi_application

            get_asgi_application()

    def asgi_beside_wsgi(self, wsgi: str | None) -> str | None:
        """Django's setting names only the WSGI application; its asgi.py stands beside it."""
        from importlib.util import find_spec

        module = (wsgi or "").rpartition(".")[0]
        if module.endswith("wsgi"):
            candidate = module.removesuffix("wsgi") + "asgi"
            if find_spec(candidate) is not None:
                return f"{candidate}.application"
        return None


def walk_urls() -> None:
    """Import every URLconf that the project's own includes, and fill the resolver, as the first request would."""
    from django.conf import settings
    from django.urls import URLResolver, get_resolver

    if getattr(settings, "ROOT_URLCONF", None) is None:
        return
    root = get_resolver()
    waiting = [root]
    while waiting:
        waiting.extend(pattern for pattern in waiting.pop().url_patterns if isinstance(pattern, URLResolver))
    root._populate()
