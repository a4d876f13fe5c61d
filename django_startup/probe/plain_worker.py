"""A worker in place of one of a server that is not installed: it calls the application. For prefork.py only."""

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


class Server:
    """load is a Loader of prefork.py, which is called for the application."""

    version = ""

    def __init__(self, load: "Callable[[], Any]") -> None:
        self.load = load

    def start(self) -> None:
        self.load()

    def answer(self, request: str, host: str) -> str:
        """The status of the answer to GET request."""
        from io import BytesIO

        path, _, query = request.partition("?")
        environ = {
            "REQUEST_METHOD": "GET",
            "SCRIPT_NAME": "",
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_HOST": host,
            "HTTP_ACCEPT": "text/html,*/*",
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": BytesIO(),
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": False,
            "wsgi.multiprocess": True,
            "wsgi.run_once": False,
        }
        answered: list[str] = []

        def start_response(status: str, headers: "Any", exc_info: "Any" = None) -> "Callable[[bytes], object]":
            answered.append(status)
            return BytesIO().write

        response = self.load()(environ, start_response)
        try:
            for _ in response:
                continue
        finally:
            close = getattr(response, "close", None)
            if close is not None:
                close()
        return "".join(answered[-1:])
