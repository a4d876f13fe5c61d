from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django_rich.management import RichCommand
from rich.console import Console, RenderableType

from django_startup import cli
from django_startup.analysis.comparison import compare as compare_profiles
from django_startup.analysis.drill import drill as look_into
from django_startup.analysis.inquiry import Inquiry
from django_startup.analysis.profile import StartupProfile
from django_startup.analysis.profile_file import load_profile
from django_startup.analysis.profiler import LEAST_RUNS, ProjectDied, profile_startup
from django_startup.analysis.why import explain
from django_startup.exceptions import StartupError, UsageError
from django_startup.measure.target import BootTarget
from django_startup.printable import printable
from django_startup.reports.comparison import render_comparison
from django_startup.reports.console import as_text, render
from django_startup.reports.drill_formats import DRILL_FORMATS, write_drill_as
from django_startup.reports.formats import FORMATS, View, check_renderer, write_as
from django_startup.reports.requirements import require_pyinstrument
from django_startup.reports.ruff import render_ruff
from django_startup.reports.tables import Sort
from django_startup.reports.why import render_why


class Command(RichCommand):
    help = "Show where the time goes when this project starts."
    requires_system_checks: list[str] = []
    suppressed_base_arguments = cli.SUPPRESSED

    def add_arguments(self, parser: CommandParser) -> None:
        cli.add_target_options(parser)
        group = parser.add_argument_group("see")
        runs = "boots to measure (default: 5, or fewer once they have taken 30 s)"
        group.add_argument("--runs", type=cli.at_least(LEAST_RUNS), metavar="N", help=runs)
        group.add_argument("--top", type=cli.at_least(1), default=10, metavar="N", help="rows a table (default: 10)")
        orders = [str(sort) for sort in Sort]
        text = f"order of tables: {', '.join(orders)} (default: saving, modules by self)"
        group.add_argument("--sort", choices=orders, metavar="ORDER", help=text)
        group = parser.add_argument_group("explain")
        group.add_argument("--why", metavar="NAME", help="what imports a package, module or app, and what that costs")
        group.add_argument(
            "--drill", metavar="NAME", help="look with pyinstrument into one module's own code, or one app's ready()"
        )
        emit = "ruff: print its settings that ban the imports which can go (TID253)"
        group.add_argument("--emit", choices=["ruff"], metavar="TOOL", help=emit)
        group = parser.add_argument_group("share")
        group.add_argument("--compare", type=Path, metavar="FILE", help="show what is different from a saved profile")
        group.add_argument("--load", type=Path, metavar="FILE", help="show a saved profile instead of booting")
        group.add_argument(
            "-o",
            "--output",
            type=Path,
            action="append",
            default=[],
            metavar="PATH",
            help=f"also write it to a file; its suffix chooses: {' '.join(FORMATS)}; "
            f"with --drill {' '.join(DRILL_FORMATS)}. May be repeated",
        )

    def make_rich_console(self, **kwargs: Any) -> Console:
        return super().make_rich_console(**kwargs, **cli.console_policy())

    @cli.ending_at_ctrl_c()
    def handle(
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
                cli.check_output(path, tuple(FORMATS))
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
                cli.write_output(path, text)
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
        on_command_line: bool = self._called_from_command_line  # type: ignore[attr-defined]  # not in django-stubs
        return cli.boot_target(command, options, on_command_line=on_command_line)

    def measure(self, command: tuple[str, ...], options: dict[str, Any]) -> StartupProfile:
        target = self.target(command, options)
        with cli.progress() as on_boot:
            timeout = options["timeout"] or cli.TIMEOUT
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
            cli.check_output(path, DRILL_FORMATS)
        require_pyinstrument("--drill")
        from django_startup.reports.drill import render_drill

        target = self.target(command, options)
        with cli.progress() as on_boot:
            drilled = look_into(target, name, timeout=options["timeout"] or cli.TIMEOUT, on_boot=on_boot)
        self.show(render_drill(drilled, top=top))
        if drilled.is_dull and output:
            self.console.print("  Nothing saved.")
            return
        for path in output:
            cli.write_output(path, write_drill_as(path, drilled, top=top))
            self.console.print(f"  Saved {printable(str(path))}", soft_wrap=True)

    def load(self, path: Path, command: tuple[str, ...], options: dict[str, Any]) -> StartupProfile:
        names = {"until": "--until", "entry": "--entry", "seen_as": "--as", "timeout": "--timeout", "runs": "--runs"}
        given = [option for name, option in names.items() if options[name] is not None] + ["--"] * bool(command)
        if given:
            raise UsageError(f"--load shows a saved profile and boots nothing, so {given[0]} has no use with it.")
        return load_profile(path)
