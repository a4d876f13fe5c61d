"""
A workload to measure the machine by: what a boot does (reading bytecode, building classes, compiling regular
expressions) with the standard library alone, so that no change of a project moves it.

On a busy machine the CPU time of a boot grows, and that of this workload with it: their ratio changes far less. The
ratio to a loop that only counts changes as much as the boot.
"""

from __future__ import annotations

import contextlib
import subprocess
import sys
from collections.abc import Callable, Iterator

from django_startup.exceptions import BootError
from django_startup.measure.averages import mean
from django_startup.measure.child import running
from django_startup.measure.interrupts import check, deferred
from django_startup.measure.temporary import temporary_directory

WORKLOAD = """
import time
import argparse, ast, asyncio, concurrent.futures, configparser, csv, dataclasses, decimal, doctest, email.message
import email.policy, enum, fractions, ftplib, html.parser, http.cookiejar, http.server, imaplib, inspect, json
import logging.config, mailbox, multiprocessing.pool, pickle, pydoc, re, smtplib, statistics, tarfile, unittest.mock
import urllib.request, uuid, xml.dom.minidom, xml.sax, xmlrpc.client, zipfile
for number in range(40):
    fields = [(f"field_{at}", int, number) for at in range(8)]
    dataclasses.make_dataclass(f"Record{number}", fields, frozen=True)
    enum.Enum(f"Kind{number}", [f"MEMBER_{at}" for at in range(8)])
    re.compile(rf"(?P<year>\\d{{4}})-(?P<month>\\d\\d)|part{number}(?:[a-z]+|[0-9]*)+x{number}?$")
print(time.thread_time_ns())
"""
REPEAT = """
import os, sys
command = sys.argv[1:]
while True:
    if os.spawnv(os.P_WAIT, command[0], command):
        sys.exit(1)
"""
ISOLATED = (sys.executable, "-I", "-S", "-c")
LOOK_S = 0.01  # between looks at what has been printed


def reference_cpu_ns() -> int:
    """The CPU time of one run of the workload, in nanoseconds. Raises BootError where it does not run."""
    command = [*ISOLATED, WORKLOAD]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=300)
    if done.returncode or not done.stdout.strip().isdecimal():
        raise BootError(f"The reference workload did not run: {done.stderr.strip() or done.returncode}.")
    return int(done.stdout)


@contextlib.contextmanager
def repeated(processor: int) -> Iterator[Callable[[], float]]:
    """
    The workload again and again on one processor; what this gives returns the mean CPU time of the runs that have
    ended, in nanoseconds, and waits for the first. Raises BootError where it does not run.
    """
    with deferred(), temporary_directory() as directory:
        printed, errors = directory / "stdout", directory / "stderr"
        with running([*ISOLATED, REPEAT, *ISOLATED, WORKLOAD], printed, errors, processor=processor) as child:

            def mean_ns() -> float:
                while not (ended := printed.read_text().split("\n")[:-1]):
                    if child.has_ended(LOOK_S):
                        raise BootError(f"The reference workload did not run: {errors.read_text().strip()}.")
                    check()
                return mean(map(int, ended))

            yield mean_ns
