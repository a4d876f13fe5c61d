"""
LateImportMiddleware: says when a request had to wait for imports, of what, and which line asked for them.

The hook in the import system is put in when the middleware is made. It is asked only about modules that are not loaded
yet, so a request that imports nothing pays for the middleware alone.
"""

from __future__ import annotations

import logging
import os
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, MiddlewareNotUsed
from django.http import FileResponse, HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase

from django_startup.late_imports import CURRENT, ProjectFiles, RequestImports, install, is_honoured

SETTING = 'DJANGO_STARTUP["LATE_IMPORTS"]'
KEYS = ("LOG", "THRESHOLD")
THRESHOLD_NS = 50_000_000
logger = logging.getLogger("django_startup")


@dataclass(frozen=True, slots=True)
class Options:
    """settings.DJANGO_STARTUP["LATE_IMPORTS"]: how long a request may import unnoticed, and where to keep names."""

    threshold_ns: int = THRESHOLD_NS
    log: Path | None = None


class LateImportMiddleware:
    """
    Logs one warning for each request that imports for longer than a threshold, and tells the browser under DEBUG.

    Raises ImproperlyConfigured where its settings are unusable.
    """

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        self.options = read_options()
        install()
        if not is_honoured():
            logger.warning("This Python does not let LateImportMiddleware see imports; it is not used.")
            raise MiddlewareNotUsed
        self.get_response = get_response
        self.files = ProjectFiles(getattr(settings, "SETTINGS_MODULE", None) or "")
        self.is_async = iscoroutinefunction(get_response)
        if self.is_async:
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> Any:
        if self.is_async:
            return self.respond(request)
        imports = RequestImports(self.files)
        token = CURRENT.set(imports)
        try:
            response = self.get_response(request)
        except BaseException:
            self.report(request, imports)
            raise
        finally:
            CURRENT.reset(token)
        return self.finish(request, imports, response)

    async def respond(self, request: HttpRequest) -> HttpResponseBase:
        imports = RequestImports(self.files)
        token = CURRENT.set(imports)
        try:
            response: HttpResponseBase = await self.get_response(request)
        except BaseException:  # the client may have lost its patience
            self.report(request, imports)
            raise
        finally:
            CURRENT.reset(token)
        return self.finish(request, imports, response)

    def finish(self, request: HttpRequest, imports: RequestImports, response: HttpResponseBase) -> HttpResponseBase:
        """The response; what a stream imports is reported once it has been sent."""
        if imports.imports and settings.DEBUG:
            timing = f"import;dur={imports.time_ns / 1e6:.1f}"
            others = response.headers.get("Server-Timing")
            response.headers["Server-Timing"] = f"{others}, {timing}" if others else timing
        if isinstance(response, StreamingHttpResponse) and not isinstance(response, FileResponse):
            kind = AsyncStream if response.is_async else Stream
            content = response.streaming_content
            response.streaming_content = kind(content, imports, lambda: self.report(request, imports))
        else:
            self.report(request, imports)
        return response

    def report(self, request: HttpRequest, imports: RequestImports) -> None:
        """Log what a request has imported, if that took too long. Whatever goes wrong here, the request goes on."""
        imports.closed = True
        if not imports.imports or imports.time_ns <= self.options.threshold_ns:
            return
        try:
            from django_startup.late_report import keep_names, warn

            warn(request, imports)
            if self.options.log is not None:
                keep_names(self.options.log, imports)
        except Exception:
            logger.exception("The imports of a request could not be reported.")


class Watched:
    """The content of a streaming response, what is imported while it is made being charged to its request."""

    def __init__(self, content: Any, imports: RequestImports, close: Callable[[], None]) -> None:
        self.content = content
        self.imports = imports
        self.close = close  # Django calls it when it closes the response


class Stream(Watched):
    def __iter__(self) -> Iterator[bytes]:
        iterator = iter(self.content)
        while True:
            token = CURRENT.set(self.imports)
            try:
                part = next(iterator)
            except StopIteration:
                return
            finally:
                CURRENT.reset(token)
            yield part


class AsyncStream(Watched):
    async def __aiter__(self) -> AsyncIterator[bytes]:
        iterator = aiter(self.content)
        while True:
            token = CURRENT.set(self.imports)
            try:
                part = await anext(iterator)
            except StopAsyncIteration:
                return
            finally:
                CURRENT.reset(token)
            yield part


def read_options() -> Options:
    """The options in Django's settings. Raises ImproperlyConfigured."""
    startup = expect_dictionary(getattr(settings, "DJANGO_STARTUP", {}), "DJANGO_STARTUP")
    values = expect_dictionary(startup.get("LATE_IMPORTS", {}), SETTING)
    for key in values:
        if key not in KEYS:
            raise ImproperlyConfigured(f"{SETTING} has an unknown key {key!r}; known are {' and '.join(KEYS)}.")
    log = values.get("LOG")
    if log is not None and not isinstance(log, str | os.PathLike):
        raise ImproperlyConfigured(f'{SETTING}["LOG"] must be a path, not {log!r}.')
    threshold_ns = THRESHOLD_NS
    if "THRESHOLD" in values:
        threshold_ns = read_threshold(values["THRESHOLD"])
    return Options(threshold_ns, Path(log).absolute() if log else None)


def read_threshold(text: Any) -> int:
    from django_startup.durations import parse_duration
    from django_startup.exceptions import UsageError

    what = f'{SETTING}["THRESHOLD"]'
    if not isinstance(text, str):
        raise ImproperlyConfigured(f'{what} must be a text such as "50ms", not {text!r}.')
    try:
        return parse_duration(text, what)
    except UsageError as error:
        raise ImproperlyConfigured(str(error)) from error


def expect_dictionary(value: Any, what: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ImproperlyConfigured(f"{what} must be a dictionary, not {value!r}.")
    return value
