"""
Writes what the commands print into the pages, from the example as it behaves now.

    python docs/outputs.py           all of it, in half an hour
    python docs/outputs.py --saved   only what comes from the profile in docs/pictures, in seconds; a test compares it
    python docs/outputs.py PAGE …    only these pages

It needs git, django-startup installed as users have it (not editable, or its own files count as the project's), and
beside it what example_project/requirements.txt lists, celery, gunicorn and pytest-django.

Above a block stands where it comes from:

    <!-- output SCENE: COMMAND -->                   all that COMMAND prints in a copy of the example
    <!-- output SCENE: COMMAND (FROM … TO) -->       the lines from one that has FROM to one before a line that has TO

Each scene is a copy of the example, made by a function of scenes.py; its commands run in their order. The commands
of the tutorial are those of the page.
"""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from scenes import DOCS, ROOT, SCENES, Ran, Shop

TUTORIAL = DOCS / "tutorial.md"
BLOCK = re.compile(
    r"(<!-- output (?:([\w-]+): )?(.*?) ?(?:\((.*?) … (.*?)\) ?)?-->\n+```)(\w*)\n"
    r"(?P<body>(?:(?!```)[^\n]*\n)*)(```)\n"
)
STEP = re.compile(
    r"^```console\n(?P<commands>.*?)```\n"
    r"|^<!-- (?P<how>insert at the top of|write) (?P<path>\S+) -->\n```python\n(?P<text>.*?)```\n"
    r"|^<!-- output (?:\((?P<start>.*?) … (?P<end>.*?)\) )?-->\n",
    re.DOTALL | re.MULTILINE,
)
OTHERS = ("## Get the shop", "## In your project")  # sections whose commands Shop does in its own way


def excerpt(text: str, start: str | None, end: str | None) -> str:
    """The lines from one that has start to one before a line that has end. Raises ValueError where there is none."""
    lines = text.strip("\n").split("\n")
    if start is None or end is None:
        return "\n".join(lines) + "\n"
    first = next((number for number, line in enumerate(lines) if start in line), None) if start else 0
    if first is None:
        raise ValueError(f"no line has {start!r} in\n{text}")
    last = next((number for number, line in enumerate(lines) if number > first and end in line), None) if end else None
    if end and last is None:
        raise ValueError(f"no line below has {end!r} in\n{text}")
    return "\n".join(lines[first:last]).rstrip("\n") + "\n"


def steps(text: str) -> Iterator[dict[str, str | None]]:
    """The tutorial's steps: commands, changes of files, and places for what the last command printed."""
    for section in re.split(r"^(?=## )", text, flags=re.MULTILINE):
        if not section.startswith(OTHERS):
            yield from (found.groupdict() for found in STEP.finditer(section))


def follow(shop: Shop, text: str) -> Iterator[tuple[str, Ran]]:
    """Do what the tutorial says; gives each command with what it came to, and for each output "" with that."""
    ran = Ran(0, "")
    for step in steps(text):
        if step["how"]:
            path, content = str(step["path"]), str(step["text"])
            if step["how"] == "write":
                (shop.directory / path).write_text(content, "utf-8")
            else:
                shop.insert(path, content)
        elif step["commands"] is None:
            yield "", Ran(ran.code, excerpt(ran.text, step["start"], step["end"]))
        else:
            for line in step["commands"].splitlines():
                ran = shop.do(line.removeprefix("$ "))
                yield line, ran


class Writer:
    """Fills pages; scenes are made when the first page needs them."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.shops: dict[str, Shop] = {}
        self.known: dict[tuple[str, str], str] = {}

    def output(self, scene: str, command: str) -> str:
        """What a command prints in a scene."""
        if (scene, command) not in self.known:
            if scene not in self.shops:
                (self.directory / scene).mkdir()
                self.shops[scene] = Shop(self.directory / scene)
                SCENES[scene](self.shops[scene])
            print(f"{scene}: {command}", flush=True)
            self.known[scene, command] = self.shops[scene].do(command).text
        return self.known[scene, command]

    def filled(self, text: str, *, only: str = "") -> str:
        """A page with what the commands print now, all of them or those of one scene."""

        def replaced(found: re.Match[str]) -> str:
            if only and found[2] != only:
                return found[0]
            head, scene, command, start, end, language, _, tail = found.groups()
            return f"{head}{language}\n{excerpt(self.output(scene, command), start, end)}{tail}\n"

        return BLOCK.sub(replaced, text)

    def tutorial(self, text: str) -> str:
        """The tutorial with what its commands print now."""
        (self.directory / "tutorial").mkdir()
        texts = []
        for line, ran in follow(Shop(self.directory / "tutorial"), text):
            if line:
                print(f"tutorial: {line}", flush=True)
            else:
                texts.append(ran.text)
        made = iter(texts)
        return BLOCK.sub(lambda found: f"{found[1]}{found[6]}\n{next(made)}{found[8]}\n", text)


def pages() -> list[Path]:
    return [path for path in (ROOT / "README.md", *sorted(DOCS.rglob("*.md"))) if BLOCK.search(path.read_text("utf-8"))]


def main(names: list[str]) -> None:
    only = ""
    if names == ["--saved"]:
        names, only = [], "saved"
    chosen = [Path(name).resolve() for name in names] or pages()
    with tempfile.TemporaryDirectory() as directory:
        writer = Writer(Path(directory).resolve())
        for path in chosen:
            text = path.read_text("utf-8")
            is_tutorial = path == TUTORIAL and not only
            path.write_text(writer.tutorial(text) if is_tutorial else writer.filled(text, only=only), "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
