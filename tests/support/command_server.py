"""
`python -m django_startup`, started in forks of one process that has imported what the commands import.

On a small project that import is a third of a command. The socket whose number this is started with brings requests,
a line of JSON each; the answer is the exit code.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import json
import os
import pkgutil
import socket
import sys
import tempfile
import traceback
from typing import Any

from django_startup import __main__ as main


def import_all() -> None:
    for command in main.COMMANDS.values():
        importlib.import_module(f"django_startup.management.commands.{command}")
    for package in ("django_startup.cli", "django_startup.reports"):
        for found in pkgutil.walk_packages(importlib.import_module(package).__path__, f"{package}."):
            importlib.import_module(found.name)


def serve(requests: socket.socket) -> None:
    requests.set_inheritable(False)
    import_all()
    gc.freeze()
    with requests, requests.makefile("r", encoding="utf-8") as lines:
        for line in lines:
            process = os.fork()
            if not process:
                os._exit(run(**json.loads(line)))
            _, status = os.waitpid(process, 0)
            requests.sendall(f"{os.waitstatus_to_exitcode(status)}\n".encode())


def run(arguments: list[str], directory: str, environment: dict[str, str], output: list[str]) -> int:
    """Become the process that would have been started; returns its exit code."""
    for stream, path in enumerate(output, 1):
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(file, stream)
        os.close(file)
    os.chdir(directory)
    os.environ.clear()
    os.environ.update(environment)
    tempfile.tempdir = None
    sys.path[0] = directory
    sys.argv = [str(main.__file__), *arguments]
    sys.orig_argv = [sys.executable, "-m", "django_startup", *arguments]
    sys.modules["__main__"] = main
    code: Any
    try:
        code = main.main(arguments)
    except SystemExit as end:
        code = end.code
    except BaseException:
        traceback.print_exc()
        code = 1
    atexit._run_exitfuncs()
    sys.stdout.flush()
    return int(code or 0)


if __name__ == "__main__":
    serve(socket.socket(fileno=int(sys.argv[1])))
