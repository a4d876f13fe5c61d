"""All that can be asked about the imports of one profile."""

from __future__ import annotations

from collections import defaultdict
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
        costs: dict[str, int] = defaultdict(int)
        for module in profile.modules:
            costs[module.name] += module.waited_ns
            if module.thread is None:
                # An import that failed is a part of what the module takes that tried it.
                is_missing = module.name not in self.subjects.graph.numbers and module.importer is not None
                costs[module.importer.module if module.importer and is_missing else module.name] += module.self_ns
        # Of what Django does with an app beside importing, the work of its ready() is all that is known.
        self.savings = Savings(self.subjects.graph, costs, {app.label: app.ready_own_ns for app in profile.apps})
        self.verdicts = Verdicts(self.subjects, self.savings, directory)
        self.doors = Doors(self.subjects, self.savings, self.verdicts, directory)
