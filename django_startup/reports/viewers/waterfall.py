"""What the formats that draw the course of a boot have in common: its spans with what the profile knows of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from django_startup.exceptions import UsageError
from django_startup.profile.parts import App, Module
from django_startup.profile.profile import StartupProfile
from django_startup.profile.timeline import TimelineSpan, timeline_spans

APP_KINDS = {"app", "models", "ready"}


class Step(NamedTuple):
    """
    A span with what the profile knows of it.

    Attributes:
        span: The span.
        module: The module, of an import.
        app: The app, of what Django does with one.
    """

    span: TimelineSpan
    module: Module | None
    app: App | None

    @property
    def owner(self) -> str:
        if self.module is not None:
            return self.module.owner.name
        return self.app.label if self.app is not None else self.span.kind

    @property
    def title(self) -> str:
        """What a reader calls it: the module, models of billing, ready() of billing, phase urls."""
        kind, name = self.span.kind, self.app.label if self.app is not None else self.span.name
        match kind:
            case "import":
                return name
            case "models" | "ready":
                return f"{'ready()' if kind == 'ready' else kind} of {name}"
            case "gc":
                return f"garbage collection, generation {name}"
            case _:
                return f"{kind} {name}"

    @property
    def importer(self) -> str:
        """FILE:LINE of the import, "" where there is none."""
        site = self.module.importer if self.module is not None else None
        return f"{site.file}:{site.line}" if site is not None else ""


def steps(profile: StartupProfile) -> Iterator[Step]:
    """
    The course of the fastest boot in the order in which its spans began.

    Raises UsageError where the profile was saved without it.
    """
    if not profile.timeline.spans:
        raise UsageError("The profile has no timeline of a boot. Record it again.")
    modules = {module.name: module for module in profile.modules}
    apps = {name: app for app in profile.apps for name in (app.name, app.label)}
    for span in timeline_spans(profile.timeline):
        module = modules.get(span.name) if span.kind == "import" else None
        yield Step(span, module, find_app(apps, span.name) if span.kind in APP_KINDS else None)


def find_app(apps: dict[str, App], name: str) -> App | None:
    """The app of a label or of an entry of INSTALLED_APPS, which may name its configuration: billing.apps.Billing."""
    while name and name not in apps:
        name = name.rpartition(".")[0]
    return apps.get(name)
