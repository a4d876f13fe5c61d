"""
What a recording holds of texts that may have secrets in them: they are redacted before anything of it is written.
"""

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# Characters of what a recording holds of one text, and of what is looked at: more may be a whole document.
KEPT = 1000
MOST = 4 * KEPT


class Redaction:
    """
    names, texts, arguments and literals are the modules secret_names, secret_texts, secret_arguments, sql_literals.

    is_off: somebody has asked to see everything.
    """

    def __init__(self, names: "Any", texts: "Any", arguments: "Any", literals: "Any", *, is_off: bool = False) -> None:
        self.is_off = is_off
        self.texts = texts.Texts(names)
        self.arguments = arguments.Arguments(names, self.texts)
        self.literals = literals

    def command(self, command: object) -> str:
        """The command line of a process: a list of arguments, or a string for a shell."""
        is_list = isinstance(command, (list, tuple))
        parts = [cut(text(part)) for part in command] if is_list else [cut(text(command))]  # type: ignore[attr-defined]
        if not self.is_off:
            parts = self.arguments.redact(parts) if is_list else [self.arguments.script(parts[0])]
        return " ".join(parts)[:KEPT]

    def statement(self, sql: str, vendor: str) -> str:
        """A statement in the SQL of a database such as postgresql."""
        if not self.is_off:
            sql = self.literals.without_literals(cut(sql), is_mysql=vendor == "mysql")
        return sql[:KEPT]

    def location(self, value: object) -> str:
        """A network address as people write it, or a path or URI."""
        if isinstance(value, tuple) and value:
            port = value[1] if len(value) > 1 else None
            return self.text(value[0]) + (f":{port}" if port is not None else "")
        return self.text(value)

    def text(self, value: object) -> str:
        """A name or a path."""
        whole = cut(text(value))
        return (whole if self.is_off else str(self.texts.redact(whole)))[:KEPT]

    def message(self, value: str) -> str:
        """A sentence, such as the text of an exception."""
        whole = cut(value)
        return whole if self.is_off else str(self.texts.redact(whole, is_sentence=True))


def text(value: object) -> str:
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return os.fsdecode(value) if isinstance(value, os.PathLike) else str(value)


def cut(text: str) -> str:
    """A text that is not too long to look at. Where it is cut, no half of a word is left: it might be of a secret."""
    if len(text) <= MOST:
        return text
    text = text[:MOST]
    while text and not text[-1].isspace():
        text = text[:-1]
    return f"{text}…"
