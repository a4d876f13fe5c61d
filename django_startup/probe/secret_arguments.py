"""
Secrets in the arguments of a program, and in what a shell is given to run.
"""

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

QUOTES = "\"'"
SEPARATORS = ";|&()<>"
DEEPEST = 5  # of strings for a shell inside strings for a shell


class Arguments:
    """names is the module secret_names, texts redacts what stands inside an argument."""

    def __init__(self, names: "Any", texts: "Any") -> None:
        self.names = names
        self.texts = texts
        self.mask: str = names.MASK

    def redact(self, arguments: list[str], depth: int = 0) -> list[str]:
        """The arguments without values of options and of variables whose names look secret."""
        shown: list[str] = []
        options: set[str] = set()
        before, hide = "", False
        for argument in arguments:
            hide = hide or (self.announces(before) and len(shown) > 1 and not argument.startswith("-"))
            options.update(self.names.OPTIONS.get(os.path.basename(argument).strip(QUOTES).removesuffix(".exe"), ()))
            inside, follows = self.option(argument, options)
            if hide:
                inside = self.mask
            elif inside == argument:
                is_script = before.startswith("-") and before.endswith("c")
                inside = self.script(argument, depth) if is_script else self.argument(argument, depth)
            shown.append(inside)
            before, hide = argument, follows
        return shown

    def option(self, argument: str, options: set[str]) -> tuple[str, bool]:
        """An argument without what an option has attached to it, and whether its value is the next argument."""
        name, equals, _ = argument.partition("=")
        if not argument.startswith("-"):
            return argument, False
        if equals and (self.names.is_secret(name) or name in options):
            return f"{name}={self.mask}", False
        if not equals and self.names.is_secret(name):
            return argument, True
        if argument.startswith("--"):
            return argument, argument in options
        letters = {option[1] for option in options if len(option) == 2}
        at = next((at for at, char in enumerate(argument) if char in letters), 0)
        if not at:
            return argument, False
        return (argument, True) if at == len(argument) - 1 else (argument[: at + 1] + self.mask, False)

    def announces(self, word: str) -> bool:
        """Whether a word that is no option is the name of the secret after it: config set requirepass SECRET."""
        is_name = all(char.isalnum() or char in "_-." for char in word) and not word.startswith("-")
        if not is_name or not self.names.is_clearly_secret(word):
            return False
        last = self.names.words(word)[-1]
        return last in self.names.WORDS or last.endswith((*self.names.ENDS, *self.names.ANNOUNCING))

    def argument(self, argument: str, depth: int) -> str:
        """An argument that is no option of its own: NAME=VALUE, or any text."""
        name, equals, value = argument.partition("=")
        if equals and not any(char.isspace() or char in "?&:/" for char in name):
            if self.names.is_secret(name):
                return f"{name}={self.mask}"
            return f"{name}={self.argument(value, depth)}"
        if any(char.isspace() for char in argument):
            return self.script(argument, depth)
        return str(self.texts.redact(argument))

    def script(self, text: str, depth: int = 0) -> str:
        """What a shell is to run."""
        if depth > DEEPEST:
            return self.mask
        text = self.texts.redact(text)
        words = list(shell_words(text))
        shown = self.redact([content for _, _, content in words], depth + 1)
        for (start, end, content), inside in reversed(list(zip(words, shown))):  # noqa: B905
            if inside != content:
                quote = text[start] if text[start] in QUOTES else ""
                text = text[:start] + quote + inside + quote + text[end:]
        return text


def shell_words(text: str) -> "Iterator[tuple[int, int, str]]":
    """Where the words of a command line begin and end, and each as the program sees it."""
    at = 0
    while at < len(text):
        if text[at].isspace() or text[at] in SEPARATORS:
            at += 1
            continue
        start, quote, content = at, "", ""
        while at < len(text) and (quote or not (text[at].isspace() or text[at] in SEPARATORS)):
            char = text[at]
            if char == "\\" and quote != "'" and at + 1 < len(text):
                at += 1
                content += text[at]
            elif char == quote:
                quote = ""
            elif not quote and char in QUOTES:
                quote = char
            else:
                content += char
            at += 1
        yield start, at, content
