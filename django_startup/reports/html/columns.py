"""Tables for the page of an HTML report, as columns of numbers, with each text stored once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from django_startup.text import printable

Row = TypeVar("Row")
Pairs = Sequence[tuple[Row | None, Row | None]]
NO_TEXT = -1


class Texts:
    """Texts by number."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}

    def number(self, text: str | None) -> int:
        return NO_TEXT if text is None else self.numbers.setdefault(printable(text), len(self.numbers))

    def column(self, key: str, label: str, values: Iterable[str | None], *, kind: str = "text") -> dict[str, Any]:
        return column(key, label, kind, map(self.number, values))


def table(name: str, title: str, about: str, sort: str, *columns: dict[str, Any]) -> dict[str, Any]:
    """A table that is at first sorted by the column whose key is sort, the largest first."""
    return {"name": name, "title": title, "about": about, "sort": sort, "columns": list(columns)}


def column(key: str, label: str, kind: str, values: Iterable[Any]) -> dict[str, Any]:
    """
    A column of a kind: "text", "place" and "prose" (numbers of texts, NO_TEXT for none), "time" and "difference"
    (microseconds), "memory" (KiB) or "count", these with None where there is nothing to say.
    """
    return {"key": key, "label": label, "kind": kind, "values": list(values)}


def times(key: str, label: str, values: Iterable[int | None]) -> dict[str, Any]:
    """A column of nanoseconds."""
    return column(key, label, "time", map(microseconds, values))


def microseconds(nanoseconds: int | None) -> int | None:
    return None if nanoseconds is None else round(nanoseconds / 1000)


def kibibytes(size: int | None) -> int | None:
    return None if size is None else round(size / 1024)


def pair(
    before: Iterable[Row], after: Iterable[Row], key: Callable[[Row], str]
) -> tuple[list[tuple[Row | None, Row | None]], list[Row]]:
    """(before, now) of each item, None where it is not there; and of each the one that is known last."""
    old, new = {key(row): row for row in before}, {key(row): row for row in after}
    names = list({**new, **old})
    return [(old.get(name), new.get(name)) for name in names], [
        new[name] if name in new else old[name] for name in names
    ]


def compared(key: str, label: str, pairs: Pairs[Row], of: Callable[[Row], int | None]) -> list[dict[str, Any]]:
    """Three columns: a time before, now, and by how much it is more."""
    values = [(None if old is None else of(old), None if new is None else of(new)) for old, new in pairs]
    differences = (microseconds((new or 0) - (old or 0)) for old, new in values)
    return [
        times(f"{key}_before", f"{label} before", (old for old, _ in values)),
        times(key, f"{label} now", (new for _, new in values)),
        column(f"{key}_difference", "difference", "difference", differences),
    ]
