"""Options that exclude each other: one table for each command, one check, one wording."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from django_startup.exceptions import UsageError

# As people write them, where that is not --NAME.
MAY_BE_EMPTY = ("command", "seen_as", "completion")
SPELLINGS = {"command": "-- COMMAND", "items": "ITEM", "seen_as": "--as"}


class Exclusion(NamedTuple):
    """
    An option and those that cannot be combined with it.

    Attributes:
        option: its name in the options of a command, as all names here
        excluded: the names of the others
        why: what the option does, so that they make no sense: "which boots nothing"
    """

    option: str
    excluded: tuple[str, ...]
    why: str = ""


class Requirement(NamedTuple):
    """
    An option that means something beside another one only.

    Attributes:
        option: its name in the options of a command, as all names here
        needed: the name of the other
        about: what the option is about, with the other's name: "what --fix writes"
        example: how to add the other: "--fix"
        other: one more with which it means something; empty for none
    """

    option: str
    needed: str
    about: str
    example: str
    other: str = ""


def spelled(name: str) -> str:
    """An option as people write it: --max-runs."""
    return SPELLINGS.get(name, f"--{name.replace('_', '-')}")


def is_given(value: Any) -> bool:
    """Whether an option has been given; all of ours are None, False or an empty list otherwise."""
    return value is not None and value is not False and value != []


def check_values(options: Mapping[str, Any]) -> None:
    """
    Raise UsageError for an option with an empty value: most likely a variable of a shell that is not set. Arguments of
    the project's own may be empty.
    """
    for name, value in options.items():
        if name in MAY_BE_EMPTY:
            continue
        values = value if isinstance(value, (list, tuple)) else [value]
        if any(isinstance(each, str) and not each.strip() for each in values):
            raise UsageError(f"{spelled(name)} has an empty value.")


def check_exclusions(exclusions: Iterable[Exclusion], options: Mapping[str, Any]) -> None:
    """Raise UsageError for the first two options that cannot be combined."""
    for exclusion in exclusions:
        if is_given(options[exclusion.option]):
            for name in exclusion.excluded:
                if is_given(options[name]):
                    why = f", {exclusion.why}" if exclusion.why else ""
                    raise UsageError(f"{spelled(name)} cannot be combined with {spelled(exclusion.option)}{why}.")


def check_requirements(requirements: Iterable[Requirement], options: Mapping[str, Any]) -> None:
    """Raise UsageError for the first option that is given without the one that it needs."""
    for option, needed, about, example, other in requirements:
        has_other = bool(other) and is_given(options[other])
        if is_given(options[option]) and not is_given(options[needed]) and not has_other:
            raise UsageError(f"{spelled(option)} is about {about}: add {example}.")
