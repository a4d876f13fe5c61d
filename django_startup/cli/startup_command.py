"""What startupprofile and startupbudget have in common as management commands."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Sequence
from typing import Any

from django.core.management.base import CommandParser
from django_rich.management import RichCommand
from rich.console import Console

from django_startup.cli import console
from django_startup.cli.command_line import about_option, about_word, split_command
from django_startup.cli.program import run_program
from django_startup.cli.pytest_options import about_argument


class StartupCommand(RichCommand):
    """
    A command that boots a project. What stands after -- is the management command to boot; in calls by call_command()
    it is command=["migrate", "--plan"] too.
    """

    requires_system_checks: list[str] = []
    # Options of every management command that ours have no use for, or that go without saying.
    suppressed_base_arguments = {"--version", "--verbosity", "--traceback", "--no-color", "--force-color"}
    stealth_options = ("command",)
    purpose = ""  # what the command does with a start: profile, judge

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        parser = super().create_parser(prog_name, subcommand, **kwargs)

        # Every way to call a command ends here: manage.py, python -m django_startup, call_command().
        def parse_args(args: Sequence[str] | None = None, namespace: Namespace | None = None) -> Namespace:
            own, command = split_command(sys.argv[1:] if args is None else args)
            options = self.parse(parser, own)
            options.command = command
            return options

        parser.parse_args = parse_args  # type: ignore[method-assign,assignment]
        return parser

    def parse(self, parser: CommandParser, words: list[str]) -> Namespace:
        """The options that words give. Ends with parser.error() where a word is none."""
        options, stray = parser.parse_known_args(words)
        if stray and options.pytest is not None:
            parser.error(about_argument(stray[0], parser.prog))
        if stray:
            parser.error(
                about_option(stray[0], parser)
                if stray[0].startswith("-")
                else about_word(stray[0], parser.prog, self.purpose)
            )
        return options

    def run_from_argv(self, argv: list[str]) -> None:
        code = run_program(self, lambda: super(StartupCommand, self).run_from_argv(argv))
        if code:
            sys.exit(code)

    @property
    def is_on_command_line(self) -> bool:
        """Whether a shell has called it, and not call_command()."""
        on_command_line: bool = self._called_from_command_line  # type: ignore[attr-defined]  # not in django-stubs
        return on_command_line

    def make_rich_console(self, **kwargs: Any) -> Console:
        return super().make_rich_console(**kwargs, **console.console_policy())
