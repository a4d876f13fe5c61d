"""Signals that end a command, kept until nothing is half done."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from types import FrameType

import pytest
from inline_snapshot import snapshot

from django_startup.measure.interrupts import check, deferred


@pytest.fixture(autouse=True)
def handlers() -> Iterator[None]:
    """What these tests change is put back. None is ignored, as SIGINT is in the background, or SIGHUP under nohup."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_takes_effect_at_the_end(number: signal.Signals) -> None:
    done = []
    with pytest.raises(SystemExit) as caught, deferred():
        signal.raise_signal(number)
        done.append("the rest of the block")
    assert caught.value.code == 128 + number
    assert done == snapshot(["the rest of the block"])


def test_ctrl_c_takes_effect_at_the_end() -> None:
    done = []
    with pytest.raises(KeyboardInterrupt), deferred():
        signal.raise_signal(signal.SIGINT)
        done.append("the rest of the block")
    assert done == snapshot(["the rest of the block"])


def test_or_where_the_block_asks() -> None:
    with pytest.raises(SystemExit), deferred():
        check()
        signal.raise_signal(signal.SIGTERM)
        check()
        pytest.fail("The signal has not taken effect.")
    check()  # it has, and does so once


def test_the_end_of_a_block_within_a_block_is_such_a_place() -> None:
    with deferred():
        with pytest.raises(SystemExit), deferred():
            signal.raise_signal(signal.SIGTERM)
        with pytest.raises(SystemExit):
            with deferred():
                pass
            signal.raise_signal(signal.SIGTERM)  # kept: the outer block goes on
            check()


def test_a_signal_says_more_than_the_error_that_it_may_have_caused() -> None:
    with pytest.raises(KeyboardInterrupt) as caught, deferred():
        signal.raise_signal(signal.SIGINT)
        raise ValueError("git has got the signal too")
    assert isinstance(caught.value.__context__, ValueError)


def test_afterwards_signals_do_what_they_did() -> None:
    def handler(number: int, frame: FrameType | None) -> None:
        raise AssertionError

    signal.signal(signal.SIGTERM, handler)
    with deferred():
        assert signal.getsignal(signal.SIGTERM) is not handler
    assert signal.getsignal(signal.SIGTERM) is handler


def test_what_is_ignored_stays_ignored() -> None:
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    with deferred():
        signal.raise_signal(signal.SIGHUP)
        check()
    assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN


def test_no_signal_interrupts_another_thread() -> None:
    handlers = []

    def work() -> None:
        with deferred():
            handlers.append(signal.getsignal(signal.SIGTERM))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert handlers == [signal.getsignal(signal.SIGTERM)]
