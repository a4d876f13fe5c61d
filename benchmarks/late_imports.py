"""
What LateImportMiddleware costs a request that imports nothing, and its hook an import of what is loaded already.

One process serves the same view with and without the middleware, by WSGI and by ASGI, in blocks of requests that take
turns in a random order; so does the import statement with and without the hook. A figure is the median over the blocks
of the time of one request or import, a difference the median over the rounds of what two blocks of the same round
differ by. Prints Markdown.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import importlib
import random
import statistics
import sys
import time
from collections.abc import Awaitable, Callable, Mapping
from datetime import date
from typing import Any

import django
from django.conf import settings
from django.core.handlers.base import BaseHandler
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.urls import path
from surroundings import surroundings

from django_startup.serving.late_imports import CURRENT, ProjectFiles, RequestImports

GOAL_NS = 5_000
MIDDLEWARE = "django_startup.middleware.LateImportMiddleware"
IDLE = f"{__name__}.IdleMiddleware"
PLAIN, IDLE_ONE, WATCHED = "no middleware", "a middleware that does nothing", "LateImportMiddleware"
CHAINS = {PLAIN: [], IDLE_ONE: [IDLE], WATCHED: [MIDDLEWARE]}
Block = Callable[[], float]


class IdleMiddleware:
    """What Django itself asks for a middleware."""

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> Any:
        return self.get_response(request)


def view(request: HttpRequest) -> HttpResponse:
    import json  # noqa: F401 loaded already

    return HttpResponse("x")


async def async_view(request: HttpRequest) -> HttpResponse:
    import json  # noqa: F401 loaded already

    return HttpResponse("x")


urlpatterns = [path("sync", view), path("async", async_view)]


def handler(middleware: list[str], *, is_async: bool) -> Any:
    settings.MIDDLEWARE = middleware
    made: Any = BaseHandler()
    made.load_middleware(is_async=is_async)
    return made


def wsgi_block(middleware: list[str], requests: int) -> Block:
    """Seconds for a number of requests, of which only the way through the middleware and the view is timed."""
    get_response = handler(middleware, is_async=False).get_response
    factory = RequestFactory()

    def run() -> float:
        made = [factory.get("/sync") for _ in range(requests)]
        begun = time.perf_counter()
        for request in made:
            get_response(request)
        return time.perf_counter() - begun

    return run


def asgi_block(middleware: list[str], requests: int, loop: asyncio.AbstractEventLoop) -> Block:
    get_response: Callable[[HttpRequest], Awaitable[Any]] = handler(middleware, is_async=True).get_response_async
    factory = RequestFactory()

    async def serve() -> float:
        made = [factory.get("/async") for _ in range(requests)]
        begun = time.perf_counter()
        for request in made:
            await get_response(request)
        return time.perf_counter() - begun

    return lambda: loop.run_until_complete(serve())


def import_block(statement: str, hooks: Mapping[str, Any], imports: int, request: RequestImports | None) -> Block:
    """Seconds for a number of imports of what is loaded, with these functions in the import system."""
    names: dict[str, Any] = {"importlib": importlib, "time": time}
    source = f"def run():\n begun = time.perf_counter()\n for _ in range({imports}):\n  {statement}\n"
    exec(source + " return time.perf_counter() - begun", names)
    bootstrap: Any = sys.modules["_frozen_importlib"]

    def run() -> float:
        before = {name: getattr(bootstrap, name) for name in hooks}
        for name, function in hooks.items():
            setattr(bootstrap, name, function)
        token = CURRENT.set(request)
        try:
            taken: float = names["run"]()
        finally:
            CURRENT.reset(token)
            for name, function in before.items():
                setattr(bootstrap, name, function)
        return taken

    return run


def take_turns(blocks: Mapping[str, Block], rounds: int) -> dict[str, list[float]]:
    """The seconds of each block in each round."""
    taken: dict[str, list[float]] = {name: [] for name in blocks}
    for number in range(rounds + 1):
        for name in random.sample(list(blocks), len(blocks)):
            gc.collect()
            gc.disable()
            seconds = blocks[name]()
            gc.enable()
            if number:  # the first round warms up
                taken[name].append(seconds)
    return taken


def rows(title: str, taken: Mapping[str, list[float]], count: int) -> tuple[str, float]:
    """The lines of a table, and what the last block costs beside the first, in ns."""
    first = next(iter(taken.values()))
    lines, difference = [], 0.0
    for name, seconds in taken.items():
        each = [value / count * 1e9 for value in seconds]
        differences = sorted((one - other) / count * 1e9 for one, other in zip(seconds, first, strict=True))
        difference = statistics.median(differences)
        low, high = differences[len(differences) // 20], differences[-1 - len(differences) // 20]
        more = "–" if seconds is first else f"{difference:+,.0f} ({low:+,.0f} to {high:+,.0f})"
        lines.append(f"| {title} | {name} | {statistics.median(each):,.0f} | {more} |")
    return "\n".join(lines), difference


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=60, help="default: %(default)s")
    parser.add_argument("--requests", type=int, default=500, help="in each block; default: %(default)s")
    arguments = parser.parse_args()
    settings.configure(ROOT_URLCONF=__name__, ALLOWED_HOSTS=["*"], SECRET_KEY="-")
    django.setup()
    bootstrap: Any = sys.modules["_frozen_importlib"]
    names = ("_find_and_load", "_lock_unlock_module")
    original = {name: getattr(bootstrap, name) for name in names}
    loop = asyncio.new_event_loop()
    wsgi = {name: wsgi_block(chain, arguments.requests) for name, chain in CHAINS.items()}
    chains = {name: chain for name, chain in CHAINS.items() if name != IDLE_ONE}
    asgi = {name: asgi_block(chain, arguments.requests, loop) for name, chain in chains.items()}
    hooked = {name: getattr(bootstrap, name) for name in names}
    assert original != hooked
    imports = arguments.requests * 20

    print(f"{surroundings()}, Django {django.__version__}, {arguments.rounds} rounds, {date.today()}.\n")
    print("| | | ns, median | more, ns (90 % of the rounds) |\n|---|---|--:|--:|")
    costs = []
    for title, blocks in {"a request, WSGI": wsgi, "a request, ASGI": asgi}.items():
        text, cost = rows(title, take_turns(blocks, arguments.rounds), arguments.requests)
        print(text)
        costs.append(cost)
    for statement in ("import json", "from json import loads", "importlib.import_module('json')"):
        blocks = {
            "no hook": import_block(statement, original, imports, None),
            "the hook": import_block(statement, hooked, imports, None),
            "the hook, in a request": import_block(statement, hooked, imports, RequestImports(ProjectFiles(""))),
        }
        print(rows(f"`{statement}`", take_turns(blocks, arguments.rounds), imports)[0])
    loop.close()
    worst = max(costs)
    verdict = "PASS" if worst <= GOAL_NS else "over"
    print(f"\n* {verdict}: {worst / 1000:.2f} µs a request (goal at most {GOAL_NS / 1000:g} µs).")


if __name__ == "__main__":
    main()
