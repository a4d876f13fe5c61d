"""All that can be asked about the imports of one profile."""

from __future__ import annotations

from pathlib import Path

from django_startup.imports.doors import Doors
from django_startup.imports.savings import Savings
from django_startup.imports.subjects import Subjects
from django_startup.imports.verdicts import Verdicts
from django_startup.profile.profile import StartupProfile


class Inquiry:
    """
    What answers questions about one profile. directory is the project's, where its files are read from.

    Attributes:
        profile: The profile.
        subjects: What a name means, whose module it is, the import graph.
        savings: What the boot would do without.
        verdicts: Why an import can move, or why it cannot.
        doors: The lines through which something comes in.
    """

    def __init__(self, profile: StartupProfile, directory: Path) -> None:
        self.profile = profile
        self.subjects = Subjects(profile)
        costs = {module.name: module.self_ns for module in profile.modules if module.thread is None}
        # Of what Django does with an app beside importing, the work of its ready() is all that is known.
        self.savings = Savings(self.subjects.graph, costs, {app.label: app.ready_own_ns for app in profile.apps})
        self.verdicts = Verdicts(self.subjects, self.savings, directory)
        self.doors = Doors(self.subjects, self.savings, self.verdicts, directory)
