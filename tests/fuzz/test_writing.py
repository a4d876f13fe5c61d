"""Wherever a file is written to, it is there whole, or one sentence says why not; what was there stays what it was."""

from __future__ import annotations

import os
import random
import shutil
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from django_startup.exceptions import UsageError
from django_startup.files import append_file, read_file, write_file
from django_startup.profile.profile_file import load_profile
from tests.support.documents import EXAMPLES
from tests.support.helpers import left_behind, make_project, profile

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="FIFOs, devices and mounts")
ROUNDS = max(100, EXAMPLES)
OLD = b"old\n"
SMALL_BYTES = 100_000


def place(directory: Path, pick: random.Random) -> Path:
    """Something that a path may stand for."""
    path = directory / "out.json"
    match pick.randrange(9):
        case 0:
            path.write_bytes(OLD)
            path.chmod(pick.choice([0o600, 0o644, 0o640]))
        case 1:
            os.mkfifo(path)
        case 2:
            path.mkdir()
        case 3:
            path.symlink_to(path)
        case 4:
            path.symlink_to(pick.choice(["/dev/null", "/dev/full", "missing/x", "/dev/fd/99999", "/proc/self/mem"]))
        case 5:
            (directory / "real.json").write_bytes(OLD)
            (directory / "link.json").symlink_to("real.json")
            path.symlink_to(directory / "link.json")
        case 6:
            path.symlink_to("dangling.json")
        case 7:
            path = directory / "missing" / "out.json"
        case _:
            path = directory / pick.choice(["a" * 300, "new.json", "\udcff.json", "a\0b", "x" * 250])
    return path


def kinds(directory: Path) -> dict[str, int]:
    return {path.name: stat.S_IFMT(path.lstat().st_mode) for path in directory.iterdir()}


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_whatever_is_at_a_path(tmp_path: Path, seed: int) -> None:
    pick = random.Random(f"writing {seed}")
    path = place(tmp_path, pick)
    before = kinds(tmp_path)
    data = pick.randbytes(pick.choice([0, 10, 300_000]))
    taken: list[bytes] = []
    is_fifo = before.get(path.name) == stat.S_IFIFO
    reader = threading.Thread(target=lambda: taken.append(path.read_bytes()), daemon=True)
    if is_fifo and pick.random() < 0.7:
        reader.start()
    write = pick.choice([write_file, append_file])
    try:
        write(path, data, wait_s=60 if reader.ident else 0.01)
    except UsageError as error:
        assert str(error).count("\n") == 0
        assert "cannot be written" in str(error)
        assert kinds(tmp_path) == before
        return
    if is_fifo:
        reader.join()
        assert taken == [data]
    elif path.resolve().is_file():
        assert read_file(path) in (data, OLD + data if write is append_file else data)
    after = kinds(tmp_path)
    assert after.items() >= before.items()
    assert len(after) <= len(before) + 1


@pytest.fixture(scope="module")
def small_disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A file system of 100 kB, where this user may make one."""
    path = tmp_path_factory.mktemp("disk")
    command = ["mount", "-t", "tmpfs", "-o", f"size={SMALL_BYTES}", "none", str(path)]
    if shutil.which("mount") is None or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("no file system can be mounted here")
    yield path
    subprocess.run(["umount", "-l", str(path)], check=True)


@pytest.mark.parametrize("seed", range(ROUNDS // 10))
def test_a_full_disk(small_disk: Path, seed: int) -> None:
    pick = random.Random(f"disk {seed}")
    path = small_disk / "out.json"
    path.write_bytes(OLD)
    size = pick.choice([10, SMALL_BYTES - 5_000, SMALL_BYTES * 3])
    (small_disk / "fill").write_bytes(b"x" * pick.choice([0, 50_000]))
    try:
        write_file(path, b"n" * size)
    except UsageError as error:
        assert str(error) == f"{path} cannot be written: No space left on device."
        assert path.read_bytes() == OLD
    else:
        assert path.read_bytes() == b"n" * size
    assert sorted(each.name for each in small_disk.iterdir()) == ["fill", "out.json"]
    for each in small_disk.iterdir():
        each.unlink()


@pytest.mark.boots
def test_a_boot_whose_recording_fills_the_disk(small_disk: Path, tmp_path: Path) -> None:
    project = make_project(tmp_path)
    env = {"TMPDIR": str(small_disk), "PYTHONDONTWRITEBYTECODE": "1"}
    ran = profile(project, "--until", "setup", "--untried", env=env)
    assert (ran.returncode, ran.stderr) == (
        3,
        f"CommandError: Recordings cannot be written to {small_disk}: is there no room left? Name another directory "
        "with TMPDIR.\n",
    )
    assert list(small_disk.iterdir()) == []
    assert left_behind(project) == []


LIMITS = [
    *(f"ulimit -n {number}" for number in (4, 5, 6, 7, 8, 9, 10, 12, 20, 64)),
    *(f"ulimit -v {number}000" for number in (30, 36, 40, 43, 45, 47, 50, 55, 60, 70, 90, 150, 400)),
    *(f"ulimit -f {number}" for number in (0, 1, 8, 30, 500)),
    *(f"ulimit -d {number}000" for number in (5, 20, 40, 80)),
    "ulimit -S -t 1",
    "ulimit -t 1",
    "ulimit -u 1",
    "ulimit -s 200",
]


@pytest.mark.boots
@pytest.mark.skipif(sys.platform != "linux", reason="limits as Linux has them")
@pytest.mark.parametrize("seed", range(max(2, EXAMPLES // 25)))
def test_limits_of_the_shell(tmp_path: Path, seed: int) -> None:
    """Whatever does not fit into them, it is neither a verdict nor a fault of ours."""
    pick = random.Random(f"limits {seed}")
    limits = "; ".join(pick.sample(LIMITS, pick.choice([1, 1, 2])))
    project = make_project(tmp_path, settings="USE_TZ = True\n")
    command = f'{limits}; exec "$0" -m django_startup profile --until setup --untried --runs 1 --timeout 20 -o x.json'
    env = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_PROCESS")}
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    env |= {"PYTHONDONTWRITEBYTECODE": "1", "TMPDIR": str(temporary), "PYTHONDEVMODE": ""}
    ran = subprocess.run(
        ["sh", "-c", command, sys.executable], cwd=project, env=env, capture_output=True, text=True, check=False
    )
    what = (limits, ran)
    # 70 without a crash: Python itself could not be loaded. -24, -9: this process had no CPU time left.
    assert ran.returncode in (0, 2, 3, 70, -9, -24, 127), what
    assert "fault of django-startup" not in ran.stderr, what
    if ran.returncode in (0, 2, 3):
        assert ran.stderr.count("\n") == (ran.returncode != 0), what
    if ran.returncode == 0:
        load_profile(project / "x.json")
    assert not [path for path in project.iterdir() if path.name.startswith(".")], what
