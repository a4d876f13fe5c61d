from __future__ import annotations

__all__ = ["Command"]

from typing import Any

from django.core.management.base import CommandParser

from django_startup.cli import console, target_options
from django_startup.cli.startup_command import StartupCommand
from django_startup.reports.console.sort import Sort
from django_startup.reports.format_names import DRILL_FORMATS, FIX_FORMATS, PROFILE_FORMATS, PYTHON, RUFF_FORMS, STYLES


class Command(StartupCommand):
    help = "Show where the time goes when this project starts."
    purpose = "profile"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.usage = "%(prog)s [options] [-- COMMAND ...]"
        target_options.add_target_options(parser)
        group = parser.add_argument_group("see")
        runs = "boots to measure (default: as few as needed, 2 to 10)"
        group.add_argument("--runs", type=target_options.at_least(1), metavar="N", help=runs)
        group.add_argument(
            "--top", type=target_options.at_least(1), default=10, metavar="N", help="rows of each table (default: 10)"
        )
        text = "sort tables by saving, self (own time) or cumulative (with its imports); default: saving, modules: self"
        group.add_argument("--sort", choices=list(map(str, Sort)), metavar="ORDER", help=text)
        text = "also boot the project as in a fresh container: without bytecode, with nothing in the disk cache"
        group.add_argument("--cold", action="store_true", help=text)
        text = "also fork N workers as gunicorn does, send each a request, and measure their memory (Linux)"
        group.add_argument("--workers", type=target_options.at_least(1), metavar="N", help=text)
        group.add_argument("--request", metavar="PATH", help="with --workers: path of that request (default: /)")
        group = parser.add_argument_group("explain")
        group.add_argument(
            "--why", metavar="NAME", help="the lines that import a package, module or app, and their cost"
        )
        group.add_argument("--all", action="store_true", help="with --why: every line, not only the five most useful")
        group.add_argument("--drill", metavar="NAME", help="profile inside a module, a package or an app's ready()")
        emit = (
            "print rules with which ruff keeps slow imports inside functions: ruff (for pyproject.toml) or ruff.toml; "
            "with --lazy also python, a module that makes imports in packages lazy"
        )
        group.add_argument("--emit", choices=[*RUFF_FORMS, PYTHON], metavar="FORM", help=emit)
        text = (
            "boot the project without a package or module, an import (FILE:LINE), an app (app:LABEL) or garbage "
            "collections (gc); may be repeated"
        )
        group.add_argument("--what-if", action="append", default=[], metavar="NAME", help=text)
        text = "which imports inside functions save time, and which are pointless or broken"
        group.add_argument("--inline", action="store_true", help=text)
        text = "which imports can be lazy (Python 3.15)"
        group.add_argument("--lazy", action="store_true", help=text)
        text = "do not try the fixes: show estimates"
        group.add_argument("--untried", action="store_true", help=text)
        group = parser.add_argument_group("fix")
        group.add_argument("--fix", action="store_true", help="write the fixes that work into their files")
        group.add_argument("--diff", action="store_true", help="with --fix: print a patch, write nothing")
        group.add_argument(
            "--only", action="append", default=[], metavar="NAME", help="with --fix: this fix only; may be repeated"
        )
        text = "with --fix: function (move imports there), lazy or lazy-modules (lazy imports, Python 3.15)"
        group.add_argument("--style", choices=STYLES, metavar="STYLE", help=text)
        group.add_argument("--test", metavar="COMMAND", help="with --fix: write only what passes these tests")
        group.add_argument("--force", action="store_true", help="with --fix: also outside of a git repository")
        group = parser.add_argument_group("share")
        group.add_argument(
            "--compare",
            type=target_options.file_path,
            metavar="FILE",
            help="show what has changed since a saved profile",
        )
        group.add_argument(
            "--load", type=target_options.file_path, metavar="FILE", help="show a saved profile instead of booting"
        )
        group.add_argument(
            "-o",
            "--output",
            type=target_options.file_path,
            action="append",
            default=[],
            metavar="PATH",
            help=f"also write to a file, whose suffix is the format: {' '.join(PROFILE_FORMATS)}; "
            f"with --drill {' '.join(DRILL_FORMATS)}; with --fix {' '.join(FIX_FORMATS)}. May be repeated",
        )
        group.add_argument(
            "--show-arguments",
            action="store_true",
            help="show command lines, SQL and messages as they are, with passwords and tokens in them",
        )

    @console.ending_at_ctrl_c()
    def handle(self, **options: Any) -> None:
        on_command_line = self.is_on_command_line
        with console.without_collections(for_good=on_command_line):
            from django_startup.cli.profile_command import ProfileCommand

            ProfileCommand(self.console, self.stdout, options, on_command_line=on_command_line).run()
