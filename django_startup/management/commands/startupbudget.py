from __future__ import annotations

import contextlib
import datetime
import os
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django_rich.management import RichCommand
from rich.console import Console

from django_startup import cli
from django_startup.analysis.profiler import ProjectDied, profile_startup
from django_startup.conf import read_settings
from django_startup.exceptions import StartupError, UsageError
from django_startup.gate.baseline import Baseline, dump_baselines, read_baselines, settled
from django_startup.gate.budgets import BudgetReport, Verdict
from django_startup.gate.declared import declared_budgets, declared_waivers, for_target
from django_startup.gate.doctor import examine
from django_startup.gate.judge import MAX_RUNS, Booter, Demands, gather, judge, reference_ratio
from django_startup.gate.options import add_budget_options, option_budgets
from django_startup.gate.sequential import MOST_PAIRS
from django_startup.gate.suggested import suggest
from django_startup.gate.worktree import target_at
from django_startup.measure.target import BootTarget
from django_startup.printable import printable
from django_startup.reports.budget import render_budget, render_budget_markdown
from django_startup.reports.budget_formats import FORMATS
from django_startup.reports.budget_json import render_error_json

EXIT_OVER, EXIT_UNSURE = 1, 4


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
        formats: list[tuple[str, Path | None]] = []
        try:
            formats = list(read_formats(options["format"] or ["text"]))
            on_command_line: bool = self._called_from_command_line  # type: ignore[attr-defined]  # not in django-stubs
            command = () if args == ("init",) else args
            target = cli.boot_target(command, options, on_command_line=on_command_line)
            if args == ("init",):
                self.write(self.first_table(target, options), None)
            elif options["doctor"]:
                self.write("".join(f"{line}\n" for line in self.examine(target, options)), None)
            elif options["update_baseline"]:
                self.write(self.update_baseline(target, options), None)
            else:
                self.conclude(self.judge(target, options), formats, strict=options["strict"])
        except StartupError as error:
            self.fail(error, formats)

    def judge(self, target: BootTarget, options: dict[str, Any]) -> BudgetReport:
        table = read_settings(target.folder).budget or {}
        path = baseline_path(target, options, table)
        demands = Demands(
            budgets=for_target((*declared_budgets(table), *option_budgets(options)), target.until),
            waivers=declared_waivers(table),
            today=datetime.date.today().isoformat(),
            baseline=read_baseline(path, target) if path is not None and not options["against"] else None,
            max_runs=options["max_runs"],
            exact_only=options["exact_only"],
        )
        if not (demands.budgets or demands.baseline or options["against"]):
            raise UsageError(
                "There is no budget: give one, such as --max 3s, or let startupbudget init write a first table for "
                "pyproject.toml."
            )
        with contextlib.ExitStack() as stack:
            base = stack.enter_context(target_at(options["against"], target)) if options["against"] else None
            on_boot = stack.enter_context(cli.progress())
            timeout = options["timeout"] or 300.0
            other = Booter(base, timeout, on_boot) if base is not None else None
            return judge(Booter(target, timeout, on_boot), demands, other)

    def first_table(self, target: BootTarget, options: dict[str, Any]) -> str:
        with cli.progress() as on_boot:
            return suggest(profile_startup(target, timeout=options["timeout"] or 300.0, on_boot=on_boot))

    def examine(self, target: BootTarget, options: dict[str, Any]) -> list[str]:
        with cli.progress() as on_boot:
            return list(examine(Booter(target, options["timeout"] or 300.0, on_boot)))

    def update_baseline(self, target: BootTarget, options: dict[str, Any]) -> str:
        path = baseline_path(target, options, read_settings(target.folder).budget or {})
        if path is None:
            raise UsageError("--update-baseline needs the file: --baseline FILE, or baseline in pyproject.toml.")
        cli.check_output(path, ("",))
        baselines = read_baselines(path)
        with cli.progress() as on_boot:
            make = Booter(target, options["timeout"] or 300.0, on_boot)
            found = gather(make, counting=True).baseline
            ratio = median(reference_ratio(make) for _ in range(MOST_PAIRS))
        before = baselines.get(target.until)
        baselines[target.until] = settled(found.with_ratio(ratio), before)
        cli.write_output(path, dump_baselines(baselines))
        same = "no change" if baselines[target.until] == before else f"{len(found.packages):,} packages"
        return f"Wrote {path}: {target.until}, {same}.\n"

    def conclude(self, report: BudgetReport, formats: list[tuple[str, Path | None]], *, strict: bool) -> None:
        """Write the report in every format, and end with its exit code."""
        code = EXIT_OVER if report.verdict is Verdict.OVER else 0
        if strict and report.verdict is Verdict.UNSURE:
            code = EXIT_UNSURE
        for name, path in formats:
            if name == "text" and path is None and self.console.is_terminal:
                self.console.print(render_budget(report))
            else:
                self.write(FORMATS[name](report, code, self.console.width), path)
            summary = os.environ.get("GITHUB_STEP_SUMMARY")
            if name == "github" and summary:
                with Path(summary).open("a", encoding="utf-8", errors="backslashreplace") as file:
                    file.write(render_budget_markdown(report))
        if code:
            titles = ", ".join(check.budget.title for check in report.checks if check.verdict is report.verdict)
            what = "Over budget" if code == EXIT_OVER else "It cannot be told"
            raise CommandError(printable(f"{what}: {titles}."), returncode=code)

    def fail(self, error: StartupError, formats: list[tuple[str, Path | None]]) -> None:
        """Say what went wrong, to programs too."""
        for name, path in formats:
            if name == "json":
                self.write(render_error_json(str(error), error.exit_code), path)
        if isinstance(error, ProjectDied):
            for line in error.lines:
                self.stderr.write(f"  | {printable(line)}")
        raise CommandError(printable(str(error)), returncode=error.exit_code) from None

    def write(self, text: str, path: Path | None) -> None:
        if path is None:
            self.stdout.write(text, ending="")
        else:
            cli.write_output(path, text)


def read_formats(texts: list[str]) -> Iterator[tuple[str, Path | None]]:
    """The formats that were asked for, with their files."""
    for text in texts:
        name, equals, path = text.partition("=")
        if name not in FORMATS or (equals and not path):
            raise UsageError(f"--format {text}: one of {', '.join(FORMATS)}, with =PATH into a file.")
        if path:
            cli.check_output(Path(path), ("",))
        yield name, Path(path) if path else None


def baseline_path(target: BootTarget, options: dict[str, Any], table: dict[str, Any]) -> Path | None:
    """The baseline file that an option or pyproject.toml names."""
    named = options["baseline"] or table.get("baseline")
    if named is None:
        return None
    if not isinstance(named, (str, Path)):
        raise UsageError(f"baseline in pyproject.toml must be a path, not {named!r}.")
    return target.folder / named


def read_baseline(path: Path, target: BootTarget) -> Baseline:
    found = read_baselines(path).get(target.until)
    if found is None:
        raise UsageError(f"{path} has no baseline for {target.until}; write one with --update-baseline.")
    return found
