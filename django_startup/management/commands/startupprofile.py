from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django_rich.management import RichCommand
from rich.console import Console, RenderableType

from django_startup import cli
from django_startup.analysis.comparison import compare as compare_profiles
from django_startup.analysis.inquiry import Inquiry
from django_startup.analysis.profile import StartupProfile
from django_startup.analysis.profile_file import load_profile
from django_startup.analysis.profiler import LEAST_RUNS, ProjectDied, profile_startup
from django_startup.analysis.why import explain
from django_startup.exceptions import StartupError, UsageError
from django_startup.printable import printable
from django_startup.reports.comparison import render_comparison
from django_startup.reports.console import as_text, render
from django_startup.reports.formats import FORMATS, View, check_renderer, write_as
from django_startup.reports.ruff import render_ruff
from django_startup.reports.tables import Sort
from django_startup.reports.why import render_why


class Command(RichCommand):
    help = "Show where the time goes when this project starts."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        cli.add_target_options(parser)
        parser.add_argument(
            "--runs",
            type=cli.at_least(LEAST_RUNS),
            metavar="N",
            help="boots to measure (default: 5, or fewer once they have taken 30 s)",
        )
        group = parser.add_argument_group("what is shown")
        group.add_argument("--top", type=cli.at_least(1), default=10, metavar="N", help="rows a table (default: 10)")
        group.add_argument(
            "--sort", choices=[str(sort) for sort in Sort], help="order of tables (default: saving, modules by self)"
        )
        group.add_argument("--why", metavar="NAME", help="what imports a package, module or app, and what that costs")
        group.add_argument("--emit", choices=["ruff"], help="print settings that ban imports (TID253)")
        group.add_argument(
            "--compare", type=Path, metavar="PROFILE.json", help="show what is different from a saved one"
        )
        group.add_argument("--load", type=Path, metavar="PROFILE.json", help="show a saved profile instead of booting")
        group.add_argument(
            "-o",
            "--output",
            type=Path,
            action="append",
            default=[],
            metavar="PATH",
            help=f"also write it to a file; its suffix chooses: {' '.join(FORMATS)}. May be repeated",
        )

    def make_rich_console(self, **kwargs: Any) -> Console:
        return super().make_rich_console(**kwargs, **cli.console_policy())

    def handle(
        self,
        *args: str,
        top: int,
        sort: str | None,
        why: str | None,
        emit: str | None,
        compare: Path | None,
        load: Path | None,
        output: list[Path],
        **options: Any,
    ) -> None:
        order = Sort(sort) if sort else None
        try:
            for path in output:
                cli.check_output(path, tuple(FORMATS))
                check_renderer(path)
            before = load_profile(compare) if compare is not None else None
            profile = self.measure(args, options) if load is None else self.load(load, args, options)
            if emit == "ruff":
                self.stdout.write(render_ruff(Inquiry(profile, Path.cwd())), ending="")
            elif before is not None:
                self.show(render_comparison(compare_profiles(before, profile), top=top))
            elif why is not None:
                self.show(render_why(explain(Inquiry(profile, Path.cwd()), why)))
            else:
                self.show(render(profile, top=top, sort=order))
            for path in output:
                cli.write_output(path, write_as(path, profile, View(top, order, before)))
                if emit is None:
                    self.console.print(f"  Saved {printable(str(path))}", soft_wrap=True)
        except ProjectDied as error:
            if error.until is not None:
                self.show(render(error.until, top=top, sort=order))
            for line in error.lines:
                self.console.print(f"  | {printable(line)}", soft_wrap=True)
            raise CommandError(printable(str(error)), returncode=error.exit_code) from None
        except StartupError as error:
            raise CommandError(printable(str(error)), returncode=error.exit_code) from None

    def show(self, report: RenderableType) -> None:
        """Print a report; into a pipe without the spaces at the end of lines that fill a terminal."""
        if self.console.is_terminal:
            self.console.print(report)
        else:
            self.stdout.write(as_text(report, self.console.width), ending="")

    def measure(self, command: tuple[str, ...], options: dict[str, Any]) -> StartupProfile:
        on_command_line: bool = self._called_from_command_line  # type: ignore[attr-defined]  # not in django-stubs
        target = cli.boot_target(command, options, on_command_line=on_command_line)
        with cli.progress() as on_boot:
            timeout = options["timeout"] or 300.0
            return profile_startup(target, runs=options["runs"], timeout=timeout, on_boot=on_boot)

    def load(self, path: Path, command: tuple[str, ...], options: dict[str, Any]) -> StartupProfile:
        names = {"until": "--until", "entry": "--entry", "seen_as": "--as", "timeout": "--timeout", "runs": "--runs"}
        given = [option for name, option in names.items() if options[name] is not None] + ["--"] * bool(command)
        if given:
            raise UsageError(f"--load shows a saved profile and boots nothing, so {given[0]} has no use with it.")
        return load_profile(path)
