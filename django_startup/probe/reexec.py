"""
A boot that puts Python anew in place of itself, as a manage.py does to set PYTHONHASHSEED or to take another virtual
environment's: os.exec of the same interpreter is followed, with the probe in front of what it was to run.

The first image leaves a line in the file `followed` for the second, and the recording begins anew.
"""

import os
import sys
from time import perf_counter_ns

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

NAME = "followed"
DIRECTORY, TIMEOUT = 1, 4  # where they stand on the probe's command line
LEAST_S = 0.1  # of a time limit
WITH_VALUE = ("-W", "-X", "--check-hash-based-pycs")
# What stands for code in place of a file, alone or behind other letters of one option.
CODE = "c"
MODULE = "m"


class Reexec:
    """probe is what stands before HOW on the probe's own command line: the path of boot.py, and its arguments."""

    def __init__(self, probe: "Iterable[str]") -> None:
        self.probe = list(probe)
        self.file = os.path.join(self.probe[DIRECTORY], NAME)
        self.started = perf_counter_ns()
        self.interpreter = os.path.realpath(sys.executable)

    def start(self) -> None:
        """Follow what is put in place of this process from now on."""
        os.execv = self.following(os.execv)
        os.execve = self.following(os.execve)

    def following(self, execute: "Callable[..., Any]") -> "Callable[..., Any]":
        def followed_execute(path: "Any", arguments: "Any", *environment: "Any") -> "Any":
            command = self.followed(path, arguments)
            if command is not None:
                self.leave_a_line(sys._getframe(1))
                arguments = command
            return execute(path, arguments, *environment)

        return followed_execute

    def followed(self, path: "Any", arguments: "Any") -> "list[str] | None":
        """The command with the probe in it; None where it is not this interpreter, or is none that has an entry."""
        try:
            if os.path.realpath(os.fsdecode(path)) != self.interpreter:
                return None
            words = [os.fsdecode(argument) for argument in arguments]
        except (TypeError, ValueError):
            return None
        options, how, rest = split(words[1:])
        if rest and os.path.realpath(rest[0]) == os.path.realpath(self.probe[0]):  # sys.orig_argv
            return words
        if not rest:
            return None
        probe = [*self.probe]
        probe[TIMEOUT] = str(max(LEAST_S, float(probe[TIMEOUT]) - (perf_counter_ns() - self.started) / 1e9))
        return [*words[:1], *options, *probe, how, rest[0], *rest]

    def leave_a_line(self, frame: "Any") -> None:
        while frame.f_back is not None and frame.f_globals is os.__dict__:  # execvp() and the like
            frame = frame.f_back
        line = f"{frame.f_lineno}\0{perf_counter_ns()}\0{frame.f_code.co_filename}\n"
        file = os.open(self.file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.write(file, os.fsencode(line))
        os.close(file)


def split(words: "list[str]") -> "tuple[list[str], str, list[str]]":
    """Python's options in a command line, script or module, and its name with its arguments; none for code."""
    options: list[str] = []
    while words:
        word = words.pop(0)
        letters = "" if word.startswith("--") else word[1:].partition("W")[0].partition("X")[0]
        if not word.startswith("-"):
            return options, "script", [word, *words]
        if word == "-" or CODE in letters:
            break
        if MODULE in letters:
            before, _, name = word.partition(MODULE)
            return [*options, before] if before != "-" else options, "module", [name, *words] if name else words
        options.append(word)
        if word in WITH_VALUE and words:
            options.append(words.pop(0))
    return options, "script", []


def read_lines(directory: str) -> "list[list[Any]]":
    """File, line and perf_counter_ns() of each image of this process before, the first first."""
    try:
        with open(os.path.join(directory, NAME), "rb") as file:
            lines = os.fsdecode(file.read()).splitlines()
    except FileNotFoundError:
        return []
    fields = [line.split("\0") for line in lines]
    return [[name, int(line), int(wall)] for line, wall, name in fields]
