"""What startupbudget does with its options. Apart from them, so that --help need not wait for what this needs."""

from __future__ import annotations

import contextlib
import datetime
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, OutputWrapper
from rich.console import Console

from django_startup.cli import console, output_files, target_options
from django_startup.cli.budget_options import option_budgets
from django_startup.cli.exclusions import Exclusion, check_exclusions, check_values
from django_startup.cli.program import report_crash
from django_startup.exceptions import Crash, StartupError, UsageError
from django_startup.files import locked, read_file, write_file
from django_startup.gate.baseline import read_baselines, save_baseline
from django_startup.gate.baseline_update import measure_baseline
from django_startup.gate.budgets import BudgetReport, Verdict
from django_startup.gate.config import baseline_path, declared_titles, read_config
from django_startup.gate.doctor import examine
from django_startup.gate.evidence import BootRunner
from django_startup.gate.judge import judge
from django_startup.gate.suggested import suggest
from django_startup.gate.waiver_file import with_waiver
from django_startup.gate.waivers import check_waivable, make_waiver
from django_startup.gate.worktree import checked_out
from django_startup.measure.limits import TIMEOUT
from django_startup.profiler import ProjectDied, profile_startup
from django_startup.pyproject import read_settings
from django_startup.reports.budget.formats import ERRORS, FORMATS
from django_startup.reports.budget.markdown import render_budget_markdown
from django_startup.reports.budget.text import render_budget
from django_startup.reports.console.plain_text import as_text
from django_startup.text import printable

EXIT_OVER, EXIT_UNSURE = 1, 4
EXIT_SKIP = 125  # to git bisect run: this commit can be called neither good nor bad
EXCLUSIONS = (Exclusion("against", ("baseline",), "which compares with a revision instead"),)
Format = tuple[str, Path | None]


