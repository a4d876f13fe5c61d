"""Text from a project in Markdown: it stays text, whatever it holds, and calls nobody."""

from __future__ import annotations

import re

from django_startup.text import printable

SPECIAL = frozenset("\\`*_[]|#~!")
WORD_JOINER = "\u2060"  # seen by nobody, and @name, #1 and an address are none any more
CALLS = re.compile(r"([@#!$%~]|://|\bwww(?=\.))(?=[\w.])")


def escape(text: str) -> str:
    """text for a sentence or a cell: no markup, no HTML, no mention, no reference, no link."""
    safe = CALLS.sub(rf"\1{WORD_JOINER}", printable(text))
    safe = safe.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return "".join(f"\\{char}" if char in SPECIAL else char for char in safe).replace(WORD_JOINER, "&#8288;")


def code(text: str, *, in_table: bool = False) -> str:
    """text as a code span, where nothing in it counts. "" stays that."""
    if not text:
        return ""
    safe = printable(text)
    if (
        in_table
    ):  # its rows are cut at bars first, also within code, unless a backslash stands before them, and one alone
        safe = re.sub(r"(\\*)\|", lambda match: f"{match[1]}\\x7c" if match[1] else "\\|", safe)
    longest = max((len(run) for run in re.findall("`+", safe)), default=0)
    fence = "`" * (longest + 1)
    edge = " " if safe[0] in "` " or safe[-1] in "` " else ""
    return f"{fence}{edge}{safe}{edge}{fence}"
