"""What is written where, and what is not waited for."""

from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from django_startup import files
from django_startup.banner.history import History, read_history, write_history
from django_startup.exceptions import UsageError
from django_startup.files import FileLocked, append_file, locked, read_file, write_file
from django_startup.gate.baseline import read_baselines
from django_startup.profile.profile_file import load_profile
from django_startup.pyproject import read_pyproject
from tests.support.helpers import run
from tests.support.starts import make_start

SHORT_S = 0.003


@pytest.fixture
def fifo(tmp_path: Path) -> Path:
    path = tmp_path / "fifo"
    os.mkfifo(path)
    return path


@pytest.fixture
def reader(fifo: Path) -> Iterator[int]:
    """The other end of the FIFO, which takes nothing of its own accord."""
    handle = os.open(fifo, os.O_RDONLY | os.O_NONBLOCK)
    yield handle
    os.close(handle)


def test_a_file_is_written_whole(tmp_path: Path) -> None:
    path = tmp_path / "profile.txt"
    path.write_text("before")
    write_file(path, "ü\udc80\n")
    assert path.read_text("utf-8") == "ü\\udc80\n"
    write_file(path, b"\x00")
    assert path.read_bytes() == b"\x00"
    assert list(tmp_path.iterdir()) == [path]


def test_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "directory"
    path.mkdir()
    with pytest.raises(UsageError) as error:
        write_file(path, "text")
    assert str(error.value) == f"{path} cannot be written: Is a directory."
    assert list(tmp_path.iterdir()) == [path]
    with pytest.raises(UsageError) as error:
        write_file(tmp_path / "missing" / "profile.txt", "text")
    assert str(error.value) == f"{tmp_path / 'missing' / 'profile.txt'} cannot be written: No such file or directory."
    with pytest.raises(UsageError, match=r"cannot be written: .*embedded null"):
        write_file(tmp_path / "a\0b", "text")


def test_a_disk_that_is_full_leaves_the_file_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*args: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    path = tmp_path / "profile.txt"
    path.write_text("before")
    monkeypatch.setattr(Path, "chmod", full)
    with pytest.raises(UsageError, match="No space left on device"):
        write_file(path, "after")
    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_keeps_its_permissions_and_a_new_one_has_the_usual(tmp_path: Path) -> None:
    path, new, private = (tmp_path / name for name in ("old", "new", "private"))
    path.write_text("before")
    path.chmod(0o640)
    write_file(path, "after", mode=0o600)
    write_file(new, "")
    write_file(private, "", mode=0o600)
    (tmp_path / "usual").touch()
    modes = [stat.S_IMODE(file.stat().st_mode) for file in (path, new, private)]
    assert modes == [0o640, stat.S_IMODE((tmp_path / "usual").stat().st_mode), 0o600]


