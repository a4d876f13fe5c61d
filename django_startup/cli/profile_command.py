"""What startupprofile does with its options. Apart from them, so that --help need not wait for what this needs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, OutputWrapper
from rich.console import Console, RenderableType

from django_startup.cli import console, output_files, target_options
from django_startup.cli.exclusions import is_given
from django_startup.cli.fix_command import FixCommand
from django_startup.cli.profile_combinations import OTHER_STARTS, check_options
from django_startup.cold.cold_start import measure_cold_start
from django_startup.compare.comparison import compare
from django_startup.drill.drill import drill
from django_startup.exceptions import StartupError, UsageError
from django_startup.files import write_file
from django_startup.imports.inquiry import Inquiry
from django_startup.imports.why import explain
from django_startup.lab.inline import look_at_inline
from django_startup.lab.lazy import look_for_lazy
from django_startup.lab.own_tests import RedTests
from django_startup.lab.patch import render_lazy_patch
from django_startup.lab.style import choose_lazy_style, choose_style
from django_startup.lab.trials import try_fixes
from django_startup.lab.what_if import ask_what_if
from django_startup.measure.limits import TIMEOUT
from django_startup.measure.target import BootTarget, Secrets
from django_startup.profile.profile import StartupProfile
from django_startup.profile.profile_file import load_profile
from django_startup.profiler import ProjectDied, profile_startup
from django_startup.reports.console.comparison import render_comparison
from django_startup.reports.console.inline import render_inline
from django_startup.reports.console.lazy import render_lazy
from django_startup.reports.console.plain_text import as_text
from django_startup.reports.console.profile import render
from django_startup.reports.console.sections import render_sections
from django_startup.reports.console.sort import Sort
from django_startup.reports.console.what_if import render_what_if
from django_startup.reports.console.why import render_why
from django_startup.reports.drill_formats import write_drill_as
from django_startup.reports.format_names import DRILL_FORMATS, PROFILE_FORMATS, PYTHON
from django_startup.reports.formats import View, check_renderer, suffix_of, write_as
from django_startup.reports.lazy import render_ruff_lazy
from django_startup.reports.lazy_module import render_lazy_module
from django_startup.reports.proof import render_saved
from django_startup.reports.ruff import render_ruff
from django_startup.reports.viewers.requirements import require_pyinstrument
from django_startup.text import printable
from django_startup.workers.memory import measure_workers
from django_startup.workers.prefork import check_path, check_system


class ProfileCommand:
    """
    One call of the command.

    Attributes:
        console: where reports are printed on a terminal
        stdout: where they are written otherwise
        options: what argparse or call_command() gave
        on_command_line: whether a shell has called it, and not call_command()
        order: what tables are sorted by
    """

    def __init__(
        self, console: Console, stdout: OutputWrapper, options: Mapping[str, Any], *, on_command_line: bool
    ) -> None:
        self.console = console
        self.stdout = stdout
        self.options = options
        self.on_command_line = on_command_line
        self.order = Sort(options["sort"]) if options["sort"] else None

    def run(self) -> None:
        try:
            check_options(self.options)
            if self.options["workers"] is not None:
                check_system()
                check_path(self.options["request"] or "/")
            if self.options["drill"] is not None:
                self.drill(self.options["drill"])
            elif self.options["fix"]:
                FixCommand(self).run()
            else:
                self.profile()
        except ProjectDied as error:
            if error.until is not None:
                self.show(self.tables(error.until))
            self.show_printed(error.lines)
            raise CommandError(printable(str(error)), returncode=error.exit_code) from None
        except RedTests as error:
            self.show_printed(error.lines)
            raise CommandError(printable(str(error)), returncode=error.exit_code) from None
        except StartupError as error:
            raise CommandError(printable(str(error)), returncode=error.exit_code) from None

    def patch(self, profile: StartupProfile) -> str:
        """The fixes that were tried just now, as a patch for an HTML report; "" where there is none."""
        is_wanted = any(suffix_of(path, PROFILE_FORMATS) == ".html" for path in self.options["output"])
        if self.options["load"] is not None or not is_wanted:
            return ""
        try:
            return render_saved(profile, target_options.working_directory())
        except UsageError:  # a file has been edited meanwhile
            return ""

    def profile(self) -> None:
        """Measure or load a profile, show what was asked of it, and write it to files."""
        options = self.options
        if options["lazy"] and options["load"] is None:
            choose_lazy_style(options["style"], target_options.working_directory())
        for path in options["output"]:
            output_files.check_output(path, PROFILE_FORMATS)
            check_renderer(path)
        before = load_profile(options["compare"]) if options["compare"] is not None else None
        profile = self.measure() if options["load"] is None else self.saved(options["load"])
        view = View(options["top"], self.order, before, self.patch(profile))
        # Before anything is shown: a saved profile that cannot be written so is refused with that sentence alone.
        texts = [write_as(path, profile, view) for path in options["output"]]
        if options["lazy"]:
            self.show_lazy(profile)
        elif options["emit"] is not None:
            inquiry = Inquiry(profile, target_options.working_directory())
            self.stdout.write(render_ruff(inquiry, form=options["emit"]), ending="")
            inquiry.verdicts.keep()
        elif self.is_about_other_starts:
            self.show(render_sections(profile, top=options["top"]))
        elif options["inline"]:
            self.show(render_inline(profile, top=options["top"]))
        elif options["what_if"]:
            self.show(render_what_if(profile, top=options["top"]))
        elif before is not None:
            self.show(render_comparison(compare(before, profile), top=options["top"]))
        elif options["why"] is not None:
            inquiry = Inquiry(profile, target_options.working_directory())
            self.show(render_why(explain(inquiry, options["why"], every=options["all"])))
            inquiry.verdicts.keep()
        else:
            self.show(self.tables(profile))
        for path, text in zip(options["output"], texts, strict=True):
            write_file(path, text)
            if options["emit"] is None:
                self.say_saved(path)

    def saved(self, path: Path) -> StartupProfile:
        """A saved profile. Raises UsageError where it has not what is asked for."""
        profile = load_profile(path)
        for option, found in (("lazy", profile.lazy), ("inline", profile.inline)):
            if self.options[option] and not found.asked:
                raise UsageError(f"{path} was saved without --{option}: profile again with --{option} -o {path.name}.")
        return profile

    def show_lazy(self, profile: StartupProfile) -> None:
        """The imports that can be lazy: as a patch, as a module, as settings of ruff, or as a report."""
        if self.options["diff"]:
            self.stdout.write(render_lazy_patch(profile.lazy, target_options.working_directory()), ending="")
        elif self.options["emit"] == PYTHON:
            self.stdout.write(render_lazy_module(profile), ending="")
        elif self.options["emit"] is not None:
            self.stdout.write(render_ruff_lazy(profile.lazy, form=self.options["emit"]), ending="")
        else:
            self.show(render_lazy(profile, top=self.options["top"]))

    def measure(self) -> StartupProfile:
        target = self.target()
        with console.progress() as on_boot:
            profile = profile_startup(
                target,
                runs=self.options["runs"],
                timeout=self.timeout,
                on_boot=on_boot,
                beyond=self.shows_tried_fixes
                or self.options["inline"]
                or self.options["lazy"]
                or bool(self.options["what_if"]),
            )
            if self.is_about_other_starts:
                return self.with_other_starts(target, profile, on_boot)
            if self.options["lazy"]:
                style = choose_lazy_style(self.options["style"], target.directory)
                return look_for_lazy(target, profile, timeout=self.timeout, on_boot=on_boot, style=style)
            if self.options["inline"]:
                return look_at_inline(target, profile, timeout=self.timeout, on_boot=on_boot)
            if self.options["what_if"]:
                return ask_what_if(target, profile, self.options["what_if"], timeout=self.timeout, on_boot=on_boot)
            if not self.shows_tried_fixes:
                return profile
            style = choose_style(None, target.directory)
            return try_fixes(target, profile, timeout=self.timeout, on_boot=on_boot, style=style)

    @property
    def shows_tried_fixes(self) -> bool:
        """Whether something is shown that a trial changes: a comparison has no fixes, but its files have."""
        only_compares = self.options["compare"] is not None and not self.options["output"]
        return not self.options["untried"] and not only_compares and not self.is_about_other_starts

    @property
    def is_about_other_starts(self) -> bool:
        """Whether a start in a container or in workers is asked for, which is then what is shown."""
        return any(is_given(self.options[option]) for option in OTHER_STARTS)

    def with_other_starts(
        self, target: BootTarget, profile: StartupProfile, on_boot: Callable[[int, int], None]
    ) -> StartupProfile:
        """profile with those."""
        if self.options["cold"]:
            cold = measure_cold_start(target, timeout=self.timeout, on_boot=on_boot, runs=self.options["runs"])
            profile = replace(profile, cold=cold)
        if self.options["workers"] is not None:
            request = self.options["request"] or "/"
            workers = measure_workers(target, self.options["workers"], request, timeout=self.timeout, on_boot=on_boot)
            profile = replace(profile, workers=workers)
        return profile

    def drill(self, name: str) -> None:
        """Look into one place, and write what was seen to files."""
        output, top = self.options["output"], self.options["top"]
        for path in output:
            output_files.check_output(path, DRILL_FORMATS)
        require_pyinstrument("--drill")
        from django_startup.reports.console.drill import render_drill

        target = self.target()
        with console.progress() as on_boot:
            drilled = drill(target, name, timeout=self.timeout, on_boot=on_boot)
        self.show(render_drill(drilled, top=top))
        if drilled.is_too_fast and output:
            self.console.print("  Nothing saved.")
            return
        for path in output:
            write_file(path, write_drill_as(path, drilled, top=top))
            self.say_saved(path)

    @property
    def timeout(self) -> float:
        """Seconds for one boot."""
        timeout: float | None = self.options["timeout"]
        return timeout or TIMEOUT

    def target(self) -> BootTarget:
        target = target_options.boot_target(self.options, on_command_line=self.on_command_line)
        return replace(target, secrets=Secrets.SHOWN) if self.options["show_arguments"] else target

    def tables(self, profile: StartupProfile) -> RenderableType:
        return render(profile, top=self.options["top"], sort=self.order)

    def show(self, report: RenderableType) -> None:
        """Print a report; into a pipe without the spaces at the end of lines that fill a terminal."""
        if self.console.is_terminal:
            self.console.print(report)
        else:
            self.stdout.write(as_text(report, self.console.width), ending="")

    def show_printed(self, lines: Iterable[str]) -> None:
        """The last lines that a child printed."""
        for line in lines:
            self.console.print(f"  | {printable(line)}", soft_wrap=True)

    def say_saved(self, path: Path) -> None:
        self.console.print(f"  Saved {printable(str(path))}", soft_wrap=True)
