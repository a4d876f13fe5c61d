"""The client of command_server.py: a process of its own for each command, without the imports of each."""

from __future__ import annotations

import atexit
import functools
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from threading import Lock

SERVER = Path(__file__).with_name("command_server.py")
ONE = Lock()


class Server:
    """A running command_server.py."""

    def __init__(self) -> None:
        self.directory = Path(tempfile.mkdtemp(prefix="commands-"))
        ours, theirs = socket.socketpair()
        with theirs:
            self.process = subprocess.Popen(
                [sys.executable, str(SERVER), str(theirs.fileno())],
                env={name: value for name, value in os.environ.items() if not name.startswith("PYTHON")},
                stdin=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
            )
        self.socket = ours
        self.answers = ours.makefile("r", encoding="utf-8")
        atexit.register(self.end)

    def run(
        self, arguments: tuple[str, ...], directory: Path, variables: Mapping[str, str], timeout: float
    ) -> tuple[int, bytes, bytes]:
        """The exit code, standard output and standard error of a command."""
        output = [self.directory / name for name in ("stdout", "stderr")]
        request = {
            "arguments": arguments,
            "directory": str(directory),
            "environment": variables,
            "output": [str(path) for path in output],
        }
        self.socket.settimeout(timeout)
        self.socket.sendall(json.dumps(request).encode() + b"\n")
        code = int(self.answers.readline())
        stdout, stderr = (path.read_bytes() for path in output)
        return code, stdout, stderr

    def end(self) -> None:
        self.answers.close()
        self.socket.close()
        self.process.wait(60)
        shutil.rmtree(self.directory)


@functools.cache
def server() -> Server:
    return Server()


def is_forkable(arguments: tuple[str, ...], variables: Mapping[str, str]) -> bool:
    """Whether it is one of the commands, in an interpreter like any other."""
    if sys.platform != "linux" or arguments[:2] != ("-m", "django_startup"):
        return False
    return not any(name.startswith("PYTHON") and name != "PYTHONMALLOC" for name in variables)


def run_forked(
    arguments: tuple[str, ...], directory: Path, variables: Mapping[str, str], timeout: float
) -> tuple[int, bytes, bytes]:
    """The exit code, standard output and standard error of `python ARGUMENTS`, if that is forkable."""
    with ONE:
        return server().run(arguments[2:], directory, variables, timeout)
