"""The modules that a start need not load, as a module of Python that makes their imports lazy in all files."""

from __future__ import annotations

from collections.abc import Iterator

from django_startup.lab.lazy_filter import source_of
from django_startup.profile.profile import StartupProfile
from django_startup.reports.headline import climbed, measured
from django_startup.text import printable

NONE = "# Nothing can be lazy: {}.\n"


def render_lazy_module(profile: StartupProfile) -> str:
    """The text of a module, as it was tried; a comment where there is nothing to make lazy."""
    found = profile.lazy.everywhere
    if not found.names:
        return NONE.format(printable(found.reason))
    return "".join(f"# {line}\n" for line in header(profile)) + "\n" + source_of(found.names)


def header(profile: StartupProfile) -> Iterator[str]:
    found = profile.lazy.everywhere
    yield "Lazy imports for the whole process, packages included (Python 3.15). Import this module"
    yield "first of all in the entry script, wsgi.py and asgi.py: import lazy_imports"
    proofs = ", ".join([*climbed(profile.target, found.rungs, "lazy"), "registers the same"])
    yield f"Tried: {proofs}."
    if found.saving_ns > max(0, found.error_ns):
        yield f"Saves {measured(found)}, measured; {found.modules:,} modules fewer."
