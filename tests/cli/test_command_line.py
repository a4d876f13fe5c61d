"""Which words are options, subcommands and management commands, and what is said of those that are none."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from inline_snapshot import snapshot

from django_startup.cli.command_line import split_command
from django_startup.cli.exclusions import Exclusion, check_exclusions
from django_startup.exceptions import UsageError
from django_startup.management.commands import startupbudget, startupprofile
from tests.support.budget import SCHEMA, TABLE
from tests.support.command_line import call

COMMANDS = {"profile": startupprofile.Command, "budget": startupbudget.Command}


@pytest.fixture(autouse=True)
def directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty directory that commands are called in."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.delenv("DJANGO_SETTINGS_MODULE", raising=False)
    return tmp_path


def parse(command: str, *words: str) -> dict[str, Any]:
    """The options that words give, without those that are not given."""
    options = vars(COMMANDS[command]().create_parser("python -m django_startup", command).parse_args(words))
    return {name: value for name, value in options.items() if value not in (None, False, [], "") and name != "top"}


def refused(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """The sentence that follows the usage."""
    ran = call(capsys, *words)
    assert (ran.returncode, ran.stdout) == (2, "")
    usage, _, sentence = ran.stderr.removesuffix("\n").rpartition(" error: ")
    assert usage.startswith("usage: python -m django_startup ")
    assert "\n" not in sentence
    return sentence.replace("python -m django_startup", "…")


# Only what stands after -- is a management command


@pytest.mark.parametrize(
    ("words", "own", "command"),
    [
        ([], [], []),
        (["--top", "3"], ["--top", "3"], []),
        (["--"], [], []),
        (["--top", "3", "--", "migrate", "--plan"], ["--top", "3"], ["migrate", "--plan"]),
        (["--", "test", "--", "-x"], [], ["test", "--", "-x"]),
    ],
)
def test_split_at_the_first_dashes(words: list[str], own: list[str], command: list[str]) -> None:
    assert split_command(words) == (own, command)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_management_command_and_its_options(command: str) -> None:
    options = parse(command, "--timeout", "3", "--", "migrate", "--plan", "--timeout", "5")
    assert (options["timeout"], options["command"]) == (3.0, ["migrate", "--plan", "--timeout", "5"])


@pytest.mark.parametrize("line", ["profile --pytest tests -x", "budget --until first-test --pytest tests -x"])
def test_words_that_are_pytests(capsys: pytest.CaptureFixture[str], line: str) -> None:
    assert refused(capsys, *line.split()).startswith("-x is not an option. What pytest is to take stands after --: ")


def test_words_that_are_no_options(capsys: pytest.CaptureFixture[str]) -> None:
    lines = ("profile migrate", "profile migrat --plan", "profile --top 3 o'b", "budget migrate", "budget check x")
    assert {line: refused(capsys, *line.split()) for line in lines} == snapshot(
        {
            "profile migrate": "'migrate' is not an option; write … profile -- migrate to profile that command.",
            "profile migrat --plan": "'migrat' is not an option; write … profile -- migrate to profile that command.",
            "profile --top 3 o'b": "\"o'b\" is not an option; write … profile -- 'o'\"'\"'b' to profile that command.",
            "budget migrate": "'migrate' is not an option; write … budget -- migrate to judge that command.",
            "budget check x": "'x' is not an option; write … budget -- x to judge that command.",
        }
    )


def test_options_that_there_are_not(capsys: pytest.CaptureFixture[str]) -> None:
    lines = ("profile --rnus 3", "profile --zzz", "budget --frobid x", "budget --reason x", "budget accept --max=3s")
    assert {line: refused(capsys, *line.split()) for line in lines} == snapshot(
        {
            "profile --rnus 3": "There is no option --rnus; did you mean --runs?",
            "profile --zzz": "There is no option --zzz.",
            "budget --frobid x": "There is no option --frobid; did you mean --forbid?",
            "budget --reason x": "--reason is an option of accept, not of check.",
            "budget accept --max=3s": "--max is an option of check, not of accept.",
        }
    )


def test_commands_that_there_are_not(capsys: pytest.CaptureFixture[str]) -> None:
    ran = call(capsys, "startupprofile")
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr == snapshot("""\
usage: python -m django_startup {profile,budget} [options]

  profile  Show where the time goes when this project starts.
  budget   Fail when its start is over budget.

