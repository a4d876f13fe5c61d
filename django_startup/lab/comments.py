"""The comments of an import statement, which go with it: above it, behind it, and between its parentheses."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Collection, Iterator

from django_startup.imports.source import Import
from django_startup.lab.source_text import SourceText

Statement = ast.Import | ast.ImportFrom

# What is said to tools about the lines that follow, or about the file.
TO_TOOLS = re.compile(r"#\s*(?:(?:fmt|isort|ruff|flake8|yapf|pylint|mypy|type|pyright)\s*:|(?:end)?region\b)")
NOQA = re.compile(r"#\s*noqa(?P<codes>\s*:\s*[A-Z]+[0-9]+(?:[\s,]+[A-Z]+[0-9]+)*)?", re.IGNORECASE)


def lines_above(source: SourceText, statement: Statement, gone: Collection[ast.stmt]) -> range:
    """
    The numbers of the comment lines right above a statement that are about it; gone are all statements that go.

    What begins the file is about the file, and what stands below an empty line and above imports that stay is about all
    of them. Where something else on its line stays, so do they.
    """
    first = statement.lineno
    indent = source.before(source.start(statement))
    while not indent.strip() and first > 1 and source.line(first - 1).startswith(f"{indent}#"):
        first -= 1
    found = range(first, statement.lineno)
    texts = [source.line(number) for number in found]
    if not texts or first == 1 or any(TO_TOOLS.search(text) for text in texts):
        return range(0)
    end = statement.end_lineno or statement.lineno
    staying = [node for node in ast.walk(source.tree) if isinstance(node, ast.stmt) and node not in gone]
    if any(node.lineno == end for node in staying):
        return range(0)
    is_below_empty_line = not source.line(first - 1).strip()
    if is_below_empty_line and any(isinstance(node, Import) and node.lineno == end + 1 for node in staying):
        return range(0)
    return found


def comments_above(source: SourceText, statement: Statement, gone: Collection[ast.stmt]) -> list[str]:
    """The comments above a statement that go with it, line by line."""
    return [source.line(number).strip() for number in lines_above(source, statement, gone)]


def comments_behind(source: SourceText, statement: Statement, names: Collection[ast.alias]) -> str:
    """The comments behind a statement and between its parentheses, those of some of its names, in one line."""
    rest = source.after(source.end(statement)).lstrip(" \t;").rstrip()
    found = [text for number, text in inside(source, statement) if is_about(statement, number, names)]
    return "  ".join([*found, *([rest] if rest.startswith("#") else [])])


def inside(source: SourceText, statement: Statement) -> Iterator[tuple[int, str]]:
    """The comments between the parentheses of a statement, each with the number of its line."""
    text = source.text[source.start(statement) : source.end(statement)]
    for token in tokenize.generate_tokens(io.StringIO(text, newline="").readline):
        if token.type == tokenize.COMMENT:
            yield statement.lineno + token.start[0] - 1, token.string


def is_about(statement: Statement, line: int, names: Collection[ast.alias]) -> bool:
    """Whether a comment on a line is about one of some names: of those on the line, or else of the next one."""
    on_it = [alias for alias in statement.names if alias.lineno <= line <= (alias.end_lineno or alias.lineno)]
    after = [alias for alias in statement.names if alias.lineno > line]
    about = on_it or after[:1] or statement.names
    return any(alias in names for alias in about)


def with_noqa(comment: str, code: str) -> str:
    """A comment, empty for none, that also lets a line break a rule of a linter."""
    found = NOQA.search(comment)
    if found is None:
        return f"{comment}  # noqa: {code}".strip()
    if not found["codes"] or code in found["codes"].upper():
        return comment
    return f"{comment[: found.end()]}, {code}{comment[found.end() :]}"
