"""The text of a Python file, and changes to pieces of it: what is not changed stays byte for byte."""

from __future__ import annotations

import ast
import codecs
import io
import re
import tokenize
import warnings
from collections.abc import Iterable
from typing import NamedTuple

LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z")
LINE_END = re.compile(r"\r\n|\r|\n|\Z")
UTF_8 = "utf-8"


class Uneditable(Exception):
    """A file, or an import in it, that cannot be changed. Its text is a sentence without a full stop."""


class Change(NamedTuple):
    """
    A piece of a text that becomes another one.

    Attributes:
        start: The offset of its first character.
        end: The offset behind its last one; start where something is put in.
        text: What stands there instead.
    """

    start: int
    end: int
    text: str


def parse(text: str | bytes) -> ast.Module:
    """A text as a syntax tree. What it is warned of is the project's, and nobody asked for that here."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(text)


class SourceText:
    """
    A file as it is: its encoding, byte order mark, line ends and tabs are kept.

    Attributes:
        text: What it says, decoded.
        tree: The same as a syntax tree.
        newline: What ends its lines.

    Raises Uneditable where it is no Python source.
    """

    def __init__(self, data: bytes) -> None:
        self.mark = codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""
        try:
            self.tree = parse(data)
            encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
            self.encoding = UTF_8 if self.mark else encoding
            self.text = data[len(self.mark) :].decode(self.encoding)
        except SyntaxError as error:
            raise Uneditable(f"its source cannot be parsed ({error.msg})") from error
        except (ValueError, RecursionError, MemoryError) as error:
            raise Uneditable(f"its source cannot be read ({type(error).__name__})") from error
        self.lines: list[str] = LINE.findall(self.text)
        self.starts = [0]
        for line in self.lines:
            self.starts.append(self.starts[-1] + len(line))
        first = self.lines[0] if self.lines else ""
        self.newline = first[len(first.rstrip("\r\n")) :] or "\n"

    def encode(self, text: str) -> bytes:
        """A text as bytes of this file."""
        return self.mark + text.encode(self.encoding)

    def offset(self, line: int, column: int) -> int:
        """Where a position of the syntax tree is, which counts the bytes of a line in UTF-8."""
        return self.starts[line - 1] + len(self.lines[line - 1].encode()[:column].decode())

    def start(self, node: ast.stmt | ast.expr | ast.alias) -> int:
        """Where a node begins, with its decorators."""
        decorators: list[ast.expr] = getattr(node, "decorator_list", [])
        line, column = min((part.lineno, part.col_offset) for part in (node, *decorators))
        if decorators and line < node.lineno:
            column = len(self.line(line)) - len(self.line(line).lstrip())  # before the @
        return self.offset(line, column)

    def end(self, node: ast.stmt | ast.expr | ast.alias) -> int:
        """Where a node ends."""
        return self.offset(node.end_lineno or node.lineno, node.end_col_offset or 0)

    def line(self, number: int) -> str:
        """A line without its end."""
        return self.lines[number - 1].rstrip("\r\n")

    def line_of(self, offset: int) -> int:
        """The number of the line that an offset is in."""
        return next(number for number, start in enumerate(self.starts[1:], 1) if offset < start)

    def before(self, offset: int) -> str:
        """What stands before an offset on its line."""
        return self.text[max(self.text.rfind("\n", 0, offset), self.text.rfind("\r", 0, offset)) + 1 : offset]

    def after(self, offset: int) -> str:
        """What stands behind an offset on its line, without the line's end."""
        return self.text[offset : end_of_line(self.text, offset).start()]

    def whole_lines(self, start: int, end: int) -> tuple[int, int]:
        """From the beginning of the first line of a piece to behind the end of its last line."""
        begins = start - len(self.before(start))
        ends = end + len(self.after(end))
        return begins, end_of_line(self.text, ends).end()

    def changed(self, changes: Iterable[Change]) -> str:
        """The text with the changes made, which do not overlap."""
        pieces = []
        behind = 0
        for change in sorted(changes):
            if change.start < behind:
                raise Uneditable("two changes meet in one place")
            pieces += [self.text[behind : change.start], change.text]
            behind = change.end
        return "".join([*pieces, self.text[behind:]])


def end_of_line(text: str, offset: int) -> re.Match[str]:
    found = LINE_END.search(text, offset)
    assert found is not None  # the end of the text is one
    return found