The options of each: python -m django_startup profile --help
With django_startup in INSTALLED_APPS: ./manage.py startupprofile --help
There is no command 'startupprofile'; did you mean profile?
""")
    assert call(capsys, "zzz").stderr == call(capsys).stderr
    asked = call(capsys, "--help")
    assert (asked.returncode, asked.stdout, asked.stderr) == (0, call(capsys).stderr, "")


# Subcommands


@pytest.mark.parametrize(
    ("words", "subcommand", "options"),
    [
        ("", "check", {}),
        ("--max 3s", "check", {"max": "3s"}),
        ("check --max 3s", "check", {"max": "3s"}),
        ("init --until setup", "init", {"until": "setup"}),
        ("accept max --reason x", "accept", {"items": ["max"], "reason": "x"}),
        ("baseline", "baseline", {}),
        ("baseline a --until setup b c", "baseline", {"items": ["a", "b", "c"], "until": "setup"}),
        ("--until setup --update-baseline a b", "baseline", {"update_baseline": ["a", "b"], "until": "setup"}),
        ("doctor", "doctor", {}),
        ("--timeout 3 --doctor", "doctor", {"doctor": True, "timeout": 3.0}),
        ("-- check", "check", {"command": ["check"]}),
    ],
)
def test_which_subcommand(words: str, subcommand: str, options: dict[str, Any]) -> None:
    assert parse("budget", *words.split()) == {"subcommand": subcommand, "verbosity": 1, **options}


def test_subcommands_that_are_mistyped_or_late(capsys: pytest.CaptureFixture[str]) -> None:
    lines = ("budget inti", "budget --until setup init")
    assert {line: refused(capsys, *line.split()) for line in lines} == snapshot(
        {
            "budget inti": "There is no subcommand 'inti'; did you mean init?",
            "budget --until setup init": "init must come first: … budget init ...",
        }
    )


def test_help(capsys: pytest.CaptureFixture[str]) -> None:
    ran = call(capsys, "budget", "--help")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout == snapshot("""\
usage: python -m django_startup budget [SUBCOMMAND] [options] [-- COMMAND ...]

Fail when this project's start is over budget, and name the line that does it.

options:
  -h, --help            show this help message and exit
  --settings SETTINGS   The Python path to a settings module, e.g.
                        "myproject.settings.main". If this isn't provided, the
                        DJANGO_SETTINGS_MODULE environment variable will be
                        used.
  --pythonpath PYTHONPATH
                        A directory to add to the Python path, e.g.
                        "/home/djangoprojects/myproject".

subcommands:
  SUBCOMMAND
    check               Boot the project and fail when it is over a budget
                        (the default).
    init                Begin here: measure this project and print budgets to
                        paste into pyproject.toml.
    accept              Accept a broken budget until a day: writes a waiver to
                        pyproject.toml.
    baseline            Measure this project and write the baseline file,
                        which checks compare it with.
    doctor              Report how precisely this machine can measure, and
                        judge nothing.

