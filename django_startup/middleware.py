"""
LateImportMiddleware: reports requests that had to wait for imports, which packages, and which line asked for them.

The hook in the import system is installed when the middleware is made. It is called only for modules that are not
loaded yet, so a request that imports nothing pays for the middleware alone.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import FileResponse, HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase

from django_startup.serving.late_imports import CURRENT, ProjectFiles, RequestImports, install, is_hook_called
from django_startup.settings import usable_settings

__all__ = ["LateImportMiddleware"]
logger = logging.getLogger("django_startup")


class LateImportMiddleware:
    """
    Logs one warning for each request that imports for longer than a threshold, and tells the browser under DEBUG.

    Raises ImproperlyConfigured where its settings are unusable.
    """

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        self.options = usable_settings("LATE_IMPORTS").late_imports
        install()
        if not is_hook_called():
            logger.warning("LateImportMiddleware is disabled: this Python does not let it see imports.")
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
        except BaseException:  # the client may have disconnected
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
        """Log what a request has imported, if that took too long. An error here does not fail the request."""
        imports.closed = True
        if not imports.imports or imports.time_ns <= self.options.threshold_ns:
            return
        try:
            from django_startup.serving.late_report import warn

            warn(request, imports)
            if self.options.log is not None:
                from django_startup.serving.names_log import names_log

                log = names_log(Path(self.options.log).absolute())
                log.add(each.name for each in imports.imports if not each.failed)
        except Exception:
            logger.exception("The imports of a request could not be reported.")


class Watched:
    """The content of a streaming response. Imports while it is made are charged to its request."""

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
