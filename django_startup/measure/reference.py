"""
A workload to measure the machine by: what a boot does (reading bytecode, building classes, compiling regular
expressions) with the standard library alone, so that no change of a project moves it.

The CPU time of a boot divided by that of this workload, made in turn, stays the same when the machine is busy; divided
by that of a loop that only counts it does not.
"""

from __future__ import annotations

import subprocess
import sys

from django_startup.exceptions import BootError

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


def reference_cpu_ns() -> int:
    """The CPU time of one run of the workload, in nanoseconds. Raises BootError where it does not run."""
    command = [sys.executable, "-I", "-S", "-c", WORKLOAD]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=300)
    if done.returncode or not done.stdout.strip().isdecimal():
        raise BootError(f"The reference workload did not run: {done.stderr.strip() or done.returncode}.")
    return int(done.stdout)
