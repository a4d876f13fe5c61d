"""Parts of the start of workers that a start runs in processes of its own."""

from __future__ import annotations

from typing import Any

from django_startup.probe import plain_worker, prefork
from django_startup.probe.prefork import Errors, Loader, described, memory


class Odd(Exception):
    def __str__(self) -> str:
        raise RuntimeError


def test_a_process_that_has_ended() -> None:
    assert memory(2**22 + 1) == {}


def test_an_exception_that_was_never_raised() -> None:
    assert described(Odd()) == ("Odd", "", "", 0)


def test_a_signal_without_an_exception() -> None:
    errors = Errors.__new__(Errors)
    errors.last = ()
    errors.note()
    assert errors.last == ()


def test_the_application_is_loaded_once() -> None:
    load = Loader("json.dumps", "")
    assert load() is load()


def test_what_an_application_gets() -> None:
    seen: list[Any] = []

    class Body(list[bytes]):
        def close(self) -> None:
            seen.append("closed")

    def application(environ: dict[str, Any], start_response: Any) -> Body:
        seen.append((environ["PATH_INFO"], environ["QUERY_STRING"], environ["HTTP_HOST"]))
        start_response("100 Continue", [])
        start_response("200 OK", [])(b"")
        return Body([b"1", b"2"])

    load: Any = lambda: application  # noqa: E731
    server = plain_worker.Server(load)
    server.start()
    assert server.answer("/a?b", "shop.example") == "200 OK"
    assert seen == [("/a", "b", "shop.example"), "closed"]


def test_gunicorn_of_another_make(monkeypatch: Any) -> None:
    class Module:
        VERSION = "99"

        def Server(self, load: Any) -> None:
            raise TypeError

    siblings = {"gunicorn_worker": Module(), "plain_worker": plain_worker}
    monkeypatch.setattr(prefork, "load_sibling", siblings.__getitem__)
    assert prefork.load_server(Loader("", "")).version == ""
