"""What is different from a baseline: first what is exact, then what is counted, then the time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from django_startup.gate.baseline import RESOLUTION, Baseline, Circumstances, waiting_margin
from django_startup.gate.budgets import INTERRUPTED, Budget, BudgetCheck, Location, Verdict
from django_startup.gate.kinds import BudgetKind
from django_startup.gate.sequential import Estimate, estimate, is_slower
from django_startup.text import format_duration
from django_startup.thresholds import COUNTER_SHARE, MOST_PAIRS, TOLERANCE

SHOWN = 20


def judge_against(
    before: Baseline, now: Baseline, find_places: Callable[[str, str], tuple[Location, ...]]
) -> Iterator[BudgetCheck]:
    """The checks that need no clock. find_places says where something new comes in, from the check's name and it."""
    yield from new_items("new-packages", before.packages, now.packages, find_places)
    yield from new_items("new-modules", before.project_modules, now.project_modules, find_places)
    yield from new_items("new-side-effects", before.side_effects, now.side_effects, find_places)
    unknown = sorted({*before.unreadable, *now.unreadable})
    missing = sorted(set(before.registrations) - set(now.registrations))
    lost = [item for item in missing if item.partition(" ")[0] not in unknown]
    budget = Budget(BudgetKind.BASELINE, "registrations")
    if unknown and not lost:
        text = f"not known: {listed(unknown)} could not be read; startupprofile shows why"
        yield BudgetCheck(budget, Verdict.UNSURE, None, 1, text)
    elif lost:
        text = f"{len(lost):,} no longer registered: {listed(lost)}"
        yield BudgetCheck(budget, Verdict.OVER, len(lost), 1, text, (), ("import what registers them",))
    else:
        yield BudgetCheck(budget, Verdict.WITHIN, 0, 1, "none lost")
    if before.circumstances != now.circumstances:
        text = f"measured in another environment: {differences(before.circumstances, now.circumstances)}"
        yield BudgetCheck(Budget(BudgetKind.BASELINE, "counters and time"), Verdict.UNSURE, None, 0, text)
    else:
        for name in ("modules", "calls", "memory", "bytecode"):
            yield from counter(name, getattr(before, name), getattr(now, name))


def differences(one: Circumstances, other: Circumstances) -> str:
    pairs = [(name, getattr(one, name), getattr(other, name)) for name in Circumstances.__dataclass_fields__]
    return ", ".join(f"{name} {before} before, {now} now" for name, before, now in pairs if before != now)


def new_items(
    name: str, before: Iterable[str], now: Iterable[str], find_places: Callable[[str, str], tuple[Location, ...]]
) -> Iterator[BudgetCheck]:
    """A check of a set that is not to grow; another version of a package is no new one."""

    def named(item: str) -> str:
        return item.partition(" ")[0] if name == "new-packages" else item

    known = set(map(named, before))
    new = [item for item in now if named(item) not in known]
    budget = Budget(BudgetKind.BASELINE, name)
    if not new:
        yield BudgetCheck(budget, Verdict.WITHIN, 0, 1, "none")
        return
    places = tuple(place for item in new[:SHOWN] for place in find_places(name, named(item)))
    fix = "defer it until first use" if name == "new-side-effects" else "import it where it is used"
    verdict = Verdict.WARN if name == "new-modules" else Verdict.OVER
    about = () if name == "new-side-effects" else tuple(map(named, new))
    yield BudgetCheck(budget, verdict, len(new), 1, listed(new), places, (fix,), about=about)


def listed(items: Sequence[str]) -> str:
    return ", ".join(items[:SHOWN]) + (f" and {len(items) - SHOWN:,} more" if len(items) > SHOWN else "")


def counter(name: str, before: int, now: int) -> Iterator[BudgetCheck]:
    """A count that is not to grow by more than the same code may differ by."""
    if before and not now and name == "calls":
        yield BudgetCheck(Budget(BudgetKind.BASELINE, name), Verdict.UNSURE, None, 1, INTERRUPTED)
    if not before or not now:
        return
    limit = round(before * (1 + max(RESOLUTION[name], COUNTER_SHARE)))
    shown = f"{before:,} before, {now:,} now"
    if name in ("memory", "bytecode"):
        shown = f"{before / 2**20:,.0f} MiB before, {now / 2**20:,.0f} MiB now"
    budget = Budget(BudgetKind.BASELINE, name)
    yield BudgetCheck(budget, Verdict.OVER if now > limit else Verdict.WITHIN, now, 1, shown)


def judge_time(
    ratios: Callable[[], float],
    baseline: float,
    corroborated: Callable[[], bool],
    unchanged: str,
    most_pairs: int = MOST_PAIRS,
) -> BudgetCheck:
    """
    The change of the time, from pairs that ratios makes one by one.

    corroborated is asked of a slower time: whether something has changed that can be to blame. Where nothing has, the
    time is confirmed with a fresh series, and then only warned of, with what unchanged says of the code.
    """
    budget = Budget(BudgetKind.BASELINE, "time")
    found, slower = series(ratios, baseline, most_pairs)
    text = describe(found)
    if slower is None:
        return BudgetCheck(budget, Verdict.UNSURE, None, found.pairs, f"{text}: unsure")
    if slower and not corroborated():
        again, still = series(ratios, baseline, most_pairs)
        pairs = found.pairs + again.pairs
        if still:
            text = f"{describe(again)}, {unchanged}"
            return BudgetCheck(budget, Verdict.WARN, None, pairs, text)
        return BudgetCheck(budget, Verdict.WITHIN, None, pairs, f"{describe(again)}, measured a second time")
    verdict = Verdict.OVER if slower else Verdict.WITHIN
    fixes = ("see above what is new; python -m django_startup profile shows what it costs",) if slower else ()
    return BudgetCheck(budget, verdict, None, found.pairs, text, (), fixes)


def judge_waiting(
    before_ns: int, waits: Sequence[int], corroborated: Callable[[], bool], unchanged: str
) -> BudgetCheck:
    """The change of the waiting: the least of some boots, each in nanoseconds, against the least before."""
    budget = Budget(BudgetKind.BASELINE, "waiting")
    now_ns = min(waits)
    text = f"{format_duration(before_ns)} before, {format_duration(now_ns)} now, {len(waits)} boots"
    if now_ns <= before_ns + waiting_margin(before_ns):
        return BudgetCheck(budget, Verdict.WITHIN, None, len(waits), text)
    if corroborated():
        return BudgetCheck(budget, Verdict.OVER, None, len(waits), text)
    return BudgetCheck(budget, Verdict.WARN, None, len(waits), f"{text}, {unchanged}")


def series(ratios: Callable[[], float], baseline: float, most_pairs: int) -> tuple[Estimate, bool | None]:
    """Pairs until there is a verdict, or enough of them."""
    seen: list[float] = []
    while True:
        seen.append(ratios())
        found = estimate(seen, baseline)
        verdict = is_slower(found)
        if verdict is not None or len(seen) >= most_pairs:
            return found, verdict


def describe(found: Estimate) -> str:
    change, low, high = ((factor - 1) * 100 for factor in (found.factor, found.low, found.high))
    return f"{change:+.1f} % [{low:+.1f}, {high:+.1f}], tolerance {TOLERANCE:.0%}, {found.pairs} pairs"
