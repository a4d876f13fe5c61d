"""Side effects taken together: by the line of the project that decided on them, by the span that they are part of."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass

from django_startup.profile.effects import SideEffect


@dataclass(frozen=True, slots=True)
class Cause:
    """
    Side effects with one cause.

    Attributes:
        effects: At least one, in their order.
    """

    effects: tuple[SideEffect, ...]

    @property
    def largest(self) -> SideEffect:
        """The one that took longest."""
        return max(self.effects, key=lambda effect: effect.time_ns)

    @property
    def time_ns(self) -> int:
        return sum(effect.time_ns for effect in self.effects)

    @property
    def others(self) -> int:
        """How many of them are about something else than the largest."""
        return len({(effect.kind, effect.detail) for effect in self.effects}) - 1

    @property
    def place(self) -> str:
        """FILE:LINE; empty where that is not known."""
        return f"{self.largest.file}:{self.largest.line}" if self.largest.file else ""


def find_causes(effects: Iterable[SideEffect], *, of_a_kind: bool = False) -> list[Cause]:
    """The causes of side effects, the longest first; of_a_kind keeps those of different kinds apart."""
    groups: dict[Hashable, list[SideEffect]] = defaultdict(list)
    for effect in effects:
        where = (effect.file, effect.line) if effect.file else (effect.kind, effect.detail)
        groups[effect.kind if of_a_kind else "", where].append(effect)
    causes = [Cause(tuple(group)) for group in groups.values()]
    return sorted(causes, key=lambda cause: -cause.time_ns)


def times_by_span(effects: Iterable[SideEffect]) -> Counter[tuple[str, str] | None]:
    """How long side effects took in the own time of each span, by SideEffect.span."""
    times: Counter[tuple[str, str] | None] = Counter()
    for effect in effects:
        times[effect.span] += effect.time_ns
    return times
