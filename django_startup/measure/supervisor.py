"""
Runs a command as a child of its own, and ends it with everything that it started: processes in groups and sessions of
their own, and orphans. So it does when the command has ended, when it is told to, and when who started it is gone.

    python -I -S supervisor.py STDOUT STDERR PROCESSOR COMMAND [ARGUMENT ...]

STDOUT and STDERR are the files that the command's output is added to, PROCESSOR the number of the one that it stays on,
or "" for any. Standard input is a pipe: the end of it means stop. Two lines are written to standard output: the time of
the start by perf_counter_ns() and the command's process id; and when nothing of it runs any more, its exit code, which
is negative for a signal, and the milliseconds of CPU time that all of it has used. Instead of both, "errno NUMBER"
where the command cannot be started. Where nobody is left to read the last line, the directory of STDOUT is removed.

On Linux orphans become children of this process (a subreaper), which finds them in /proc. Elsewhere the command's
process group is ended. Imports little, since it is started once for each boot.
"""

import _signal as signal  # type: ignore[import-not-found]  # signal itself imports enum
import os
import select
import sys
import time

assert sys.platform != "win32"  # which has neither sessions nor orphans

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

PR_SET_CHILD_SUBREAPER = 36
LOOK_MS = 1000  # between looks at whether the parent is still there: something may keep its end of the pipe open
KILL_MS = 50  # between looks at whether what has been killed is gone
ROUNDS = 100  # of them: what the system does not end in this time cannot be ended
ENDING_SIGNALS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP")]


def main() -> None:
    parent = os.getppid()
    stdout, stderr, processor, *command = sys.argv[1:]
    become_subreaper()
    wakeup = wake_on_signals()
    if processor:
        keep_to(int(processor))
    spawned = time.perf_counter_ns()
    try:
        child = spawn(command, stdout, stderr)
    except OSError as error:
        report(f"errno {error.errno}")
        return
    report(f"{spawned} {child}")
    status = wait(child, wakeup, parent)
    status = end_all(child, wakeup, status)
    if not report(f"{status} {children_cpu_ms()}") or os.getppid() != parent:
        remove(os.path.dirname(stdout))


def become_subreaper() -> None:
    """Let orphans of the command become children of this process. Linux only; elsewhere they are found by group."""
    try:
        import _ctypes

        this_program: Any = None
        prctl = _ctypes.dlsym(_ctypes.dlopen(this_program, 0), "prctl")
        _ctypes.call_function(prctl, (PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0))
    except (ImportError, OSError):  # pragma: no cover  no Linux
        return


def wake_on_signals() -> int:
    """A descriptor that becomes readable when a child has ended; signals that end processes are passed over."""
    wakeup, write = os.pipe()
    os.set_blocking(wakeup, False)
    os.set_blocking(write, False)
    signal.set_wakeup_fd(write, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, ignore)
    for number in ENDING_SIGNALS:
        if signal.getsignal(number) != signal.SIG_IGN:  # the command inherits what is ignored, and no handler
            signal.signal(number, ignore)
    return wakeup


def ignore(number: int, frame: object) -> None:
    """A handler that does nothing."""


def keep_to(processor: int) -> None:
    try:
        os.sched_setaffinity(0, {processor})  # type: ignore[attr-defined,unused-ignore]
    except OSError:  # the system forbids it: it runs on any
        return


def spawn(command: list[str], stdout: str, stderr: str) -> int:
    """Start the command in a session of its own, and return its process id."""
    append = os.O_WRONLY | os.O_CREAT | os.O_APPEND
    return os.posix_spawn(
        command[0],
        command,
        os.environ,
        file_actions=[
            (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
            (os.POSIX_SPAWN_OPEN, 1, stdout, append, 0o600),
            (os.POSIX_SPAWN_OPEN, 2, stderr, append, 0o600),
        ],
        setsid=True,
        setsigdef=[signal.SIGPIPE, signal.SIGXFSZ],  # which Python ignores
    )


def report(line: str) -> bool:
    """Whether somebody is there to read it."""
    try:
        return os.write(1, f"{line}\n".encode()) > 0
    except OSError:
        return False


def children_cpu_ms() -> int:
    times = os.times()
    return round((times.children_user + times.children_system) * 1000)


def remove(directory: str) -> None:
    import shutil

    shutil.rmtree(directory, ignore_errors=True)


def wait(child: int, wakeup: int, parent: int) -> "int | None":
    """The exit code of the child; None where it is to be ended, or nobody is left who would like to know it."""
    poll = select.poll()
    poll.register(0, select.POLLIN)
    poll.register(wakeup, select.POLLIN)
    ended: dict[int, int] = {}
    while os.getppid() == parent:
        ready = [descriptor for descriptor, _ in poll.poll(LOOK_MS)]
        reap(wakeup, ended)
        if child in ended:
            return ended[child]
        if 0 in ready:
            return None
    return None


def reap(wakeup: int, ended: dict[int, int]) -> bool:
    """Add the exit code of each child that has ended, by its process id, and return whether others are left."""
    try:
        os.read(wakeup, 4096)
    except BlockingIOError:
        pass
    try:
        while True:
            process, status = os.waitpid(-1, os.WNOHANG)
            if not process:
                return True
            ended[process] = os.waitstatus_to_exitcode(status)
    except ChildProcessError:
        return False


def end_all(child: int, wakeup: int, status: "int | None") -> "int | None":
    """Kill the child and all that descends from it until nothing is left, and return the exit code of the child."""
    poll = select.poll()
    poll.register(wakeup, select.POLLIN)
    ended: dict[int, int] = {}
    for _ in range(ROUNDS):
        are_left = reap(wakeup, ended)
        kill(os.killpg, child)
        if not are_left:
            break
        for process in descendants():
            kill(os.kill, process)
        poll.poll(KILL_MS)
    return ended.get(child, status)


def kill(how: "object", process: int) -> None:
    try:
        how(process, signal.SIGKILL)  # type: ignore[operator]
    except (ProcessLookupError, PermissionError):
        return


def descendants() -> list[int]:
    """The processes below this one (Linux; elsewhere none)."""
    children: dict[int, list[int]] = {}
    for name in listed("/proc"):
        if name.isdecimal():
            children.setdefault(parent_of(name), []).append(int(name))
    found = [os.getpid()]
    for process in found:
        found += children.get(process, ())
    return found[1:]


def listed(directory: str) -> list[str]:
    try:
        return os.listdir(directory)
    except OSError:
        return []


def parent_of(process: str) -> int:
    """The process id of a process's parent; 0 where it has just ended."""
    try:
        with open(f"/proc/{process}/stat", "rb") as file:
            return int(file.read().rpartition(b")")[2].split()[1])
    except (OSError, IndexError):
        return 0


if __name__ == "__main__":
    main()
