"""
What a file's text mentions: imports, and strings that may be dotted names.

Found without parsing, at a tenth of its cost: few of a project's files have to be parsed. There may be more than the
code has (what stands in a comment or a docstring counts), never less.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

STAR = "*"
# An import that stands on a line of its own, as nearly all do; what it leaves over is looked at bit by bit.
PLAIN = re.compile(
    r"\n[ \t]*+(?:from[ \t]++([\w.]++)[ \t]++)?+import[ \t]++([\w ,.*\t]++|\([\w,\s]++\))[ \t]*+(?=\n|#|\Z)"
)
NAMES = re.compile(r"import\b[ \t\f]*+(\((?:[^)#]++|#[^\n]*+)*+\)|(?:[^\n;#\\]++|\\\n)*+)")
SOURCE = re.compile(r"\bfrom\b([.\w\s\\]*)$")
COMMENT = re.compile(r"#[^\n]*")
NOT_NAMES = str.maketrans("()\\", "   ")
# A string that has a dot, perhaps one of several that Python joins: "shop.services" ".load".
GAP = r"""["'][\s\\]*+[a-zA-Z]?+["'](?!["'])"""
STRING = re.compile(rf"""["']((?!:)\w*+(?:{GAP}\w*+)*+[.:](?:[\w.:]++|{GAP})*)["']""")
JOINT = re.compile(GAP)
DOTTED = re.compile(r"\.*+[^\W\d]\w*+(?:\.\w++)+|\.++[^\W\d]\w*+")
WORD = re.compile(r"""["']([^\W\d]\w*+)["']""")
FILE = re.compile(r"""([^"'\n{}]+\.py)["']""")
RUNS_FILES = ("exec(", "execfile(", "include(", "run_path(")
LOADS_BY_NAME = ("import_module(", "__import__(", "sys.modules")


@dataclass(frozen=True, slots=True)
class Mentions:
    """
    bindings: the name that an import binds and the dotted name that it stands for; ("", module) for a module that is
    imported without a name of its own, (STAR, module) for a star import. strings: the dotted names in strings; all
    names where modules are loaded by name. ran: the ends of the paths of files that may be run in the same namespace.
    """

    bindings: tuple[tuple[str, str], ...] = ()
    strings: tuple[str, ...] = ()
    ran: tuple[str, ...] = ()


def find_mentions(text: str) -> Mentions:
    """What the text of a file mentions."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    strings = {name for string in STRING.findall(text) for name in dotted_names(string)}
    if any(word in text for word in LOADS_BY_NAME):
        strings.update(filter(is_dotted, WORD.findall(text)))
    runs_files = ('.py"' in text or ".py'" in text) and any(call in text for call in RUNS_FILES)
    ran = set(FILE.findall(text)) if runs_files else ()
    return Mentions(tuple(find_bindings(text)), tuple(sorted(strings)), tuple(sorted(ran)))


def find_bindings(text: str) -> dict[tuple[str, str], None]:
    """The bindings of all imports, in no particular order."""
    found: dict[tuple[str, str], None] = {}

    def add(match: re.Match[str]) -> str:
        found.update(dict.fromkeys(bindings_of(match[1] or "", match[2])))
        return ""

    rest = PLAIN.sub(add, f"\n{text}")
    position = rest.find("import")
    while position >= 0:
        match = NAMES.match(rest, position)
        if match and not (position and (rest[position - 1].isalnum() or rest[position - 1] == "_")):
            source = SOURCE.search(before_in_line(rest, position))
            module = "".join(source[1].translate(NOT_NAMES).split()) if source else ""
            found.update(dict.fromkeys(bindings_of(module, match[1])))
        position = rest.find("import", position + 1)
    return found


def bindings_of(module: str, clause: str) -> Iterator[tuple[str, str]]:
    """The bindings of one import: clause is what follows the word import, module what stands before it."""
    if module and not module.replace(".", "_").isidentifier():
        return
    before = module if not module or module.endswith(".") else f"{module}."
    for name, bound in names_in(clause):
        if name == STAR:
            if module:
                yield STAR, module
        elif before or bound:
            yield bound or name, before + name
        else:
            first, dot, _ = name.partition(".")
            yield first, first
            if dot:
                yield "", name


def dotted_names(string: str) -> Iterator[str]:
    """The dotted name that a string is, or each of those that may be joined. Entry points have a colon in theirs."""
    for part in (string, *JOINT.split(string), JOINT.sub("", string)) if "'" in string or '"' in string else (string,):
        name = part.replace(":", ".")
        if DOTTED.fullmatch(name) and is_dotted(name):
            yield name


def is_dotted(name: str) -> bool:
    """Whether it can be a dotted name: what regular expressions take for a part of words may be none of names."""
    return name.isascii() or name.replace(".", "_").isidentifier()


def names_in(clause: str) -> Iterator[tuple[str, str]]:
    """The names in what follows the word import, each with what it is bound to if that is said."""
    if "#" in clause:
        clause = COMMENT.sub("", clause)
    for item in clause.translate(NOT_NAMES).split(","):
        name, bound = item.strip(), ""
        if " " in name or not name.isidentifier():
            words = name.split()
            if len(words) > 2 and words[-2] == "as":
                bound = words.pop()
                words.pop()
            name = "".join(words)
        if name == STAR or (all(map(str.isidentifier, name.split("."))) and (not bound or bound.isidentifier())):
            yield name, bound


def before_in_line(text: str, position: int) -> str:
    """The line up to a position, with the lines that go on in it."""
    start = text.rfind("\n", 0, position) + 1
    while text.endswith("\\\n", 0, start):
        start = text.rfind("\n", 0, start - 1) + 1
    return text[start:position]


def join(module: str, name: str) -> str:
    """The dotted name of a name in a module; a relative import may have dots alone for the module."""
    return f"{module}{name}" if module.endswith(".") else f"{module}.{name}"