Without a subcommand it is check. The options of each: python -m
django_startup budget check --help
""")


@pytest.mark.parametrize("subcommand", ["check", "init", "accept", "baseline", "doctor"])
def test_help_of_a_subcommand(capsys: pytest.CaptureFixture[str], subcommand: str) -> None:
    ran = call(capsys, "budget", subcommand, "--help")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.startswith(f"usage: python -m django_startup budget {subcommand} ")
    assert ("--forbid" in ran.stdout) is (subcommand == "check")
    assert ("--reason" in ran.stdout) is (subcommand == "accept")
    assert ("--until" in ran.stdout) is (subcommand != "accept")


def test_help_without_a_subcommand(capsys: pytest.CaptureFixture[str]) -> None:
    assert call(capsys, "budget", "--max", "3s", "--help") == call(capsys, "budget", "check", "--help")


@pytest.mark.parametrize("subcommand", ["check", "baseline"])
def test_a_bad_option_is_said_in_every_format(
    capsys: pytest.CaptureFixture[str], directory: Path, subcommand: str
) -> None:
    words = (subcommand, "--timeout", "few", "--format", "json", "--format=junit=budget.xml", "--", "--format")
    ran = call(capsys, "budget", *words)
    assert ran.returncode == 2
    document = json.loads(ran.stdout)
    jsonschema.Draft202012Validator(SCHEMA).validate(document)
    assert document["error"] == snapshot("argument --timeout: 'few' is not a number of seconds above 0")
    assert "not a number of seconds" in (directory / "budget.xml").read_text()


@pytest.mark.parametrize("words", ["--max-runs", "--format", "--format pdf --max-runs 0"])
def test_a_format_that_there_is_not(capsys: pytest.CaptureFixture[str], words: str) -> None:
    ran = call(capsys, "budget", *words.split())
    assert (ran.returncode, ran.stdout) == (2, "")


# Calls by programs


def called(called_command: BaseCommand, *words: str, **options: Any) -> str:
    """The sentence with which call_command() is refused."""
    with pytest.raises(CommandError) as error:
        call_command(called_command, *words, stdout=io.StringIO(), stderr=io.StringIO(), **options)
    return str(error.value)


def test_call_command() -> None:
    nothing = "No manage.py in "
    assert called(startupprofile.Command(), top=3).startswith(nothing)
    assert called(startupprofile.Command(), command=["migrate"]).startswith(nothing)
    several: tuple[dict[str, Any], ...] = ({"max": "3s"}, {"update_baseline": []}, {"doctor": True}, {"command": ["x"]})
    for options in several:
        assert called(startupbudget.Command(), **options).startswith(nothing)
    assert called(startupbudget.Command(), "baseline", baseline="b.json").startswith(nothing)
    assert called(startupbudget.Command(), "--", "migrate", max="3s").startswith(nothing)


def test_call_command_with_what_makes_no_sense() -> None:
    found = [
        called(startupprofile.Command(), "migrate"),
        called(startupprofile.Command(), command=["migrate"], until="setup"),
        called(startupbudget.Command(), "inti"),
        called(startupbudget.Command(), "init", max="3s"),
        called(startupbudget.Command(), "accept", command=["migrate"]),
        called(startupbudget.Command(), "--max-runs", "0"),
    ]
    assert found == snapshot(
        [
            "Error: 'migrate' is not an option; write startupprofile -- migrate to profile that command.",
            "--until cannot be combined with -- COMMAND.",
            "Error: There is no subcommand 'inti'; did you mean init?",
            "--max cannot be combined with init.",
            "-- COMMAND cannot be combined with accept.",
            "Error: argument --max-runs: '0' is not a whole number from 1 on",
        ]
    )


# Options that exclude each other


def test_what_cannot_be_combined() -> None:
    exclusions = (Exclusion("load", ("runs", "command"), "which boots nothing"), Exclusion("command", ("seen_as",)))
    nothing: dict[str, Any] = {"load": None, "runs": None, "command": [], "seen_as": None}
    check_exclusions(exclusions, nothing)
    check_exclusions(exclusions, nothing | {"load": "x.json", "seen_as": "check"})
    sentences = []
    for options in ({"load": "x", "runs": 0}, {"load": "x", "command": ["a"]}, {"command": ["a"], "seen_as": "b"}):
        with pytest.raises(UsageError) as error:
            check_exclusions(exclusions, nothing | options)
        sentences.append(str(error.value))
    assert sentences == snapshot(
        [
            "--runs cannot be combined with --load, which boots nothing.",
            "-- COMMAND cannot be combined with --load, which boots nothing.",
            "--as cannot be combined with -- COMMAND.",
        ]
    )


@pytest.mark.parametrize(
    "line",
    [
        "profile --drill a --why b",
        "profile --why a --emit ruff",
        "profile --load x.json --runs 3",
        "profile --until setup -- check",
        "budget --against main --baseline b.json",
        "budget init --until setup -- check",
    ],
)
def test_every_rule_is_asked(capsys: pytest.CaptureFixture[str], line: str) -> None:
    ran = call(capsys, *line.split())
    assert (ran.returncode, ran.stdout) == (2, "")
    assert " cannot be combined with " in ran.stderr


def test_all_without_why(capsys: pytest.CaptureFixture[str]) -> None:
    ran = call(capsys, "profile", "--load", "x.json", "--all")
    assert (ran.returncode, ran.stderr) == (
        2,
        "CommandError: --all is about the lines that --why shows: add --why NAME.\n",
    )


# accept


def accept(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    ran = call(capsys, "budget", "accept", *words)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr.startswith("CommandError: ")
    assert ran.stderr.count("\n") == 1
    return ran.stderr.removeprefix("CommandError: ").removesuffix("\n")


def test_what_cannot_be_accepted(capsys: pytest.CaptureFixture[str], directory: Path) -> None:
    path = directory / "pyproject.toml"
    path.write_text(TABLE + "max = '3s'\n")
    why = ("--reason", "x")
    found = [
        accept(capsys),
        accept(capsys, "max", "modules", *why),
        accept(capsys, "max"),
        accept(capsys, "max", *why, "--expires", "soon"),
        accept(capsys, "max", *why, "--expires", "2001-01-01"),
        accept(capsys, "maxx", *why),
        accept(capsys, "forbid pandas", *why),
    ]
    assert found == snapshot(
        [
            'accept takes one budget, as the report titles it, such as "forbid pandas".',
            'accept takes one budget, as the report titles it, such as "forbid pandas".',
            "accept needs --reason, for whoever reads the waiver later.",
            "--expires soon: write a day such as 2027-03-01.",
            "--expires 2001-01-01 has passed.",
            "There is no budget 'maxx' in [tool.django-startup.budget]; did you mean 'max'?",
            "There is no budget 'forbid pandas' in [tool.django-startup.budget]; add it there first.",
        ]
    )
    assert path.read_text() == TABLE + "max = '3s'\n"


def test_accepted(capsys: pytest.CaptureFixture[str], directory: Path) -> None:
    path = directory / "pyproject.toml"
    path.write_bytes(b"[tool.django-startup.budget]\r\nready = { '*' = '1s' }")
    ran = call(capsys, "budget", "accept", "ready billing", "--reason", 'the "old" API', "--expires", "2999-01-01")
    assert (ran.returncode, ran.stdout, ran.stderr) == (
        0,
        f"Wrote {path}: ready billing is waived until 2999-01-01.\n",
        "",
    )
    assert path.read_bytes().decode() == (
        "[tool.django-startup.budget]\r\nready = { '*' = '1s' }\r\n\r\n[[tool.django-startup.budget.waive]]\r\n"
        'item = "ready billing"\r\nreason = "the \\"old\\" API"\r\nuntil = 2999-01-01\r\n'
    )


def test_nowhere_to_write_a_waiver(capsys: pytest.CaptureFixture[str], directory: Path) -> None:
    assert accept(capsys, "max", "--reason", "x") == snapshot(
        "There is no pyproject.toml in this directory or above it."
    )