class BudgetCommand:
    """
    One call of the command.

    Attributes:
        console: where a report is printed on a terminal
        stdout: where it is written otherwise
        stderr: where errors go
        options: what argparse or call_command() gave for a subcommand
        on_command_line: whether a shell has called it, and not call_command()
        formats: the formats that were asked for, as far as they can be used
    """

    def __init__(
        self,
        console: Console,
        stdout: OutputWrapper,
        stderr: OutputWrapper,
        options: Mapping[str, Any],
        *,
        on_command_line: bool,
    ) -> None:
        self.console = console
        self.stdout = stdout
        self.stderr = stderr
        self.options = options
        self.on_command_line = on_command_line
        self.formats: list[Format] = []

    def run(self, subcommand: str) -> None:
        """Do what a subcommand is for."""
        run = {
            "check": self.check,
            "init": self.init,
            "accept": self.accept,
            "baseline": self.baseline,
            "doctor": self.doctor,
        }[subcommand]
        try:
            check_values(self.options)
            run()
        except StartupError as error:
            self.say_error(error, self.formats)
            if isinstance(error, ProjectDied):
                for line in error.lines:
                    self.stderr.write(f"  | {printable(line)}")
            raise CommandError(printable(str(error)), returncode=self.exit_code(error.exit_code)) from None
        except CommandError:
            raise
        except Exception as error:
            self.say_error(Crash(error), self.formats)
            if self.exit_code(Crash.exit_code) == Crash.exit_code:
                raise
            raise CommandError(report_crash(error), returncode=EXIT_SKIP) from error

    def exit_code(self, code: int) -> int:
        """code, or what stands for it with --bisect: to git, all but 0 and a few others would be a bad commit."""
        return EXIT_SKIP if self.options.get("bisect") and code not in (0, EXIT_OVER) else code

    def check(self) -> None:
        """Judge a target, and end with the exit code of the verdict."""
        self.formats += output_files.read_formats(self.options["format"] or ["text"], FORMATS)
        check_exclusions(EXCLUSIONS, self.options)
        with self.boots() as runner:
            settings = read_settings(runner.target.directory)
            config = read_config(option_budgets(self.options), self.options, settings, runner.target.until)
            if self.options["against"]:
                root = settings.path.parent if settings.path is not None else runner.target.directory
                with checked_out(self.options["against"], runner.target, root, config.against_files) as revision:
                    report = judge(runner, config, revision)
            else:
                report = judge(runner, config)
        self.conclude(report)

    def init(self) -> None:
        """Print a first table."""
        with self.boots() as runner:
            profile = profile_startup(runner.target, timeout=runner.timeout, on_boot=runner.on_boot)
        self.stdout.write(suggest(profile), ending="")

    def doctor(self) -> None:
        """Print what this machine can measure."""
        with self.boots() as runner:
            lines = list(examine(runner))
        for line in lines:
            self.stdout.write(line)

    def accept(self) -> None:
        """Write a waiver for a budget to pyproject.toml."""
        items = self.options["items"]
        if len(items) != 1:
            raise UsageError('accept takes one budget, as the report titles it, such as "forbid pandas".')
        settings = read_settings(target_options.working_directory())
        path = settings.path
        if path is None:
            raise UsageError("There is no pyproject.toml in this directory or above it.")
        waiver = make_waiver(items[0], self.options["reason"] or "", self.options["expires"], datetime.date.today())
        check_waivable(waiver.item, declared_titles(settings))
        with locked(path):
            write_file(path, with_waiver(read_file(path).decode(), waiver))
        self.stdout.write(f"Wrote {printable(str(path))}: {printable(waiver.item)} is waived until {waiver.until}.")

    def baseline(self) -> None:
        """Measure and write the baseline of one target, or only items of it."""
        items = [*self.options["items"], *(self.options["update_baseline"] or ())]
        with self.boots() as runner:
            target = runner.target
            path = baseline_path(self.options, read_settings(target.directory))
            if path is None:
                raise UsageError("Which file is the baseline? Give --baseline FILE, or set baseline in pyproject.toml.")
            output_files.check_output(path, option="--baseline")
            before = read_baselines(path).get(target.until)
            after = measure_baseline(runner, before, items)
            save_baseline(path, target.until, after)
        what = f"of it only {', '.join(items)}" if items else f"{len(after.packages):,} packages"
        what = "no change" if after == before else what
        self.stdout.write(f"Wrote {printable(str(path))}: {target.until}, {printable(what)}.")

    @contextlib.contextmanager
    def boots(self) -> Iterator[BootRunner]:
        """What makes the boots, with a progress bar for as long as they are made."""
        target = target_options.boot_target(self.options, on_command_line=self.on_command_line)
        with console.progress() as on_boot:
            yield BootRunner(target, self.options["timeout"] or TIMEOUT, on_boot)

    def conclude(self, report: BudgetReport) -> None:
        """Write the report in every format, and end with its exit code."""
        code = EXIT_OVER if report.verdict is Verdict.OVER else 0
        if self.options["strict"] and report.verdict is Verdict.UNSURE:
            code = self.exit_code(EXIT_UNSURE)
        for name, path in self.formats:
            if name == "text":
                text = render_budget(report, verbose=self.options["verbose"])
                if path is None and self.console.is_terminal:
                    self.console.print(text)
                else:
                    self.write(as_text(text, self.console.width), path)
            else:
                self.write(FORMATS[name](report, code, self.console.width), path)
            if name == "github":
                output_files.append_to_summary(render_budget_markdown(report))
        if code:
            titles = ", ".join(check.budget.title for check in report.checks if check.verdict is report.verdict)
            what = "Over budget" if code == EXIT_OVER else "Inconclusive"
            raise CommandError(printable(f"{what}: {titles}."), returncode=code)

    def say_error(self, error: StartupError, formats: Iterable[Format]) -> None:
        """Say what went wrong to programs."""
        for name, path in formats:
            if name in ERRORS:
                with contextlib.suppress(UsageError):  # the file may be what went wrong
                    self.write(ERRORS[name](str(error), self.exit_code(error.exit_code)), path)

    def write(self, text: str, path: Path | None) -> None:
        if path is None:
            self.stdout.write(text, ending="")
        else:
            write_file(path, text)
