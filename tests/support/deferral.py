"""Helpers of the tests in imports."""

from __future__ import annotations

import sys
from pathlib import Path

from django_startup.imports.deferral import Deferral, judge

FUTURE = "from __future__ import annotations\n"


LAZY = sys.version_info >= (3, 14)  # annotations are evaluated only when somebody asks for them


def verdict(tmp_path: Path, text: str, *, at: str = "stripe", name: str = "models.py") -> Deferral:
    """The verdict on the first import in text on a line with `at`."""
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    lines = text.splitlines()
    line = next(number for number, line in enumerate(lines, 1) if at in line and "import" in line)
    return judge(path, line)


def reason(tmp_path: Path, text: str, **options: str) -> str:
    """Why the import has to stay."""
    found = verdict(tmp_path, text, **options)
    assert not found.deferrable
    assert found.functions == ()
    return found.reason


LISTED = """\
__lazy_modules__ = ["stripe", "pay.api"]
__lazy_modules__.append("boto3")
import stripe
from pay.api import Refund
import boto3, os
import json
def refund():
    stripe, json
    Refund
    boto3
    json
"""


SHELL_HEAD = "#!/bin/sh\n'''exec' \"/a long/bin/python3\" \"$0\" \"$@\"\n' '''\n"
