"""What is said of boots that come to no ready Django, or to no end."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from inline_snapshot import snapshot

from django_startup.measure.ending import Ending, Outcome
from django_startup.measure.observations import Failure, ObservedSideEffect
from django_startup.measure.recording_file import read_recording
from django_startup.measure.target import BootTarget, Entry, How, Until
from django_startup.profile.failure import failure_sentence
from django_startup.profile.not_ready import elsewhere
from django_startup.profile.notes import note_on_serving


def make_target(entry: str, *command: str) -> BootTarget:
    return BootTarget(Entry(How.SCRIPT, entry, entry), Until.COMMAND, command)


def sentence(target: BootTarget, outcome: Outcome, failure: Failure = Failure(), serves: str = "") -> str:
    recording = read_recording(Path("none"), spawned_ns=0)
    recording = replace(recording, failure=failure, serves=serves, ending=Ending(outcome))
    return failure_sentence(target, recording, 60)


def test_a_server_that_has_loaded_no_project() -> None:
    target = make_target("gunicorn", "shop.wsgi")
    assert sentence(target, Outcome.UNREADY, serves="forks its workers") == snapshot(
        "gunicorn forks its workers, but Django is not ready in it: apps.ready is False. Let it load the project "
        "before it forks (gunicorn: --preload), or boot manage.py to the application: --until wsgi or --until asgi."
    )


def test_a_worker_that_has_loaded_no_project() -> None:
    assert sentence(make_target("celery", "worker"), Outcome.UNREADY, serves="waits for tasks") == snapshot(
        "celery waits for tasks, but Django is not ready in it: apps.ready is False. What it has loaded has not called "
        "django.setup(): is DJANGO_SETTINGS_MODULE set?"
    )


def test_a_script_that_asks_for_no_command() -> None:
    assert sentence(make_target("manage.py", "migrate", "--check"), Outcome.UNREACHED) == snapshot(
        "manage.py ended without running Django's command 'migrate'. If it is not the right entry script, name another "
        "with --entry."
    )


def test_which_process_has_run_the_script_again() -> None:
    recording = read_recording(Path("none"), spawned_ns=0)
    effects = tuple(
        ObservedSideEffect(kind, detail, "", 0, 0, ())
        for kind, detail in (
            ("exec", "python manage.py"),
            ("subprocess", "git status"),
            ("subprocess", "./manage.py x"),
        )
    )
    target = make_target("./manage.py", "check")
    assert elsewhere(target, replace(recording, side_effects=effects[:2])) == ""
    assert elsewhere(target, replace(recording, side_effects=effects)) == (
        " It had run ./manage.py x, which is a process of its own and not recorded."
    )


def test_an_application_without_django() -> None:
    target = replace(make_target("manage.py"), until=Until.WSGI)
    assert sentence(target, Outcome.UNREADY) == snapshot(
        "Django is not ready, though the WSGI application is loaded: apps.ready is False."
    )


def test_a_worker_without_its_broker() -> None:
    target = make_target("celery", "-A", "shop", "worker")
    failure = Failure("OperationalError", "[Errno 111] Connection refused")
    assert sentence(target, Outcome.STUCK, failure, "amqp://guest:**@localhost:5672//") == snapshot(
        "celery is stuck, after 0.000 s, before the broker amqp://guest:**@localhost:5672//, which cannot be reached: "
        "OperationalError: [Errno 111] Connection refused. Start the broker, or measure without it: --until checks "
        "--entry celery --as '-A shop worker'."
    )


@pytest.mark.parametrize(
    ("command", "is_installed", "hint"),
    [
        (("celery", "-A", "shop"), True, " To measure the program celery, use --entry celery -- -A shop."),
        (("celery",), True, " To measure the program celery, use --entry celery."),
        (("celery",), False, ""),
    ],
)
def test_a_program_that_is_no_command(
    command: tuple[str, ...], is_installed: bool, hint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: f"/bin/{name}" if is_installed else None)
    told = sentence(make_target("manage.py", *command), Outcome.EXIT, Failure("SystemExit", "1"))
    assert told == f"manage.py died: it called sys.exit(1).{hint}"


@pytest.mark.parametrize(
    ("serves", "texts"),
    [
        ("", []),
        (
            "waits for tasks",
            snapshot(
                [
                    "celery waits for tasks from here on, so the boot ends here. For the start of the project without "
                    "that: --until checks --entry celery --as '-A shop worker'."
                ]
            ),
        ),
    ],
)
def test_the_note_on_what_serves(serves: str, texts: list[str]) -> None:
    recording = replace(read_recording(Path("none"), spawned_ns=0), serves=serves)
    target = make_target("celery", "-A", "shop", "worker")
    assert [note.text for note in note_on_serving(target, recording)] == texts
