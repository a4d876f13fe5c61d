"""A waiver written into the text of a pyproject.toml."""

from __future__ import annotations

import json
import tomllib
from typing import Any

from django_startup.exceptions import UsageError
from django_startup.gate.budgets import Waiver
from django_startup.gate.declared import declared_waivers
from django_startup.pyproject import TOOL
from django_startup.text import printable


def with_waiver(text: str, waiver: Waiver) -> str:
    """
    The text of a pyproject.toml with one waiver more at its end, and nothing else changed.

    A table at the end is all that it takes, and it is checked by reading it again; a library that edits TOML would be
    one more dependency in every project that this is installed in. Raises UsageError where a table at the end is no
    part of the budget: beside an inline table, or a list of waivers.
    """
    before = tomllib.loads(text)
    if any(other.item == waiver.item for other in waivers_in(before)):
        raise UsageError(f"There is a waiver for {waiver.item!r} already; change its day.")
    pairs = [
        f"item = {quoted(waiver.item)}",
        f"reason = {quoted(waiver.reason)}",
        f"until = {waiver.until}",
    ]
    newline = "\r\n" if "\r\n" in text else "\n"
    kept = text.rstrip("\r\n")
    longer = newline.join([*([kept, ""] if kept.strip() else []), f"[[{TOOL}.budget.waive]]", *pairs, ""])
    try:
        after = tomllib.loads(longer)
    except tomllib.TOMLDecodeError as error:
        by_hand = f"{{ {', '.join(pairs)} }}"
        raise UsageError(
            f"[{TOOL}.budget] or its waive is in brackets, so add the waiver by hand: {by_hand}"
        ) from error
    waivers_in(after)
    return longer


def waivers_in(document: dict[str, Any]) -> tuple[Waiver, ...]:
    return declared_waivers(document.get("tool", {}).get("django-startup", {}).get("budget", {}))


def quoted(text: str) -> str:
    """A TOML string. What cannot be printed is spelled out: not all of it could be stored."""
    return json.dumps(printable(text), ensure_ascii=False)
