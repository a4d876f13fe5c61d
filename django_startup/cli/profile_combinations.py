"""Which options of startupprofile go together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django_startup.cli.exclusions import (
    Exclusion,
    Requirement,
    check_exclusions,
    check_requirements,
    check_values,
)
from django_startup.exceptions import UsageError
from django_startup.reports.format_names import PYTHON

OTHER_STARTS = ("cold", "workers")  # what is measured beside the start itself
OTHERWISE = "which boots otherwise"
EXCLUSIONS = (
    Exclusion(
        "drill",
        ("load", "compare", "why", "emit", "sort", "runs", "show_arguments", "untried", "fix", "what_if"),
        "which looks into one place only",
    ),
    Exclusion(
        "load",
        (
            *("until", "entry", "seen_as", "pytest", "completion", "timeout", "runs", "show_arguments", "untried"),
            *("only", "style", "test", "what_if", "command"),
        ),
        "which boots nothing",
    ),
    *(
        Exclusion(option, ("load", "drill", "compare", "why", "emit", "what_if", "fix", "sort"), OTHERWISE)
        for option in OTHER_STARTS
    ),
    Exclusion(
        "lazy",
        ("cold", "workers", "drill", "compare", "why", "fix", "what_if", "inline", "untried", "sort"),
        "which tries something else",
    ),
    Exclusion(
        "inline",
        ("cold", "workers", "drill", "compare", "why", "emit", "fix", "what_if", "untried", "sort"),
        "which looks at other imports",
    ),
    Exclusion("what_if", ("compare", "why", "emit", "fix", "untried", "sort"), "which tries something else"),
    Exclusion("compare", ("why", "emit"), "which shows only what has changed"),
    Exclusion("why", ("emit",)),
    Exclusion("fix", ("compare", "why", "emit", "untried", "sort"), "which shows what it writes"),
    Exclusion("diff", ("test", "force"), "which writes nothing"),
)
WRITES = "what --fix writes"
REQUIREMENTS = (
    Requirement("request", "workers", "what workers are asked for", "--workers N"),
    Requirement("all", "why", "the lines that --why shows", "--why NAME"),
    *(Requirement(option, "fix", WRITES, "--fix") for option in ("only", "test", "force")),
    *(Requirement(option, "fix", WRITES, "--fix", "lazy") for option in ("diff", "style")),
)


def check_options(options: Mapping[str, Any]) -> None:
    """Raise UsageError where options exclude one another, or mean nothing without another one."""
    check_values(options)
    check_exclusions(EXCLUSIONS, options)
    check_requirements(REQUIREMENTS, options)
    if options["emit"] == PYTHON and not options["lazy"]:
        raise UsageError("--emit python is about lazy imports: add --lazy.")
