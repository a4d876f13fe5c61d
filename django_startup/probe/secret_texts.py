"""
Secrets in any text: the user and password of URLs, and what is called password, token and the like.

Written without regular expressions: the re module is the project's to import. It rather hides too much than too little.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

QUOTES = "\"'"
CLOSING = {"[": "]", "{": "}", "(": ")"}
# What stands before a secret in a header.
SCHEMES = ("apikey", "basic", "bearer", "digest", "negotiate", "token")
# Headers whose value is all of the line.
HEADERS = ("authorization", "cookie")


class Texts:
    """names is the module secret_names."""

    def __init__(self, names: "Any") -> None:
        self.names = names
        self.mask: str = names.MASK

    def redact(self, text: str, *, is_sentence: bool = False) -> str:
        """text without its secrets. In a sentence a colon alone makes no name of an ambiguous word."""
        text = self.without_logins(self.without_userinfo(text))
        return self.without_bearers(self.without_values(text, is_sentence))

    def without_userinfo(self, text: str) -> str:
        """scheme://user:password@host without what stands before the @, also where a password has a / or an @."""
        at = 0
        while (at := text.find("://", at)) >= 0:
            at += 3
            word = text[at : word_end(text, at)]
            authority = min((word.find(char) for char in "/?#" if char in word), default=len(word))
            last = word.rfind("@")
            if last >= 0 and any(char in word[:authority] for char in "@:"):
                text = text[:at] + self.mask + text[at + last :]
        return text

    def without_logins(self, text: str) -> str:
        """user:password@host without the password."""
        at = 0
        while (at := text.find("@", at + 1)) >= 0:
            start = at
            while start and not text[start - 1].isspace():
                start -= 1
            name, colon, password = text[start:at].partition(":")
            if colon and "/" not in password:
                text = f"{text[:start]}{name}:{self.mask}{text[at:]}"
                at = start + len(name) + 1 + len(self.mask)
        return text

    def without_values(self, text: str, is_sentence: bool) -> str:
        """name=value, name: value and the like without the values of secret names."""
        at = 0
        while at < len(text):
            at = min((found for found in (text.find("=", at), text.find(":", at)) if found >= 0), default=len(text))
            name_start, name, is_quoted = name_before(text, at)
            is_plain = is_sentence and text[at : at + 1] == ":" and not is_quoted
            look = self.names.is_clearly_secret if is_plain else self.names.is_secret
            at += 1
            if name and look(name):
                start = value_start(text, at)
                end = value_end(text, at, start, name, text[: name_start - is_quoted])
                if end > start:
                    text = text[:start] + self.mask + text[end:]
                    at = start + len(self.mask)
        return text

    def without_bearers(self, text: str) -> str:
        """Bearer TOKEN, wherever it stands, without the token."""
        lower, at = text.lower(), 0
        while (at := lower.find("bearer ", at)) >= 0:
            at += len("bearer ")
            text = text[:at] + self.mask + text[word_end(text, at, QUOTES) :]
            lower = text.lower()
        return text


def word_end(text: str, at: int, others: str = "") -> int:
    """Where the word ends that begins at a place: before white space or one of other characters."""
    while at < len(text) and not text[at].isspace() and text[at] not in others:
        at += 1
    return at


def name_before(text: str, at: int) -> tuple[int, str, bool]:
    """Where the name begins that ends before a place, the name, and whether it is in quotes."""
    end = at
    while end and text[end - 1] in " \t":
        end -= 1
    is_quoted = end > 0 and text[end - 1] in QUOTES
    while end and text[end - 1] in "\"'\\":
        end -= 1
    start = end
    while start and (text[start - 1].isalnum() or text[start - 1] in "_-.[]"):
        start -= 1
    return start, text[start:end], is_quoted


def value_start(text: str, at: int) -> int:
    """Where the value begins whose name ends with the = or : before a place."""
    while at < len(text) and text[at] in "=>":
        at += 1
    return after_blanks(text, at)


def value_end(text: str, at: int, start: int, name: str, before: str) -> int:
    """Where the value ends; at is behind its = or :, before what stands before its name."""
    if text.startswith("//", at):
        return start  # a URL
    quote = start
    while text[quote : quote + 1] == "\\":
        quote += 1
    if text[quote : quote + 1] in ('"', "'"):
        return after_quoted(text, start, quote + 1)
    closing = CLOSING.get(text[start : start + 1])
    if closing:
        return after_brackets(text, start, closing)
    if name.lower().endswith(HEADERS):
        around = before[-1:]
        found = [text.find(char, start) for char in ("\n", around) if char and char in QUOTES + "\n"]
        return min((end for end in found if end >= 0), default=len(text))
    enclosing = [quote for quote in QUOTES if before.count(quote) % 2]
    word = before[max(before.rfind(char) for char in " \t\n\"'") + 1 :]
    stops = "&#" if "?" in word or "&" in word else ""
    end = unquoted_end(text, start, enclosing, stops)
    if text[start:end].lower() in SCHEMES:
        end = unquoted_end(text, after_blanks(text, end), enclosing, stops)
    return end


def after_blanks(text: str, at: int) -> int:
    while at < len(text) and text[at] in " \t":
        at += 1
    return at


def unquoted_end(text: str, at: int, enclosing: list[str], stops: str) -> int:
    """Where a value ends that is in no quotes, as a shell sees it."""
    while at < len(text) and not text[at].isspace() and text[at] not in enclosing and text[at] not in stops:
        if text[at] == "\\":
            at += 2
        elif text[at] in QUOTES:
            at = after_quoted(text, at, at + 1)
        else:
            at += 1
    return min(at, len(text))


def after_quoted(text: str, start: int, inside: int) -> int:
    """Behind the quote that closes the one between start and inside, which may be escaped: the end if there is none."""
    delimiter = text[start:inside]
    while inside < len(text) and not text.startswith(delimiter, inside):
        inside += 2 if text[inside] == "\\" and len(delimiter) == 1 else 1
    return min(inside + len(delimiter), len(text))


def after_brackets(text: str, at: int, closing: str) -> int:
    """Behind the bracket that closes the one at a place."""
    opening, depth = text[at], 0
    while at < len(text):
        depth += (text[at] == opening) - (text[at] == closing)
        at += 1
        if not depth:
            break
    return at
