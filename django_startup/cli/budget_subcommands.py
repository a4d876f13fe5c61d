"""The subcommands of startupbudget: what --help says of each, and which options it has."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Callable
from difflib import get_close_matches
from typing import NamedTuple

from django.core.management.base import CommandParser, DjangoHelpFormatter

from django_startup.cli import budget_options
from django_startup.cli.exclusions import spelled
from django_startup.cli.target_options import add_target_options

DEFAULT = "check"


class Subcommand(NamedTuple):
    """
    A subcommand.

    Attributes:
        help: one sentence for --help
        usage: what stands after its name
        add_options: functions that add its options to a parser
    """

    help: str
    usage: str
    add_options: tuple[Callable[[ArgumentParser], None], ...]


SUBCOMMANDS = {
    "check": Subcommand(
        "Boot the project and fail when it is over a budget (the default).",
        "[options] [-- COMMAND ...]",
        (
            add_target_options,
            budget_options.add_budget_options,
            budget_options.add_comparison_options,
            budget_options.add_verdict_options,
        ),
    ),
    "init": Subcommand(
        "Begin here: measure this project and print budgets to paste into pyproject.toml.",
        "[options] [-- COMMAND ...]",
        (add_target_options,),
    ),
    "accept": Subcommand(
        "Accept a broken budget until a day: writes a waiver to pyproject.toml.",
        "ITEM --reason TEXT [--expires DAY]",
        (budget_options.add_waiver_options,),
    ),
    "baseline": Subcommand(
        "Measure this project and write the baseline file, which checks compare it with.",
        "[options] [ITEM ...] [-- COMMAND ...]",
        (budget_options.add_update_options, add_target_options),
    ),
    "doctor": Subcommand(
        "Report how precisely this machine can measure, and judge nothing.",
        "[options] [-- COMMAND ...]",
        (add_target_options, budget_options.add_doctor_options),
    ),
}
# Options that name a subcommand, as they did before there were any.
OTHER_NAMES = {"update_baseline": "baseline", "doctor": "doctor"}


def add_subcommands(parser: CommandParser) -> dict[str, ArgumentParser]:
    """Add a parser for each subcommand, with the options that every management command has; returns them by name."""
    common = CommandParser(add_help=False, parents=[parser])
    group = parser.add_subparsers(title="subcommands", dest="subcommand", metavar="SUBCOMMAND", prog=parser.prog)
    parsers: dict[str, ArgumentParser] = {}
    for name, subcommand in SUBCOMMANDS.items():
        parsers[name] = group.add_parser(
            name,
            help=subcommand.help,
            description=subcommand.help,
            usage=f"%(prog)s {subcommand.usage}",
            formatter_class=DjangoHelpFormatter,
            parents=[common],
            add_help=False,  # the common options have it
        )
        for add_options in subcommand.add_options:
            add_options(parsers[name])
    parser.usage = "%(prog)s [SUBCOMMAND] [options] [-- COMMAND ...]"
    parser.epilog = f"Without a subcommand it is {DEFAULT}. The options of each: %(prog)s {DEFAULT} --help"
    return parsers


def with_subcommand(words: list[str]) -> list[str]:
    """Words that begin with the subcommand that they mean. A bare --help is about all of them."""
    if words[:1] in ([name] for name in (*SUBCOMMANDS, "-h", "--help")):
        return words
    options = {word.partition("=")[0] for word in words}
    return [next((name for option, name in OTHER_NAMES.items() if spelled(option) in options), DEFAULT), *words]


def about_subcommand(word: str, prog: str) -> str:
    """The refusal of a word that looks like a subcommand; "" where it does not."""
    if word in SUBCOMMANDS:
        return f"{word} must come first: {prog} {word} ..."
    similar = get_close_matches(word, SUBCOMMANDS, n=1)
    return f"There is no subcommand {word!r}; did you mean {similar[0]}?" if similar else ""
