"""
Adds a start-up banner to whichever runserver command this project would use.

Django runs the runserver of the first app that has one, and that class knows nothing of the others. So ours subclasses
the next one in line.
"""

from __future__ import annotations

import contextlib
import os
from importlib import import_module
from typing import TYPE_CHECKING, Any, cast

from django.apps import apps
from django.core.management import find_commands
from django.core.management.commands.runserver import Command as CoreRunserver

from django_startup.banner.startup_recorder import session
from django_startup.settings import banner_enabled

if TYPE_CHECKING:
    RunserverBase = CoreRunserver
else:
    RunserverBase = object


def next_runserver(app_name: str) -> type[CoreRunserver]:
    """The runserver class that Django would run if this app were absent."""
    configs = iter(apps.get_app_configs())
    for config in configs:
        if config.name == app_name:
            break
    for config in configs:
        if "runserver" in find_commands(os.path.join(config.path, "management")):  # noqa: PTH118 as Django calls it
            module = import_module(f"{config.name}.management.commands.runserver")
            return cast("type[CoreRunserver]", module.Command)
    return CoreRunserver


class StartupBannerMixin(RunserverBase):
    """Prints the banner when the server is about to serve, once."""

    startup_banner = False

    def run_from_argv(self, argv: list[str]) -> None:
        # Only for a real "manage.py runserver": testserver uses call_command().
        self.startup_banner = banner_enabled()
        if self.startup_banner:
            session.hand_over()
        super().run_from_argv(argv)

    def on_bind(self, server_port: int) -> None:
        super().on_bind(server_port)
        self.write_startup_banner()

    def get_application(self, options: dict[str, Any]) -> Any:
        # Daphne replaces inner_run() and never calls on_bind().
        application = super().get_application(options)  # type: ignore[misc]
        self.write_startup_banner()
        return application

    def write_startup_banner(self) -> None:
        if not self.startup_banner:
            return
        self.startup_banner = False
        try:
            line = startup_banner()
        except Exception as error:
            from django_startup.banner.text import failed

            line = failed(error)
        # Output that is closed is the server's to complain about.
        with contextlib.suppress(OSError, ValueError):
            if line is not None:
                self.write_line(line)

    def write_line(self, line: str) -> None:
        try:
            self.stdout.write(self.style.SUCCESS(line))
        except UnicodeEncodeError:
            self.stdout.write(self.style.SUCCESS(line.replace("·", "-").encode("ascii", "replace").decode()))


def startup_banner() -> str | None:
    """The banner of this start; None after the first request, when nothing is known any more."""
    recorded = session.finish()
    # Only now: importing it is no part of the start.
    from django_startup.banner.line import banner_line

    return None if recorded is None else banner_line(recorded)
