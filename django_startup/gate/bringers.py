"""What brought something new in: another new thing, or itself."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from django_startup.gate.baseline import Baseline
from django_startup.gate.differences import new_apps
from django_startup.gate.evidence import GateEvidence
from django_startup.gate.requirements import required_by, requirer_of
from django_startup.imports.subjects import owner_name
from django_startup.profile.owners import OWN

APP = "app:"


class Bringers:
    """
    Answers for one boot.

    Attributes:
        evidence: what it showed
        names: the packages and modules that are new
        apps: the labels of apps that are new
        installed: the packages that came with another one when that was installed, with the name of it; nothing new
            imports them
    """

    def __init__(self, evidence: GateEvidence, before: Baseline | None, names: Iterable[str]) -> None:
        self.evidence = evidence
        self.names = dict.fromkeys(names)
        self.installed: dict[str, str] = {}
        self.apps = set(new_apps(before, evidence)) if before is not None and self.names else set()

    def of(self, name: str) -> str:
        """The package, module or app ("app:LABEL") that brought a name in; the name itself for none."""
        seen = {name}
        while True:
            if (label := self.evidence.inquiry.subjects.app_of(name)) in self.apps:
                return f"{APP}{label}"
            above = self.importer(name)
            if above not in self.names:
                above = requirer_of(name, self.packages, self.requirements) if name in self.packages else ""
                self.installed |= {name: above} if above else {}
            if not above or above in seen:
                return name
            seen.add(above)
            name = above

    def importer(self, name: str) -> str:
        """The package or module of the project that imported it first; "" where nobody is known."""
        subjects = self.evidence.inquiry.subjects
        found = subjects.find(name)
        for module in subjects.imported(found[0]) if found else ():
            if module.importer is not None:
                by = subjects.modules.get(module.importer.module)
                if by is None or by.owner.kind in OWN:
                    return module.importer.module
                return owner_name(by.owner)
        return ""

    @cached_property
    def packages(self) -> list[str]:
        """Those of the names that are packages."""
        packages = {package.name for package in self.evidence.profile.packages}
        return [name for name in self.names if name in packages]

    @cached_property
    def requirements(self) -> dict[str, set[str]]:
        return required_by(self.evidence.recording.environment.path)