def test_symlinks_are_followed_to_their_target(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    target, missing = tmp_path / "there/profile.txt", tmp_path / "there/missing.txt"
    target.write_text("before")
    (tmp_path / "first").symlink_to("second")
    (tmp_path / "second").symlink_to(target)
    (tmp_path / "third").symlink_to(missing)
    write_file(tmp_path / "first", "after")
    write_file(tmp_path / "third", "new")
    assert (target.read_text(), missing.read_text()) == ("after", "new")
    assert all((tmp_path / name).is_symlink() for name in ("first", "second", "third"))
    assert sorted(file.name for file in target.parent.iterdir()) == ["missing.txt", "profile.txt"]


def test_symlinks_in_a_circle(tmp_path: Path) -> None:
    (tmp_path / "first").symlink_to("second")
    (tmp_path / "second").symlink_to("first")
    for write in (write_file, append_file):
        with pytest.raises(UsageError, match=r"cannot be written: Too many levels of symbolic links\.$"):
            write(tmp_path / "first", "text")


def test_a_long_name(tmp_path: Path) -> None:
    write_file(tmp_path / ("n" * 255), "text")
    assert [file.read_text() for file in tmp_path.iterdir()] == ["text"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_devices_are_written_into_as_they_are(tmp_path: Path) -> None:
    (tmp_path / "null").symlink_to("/dev/null")
    write_file(Path("/dev/null"), "text")
    write_file(tmp_path / "null", "text")
    append_file(Path("/dev/null"), "text")
    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)
    with pytest.raises(UsageError) as error:
        write_file(Path("/dev/full"), "text")
    assert str(error.value) == "/dev/full cannot be written: No space left on device."
    assert stat.S_ISCHR(Path("/dev/full").stat().st_mode)


def test_a_fifo_is_written_into(fifo: Path) -> None:
    read: list[bytes] = []
    thread = threading.Thread(target=lambda: read.append(fifo.read_bytes()))
    thread.start()
    text = "profile\n" * 50_000  # more than it holds
    write_file(fifo, text)
    thread.join()
    assert read == [text.encode()]
    assert fifo.is_fifo()


def test_a_fifo_that_nobody_reads_is_waited_for_in_vain(fifo: Path) -> None:
    for write in (write_file, append_file):
        with pytest.raises(UsageError) as error:
            write(fifo, "text", wait_s=SHORT_S)
        assert str(error.value) == f"{fifo} cannot be written: Nothing reads from it."


def test_a_fifo_whose_reader_takes_nothing(fifo: Path, reader: int) -> None:
    with pytest.raises(UsageError) as error:
        write_file(fifo, b"x" * 10_000_000, wait_s=SHORT_S)
    assert str(error.value) == f"{fifo} cannot be written: Nothing reads from it."


@pytest.mark.parametrize("path", ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1", "link"])
def test_a_descriptor_of_ours_is_written_into(tmp_path: Path, path: str) -> None:
    if not Path(path).exists() and path != "link":
        pytest.skip(f"this system has no {path}")
    project = tmp_path / "project"
    project.mkdir()
    (project / "link").symlink_to("/dev/stdout")
    code = f"""
import sys
from pathlib import Path
from django_startup.files import append_file, write_file
print("printed")
write_file(Path({path!r}), "written\\n")
append_file(Path({path!r}), "added\\n")
print("printed again")
"""
    expected = "printed\nwritten\nadded\nprinted again\n"
    ran = run(project, "-c", code)
    assert (ran.stdout, ran.stderr) == (expected, "")
    with (tmp_path / "output").open("w") as output:  # a regular file, which the shell goes on writing
        subprocess.run([sys.executable, "-c", code], cwd=project, stdout=output, check=True)
    assert (tmp_path / "output").read_text() == expected


@pytest.mark.parametrize("gone", [None, "closed"])
def test_a_process_without_stdout(tmp_path: Path, gone: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    if not Path("/dev/fd").exists():
        pytest.skip("this system has no /dev/fd")
    with (tmp_path / "stream").open("w") as stream, (tmp_path / "file").open("w") as file:
        stream.close()
        monkeypatch.setattr(sys, "stdout", None if gone is None else stream)
        write_file(Path(f"/dev/fd/{file.fileno()}"), "text")
    assert (tmp_path / "file").read_text() == "text"


@pytest.mark.parametrize("number", [errno.EACCES, errno.EBUSY])
def test_a_file_that_cannot_be_replaced_is_written_where_it_is(
    tmp_path: Path, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*args: object, **kwargs: object) -> None:
        raise OSError(number, os.strerror(number))

    path = tmp_path / "profile.txt"
    path.write_text("a longer text")
    monkeypatch.setattr(tempfile, "mkstemp", refuse)
    write_file(path, "after")
    assert path.read_text() == "after"
    with pytest.raises(UsageError, match=os.strerror(number)):
        write_file(tmp_path / "new", "text")


def test_appending(tmp_path: Path) -> None:
    path = tmp_path / "summary"
    (tmp_path / "link").symlink_to(path)
    append_file(tmp_path / "link", "one\n")
    append_file(path, "two\n")
    assert path.read_text() == "one\ntwo\n"


def test_reading_has_a_limit(tmp_path: Path) -> None:
    path = tmp_path / "profile.json"
    path.write_bytes(b"12345")
    assert read_file(path) == read_file(path, 5) == b"12345"
    with pytest.raises(OSError, match="Larger than 4 bytes"):
        read_file(path, 4)
    with pytest.raises(FileNotFoundError):
        read_file(tmp_path / "missing")
    with pytest.raises(IsADirectoryError):
        read_file(tmp_path)


@pytest.mark.parametrize("name", ["fifo", "/dev/zero"])
def test_what_is_no_regular_file_is_not_read(tmp_path: Path, fifo: Path, name: str) -> None:
    with pytest.raises(OSError, match="Not a regular file"):
        read_file(tmp_path / name)


@pytest.mark.parametrize("read", [load_profile, read_baselines, read_pyproject])
def test_a_fifo_in_place_of_a_file_of_ours_is_refused(fifo: Path, read: Callable[[Path], object]) -> None:
    with pytest.raises(UsageError) as error:
        read(fifo)
    assert str(error.value) == f"{fifo} cannot be read: Not a regular file."
    assert read_history(fifo) == History()
    write_history(fifo, History((), make_start()))


def test_a_fifo_in_place_of_the_file_that_was_looked_at(
    fifo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    regular = tmp_path / "regular"
    regular.touch()
    monkeypatch.setattr(Path, "stat", lambda path, stat=Path.stat, **options: stat(regular, **options))
    assert read_file(fifo) == b""


def test_reading_and_writing_again_under_a_lock(tmp_path: Path) -> None:
    code = """
from pathlib import Path
from django_startup.files import locked, read_file, write_file
path = Path("count")
for _ in range(50):
    with locked(path, wait_s=60):
        write_file(path, str(int(read_file(path)) + 1))
"""
    (tmp_path / "count").write_text("0")
    environment = {**os.environ, "PYTHONPATH": str(Path(files.__file__).parents[1])}
    processes = [subprocess.Popen([sys.executable, "-c", code], cwd=tmp_path, env=environment) for _ in range(3)]
    assert [process.wait() for process in processes] == [0, 0, 0]
    assert (tmp_path / "count").read_text() == "150"
    assert [file.name for file in tmp_path.iterdir()] == ["count"]


def test_a_lock_that_is_not_given_back(tmp_path: Path) -> None:
    path = tmp_path / "profile.json"
    with locked(path), pytest.raises(FileLocked) as error, locked(path, wait_s=SHORT_S):
        pass
    assert str(error.value) == f"{path} cannot be written: another process has locked {tmp_path}."
    with locked(path, wait_s=0):
        pass


@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")
def test_a_fork_does_not_keep_a_lock(tmp_path: Path) -> None:
    with locked(tmp_path / "a"):
        read, write = os.pipe()
        child = os.fork()
        if not child:  # pragma: no cover
            os.read(read, 1)
            os._exit(0)
    with locked(tmp_path / "b", wait_s=0):
        pass
    os.write(write, b".")
    os.waitpid(child, 0)
    os.close(read)
    os.close(write)


def test_where_there_are_no_locks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object) -> bool:
        raise OSError(errno.ENOLCK, "No locks available")

    with locked(tmp_path / "missing" / "profile.json"):
        pass
    monkeypatch.setattr(files, "try_lock", refuse)
    with locked(tmp_path / "profile.json"):
        pass


def test_what_cannot_be_moved_into_its_place_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def replace(*arguments: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "replace", replace)
    with pytest.raises(UsageError, match="cannot be written: Permission denied"):
        write_file(tmp_path / "new.json", "{}")
    assert list(tmp_path.iterdir()) == []
