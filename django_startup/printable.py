"""Text from a project, made safe to print: file and module names may hold anything."""

from __future__ import annotations


def printable(text: str) -> str:
    r"""text with control characters, escape sequences and lone surrogates written out (\x1b, \udc80)."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode("ascii") for char in text)
