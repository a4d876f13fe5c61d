"""
Writes what the commands print into the pages, from the example as it behaves now.

    python docs/outputs.py           all of it; needs what example_project/requirements.txt lists, and git
    python docs/outputs.py PAGE …    only these pages

Above a block stands where it comes from:

    <!-- output SCENE: COMMAND -->                   all that COMMAND prints in a copy of the example
    <!-- output SCENE: COMMAND (FROM … TO) -->       the lines from one that has FROM to one before a line that has TO

Each scene is a copy of the example of its own, made by a function below; its commands run in their order. The commands
of the tutorial are those of the page.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

DOCS = Path(__file__).parent
ROOT = DOCS.parent
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
FOREIGN = ("DJANGO_SETTINGS_MODULE", "FORCE_COLOR", "NO_COLOR", "PYTHONDEVMODE", "PYTHONDONTWRITEBYTECODE")
TOP_OF_REQUESTS = """\
import django
from django.test import Client
django.setup()
from django.contrib.auth.models import User
client = Client()
client.force_login(User.objects.first() or User.objects.create_superuser("x"))
"""


class Ran(NamedTuple):
    """What a command came to."""

    code: int
    text: str


class Shop:
    """A copy of the example in a git repository of its own, and commands in it."""

    def __init__(self, directory: Path, *, width: int = 80) -> None:
        self.directory = directory / "shop"
        ignored = shutil.ignore_patterns("__pycache__", "*.sqlite3", "media")
        shutil.copytree(ROOT / "example_project", self.directory, ignore=ignored)
        kept = {name: value for name, value in os.environ.items() if name not in FOREIGN}
        self.environment = kept | {
            "COLUMNS": str(width),
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "XDG_CACHE_HOME": str(directory / "cache"),
            "GIT_AUTHOR_NAME": "shop",
            "GIT_AUTHOR_EMAIL": "shop@example.org",
            "GIT_COMMITTER_NAME": "shop",
            "GIT_COMMITTER_EMAIL": "shop@example.org",
        }
        self.do(f"printf '.venv\n*.sqlite3\n*.json\n' > {self.directory}/.gitignore")
        self.do("git init -q -b main && git add . && git commit -qm 'The shop'")

    def do(self, command: str) -> Ran:
        """Run a command of a shell."""
        ran = subprocess.run(
            ["bash", "-c", command], cwd=self.directory, env=self.environment, capture_output=True, encoding="utf-8"
        )
        return Ran(ran.returncode, ran.stdout if ran.returncode == 0 else ran.stdout + last_line(ran.stderr))

    def insert(self, name: str, text: str) -> None:
        """Put text at the top of a file."""
        path = self.directory / name
        path.write_text(text + path.read_text("utf-8"), "utf-8")


def last_line(text: str) -> str:
    """Why a command failed, which it says at the end; all of it where it is not a command of Django's."""
    found = re.search(r"(?:\x1b\[[\d;]*m)*CommandError: .*", text, re.DOTALL)
    return found[0] if found else text


def shop(shop: Shop) -> None:
    """The example as it is."""


def fix(shop: Shop) -> None:
    """With tests, which pass."""
    (shop.directory / "test_shop.py").write_text("def test_shop(): pass\n")
    shop.do("git add . && git commit -qm Tests")


def compare(shop: Shop) -> None:
    """A profile of before pandas moved."""
    shop.do("./manage.py startupprofile -o before.json && ./manage.py startupprofile --fix --only pandas")


def died(shop: Shop) -> None:
    """With an import of a package that is not there."""
    shop.insert("billing/models.py", "import paypal\n")


def baseline(shop: Shop) -> None:
    """All fixes made and a baseline written, then pandas came back."""
    shop.do("./manage.py startupprofile --fix && git commit -qam Fixes")
    table = '[tool.django-startup.budget]\nforbid = ["pandas"]\nmodules = 1200\nbaseline = "startup-baseline.json"\n'
    (shop.directory / "pyproject.toml").write_text(table)
    shop.do("./manage.py startupbudget baseline && git add -f . && git commit -qm Baseline")
    shop.insert("catalog/models.py", "import pandas as pd\n")


def banner(shop: Shop) -> None:
    """It begins without stripe, and then imports it; then a second is slept away."""
    shop.do("sed -i '/^import stripe$/d' billing/models.py")
    command = "exec python -u manage.py runserver --noreload 127.0.0.1:0 2>&1"
    lines = []
    for text in ("", "", "import stripe\n", "", "import time; time.sleep(1)\n"):
        if text:
            shop.insert("billing/models.py" if "stripe" in text else "catalog/models.py", text)
        with subprocess.Popen(
            ["bash", "-c", command], cwd=shop.directory, env=shop.environment, stdout=subprocess.PIPE, text=True
        ) as server:
            assert server.stdout is not None
            lines.append(next(line for line in server.stdout if line.startswith("Started in ")))
            server.terminate()
            server.stdout.read()
    (shop.directory / "started.txt").write_text("".join([lines[1], lines[2], lines[4]]))


def served(shop: Shop) -> None:
    """With a database, so that pages can be asked for."""
    shop.do("./manage.py migrate && ./manage.py loaddata demo")


def late(shop: Shop) -> None:
    """All fixes made; two workers, each asked for one page."""
    shop.do("./manage.py startupprofile --fix && ./manage.py migrate && ./manage.py loaddata demo")
    add_settings(
        shop, 'MIDDLEWARE = ["django_startup.middleware.LateImportMiddleware", *MIDDLEWARE]\nALLOWED_HOSTS = ["*"]\n'
    )
    for page in ("sales.csv", "invoices.xlsx"):
        (shop.directory / f"{Path(page).stem}.py").write_text(f'{TOP_OF_REQUESTS}client.get("/reports/{page}")\n')


def preload(shop: Shop) -> None:
    """A module to preload that is not there."""
    add_settings(shop, "")
    names = "'catalog.recommendations'"
    text = f"import django\ndjango.setup()\nfrom django_startup.preload import preload\npreload({names})\n"
    (shop.directory / "worker.py").write_text(text)


def add_settings(shop: Shop, text: str) -> None:
    """Add settings, and let warnings be logged without their time."""
    with (shop.directory / "shop" / "settings.py").open("a") as file:
        file.write(f'{text}LOGGING["formatters"]["plain"]["format"] = "{{levelname}} {{name}}: {{message}}"\n')
    shop.environment |= {"DJANGO_SETTINGS_MODULE": "shop.settings", "PYTHONWARNINGS": "ignore"}


SCENES: dict[str, Callable[[Shop], None]] = {
    scene.__name__: scene for scene in (shop, fix, compare, died, baseline, banner, served, late, preload)
}


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

    def filled(self, text: str) -> str:
        """A page with what the commands print now."""

        def replaced(found: re.Match[str]) -> str:
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
    chosen = [Path(name).resolve() for name in names] or pages()
    with tempfile.TemporaryDirectory() as directory:
        writer = Writer(Path(directory).resolve())
        for path in chosen:
            text = path.read_text("utf-8")
            path.write_text(writer.tutorial(text) if path == TUTORIAL else writer.filled(text), "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
