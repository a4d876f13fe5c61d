"""What is said of a start without something, for all reports: plain sentences."""

from __future__ import annotations

from collections.abc import Iterator

from django_startup.profile.profile import StartupProfile
from django_startup.profile.what_if import LostEntry, WhatIf, WhatIfs
from django_startup.reports.headline import climbed
from django_startup.reports.headline import measured as with_error
from django_startup.text import format_duration, short_file


def answers(what_if: WhatIfs) -> tuple[WhatIf, ...]:
    """Each by itself, then all together."""
    return (*what_if.alone, *([what_if.together] if what_if.together else []))


def measured(answer: WhatIf) -> str:
    """0.297 s ± 0.006; empty where nothing was measured."""
    return with_error(answer) if answer.measured else ""


def modules(answer: WhatIf) -> str:
    """-412; empty where nothing was booted."""
    return signed(-answer.modules) if answer.rungs else ""


def memory(answer: WhatIf) -> str:
    """-38 MiB; empty where it is not known."""
    return "" if answer.memory_bytes is None else f"{signed(-round(answer.memory_bytes / 2**20))} MiB"


def signed(number: int) -> str:
    return f"{number:+,}" if number else "0"


def sum_of(answer: WhatIf) -> str:
    """0.709 s -> 0.412 s measured (-0.297 s ± 0.006; estimated -0.301 s)"""
    now, then = format_duration(answer.before_ns), format_duration(answer.before_ns - answer.saving_ns)
    saved = f"{format_duration(-answer.saving_ns)} ± {format_duration(answer.error_ns).removesuffix(' s')}"
    return f"{now} → {then} measured ({saved}; estimated {format_duration(-answer.estimate_ns)})"


def problem(answer: WhatIf) -> str:
    """Why there is no measurement; empty where there is one."""
    if not answer.problem:
        return ""
    return f"{'does not work' if answer.how else 'cannot be tried'}: {answer.problem}"


def sentences(answer: WhatIf, profile: StartupProfile) -> Iterator[str]:
    """What became of the boot; what was lost is said by lost_line()."""
    if not answer.rungs:
        return
    if answer.packages:
        yield f"gone: {', '.join(answer.packages)}"
    yield ", ".join(climbed(profile.target, answer.rungs))
    yield from answer.differences
    yield f"no longer registered: {len(answer.lost):,}" if answer.lost else "registers the same"


def edited_lines(answer: WhatIf, what_if: WhatIfs) -> list[str]:
    """catalog/models.py:4  import pandas as pd; nothing for all together, where each has been said."""
    if answer is what_if.together:
        return []
    return [f"{short_file(line.file)}:{line.line}  {line.statement}" for line in answer.edited]


def lost_lines(answer: WhatIf, what_if: WhatIfs) -> list[str]:
    """newsletter/models.py:7  model newsletter.Issue, only at the first use; for all together those that are new."""
    said = {entry for one in what_if.alone for entry in one.lost} if answer is what_if.together else set()
    return [lost_line(entry) for entry in answer.lost if entry not in said]


def details(answer: WhatIf, profile: StartupProfile) -> list[str]:
    """All that is said of one, a line each."""
    what_if = profile.what_if
    first = [text for text in (answer.how, problem(answer)) if text]
    return [*first, *edited_lines(answer, what_if), *sentences(answer, profile), *lost_lines(answer, what_if)]


def lost_line(entry: LostEntry) -> str:
    place = f"{short_file(entry.file)}:{entry.line}" if entry.line else short_file(entry.file)
    late = ", only at the first use" if entry.at_first_use else ""
    return f"{place}  {entry.title}{late}".lstrip()
