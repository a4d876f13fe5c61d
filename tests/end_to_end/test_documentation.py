"""What the documents say is so: options, commands and what they print."""

from __future__ import annotations

import argparse
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from inline_snapshot import snapshot
from markdown_it import MarkdownIt

from django_startup.imports.inquiry import Inquiry
from django_startup.lab.candidates import Sources
from django_startup.lab.hypothesis import Hypotheses
from django_startup.management.commands import startupbudget, startupprofile
from django_startup.profile.profile_file import load_profile
from tests.support.budget import FEW_PAIRS
from tests.support.documentation import script, stand_ins
from tests.support.helpers import run

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
README = (ROOT / "README.md").read_text("utf-8")
PAGES = {path.relative_to(DOCS).as_posix(): path.read_text("utf-8") for path in sorted(DOCS.rglob("*.md"))}
ALL = "\n".join([README, *PAGES.values()])
# The pages whose commands are run on the example, with those of the README.
RUN = ("fix", "why", "what-if", "drill", "compare", "share", "ruff", "ci", "baseline", "bisect")
SHOP = "\n".join([README, *(PAGES[f"guides/{name}.md"] for name in RUN)])
COMMANDS = {"profile": startupprofile.Command, "budget": startupbudget.Command}
CALL = re.compile(r"^(?:    )?(?:\./manage\.py startup(profile|budget)|python -m django_startup (profile|budget))(.*)$")
EXAMPLE = ("pandas", "stripe", "boto3", "openpyxl")
SCREEN = 76  # lines
PLACEHOLDER = re.compile(r"…|\.\.\.|REV\b")


def parser(name: str) -> argparse.ArgumentParser:
    return COMMANDS[name]().create_parser("python -m django_startup", name)


