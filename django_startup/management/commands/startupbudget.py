from __future__ import annotations

__all__ = ["Command"]

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from django.core.management.base import CommandParser
from django_rich.management import RichCommand
from rich.console import Console

from django_startup.cli import console, output_files, target_options
from django_startup.cli.budget_options import add_budget_options
from django_startup.exceptions import UsageError
from django_startup.measure.limits import MAX_RUNS
from django_startup.reports.format_names import BUDGET_FORMATS

if TYPE_CHECKING:
    from django_startup.cli.budget_command import BudgetCommand


class Command(RichCommand):
    help = "Fail when this project's start breaks a promise, and name the line that does it."
    requires_system_checks: list[str] = []
    suppressed_base_arguments = target_options.SUPPRESSED

    def add_arguments(self, parser: CommandParser) -> None:
        target_options.add_target_options(parser)
        add_budget_options(parser)
        group = parser.add_argument_group("what to compare with")
        group.add_argument("--baseline", type=Path, metavar="FILE", help="a committed file of what was accepted")
        items = "write that file anew, or of it only packages, modules and checks that are named"
        group.add_argument("--update-baseline", nargs="*", metavar="ITEM", help=items)
        group.add_argument("--against", metavar="REV", help="a git revision, booted beside the working tree")
        group = parser.add_argument_group("verdict")
        group.add_argument("--exact-only", action="store_true", help="judge only what needs no clock")
        text = f"boots (default {MAX_RUNS})"
        group.add_argument("--max-runs", type=target_options.at_least(1), default=MAX_RUNS, metavar="N", help=text)
        group.add_argument("--strict", action="store_true", help="exit code 4 where it cannot be told")
        group.add_argument("--doctor", action="store_true", help="say what this machine can tell, and judge nothing")
        group.add_argument("--reason", default="", metavar="TEXT", help="of accept ITEM, which writes a waiver: why")
        group.add_argument("--expires", metavar="DAY", help="of accept ITEM: until when (default: 90 days)")
        formats = f"{', '.join(BUDGET_FORMATS)}; with =PATH into a file. May be repeated"
        group.add_argument("--format", action="append", default=[], metavar="FORMAT[=PATH]", help=formats)

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """The parser; a bad option is said in the formats that were asked for too."""
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        refuse: Callable[[str], NoReturn] = parser.error

        def error(message: str) -> NoReturn:
            if parser.called_from_command_line:
                self.judging().say_error(UsageError(message), output_files.asked_formats(sys.argv[1:], BUDGET_FORMATS))
            refuse(message)

        parser.error = error  # type: ignore[method-assign]
        return parser

    def make_rich_console(self, **kwargs: Any) -> Console:
        return super().make_rich_console(**kwargs, **console.console_policy())

    @console.ending_at_ctrl_c()
    @console.without_collections()
    def handle(self, *args: str, **options: Any) -> None:
        self.judging().run(*args, **options)

    def judging(self) -> BudgetCommand:
        from django_startup.cli.budget_command import BudgetCommand

        on_command_line: bool = self._called_from_command_line  # type: ignore[attr-defined]  # not in django-stubs
        return BudgetCommand(self.console, self.stdout, self.stderr, on_command_line=on_command_line)
