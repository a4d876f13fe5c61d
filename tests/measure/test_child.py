"""A child process: whatever ends it or us, nothing that it started goes on."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from django_startup.measure import child as child_module
from django_startup.measure.child import SUPERVISOR, running

# In a group of its own, in a session of its own, and an orphan in one.
DESCENDANTS = """
import subprocess, sys, time
sleep = [sys.executable, "-S", "-c", "import time; time.sleep(600)", MARK]
subprocess.Popen(sleep, process_group=0)
subprocess.Popen(sleep, start_new_session=True)
orphan = "import subprocess, sys; subprocess.Popen(sys.argv[1:], start_new_session=True)"
subprocess.run([sys.executable, "-S", "-c", orphan, *sleep])
print("started", flush=True)
"""
SLEEP = "time.sleep(600)\n"


def python(tmp_path: Path, code: str) -> list[str]:
    return [sys.executable, "-S", "-c", code.replace("MARK", repr(str(tmp_path))), str(tmp_path)]


def wait_until(condition: Callable[[], bool]) -> None:
    while not condition():
        time.sleep(0.01)


def left(tmp_path: Path) -> list[str]:
    """The processes that name the directory."""
    found = []
    for process in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            command = process.read_bytes()
        except OSError:
            continue
        if os.fsencode(tmp_path) in command:
            found.append(command.decode())
    return found


@pytest.fixture
def outputs(tmp_path: Path) -> tuple[Path, Path]:
    directory = tmp_path / "outputs"
    directory.mkdir()
    return directory / "stdout", directory / "stderr"


def test_a_child_that_ends(tmp_path: Path, outputs: tuple[Path, Path]) -> None:
    code = "import os, sys; print(os.getcwd(), os.environ['A'], os.getsid(0) == os.getpid()); sys.exit('no')"
    with running(python(tmp_path, code), *outputs, directory=tmp_path, environment={"A": "1"}) as child:
        assert child.wait(60)
        assert child.has_ended(0)
    assert [path.read_text() for path in outputs] == [f"{tmp_path} 1 True\n", "no\n"]
    assert child.returncode == 1


def test_a_child_that_a_signal_ends(tmp_path: Path, outputs: tuple[Path, Path]) -> None:
    """Also where the signal that says so is ignored, as by `trap '' CHLD`."""
    before = signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    try:
        with running(python(tmp_path, "import os; os.kill(os.getpid(), 11)"), *outputs) as child:
            assert child.wait(60)
    finally:
        signal.signal(signal.SIGCHLD, before)
    assert child.returncode == -signal.SIGSEGV


def test_what_is_ignored_stays_ignored_in_a_child(tmp_path: Path, outputs: tuple[Path, Path]) -> None:
    code = "import signal\nfor name in ('SIGHUP', 'SIGINT', 'SIGPIPE'): print(signal.getsignal(getattr(signal, name)))"
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with running(python(tmp_path, code), *outputs) as child:
            child.wait(60)
    finally:
        signal.signal(signal.SIGHUP, before)
    hangup, _, pipe = outputs[0].read_text().splitlines()
    assert (hangup, pipe) == ("1", "1")  # Python itself ignores SIGPIPE


@pytest.mark.parametrize("more", ["", SLEEP], ids=["ended", "running"])
def test_descendants_end_with_it(tmp_path: Path, outputs: tuple[Path, Path], more: str) -> None:
    with running(python(tmp_path, DESCENDANTS + more), *outputs) as child:
        wait_until(lambda: "started" in (outputs[0].read_text() if outputs[0].exists() else ""))
        assert more or child.wait(60)
    assert left(tmp_path) == []
    assert child.returncode == (-signal.SIGKILL if more else 0)


def test_a_time_limit(tmp_path: Path, outputs: tuple[Path, Path]) -> None:
    with running(python(tmp_path, "import time\n" + SLEEP), *outputs) as child:
        assert not child.wait(0.01)
    assert left(tmp_path) == []


@pytest.mark.parametrize("steps", [1, 3])
def test_work_meanwhile(tmp_path: Path, outputs: tuple[Path, Path], steps: int) -> None:
    """It goes on as long as there is some, at once where there was; what is left at the end is left."""
    done = tmp_path / "done"

    def work() -> Iterator[bool]:
        for step in range(1, 4):
            if step == steps:
                done.touch()
                wait_until(lambda: bool(outputs[0].read_bytes()))  # it ends with that
            yield step < steps

    code = f"""
import os, time
while not os.path.exists({str(done)!r}):
    time.sleep(0.01)
print("end", flush=True)
"""
    waiting = work()
    with running(python(tmp_path, code), *outputs) as child:
        assert child.wait(60, waiting)
    assert len([*waiting]) <= 3 - steps


def test_its_output_does_not_fill_the_disk(
    tmp_path: Path, outputs: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(child_module, "OUTPUT_LIMIT", 10)
    monkeypatch.setattr(child_module, "LOOK_S", 0.01)
    code = f"""
