"""What a shell has Django do when somebody presses TAB, as what is booted: --completion."""

from __future__ import annotations

import argparse
import os
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django_startup.cli.exclusions import Exclusion
from django_startup.measure.target import BootTarget, Until

EXCLUSIONS = (Exclusion("completion", ("until", "seen_as", "pytest", "command"), "which runs no command"),)
KEY = "<TAB>"


def add_completion_option(group: argparse._ArgumentGroup) -> None:
    text = "boot what the TAB key runs to complete WORDS"
    group.add_argument("--completion", nargs="?", const="", metavar="WORDS", help=text)


def completing(target: BootTarget, options: Mapping[str, Any]) -> BootTarget:
    """target, or with --completion the same as the shell starts it."""
    words: str | None = options["completion"]
    if words is None:
        return target
    # As the shell that Django's completion is for splits them: the word to complete may be empty.
    parts = [target.entry.label, *words.split(" ")]
    variables = {
        "DJANGO_AUTO_COMPLETE": "1",
        "COMP_WORDS": " ".join(parts),
        "COMP_CWORD": str(len(parts) - 1),
    }
    if options.get("settings"):
        variables["DJANGO_SETTINGS_MODULE"] = options["settings"]
    return replace(
        target,
        until=Until.COMMAND,
        command=(f"{words}{KEY}",),
        completes=True,
        environment={**(os.environ if target.environment is None else target.environment), **variables},
    )
