"""The words of a command line that argparse is not asked about: only what stands after -- is a management command."""

from __future__ import annotations

import shlex
from argparse import SUPPRESS, ArgumentParser
from collections.abc import Iterable, Sequence
from difflib import get_close_matches

from django.core.management import get_commands

from django_startup.text import printable


def split_command(words: Iterable[str]) -> tuple[list[str], list[str]]:
    """
    The words before the first --, and the management command after it.

    Not left to argparse: Python 3.13 and some releases of 3.12 treat -- in another way than 3.11, above all where there
    are subcommands.
    """
    own = list(words)
    if "--" not in own:
        return own, []
    at = own.index("--")
    return own[:at], own[at + 1 :]


def about_word(word: str, prog: str, purpose: str) -> str:
    """The refusal of a word that is no option; purpose is what a management command is named for: profile, judge."""
    known = get_commands()
    name = word if word in known else next(iter(get_close_matches(word, known, n=1)), word)
    return (
        f"{word!r} is not an option; write {prog.strip()} -- {shlex.quote(printable(name))} to {purpose} that command."
    )


def about_option(word: str, parser: ArgumentParser, others: Sequence[ArgumentParser] = ()) -> str:
    """The refusal of an option that the parser does not have; others are those of the other subcommands."""
    option = printable(word.partition("=")[0])
    owner = next((other for other in others if option in other._option_string_actions), None)
    if owner is not None:
        return f"{option} is an option of {owner.prog.split()[-1]}, not of {parser.prog.split()[-1]}."
    visible = [name for name, action in parser._option_string_actions.items() if action.help != SUPPRESS]
    similar = get_close_matches(option, visible, n=1)
    return f"There is no option {option}; did you mean {similar[0]}?" if similar else f"There is no option {option}."
