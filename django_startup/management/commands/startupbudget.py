from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django_rich.management import RichCommand
from rich.console import Console

from django_startup import cli
from django_startup.analysis.profiler import ProjectDied, profile_startup
from django_startup.conf import read_settings
from django_startup.exceptions import StartupError, UsageError
from django_startup.gate.baseline import dump_baselines, read_baselines, settled
from django_startup.gate.budgets import BudgetReport, Verdict
from django_startup.gate.demands import MAX_RUNS, baseline_path, read_demands
from django_startup.gate.doctor import examine
from django_startup.gate.evidence import Booter
from django_startup.gate.judge import judge, measure_baseline
from django_startup.gate.options import add_budget_options
from django_startup.gate.suggested import suggest
from django_startup.gate.worktree import target_at
from django_startup.printable import printable
from django_startup.reports.budget import render_budget, render_budget_markdown
from django_startup.reports.budget_formats import ERRORS, FORMATS

EXIT_OVER, EXIT_UNSURE = 1, 4
TIMEOUT = 300.0
Format = tuple[str, Path | None]


class Command(RichCommand):
    help = "Fail when this project's start breaks a promise, and name the line that does it."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        cli.add_target_options(parser)
        add_budget_options(parser)
        group = parser.add_argument_group("what to compare with")
        group.add_argument("--baseline", type=Path, metavar="FILE", help="a committed file of what was accepted")
        group.add_argument("--update-baseline", action="store_true", help="write that file anew")
        group.add_argument("--against", metavar="REV", help="a git revision, booted in turn with the working tree")
        group = parser.add_argument_group("verdict")
        group.add_argument("--exact-only", action="store_true", help="judge only what needs no clock")
        group.add_argument("--max-runs", type=cli.at_least(1), default=MAX_RUNS, metavar="N", help="boots (default 10)")
        group.add_argument("--strict", action="store_true", help="exit code 4 where it cannot be told")
        group.add_argument("--doctor", action="store_true", help="say what this machine can tell, and judge nothing")
        formats = f"{', '.join(FORMATS)}; with =PATH into a file. May be repeated"
        group.add_argument("--format", action="append", default=[], metavar="FORMAT[=PATH]", help=formats)

    def make_rich_console(self, **kwargs: Any) -> Console:
        return super().make_rich_console(**kwargs, **cli.console_policy())

    def handle(self, *args: str, **options: Any) -> None:
        formats: list[Format] = []
        try:
            formats += cli.read_formats(options["format"] or ["text"], FORMATS)
            on_command_line: bool = self._called_from_command_line  # type: ignore[attr-defined]  # not in django-stubs
            first = args == ("init",)
            target = cli.boot_target(() if first else args, options, on_command_line=on_command_line)
            with cli.progress() as on_boot:
                make = Booter(target, options["timeout"] or TIMEOUT, on_boot)
                if first:
                    text = suggest(profile_startup(target, timeout=make.timeout, on_boot=on_boot))
                elif options["doctor"]:
                    text = "".join(f"{line}\n" for line in examine(make))
                elif options["update_baseline"]:
                    text = update_baseline(make, options)
                else:
                    report = judge_target(make, options)
            if first or options["doctor"] or options["update_baseline"]:
                self.stdout.write(text, ending="")
            else:
                self.conclude(report, formats, strict=options["strict"])
        except StartupError as error:
            self.fail(error, formats)

    def conclude(self, report: BudgetReport, formats: list[Format], *, strict: bool) -> None:
        """Write the report in every format, and end with its exit code."""
        code = EXIT_OVER if report.verdict is Verdict.OVER else 0
        if strict and report.verdict is Verdict.UNSURE:
            code = EXIT_UNSURE
        for name, path in formats:
            if name == "text" and path is None and self.console.is_terminal:
                self.console.print(render_budget(report))
            else:
                self.write(FORMATS[name](report, code, self.console.width), path)
            if name == "github":
                cli.append_to_summary(render_budget_markdown(report))
        if code:
            titles = ", ".join(check.budget.title for check in report.checks if check.verdict is report.verdict)
            what = "Over budget" if code == EXIT_OVER else "It cannot be told"
            raise CommandError(printable(f"{what}: {titles}."), returncode=code)

    def fail(self, error: StartupError, formats: list[Format]) -> None:
        """Say what went wrong, to programs too."""
        for name, path in formats:
            if name in ERRORS:
                with contextlib.suppress(UsageError):  # the file may be what went wrong
                    self.write(ERRORS[name](str(error), error.exit_code), path)
        if isinstance(error, ProjectDied):
            for line in error.lines:
                self.stderr.write(f"  | {printable(line)}")
        raise CommandError(printable(str(error)), returncode=error.exit_code) from None

    def write(self, text: str, path: Path | None) -> None:
        if path is None:
            self.stdout.write(text, ending="")
        else:
            cli.write_output(path, text)


def judge_target(make: Booter, options: dict[str, Any]) -> BudgetReport:
    demands = read_demands(options, read_settings(make.target.folder), make.target.until)
    revision = options["against"]
    if not revision:
        return judge(make, demands)
    with target_at(revision, make.target) as target:
        return judge(make, demands, Booter(target, make.timeout, make.on_boot, f"The base, {revision}"))


def update_baseline(make: Booter, options: dict[str, Any]) -> str:
    """Measure and write the baseline of one target; returns what was done."""
    path = baseline_path(options, read_settings(make.target.folder))
    if path is None:
        raise UsageError("--update-baseline needs the file: --baseline FILE, or baseline in pyproject.toml.")
    cli.check_output(path, option="--baseline")
    baselines = read_baselines(path)
    before = baselines.get(make.target.until)
    after = baselines[make.target.until] = settled(measure_baseline(make), before)
    cli.write_output(path, dump_baselines(baselines))
    same = "no change" if after == before else f"{len(after.packages):,} packages"
    return f"Wrote {printable(str(path))}: {make.target.until}, {same}.\n"