def actions(parser: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    """All that a parser and those of its subcommands know."""
    for action in parser._actions:
        yield action
        if isinstance(action, argparse._SubParsersAction):
            for inner in action.choices.values():
                yield from actions(inner)


def options(name: str) -> dict[str, argparse.Action]:
    """The options that --help shows, by their long names."""
    shown = [action for action in actions(parser(name)) if action.help != argparse.SUPPRESS]
    return {action.option_strings[-1]: action for action in shown if action.option_strings}


def calls(text: str) -> list[tuple[str, str]]:
    """The commands in a text, each with the name of its subcommand and what follows it."""
    lines = text.replace(" && ", "\n").splitlines()
    found = [match for match in map(CALL.match, lines) if match]
    return [(match[1] or match[2], match[3].partition("  #")[0].partition(" >")[0].strip()) for match in found]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_has_a_sentence_and_is_in_the_documents(name: str) -> None:
    for option, action in options(name).items():
        assert action.help, option
        if option not in ("--help", "--settings", "--pythonpath"):
            assert option in ALL or (action.option_strings[0] in ALL), option


def test_every_option_in_the_documents_is_one() -> None:
    known = {text for name in COMMANDS for action in actions(parser(name)) for text in action.option_strings}
    others = {"--noreload", "--preload", "--lazy-apps", "--pool", "--app", "--group"}
    rows = [line for line in ALL.splitlines() if line.startswith("| `-")]
    found = {option for row in rows for option in re.findall(r"`(--?[a-z][a-z-]*)", row.split(" | ")[0])}
    assert len(found) > 20
    assert found - others <= known


@pytest.mark.parametrize("name", COMMANDS)
def test_every_call_in_the_documents_is_understood(name: str) -> None:
    found = [arguments for called, arguments in calls(ALL) if called == name]
    assert len(found) > 3
    for arguments in found:
        parser(name).parse_args(shlex.split(PLACEHOLDER.sub("x", arguments)))


def test_links_in_the_readme_work_on_pypi_too() -> None:
    files = "https://github.com/django-startup/django-startup/blob/main/"
    tokens = [
        token for block in MarkdownIt("commonmark").enable("table").parse(README) for token in block.children or ()
    ]
    links = [str(token.attrs["href"]) for token in tokens if token.type == "link_open"]
    assert len(links) > 8
    for link in links:
        assert link.startswith(("https://", "#"))
        if link.startswith(files):
            assert (ROOT / link.removeprefix(files).partition("#")[0]).is_file(), link


OUTPUTS: Any = script("outputs")
FIGURE = re.compile(r"\d[\d,.]*(?: boots?\b)?")


@pytest.mark.parametrize("name", ["README.md", *PAGES])
def test_every_output_says_which_command_has_printed_it(name: str) -> None:
    text = README if name == "README.md" else PAGES[name]
    lines = text.splitlines()
    fences = [token for token in MarkdownIt("commonmark").parse(text) if token.type == "fence" and token.map]
    blocks = [lines[token.map[0] - 1] for token in fences if token.map and token.info in ("", "text", "markdown")]
    markers = list(OUTPUTS.BLOCK.finditer(text))
    assert [line for line in blocks if not line.startswith("<!-- output ")] == []
    assert len(blocks) == len(markers)
    for found in markers:
        assert found[2] in OUTPUTS.SCENES if found[2] else name == "tutorial.md"
    consoles = [line for token in fences if token.info == "console" for line in token.content.splitlines()]
    assert [line for line in consoles if not line.startswith("$ ")] == []


def test_what_comes_from_the_saved_profile_is_what_the_commands_print_now(tmp_path: Path) -> None:
    writer = OUTPUTS.Writer(tmp_path)
    for name, text in {"README.md": README, **PAGES}.items():
        assert writer.filled(text, only="saved") == text, f"{name}: write it anew with: python docs/outputs.py --saved"


@pytest.mark.slow
def test_every_step_of_the_tutorial(tmp_path: Path) -> None:
    """They do what the page says, and print what stands there, but for figures and what depends on them."""
    for package in EXAMPLE:
        if find_spec(package) is None:
            pytest.skip(f"example_project imports {package}")
    page = PAGES["tutorial.md"]
    shown = [found["body"] for found in OUTPUTS.BLOCK.finditer(page)]
    commands = []
    for command, ran in OUTPUTS.follow(OUTPUTS.Shop(tmp_path), page):
        if command:
            commands.append(command)
            is_over = command == "$ python manage.py startupbudget" and commands.count(command) == 2
            assert ran.code == (1 if is_over else 0), (command, ran)
        else:
            first, now = (text.splitlines()[0].partition("; the tightest")[0] for text in (shown.pop(0), ran.text))
            assert FIGURE.sub("#", now) == FIGURE.sub("#", first)
    assert not shown
    assert len(commands) > 10


PICTURES: Any = script("pictures")


def pictures(*, of_profile: bool) -> list[str]:
    return [name for name, picture in PICTURES.SHOWN.items() if (not picture.scene) == of_profile]


@pytest.mark.parametrize("name", pictures(of_profile=True))
def test_a_picture_shows_what_the_commands_print_of_its_profile(name: str, tmp_path: Path) -> None:
    drawn = (PICTURES.PICTURES / f"{name}.svg").read_text("utf-8")
    shop = PICTURES.project(tmp_path, "")
    now = PICTURES.draw(name, PICTURES.printed(shop, PICTURES.SHOWN[name]))
    assert PICTURES.text_of(drawn) == PICTURES.text_of(now), "draw it anew with: python docs/pictures.py"


@pytest.mark.slow
@pytest.mark.parametrize("name", pictures(of_profile=False))
def test_a_picture_shows_what_the_commands_print(name: str, tmp_path: Path) -> None:
    for package in EXAMPLE:
        if find_spec(package) is None:
            pytest.skip(f"example_project imports {package}")
    drawn = (PICTURES.PICTURES / f"{name}.svg").read_text("utf-8")
    picture = PICTURES.SHOWN[name]
    now = PICTURES.draw(name, PICTURES.printed(PICTURES.project(tmp_path, picture.scene), picture))
    first, second = (FIGURE.sub("#", PICTURES.text_of(svg)) for svg in (drawn, now))
    assert first == second, "draw it anew with: python docs/pictures.py"


def test_pictures_load_nothing_and_have_a_place() -> None:
    for name in PICTURES.SHOWN:
        svg = (PICTURES.PICTURES / f"{name}.svg").read_text("utf-8")
        assert "url(http" not in svg
        assert f"pictures/{name}.svg" in ALL
    assert {path.stem for path in PICTURES.PICTURES.glob("*.svg")} == set(PICTURES.SHOWN)


def test_the_readme_is_short() -> None:
    assert len(README.splitlines()) <= 150


def test_help_fits_a_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    text = parser("profile").format_help()
    assert len(text.splitlines()) <= SCREEN
    headings = [line for line in text.splitlines() if line.endswith(":") and not line.startswith(" ")]
    assert headings == snapshot(["options:", "what is booted:", "see:", "explain:", "fix:", "share:"])


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """
    The example, under git and over budget, with what stands in for its packages beside it.

    The tutorial and the pictures are tested with the real ones, which take most of the time of a boot.
    """
    stand_ins(tmp_path)
    shop = tmp_path / "shop"
    shutil.copytree(ROOT / "example_project", shop, ignore=shutil.ignore_patterns("__pycache__"))
    (shop / "test_pages.py").write_text("def test_pages(): pass\n")
    (shop / "pyproject.toml").write_text('[tool.django-startup.budget]\nmodules = 9000\nforbid = ["pandas"]\n')
    for command in (
        ["init", "-q", "-b", "main"],
        ["add", "."],
        ["-c", "user.name=x", "-c", "user.email=x", "commit", "-qm", "x"],
    ):
        subprocess.run(["git", *command], cwd=shop, check=True)
    return shop


def path_of(shop: Path) -> dict[str, str]:
    return {"PYTHONPATH": str(shop.with_name("site"))}


def complete_calls(name: str) -> list[str]:
    """What follows the name of a subcommand in commands for the example that need no words of the reader."""
    found = dict.fromkeys(arguments for called, arguments in calls(SHOP) if called == name)
    return [arguments for arguments in found if not PLACEHOLDER.search(arguments)]


@pytest.mark.slow
def test_every_profile_in_the_guides_on_the_example(shop: Path) -> None:
    """What asks for another output has that of a saved boot; what boots does so once, and the first one tries fixes."""
    found = complete_calls("profile")
    assert found[0] == ""
    assert len(found) > 8
    for arguments in found:
        words = shlex.split(arguments)
        if not words:
            words = ["--runs", "1", "-o", "saved.json"]
        elif words[0] == "--what-if":  # dozens of boots
            saved = load_profile(shop / "saved.json")
            hypotheses = Hypotheses(Inquiry(saved, shop), shop, Sources())
            assert not any(hypotheses.find(name).problem for name in words[1::2])
            continue
        elif (words[0] in ("-o", "--why", "--emit") and "before.json" not in words) or "--diff" in words:
            words += ["--load", "saved.json"]
        elif words[0] not in ("--load", "--drill"):
            words += ["--runs", "1", *([] if "--fix" in words else ["--untried"])]
        ran = run(shop, "-m", "django_startup", "profile", *words, env=path_of(shop))
        assert ran.returncode == 0, (words, ran.stdout, ran.stderr)
        assert ran.stdout, words
        subprocess.run(["git", "checkout", "-q", "."], cwd=shop, check=True)  # after --fix
        if (shop / "before.json").exists():
            shutil.copy(shop / "before.json", shop / "after.json")


@pytest.mark.slow
def test_every_budget_in_the_guides_on_the_example(shop: Path) -> None:
    found = complete_calls("budget")
    assert len(found) > 3
    for arguments in found:
        ran = run(shop, "-c", FEW_PAIRS, *shlex.split(arguments), env=path_of(shop))
        over = ran.stderr.startswith("CommandError: Over budget: ")
        assert ran.returncode == (1 if over else 0), (arguments, ran.stdout, ran.stderr)
        assert ran.stdout, arguments
