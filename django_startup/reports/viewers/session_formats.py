"""What pyinstrument's renderers make of a session: its page, speedscope's JSON, pstats, its own saved form."""

from __future__ import annotations

import marshal
import re
from collections import Counter, defaultdict

from pyinstrument.renderers import HTMLRenderer, PstatsRenderer, SpeedscopeRenderer
from pyinstrument.renderers.session import SessionRenderer
from pyinstrument.session import Session

from django_startup.profile.profile import StartupProfile
from django_startup.reports.viewers.boot_session import boot_session
from django_startup.reports.viewers.callstack import call_stack

FONTS = re.compile(r"https://fonts\.googleapis\.com/[^\"']*")
DATA = "const sessionData = "
Key = tuple[str, int, str]


def boot_as(suffix: str, profile: StartupProfile) -> str | bytes:
    """The boot as a file of one of the formats. Raises UsageError where the profile does not hold its course."""
    stack = call_stack(profile)
    session = boot_session(profile, stack)
    if suffix == ".pstats":
        return with_calls(to_pstats(session), stack.calls)
    return session_as(suffix.replace(".pyinstrument", ""), session)


def session_as(suffix: str, session: Session) -> str | bytes:
    """A session as a file of the format of .html, .speedscope.json, .pyisession or .pstats."""
    match suffix:
        case ".html":
            return to_html(session)
        case ".speedscope.json":
            return str(SpeedscopeRenderer(show_all=True).render(session))
        case ".pyisession":
            return str(SessionRenderer().render(session))
        case _:
            return to_pstats(session)


def to_html(session: Session) -> str:
    """pyinstrument's page, without the fonts that it fetches and with nothing in its data that could end a script."""
    renderer = HTMLRenderer()
    renderer.resample_interval = 0  # leave no sample out; before 5.1 none was
    page: str = renderer.render(session)
    program, mark, data = page.partition(DATA)
    values, end, rest = data.partition("\n")
    return FONTS.sub("data:text/css,", program) + mark + values.replace("<", "\\u003c") + end + rest


def to_pstats(session: Session) -> bytes:
    text: str = PstatsRenderer(show_all=True).render(session)
    return text.encode("utf-8", "surrogateescape")


def with_calls(pstats: bytes, calls: Counter[tuple[str, str]]) -> bytes:
    """pstats with the number of calls, which a sampling profiler does not know and gives as -1."""
    by_caller: dict[Key, Counter[Key]] = defaultdict(Counter)
    for (frame, caller), count in calls.items():
        by_caller[key(frame)][key(caller)] += count
    stats = {}
    for function, (_, _, own, cumulative, callers) in marshal.loads(pstats).items():
        counts = by_caller[function]
        of_callers = {caller: (counts[caller], counts[caller], *times) for caller, (_, _, *times) in callers.items()}
        number = counts.total() or 1
        stats[function] = (number, number, own, cumulative, of_callers)
    return marshal.dumps(stats)


def key(frame: str) -> Key:
    function, file, line = frame.split("\0")
    return file, int(line), function
