"""Recordings that cannot be written, and faults of ours in the measured process."""

from __future__ import annotations

import errno
import re
import subprocess
import sys
from pathlib import Path

import pytest

from django_startup.exceptions import BootError
from django_startup.measure import boot
from django_startup.measure.target import BootTarget, find_entry
from tests.support.helpers import environment, left_behind, make_project, profile, temporary_directory

BREAKS_THE_PROBE = """\
import gc
for thing in gc.get_objects():
    if type(thing).__name__ == "Phases":
        thing.apps = [3]
"""
BREAKS_ITS_END = BREAKS_THE_PROBE.replace("Phases", "Edges").replace("apps = [3]", "flush = None")
OPENS_NO_FILE = """\
import importlib.machinery, os
get_code = importlib.machinery.SourceFileLoader.get_code
def refuse(loader, name):
    if name.startswith("django_startup.probe."):
        raise OSError(NUMBER, os.strerror(NUMBER))
    return get_code(loader, name)
importlib.machinery.SourceFileLoader.get_code = refuse
"""
USE_TZ = "USE_TZ = True\n"
# Neither may write into a file that it then finds cut off: Python takes bytecode of which a part is missing for broken.
SMALL_FILES = {"COVERAGE_PROCESS_START": "", "COVERAGE_PROCESS_CONFIG": "", "PYTHONDONTWRITEBYTECODE": "1"}


def test_no_room_for_a_recording(tmp_path: Path) -> None:
    pytest.importorskip("resource")
    project = make_project(tmp_path, settings=USE_TZ)
    command = 'ulimit -f 8; exec "$@"'  # 512 or 1,024 bytes each
    done = subprocess.run(
        ["sh", "-c", command, "sh", sys.executable, "-m", "django_startup", "profile", "--runs", "1", "--untried"],
        cwd=project,
        env=environment(project, SMALL_FILES),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert (done.returncode, done.stderr) == (
        3,
        f"CommandError: Recordings cannot be written to {temporary_directory(project)}: is there no room left? Name "
        "another directory with TMPDIR.\n",
    )
    assert left_behind(project) == []


def test_a_temporary_directory_that_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "gone"))
    with pytest.raises(BootError) as error, boot.boot_directory():
        pass
    assert str(error.value) == (
        f"Recordings cannot be written to {tmp_path / 'gone'}: No such file or directory. Name another directory with "
        "TMPDIR."
    )


@pytest.mark.parametrize(
    ("breaks", "where"),
    [
        (BREAKS_THE_PROBE, "inventory.py"),
        (BREAKS_ITS_END, "boot.py"),
        (f"{BREAKS_ITS_END}raise ValueError('of the project')\n", "boot.py"),
    ],
    ids=["writing", "reaching the target", "failing"],
)
def test_a_fault_of_ours_in_the_measured_process(tmp_path: Path, breaks: str, where: str) -> None:
    project = make_project(tmp_path, settings=USE_TZ + breaks)
    ran = profile(project, "--until", "settings")
    assert ran.returncode == 70
    assert "This is a fault of django-startup, not of the project: ProbeFault." in ran.stderr
    found = re.search(r"traceback in (\S+)\.$", ran.stderr.strip())
    assert found is not None
    kept = Path(found[1])
    assert "TypeError: " in kept.read_text("utf-8")
    assert where in kept.read_text("utf-8")
    kept.unlink()
    assert left_behind(project) == []


def test_no_memory_for_a_recording(tmp_path: Path) -> None:
    breaks = BREAKS_THE_PROBE.replace("thing.apps = [3]", "type(thing).apps = property(refuse)\n        del thing.apps")
    breaks = breaks.replace("import gc\n", "import gc\ndef refuse(*arguments):\n    raise MemoryError\n")
    project = make_project(tmp_path, settings=USE_TZ + breaks.replace("del thing.apps", "vars(thing).pop('apps')"))
    ran = profile(project, "--until", "settings")
    assert (ran.returncode, ran.stderr) == (
        3,
        "CommandError: The project cannot be booted within the limits of this shell: Cannot allocate memory. See "
        "ulimit -a.\n",
    )


@pytest.mark.parametrize(
    ("number", "code", "told"),
    [
        (
            errno.EMFILE,
            3,
            "The project cannot be booted within the limits of this shell: Too many open files. See ulimit",
        ),
        (errno.EIO, 70, "This is a fault of django-startup, not of the project: ProbeFault."),
    ],
)
def test_a_project_that_leaves_no_way_to_open_files(tmp_path: Path, number: int, code: int, told: str) -> None:
    project = make_project(tmp_path, settings=USE_TZ + OPENS_NO_FILE.replace("NUMBER", str(number)))
    ran = profile(project, "--until", "settings")
    assert (ran.returncode, told in ran.stderr) == (code, True)
    if code == 70:
        kept = Path(ran.stderr.strip().rpartition(" in ")[2].rstrip("."))
        assert "OSError, and its traceback could not be written" in kept.read_text("utf-8")
        kept.unlink()


@pytest.mark.parametrize("files", [6, 8])
def test_a_limit_of_open_files(tmp_path: Path, files: int) -> None:
    pytest.importorskip("resource")
    project = make_project(tmp_path, settings=USE_TZ)
    done = subprocess.run(
        ["sh", "-c", f'ulimit -n {files}; exec "$@"', "sh", sys.executable, "-m", "django_startup", "profile"],
        cwd=project,
        env=environment(project, SMALL_FILES),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert (done.returncode, done.stderr) == (
        3,
        "CommandError: The project cannot be booted within the limits of this shell: Too many open files. See ulimit "
        "-a.\n",
    )


def test_a_limit_that_is_none() -> None:
    with pytest.raises(FileNotFoundError), boot.within_limits():
        raise FileNotFoundError


@pytest.mark.parametrize(
    ("code", "message"),
    [
        (boot.UNWRITTEN, "is there no room left"),
        (boot.OUT_OF_MEMORY, "within the limits of this shell: Cannot allocate memory"),
    ],
)
def test_a_probe_that_cannot_write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, message: str) -> None:
    project = make_project(tmp_path, settings=USE_TZ)
    probe = tmp_path / "probe.py"
    probe.write_text(f"import os\nos._exit({code})\n")
    monkeypatch.setattr(boot, "PROBE", probe)
    target = BootTarget(find_entry(None, project), directory=project)
    with pytest.raises(BootError, match=message):
        boot.boot(target, boot.BootKind.BARE, timeout=60)


def test_what_limits_do_not_allow() -> None:
    with pytest.raises(BootError, match="within the limits of this shell: Too many open files"), boot.within_limits():
        raise OSError(errno.EMFILE, "Too many open files")
