"""A budget and what was found, in words: the same in every format for people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django_startup.gate.budgets import BudgetCheck, BudgetReport, Cause, Location, Verdict
from django_startup.gate.kinds import BudgetKind, Unit
from django_startup.reports.headline import UNTIL
from django_startup.text import format_duration, short_file

SHOWN_PLACES = 5
LEAST_NS = 1_000_000
TIMES = 10  # from that many times the limit on, a share in per cent says nothing
HEADLINES = {
    Verdict.WITHIN: "within every budget",
    Verdict.WARN: "within every budget, with warnings",
    Verdict.UNSURE: "unsure on this machine",
    Verdict.OVER: "over budget",
}
NOUNS = {
    BudgetKind.MODULES: " modules",
    BudgetKind.CALLS: " calls",
    BudgetKind.FAULTS: " faults",
    BudgetKind.FILES: " files",
    BudgetKind.COMPILED: " modules",
}


def amount(unit: Unit, value: int, decimals: int = 3) -> str:
    """A value in its unit."""
    if unit is Unit.SIZE:
        return f"{value / 2**20:,.{decimals - 2}f} MiB"
    if unit is Unit.COUNT:
        return f"{value:,}"
    return f"{value / 1e9:,.{decimals}f} s"


def limit_of(check: BudgetCheck) -> int:
    """The limit that its verdict is about."""
    budget = check.budget
    return budget.warn if check.verdict is Verdict.WARN and budget.warn is not None else budget.fail


def decimals_of(check: BudgetCheck) -> int:
    """As many as it takes to see on which side of the limit the value is."""
    unit, limit = check.budget.info.unit, limit_of(check)
    value = limit if check.value is None else check.value
    decimals = 3
    while value != limit and amount(unit, value, decimals) == amount(unit, limit, decimals):
        decimals += 1
    return decimals


def title(check: BudgetCheck) -> str:
    """The budget as it was declared, with its limit."""
    unit = check.budget.info.unit
    if unit is Unit.NONE:
        return check.budget.title
    return f"{check.budget.title} {amount(unit, limit_of(check), decimals_of(check))}"


def statement(check: BudgetCheck) -> str:
    """What was found, and how far it is from the limit."""
    unit = check.budget.info.unit
    if unit is Unit.NONE or check.value is None:
        return check.text
    text = amount(unit, check.value, decimals_of(check)) + noun(check, check.value)
    if check.verdict is Verdict.OVER:
        text += too_much(check, check.value)
    elif check.verdict is Verdict.WITHIN and check.budget.fail:
        text += f", {(1 - check.value / check.budget.fail) * 100:.0f} % to spare"
    return f"{text}; {check.text}" if check.text else text


def noun(check: BudgetCheck, count: int) -> str:
    word = NOUNS.get(check.budget.kind, "")
    return word[:-1] if word and count == 1 else word


def too_much(check: BudgetCheck, value: int) -> str:
    """, 457 too many (42 %); , 29 times the limit."""
    limit, unit = check.budget.fail, check.budget.info.unit
    if not limit:
        return ""
    if value >= TIMES * limit:
        return f", {value / limit:,.0f} times the limit"
    more = amount(unit, value - limit, decimals_of(check))
    word = "many" if unit is Unit.COUNT else "much"
    percent = round((value / limit - 1) * 100, 1)
    share = f" ({percent:.{0 if percent >= 10 else 1}f} %)" if percent else ""
    return f", {more} too {word}{share}"


def costs(saving_ns: int | None, rss_bytes: int | None, modules: int | None = None) -> str:
    """The time, the memory and the modules that go with it, as far as they can be seen; "" for none."""
    found = []
    if saving_ns is not None and saving_ns >= LEAST_NS:
        found.append(format_duration(saving_ns))
    if rss_bytes is not None and rss_bytes >= 2**20:
        found.append(f"{rss_bytes / 2**20:,.0f} MiB")
    if modules:
        found.append(f"{modules:,} module{'s' if modules > 1 else ''}")
    return f"costs {', '.join(found)}" if found else ""


def places(found: tuple[Location, ...]) -> Iterator[str]:
    for place in found[:SHOWN_PLACES]:
        yield f"{short_file(place.file)}:{place.line}  {place.text}" if place.file else place.text
    if len(found) > SHOWN_PLACES:
        yield f"and {len(found) - SHOWN_PLACES} more"


def details(check: BudgetCheck) -> Iterator[str]:
    """What there is to say beside the statement, a line each."""
    yield from advice(costs(check.saving_ns, check.rss_bytes), check.places, check.fixes)
    yield from commands(check.reproduce, [check.accept] if check.accept else [])


def cause_advice(cause: Cause) -> Iterator[str]:
    """What a cause costs, where to look and what to do."""
    yield from advice(costs(cause.saving_ns, cause.rss_bytes, cause.modules), cause.places, cause.fixes)


def cause_commands(cause: Cause) -> Iterator[str]:
    yield from commands(cause.reproduce, cause.accept)


def advice(cost: str, locations: tuple[Location, ...], fixes: tuple[str, ...]) -> Iterator[str]:
    if cost:
        yield cost
    yield from places(locations)
    if fixes:
        yield f"fix: {fix_line(fixes)}"


def fix_line(fixes: Iterable[str]) -> str:
    """Fixes as one line; empty for none."""
    return "; ".join(fixes)


def commands(reproduce: str, accept: Iterable[str]) -> Iterator[str]:
    if reproduce:
        yield f"see: {reproduce}"
    for command in accept:
        yield f"accept: {command}"


def summary(report: BudgetReport) -> str:
    boots = f"{report.boots} boot{'s' if report.boots > 1 else ''}"
    machine = report.machine
    if machine is not None and not machine.known:
        boots += "; this system does not report how busy it is"
    elif machine is not None:
        boots += (
            "; the machine was busy, and the times do not include that"
            if machine.is_busy
            else "; the machine was not busy"
        )
    target = UNTIL.get(report.until, f"to {report.until}").removeprefix("to ")
    return f"To {target}: {HEADLINES[report.verdict]} ({boots})."
