"""What startupprofile does with its options. Apart from them, so that --help need not wait for what this needs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, OutputWrapper
from rich.console import Console, RenderableType

from django_startup.cli import console, output_files, target_options
from django_startup.compare.comparison import compare as compare_profiles
from django_startup.drill.drill import drill as look_into
from django_startup.exceptions import StartupError, UsageError
from django_startup.files import write_file
from django_startup.imports.inquiry import Inquiry
from django_startup.imports.why import explain
from django_startup.measure.limits import TIMEOUT
from django_startup.measure.target import BootTarget
from django_startup.profile.profile import StartupProfile
from django_startup.profile.profile_file import load_profile
from django_startup.profiler import ProjectDied, profile_startup
from django_startup.reports.console.comparison import render_comparison
from django_startup.reports.console.profile import as_text, render
from django_startup.reports.console.sort import Sort
from django_startup.reports.console.why import render_why
from django_startup.reports.drill_formats import write_drill_as
from django_startup.reports.format_names import DRILL_FORMATS, PROFILE_FORMATS
from django_startup.reports.formats import View, check_renderer, write_as
from django_startup.reports.ruff import render_ruff
from django_startup.reports.viewers.requirements import require_pyinstrument
from django_startup.text import printable


class ProfileCommand:
    """One call of the command. on_command_line: whether that was in a shell, and not by call_command()."""

    def __init__(self, console: Console, stdout: OutputWrapper, *, on_command_line: bool) -> None:
        self.console = console
        self.stdout = stdout
        self.on_command_line = on_command_line

    def run(
        self,
        *args: str,
        top: int,
        sort: str | None,
        why: str | None,
        drill: str | None,
        emit: str | None,
        compare: Path | None,
        load: Path | None,
        output: list[Path],
        **options: Any,
    ) -> None:
        order = Sort(sort) if sort else None
        try:
            if drill is not None:
                given = {"--load": load, "--compare": compare, "--why": why, "--emit": emit, "--sort": sort}
                self.drill(drill, given, args, options, output, top=top)
                return
            for path in output:
                output_files.check_output(path, PROFILE_FORMATS)
                check_renderer(path)
            if compare is not None and (why or emit):
                raise UsageError(
                    f"--compare shows what is different, so {'--why' if why else '--emit'} has no use with it."
                )
            before = load_profile(compare) if compare is not None else None
            profile = self.measure(args, options) if load is None else self.load(load, args, options)
            # Before anything is shown: a saved profile that cannot be written so is refused with that sentence alone.
            texts = [write_as(path, profile, View(top, order, before)) for path in output]
            if emit == "ruff":
                self.stdout.write(render_ruff(Inquiry(profile, Path.cwd())), ending="")
            elif before is not None:
                self.show(render_comparison(compare_profiles(before, profile), top=top))
            elif why is not None:
                self.show(render_why(explain(Inquiry(profile, Path.cwd()), why)))
            else:
                self.show(render(profile, top=top, sort=order))
            for path, text in zip(output, texts, strict=True):
                write_file(path, text)
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

    def target(self, command: tuple[str, ...], options: dict[str, Any]) -> BootTarget:
        return target_options.boot_target(command, options, on_command_line=self.on_command_line)

    def measure(self, command: tuple[str, ...], options: dict[str, Any]) -> StartupProfile:
        target = self.target(command, options)
        with console.progress() as on_boot:
            timeout = options["timeout"] or TIMEOUT
            return profile_startup(target, runs=options["runs"], timeout=timeout, on_boot=on_boot)

    def drill(
        self,
        name: str,
        given: dict[str, Any],
        command: tuple[str, ...],
        options: dict[str, Any],
        output: list[Path],
        *,
        top: int,
    ) -> None:
        for option, value in {**given, "--runs": options["runs"]}.items():
            if value is not None:
                raise UsageError(f"{option} has no use with --drill, which boots anew to look into one place.")
        for path in output:
            output_files.check_output(path, DRILL_FORMATS)
        require_pyinstrument("--drill")
        from django_startup.reports.console.drill import render_drill

        target = self.target(command, options)
        with console.progress() as on_boot:
            drilled = look_into(target, name, timeout=options["timeout"] or TIMEOUT, on_boot=on_boot)
        self.show(render_drill(drilled, top=top))
        if drilled.is_too_fast and output:
            self.console.print("  Nothing saved.")
            return
        for path in output:
            write_file(path, write_drill_as(path, drilled, top=top))
            self.console.print(f"  Saved {printable(str(path))}", soft_wrap=True)

    def load(self, path: Path, command: tuple[str, ...], options: dict[str, Any]) -> StartupProfile:
        names = {"until": "--until", "entry": "--entry", "seen_as": "--as", "timeout": "--timeout", "runs": "--runs"}
        given = [option for name, option in names.items() if options[name] is not None] + ["--"] * bool(command)
        if given:
            raise UsageError(f"--load shows a saved profile and boots nothing, so {given[0]} has no use with it.")
        return load_profile(path)