import os, time
print("x" * 100, flush=True)
while os.stat({str(outputs[0])!r}).st_size:
    time.sleep(0.01)
os.unlink({str(outputs[1])!r})
time.sleep(0.1)
"""
    with running(python(tmp_path, code), *outputs) as child:
        assert child.wait(60)
    assert outputs[0].read_text() == ""


def test_a_command_that_cannot_be_started(tmp_path: Path, outputs: tuple[Path, Path]) -> None:
    with pytest.raises(FileNotFoundError), running([str(tmp_path / "missing")], *outputs):
        pytest.fail("It has been started.")


KILLED = """
import os, signal, sys
from pathlib import Path
from django_startup.measure.child import running
with running(sys.argv[3:], Path(sys.argv[1]), Path(sys.argv[2])):
    while not (os.path.exists(sys.argv[1]) and open(sys.argv[1]).read()):
        pass
    if os.environ.get("HOLD") and os.fork() == 0:
        signal.alarm(100)
        signal.pause()
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize("hold", ["", "1"], ids=["alone", "with a fork that holds the pipe"])
def test_nothing_goes_on_when_this_process_is_killed(tmp_path: Path, outputs: tuple[Path, Path], hold: str) -> None:
    words = [*map(str, outputs), *python(tmp_path, DESCENDANTS + SLEEP)]
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", KILLED, *words],
        env=os.environ | {"HOLD": hold},
        start_new_session=True,
    )
    try:
        assert process.wait(60) == -signal.SIGKILL
        wait_until(lambda: not outputs[0].parent.exists())
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    wait_until(lambda: left(tmp_path) == [])


def test_somebody_kills_the_supervisor(tmp_path: Path, outputs: tuple[Path, Path]) -> None:
    with running(python(tmp_path, "import time\n" + SLEEP), *outputs) as child:
        child.supervisor.kill()  # type: ignore[attr-defined]
        assert child.wait(60)
    wait_until(lambda: left(tmp_path) == [])
    assert child.returncode == -signal.SIGKILL


def test_somebody_kills_the_supervisor_at_once(
    tmp_path: Path, outputs: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "broken.py"
    broken.write_text("raise SystemExit\n")
    monkeypatch.setattr(child_module, "SUPERVISOR", broken)
    with running(python(tmp_path, ""), *outputs) as child:
        assert child.wait(60)
    assert child.returncode == -signal.SIGKILL


def test_a_supervisor_that_does_not_end_is_killed(
    tmp_path: Path, outputs: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    stuck = tmp_path / "stuck.py"
    stuck.write_text("import os, time\nos.write(1, b'1 0\\n')\n" + SLEEP)
    monkeypatch.setattr(child_module, "SUPERVISOR", stuck)
    monkeypatch.setattr(child_module, "LOOK_S", 0.001)
    with running(python(tmp_path, ""), *outputs) as child:
        pass
    assert (left(tmp_path), child.returncode) == ([], None)


# The supervisor itself: here it runs with site, under which its lines are measured.


def supervise(tmp_path: Path, code: str, *, processor: str = "") -> Iterator[str]:
    words = [str(tmp_path / "outputs" / name) for name in ("stdout", "stderr")]
    process = subprocess.Popen(
        [sys.executable, str(SUPERVISOR), *words, processor, *python(tmp_path, code)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin
    assert process.stdout
    yield process.stdout.readline()
    process.stdin.close()
    yield process.stdout.readline()
    process.stdout.close()
    process.wait(60)
    yield ""


@pytest.mark.parametrize("processor", ["", str(min(os.sched_getaffinity(0))), str(2**16)])
def test_what_the_supervisor_reports(tmp_path: Path, outputs: tuple[Path, Path], processor: str) -> None:
    reports = supervise(tmp_path, DESCENDANTS + SLEEP, processor=processor)
    spawned, process_id = map(int, next(reports).split())
    assert 0 < spawned < time.perf_counter_ns()
    wait_until(lambda: outputs[0].exists() and "started" in outputs[0].read_text())
    assert os.getsid(process_id) == process_id
    code, cpu_ms = next(reports).split()
    assert (code, cpu_ms.isdecimal()) == ("-9", True)
    assert next(reports) == ""
    assert left(tmp_path) == []


def test_how_much_cpu_time_it_took(tmp_path: Path, outputs: tuple[Path, Path]) -> None:
    code = "import time\nwhile time.process_time() < 0.05: pass"
    with running(python(tmp_path, code), *outputs) as child:
        assert child.cpu_s == 0
        assert child.wait(60)
    assert child.cpu_s >= 0.04


def test_one_that_could_not_be_ended(
    tmp_path: Path, outputs: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    stuck = tmp_path / "stuck.py"
    stuck.write_text("import os\nos.write(1, b'1 0\\nNone 0\\n')\n")
    monkeypatch.setattr(child_module, "SUPERVISOR", stuck)
    with running(python(tmp_path, ""), *outputs) as child:
        assert child.wait(60)
    assert child.returncode == -signal.SIGKILL
