"""What startupbudget does with its options. Apart from them, so that --help need not wait for what this needs."""

from __future__ import annotations

import contextlib
import datetime
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, OutputWrapper
from rich.console import Console

from django_startup import cli, outputs
from django_startup.analysis.profiler import ProjectDied, profile_startup
from django_startup.conf import read_settings
from django_startup.exceptions import StartupError, UsageError
from django_startup.gate.accept import make_waiver, with_waiver
from django_startup.gate.baseline import dump_baselines, read_baselines
from django_startup.gate.budgets import BudgetReport, Verdict
from django_startup.gate.demands import baseline_path, read_demands
from django_startup.gate.doctor import examine
from django_startup.gate.evidence import Booter
from django_startup.gate.judge import judge, measure_baseline
from django_startup.gate.suggested import suggest
from django_startup.gate.worktree import target_at
from django_startup.measure.limits import TIMEOUT
from django_startup.printable import printable
from django_startup.reports.budget import render_budget, render_budget_markdown
from django_startup.reports.budget_formats import ERRORS, FORMATS

EXIT_OVER, EXIT_UNSURE = 1, 4
Format = tuple[str, Path | None]


class Judging:
    """One call of the command. on_command_line: whether that was in a shell, and not by call_command()."""

    def __init__(
        self, console: Console, stdout: OutputWrapper, stderr: OutputWrapper, *, on_command_line: bool
    ) -> None:
        self.console = console
        self.stdout = stdout
        self.stderr = stderr
        self.on_command_line = on_command_line

    def run(self, *args: str, **options: Any) -> None:
        formats: list[Format] = []
        try:
            formats += outputs.read_formats(options["format"] or ["text"], FORMATS)
            first = args == ("init",)
            if args[:1] == ("accept",):
                self.stdout.write(accept(args[1:], options), ending="")
                return
            if options["reason"] or options["expires"]:
                raise UsageError("--reason and --expires belong to accept ITEM, which writes a waiver.")
            target = cli.boot_target(() if first else args, options, on_command_line=self.on_command_line)
            updating = options["update_baseline"] is not None
            with cli.progress() as on_boot:
                make = Booter(target, options["timeout"] or TIMEOUT, on_boot)
                if first:
                    text = suggest(profile_startup(target, timeout=make.timeout, on_boot=on_boot))
                elif options["doctor"]:
                    text = "".join(f"{line}\n" for line in examine(make))
                elif updating:
                    text = update_baseline(make, options)
                else:
                    report = judge_target(make, options)
            if first or options["doctor"] or updating:
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
                outputs.append_to_summary(render_budget_markdown(report))
        if code:
            titles = ", ".join(check.budget.title for check in report.checks if check.verdict is report.verdict)
            what = "Over budget" if code == EXIT_OVER else "It cannot be told"
            raise CommandError(printable(f"{what}: {titles}."), returncode=code)

    def fail(self, error: StartupError, formats: list[Format]) -> None:
        """Say what went wrong, to programs too."""
        self.say_error(error, formats)
        if isinstance(error, ProjectDied):
            for line in error.lines:
                self.stderr.write(f"  | {printable(line)}")
        raise CommandError(printable(str(error)), returncode=error.exit_code) from None

    def say_error(self, error: StartupError, formats: Iterable[Format]) -> None:
        for name, path in formats:
            if name in ERRORS:
                with contextlib.suppress(UsageError):  # the file may be what went wrong
                    self.write(ERRORS[name](str(error), error.exit_code), path)

    def write(self, text: str, path: Path | None) -> None:
        if path is None:
            self.stdout.write(text, ending="")
        else:
            outputs.write_output(path, text)


def judge_target(make: Booter, options: dict[str, Any]) -> BudgetReport:
    demands = read_demands(options, read_settings(make.target.folder), make.target.until)
    revision = options["against"]
    if not revision:
        return judge(make, demands)
    with target_at(revision, make.target) as target:
        return judge(make, demands, Booter(target, make.timeout, make.on_boot, f"The base, {revision}"))


def accept(items: tuple[str, ...], options: dict[str, Any]) -> str:
    """Write a waiver for a budget to pyproject.toml; returns what was done."""
    if len(items) != 1:
        raise UsageError('accept takes one budget as it is titled, such as "forbid pandas".')
    path = read_settings(Path.cwd()).path
    if path is None:
        raise UsageError("There is no pyproject.toml here, or in a folder above, to write the waiver to.")
    waiver = make_waiver(items[0], options["reason"], options["expires"], datetime.date.today())
    outputs.write_output(path.resolve(), with_waiver(path.read_text("utf-8"), waiver))
    return f"Wrote {printable(str(path))}: {printable(waiver.item)} is waived until {waiver.until}.\n"


def update_baseline(make: Booter, options: dict[str, Any]) -> str:
    """Measure and write the baseline of one target; returns what was done."""
    path = baseline_path(options, read_settings(make.target.folder))
    if path is None:
        raise UsageError("--update-baseline needs the file: --baseline FILE, or baseline in pyproject.toml.")
    outputs.check_output(path, option="--baseline")
    baselines = read_baselines(path)
    before = baselines.get(make.target.until)
    items: list[str] = options["update_baseline"]
    after = baselines[make.target.until] = measure_baseline(make, before, items)
    outputs.write_output(path, dump_baselines(baselines))
    what = f"of it only {', '.join(items)}" if items else f"{len(after.packages):,} packages"
    what = "no change" if after == before else what
    return f"Wrote {printable(str(path))}: {make.target.until}, {printable(what)}.\n"
