"""The file that lists modules to preload: LateImportMiddleware writes it, preload() reads it."""

from __future__ import annotations


def read_names(text: str) -> list[str]:
    """The names in a file of them, one a line; # begins a comment."""
    lines = [line.partition("#")[0].strip() for line in text.splitlines()]
    return [line for line in lines if line]
