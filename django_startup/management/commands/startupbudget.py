from __future__ import annotations

__all__ = ["Command"]

import sys
from argparse import Namespace
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NoReturn

from django.core.management.base import CommandError, CommandParser

from django_startup.cli import console, output_files
from django_startup.cli.budget_subcommands import OTHER_NAMES, about_subcommand, add_subcommands, with_subcommand
from django_startup.cli.command_line import about_option, about_word
from django_startup.cli.exclusions import is_given, spelled
from django_startup.cli.pytest_options import about_argument
from django_startup.cli.startup_command import StartupCommand
from django_startup.exceptions import UsageError
from django_startup.reports.format_names import BUDGET_FORMATS

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from django_startup.cli.budget_command import BudgetCommand


class Command(StartupCommand):
    help = "Fail when this project's start is over budget, and name the line that does it."
    purpose = "judge"

    def add_arguments(self, parser: CommandParser) -> None:
        self.parsers = add_subcommands(parser)
        for each in (parser, *self.parsers.values()):
            self.refuse_in_formats(each)

    def refuse_in_formats(self, parser: ArgumentParser) -> None:
        """Let a bad option be said in the formats that were asked for, too."""
        refuse: Callable[[str], NoReturn] = parser.error

        def error(message: str) -> NoReturn:
            if self.is_on_command_line:
                formats = output_files.asked_formats(sys.argv[1:], BUDGET_FORMATS)
                self.budget_command({}).say_error(UsageError(message), formats)
            refuse(message)

        parser.error = error  # type: ignore[method-assign]

    def parse(self, parser: CommandParser, words: list[str]) -> Namespace:
        words = with_subcommand(words)
        options, stray = parser.parse_known_args(words)
        if "items" in options:  # argparse takes only those that stand together
            options.items = [*options.items, *(word for word in stray if not word.startswith("-"))]
            stray = [word for word in stray if word.startswith("-")]
        if stray and getattr(options, "pytest", None) is not None:
            parser.error(about_argument(stray[0], parser.prog))
        if stray:
            own = self.parsers[options.subcommand]
            if stray[0].startswith("-"):
                own.error(about_option(stray[0], own, tuple(self.parsers.values())))
            parser.error(about_subcommand(stray[0], parser.prog) or about_word(stray[0], parser.prog, self.purpose))
        return options

    @console.ending_at_ctrl_c()
    def handle(self, *, subcommand: str, **options: Any) -> None:
        # By call_command() anything can come together.
        for option, name in OTHER_NAMES.items():
            if options.get(option) not in (None, False):
                subcommand = name
        own = {action.dest: action.default for action in self.parsers[subcommand]._actions}
        others = {action.dest for parser in self.parsers.values() for action in parser._actions} - own.keys()
        if "until" not in own:  # it boots nothing
            others.add("command")
        for name in sorted(others):
            if is_given(options.get(name)):
                raise CommandError(f"{spelled(name)} cannot be combined with {subcommand}.", returncode=2)
        with console.without_collections(for_good=self.is_on_command_line):
            self.budget_command({**own, **options}).run(subcommand)

    def budget_command(self, options: dict[str, Any]) -> BudgetCommand:
        from django_startup.cli.budget_command import BudgetCommand

        return BudgetCommand(self.console, self.stdout, self.stderr, options, on_command_line=self.is_on_command_line)
