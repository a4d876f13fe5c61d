"""What startupbudget does with its options. Apart from them, so that --help need not wait for what this needs."""

from __future__ import annotations

import contextlib
import datetime
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, OutputWrapper
from rich.console import Console

from django_startup.cli import console, output_files, target_options
from django_startup.cli.budget_options import option_budgets
from django_startup.exceptions import StartupError, UsageError
from django_startup.files import locked, read_file, write_file
from django_startup.gate.accept import make_waiver, with_waiver
from django_startup.gate.baseline import read_baselines, save_baseline
from django_startup.gate.budgets import BudgetReport, Verdict
from django_startup.gate.config import baseline_path, read_config
from django_startup.gate.doctor import examine
from django_startup.gate.evidence import BootRunner
from django_startup.gate.judge import judge, measure_baseline
from django_startup.gate.suggested import suggest
from django_startup.gate.worktree import target_at
from django_startup.measure.limits import TIMEOUT
from django_startup.profiler import ProjectDied, profile_startup
from django_startup.pyproject import read_settings
from django_startup.reports.budget.formats import ERRORS, FORMATS
from django_startup.reports.budget.text import render_budget, render_budget_markdown
from django_startup.text import printable

EXIT_OVER, EXIT_UNSURE = 1, 4
Format = tuple[str, Path | None]


class BudgetCommand:
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
            formats += output_files.read_formats(options["format"] or ["text"], FORMATS)
            first = args == ("init",)
            if args[:1] == ("accept",):
                self.stdout.write(accept(args[1:], options), ending="")
                return
            if options["reason"] or options["expires"]:
                raise UsageError("--reason and --expires belong to accept ITEM, which writes a waiver.")
            target = target_options.boot_target(() if first else args, options, on_command_line=self.on_command_line)
            updating = options["update_baseline"] is not None
            with console.progress() as on_boot:
                runner = BootRunner(target, options["timeout"] or TIMEOUT, on_boot)
                if first:
                    text = suggest(profile_startup(target, timeout=runner.timeout, on_boot=on_boot))
                elif options["doctor"]:
                    text = "".join(f"{line}\n" for line in examine(runner))
                elif updating:
                    text = update_baseline(runner, options)
                else:
                    report = judge_target(runner, options)
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
                output_files.append_to_summary(render_budget_markdown(report))
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
            write_file(path, text)


def judge_target(runner: BootRunner, options: dict[str, Any]) -> BudgetReport:
    demands = read_config(option_budgets(options), options, read_settings(runner.target.folder), runner.target.until)
    revision = options["against"]
    if not revision:
        return judge(runner, demands)
    with target_at(revision, runner.target) as target:
        return judge(runner, demands, BootRunner(target, runner.timeout, runner.on_boot, f"The base, {revision}"))


def accept(items: tuple[str, ...], options: dict[str, Any]) -> str:
    """Write a waiver for a budget to pyproject.toml; returns what was done."""
    if len(items) != 1:
        raise UsageError('accept takes one budget as it is titled, such as "forbid pandas".')
    path = read_settings(Path.cwd()).path
    if path is None:
        raise UsageError("There is no pyproject.toml here, or in a folder above, to write the waiver to.")
    waiver = make_waiver(items[0], options["reason"], options["expires"], datetime.date.today())
    with locked(path):
        write_file(path, with_waiver(read_file(path).decode(), waiver))
    return f"Wrote {printable(str(path))}: {printable(waiver.item)} is waived until {waiver.until}.\n"


def update_baseline(runner: BootRunner, options: dict[str, Any]) -> str:
    """Measure and write the baseline of one target; returns what was done."""
    path = baseline_path(options, read_settings(runner.target.folder))
    if path is None:
        raise UsageError("--update-baseline needs the file: --baseline FILE, or baseline in pyproject.toml.")
    output_files.check_output(path, option="--baseline")
    before = read_baselines(path).get(runner.target.until)
    items: list[str] = options["update_baseline"]
    after = measure_baseline(runner, before, items)
    save_baseline(path, runner.target.until, after)
    what = f"of it only {', '.join(items)}" if items else f"{len(after.packages):,} packages"
    what = "no change" if after == before else what
    return f"Wrote {printable(str(path))}: {runner.target.until}, {printable(what)}.\n"
