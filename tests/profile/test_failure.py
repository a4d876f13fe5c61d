"""The sentences about a boot that failed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from inline_snapshot import snapshot

from django_startup.measure.ending import Ending, Frame, Outcome
from django_startup.measure.recording_file import read_recording
from django_startup.measure.target import BootTarget, find_entry
from django_startup.profile.failure import failure_sentence, replaced, usage, where
from django_startup.profile.not_ready import more_time
from tests.support.helpers import make_project


def test_before_the_first_phase(tmp_path: Path) -> None:
    project = make_project(tmp_path)
    path = tmp_path / "recording.jsonl"
    start = {"record": "start", "thread": 7, "first_line": [1, 1, 1], "ready": [2, 2, 2], "preloaded": []}
    place = (str(project / "shop/settings.py"), 3, "shop.settings")
    records = [start, ["B", 1, 7, 2000, 400, 15, "import", "json", *place]]
    path.write_text("".join(f"{json.dumps(record)}\n" for record in records))
    target = BootTarget(find_entry(None, project), directory=project)
    recording = read_recording(path, spawned_ns=0)
    assert where(target, recording) == "in interpreter, importing json from shop/settings.py:3"


@pytest.mark.parametrize(
    ("command", "advice"),
    [
        ((), snapshot("Allow more time with --timeout SECONDS.")),
        (
            ("serve", "--port", "80"),
            snapshot(
                "If the command never ends by itself, measure how it starts: --until checks --as 'serve "
                "--port 80'. Else allow more time with --timeout SECONDS."
            ),
        ),
    ],
)
def test_what_to_do_about_a_time_limit(tmp_path: Path, command: tuple[str, ...], advice: str) -> None:
    project = make_project(tmp_path)
    assert more_time(BootTarget(find_entry(None, project), command=command, directory=project)) == advice


@pytest.mark.parametrize(
    ("command", "code", "hint"),
    [
        (("pytest", "-x"), "1", " To boot pytest itself, use --pytest."),
        (("migrate",), "2", ""),
        ((), "1", ""),
    ],
)
def test_a_hint_for_what_has_ended_by_itself(tmp_path: Path, command: tuple[str, ...], code: str, hint: str) -> None:
    target = BootTarget(find_entry(None, make_project(tmp_path)), command=command, directory=tmp_path)
    assert usage(target, code) == hint


def test_an_exec_that_no_file_of_the_project_is_known_for(tmp_path: Path) -> None:
    project = make_project(tmp_path)
    path = tmp_path / "recording.jsonl"
    records = [["S", 1, 7, "exec", "/bin/serve", "", 0, ["/lib/os.py", 3, "execvp"]]]
    path.write_text("".join(f"{json.dumps(record)}\n" for record in records))
    target = BootTarget(find_entry(None, project), directory=project)
    assert replaced(target, read_recording(path, spawned_ns=0)) == snapshot(
        "manage.py replaced itself by serve (os.exec). What ran then is not recorded; the management "
        "command startupprofile starts from there."
    )


STANDS = (Frame("/lib/socket.py", 3, "connect"), Frame("shop/apps.py", 7, "ready"))


@pytest.mark.parametrize(
    ("ending", "sentence"),
    [
        (
            Ending(Outcome.TIMEOUT, stack=STANDS),
            snapshot(
                "manage.py did not reach urls in 4 s and was killed; it was at /lib/socket.py:3 in connect. "
                "Allow more time with --timeout SECONDS."
            ),
        ),
        (
            Ending(Outcome.TIMEOUT),
            snapshot("manage.py did not reach urls in 4 s and was killed. Allow more time with --timeout SECONDS."),
        ),
        (
            Ending(Outcome.SIGNAL, signal_name="SIGKILL"),
            snapshot("manage.py died: it was killed by SIGKILL, perhaps because memory ran out."),
        ),
        (
            Ending(Outcome.SIGNAL, signal_name="SIGKILL", is_out_of_cpu=True),
            snapshot("manage.py died: it was killed by SIGKILL, perhaps because its CPU time was used up (ulimit -t)."),
        ),
        (
            Ending(Outcome.SIGNAL, signal_name="SIGXCPU"),
            snapshot("manage.py died: it was killed by SIGXCPU, because its CPU time was used up (ulimit -t)."),
        ),
        (
            Ending(Outcome.DIED, exit_code=5),
            snapshot("manage.py died: it ended with exit code 5 and no output."),
        ),
    ],
)
def test_a_boot_that_wrote_nothing(tmp_path: Path, ending: Ending, sentence: str) -> None:
    """Most boots write their recording at their end: where one that was killed before stood is not known."""
    project = make_project(tmp_path)
    path = tmp_path / "recording.jsonl"
    path.write_text(json.dumps({"record": "start", "thread": 7, "first_line": [1, 1, 1], "ready": [2, 2, 2]}) + "\n")
    target = BootTarget(find_entry(None, project), directory=project)
    recording = read_recording(path, spawned_ns=0).with_ending(ending)
    assert failure_sentence(target, recording, 4.0) == sentence
