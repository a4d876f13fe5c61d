"""What startupprofile --fix does: boot the project, try its fixes, and write them or print them as a patch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django_startup.cli import console, output_files, target_options
from django_startup.exceptions import UsageError
from django_startup.files import write_file
from django_startup.lab.fixing import Fixed, Fixing
from django_startup.lab.own_tests import TIMEOUT, OwnTests
from django_startup.lab.patch import render_patch
from django_startup.lab.repository import check_repository
from django_startup.lab.style import choose_style
from django_startup.measure.clocks import own_time
from django_startup.measure.target import BootTarget
from django_startup.profile.profile import StartupProfile
from django_startup.profile.profile_file import dump_profile, load_profile
from django_startup.profiler import profile_startup
from django_startup.reports.console.fixed import render_fixed
from django_startup.reports.format_names import FIX_FORMATS
from django_startup.reports.proof import patch_header, render_saved

if TYPE_CHECKING:
    from django_startup.cli.profile_command import ProfileCommand


class FixCommand:
    """One call of the command with --fix."""

    def __init__(self, command: ProfileCommand) -> None:
        self.command = command
        self.options = command.options

    def run(self) -> None:
        for path in self.options["output"]:
            output_files.check_output(path, FIX_FORMATS)
        profile, patch = self.saved() if self.options["load"] is not None else self.patch()
        if self.options["diff"]:
            self.command.stdout.write(patch, ending="")
            if not patch:
                console.say("The patch is empty: there is no fix that moves imports and that works.")
        for path in self.options["output"]:
            write_file(path, dump_profile(profile) if path.suffix == ".json" else patch)

    def saved(self) -> tuple[StartupProfile, str]:
        """A saved profile, and the patch of its tried fixes."""
        if not self.options["diff"]:
            raise UsageError("--fix writes what it has just tried, and --load boots nothing: add --diff for the patch.")
        profile = load_profile(self.options["load"])
        return profile, render_saved(profile, target_options.working_directory())

    def patch(self) -> tuple[StartupProfile, str]:
        """The profile with what was proved, and the patch of what works. Unless that is all, it is written."""
        fixed = self.fixed()
        if not self.options["diff"]:
            self.command.show(render_fixed(fixed))
        return fixed.proved, render_patch(fixed.edits, patch_header(fixed))

    def fixed(self) -> Fixed:
        """Boot the project, and write the fixes that work, or find them only."""
        target = self.command.target()
        writes = not self.options["diff"]
        style = choose_style(self.options["style"], target.directory)
        is_committed = writes and not self.options["force"]
        if is_committed:
            check_repository(target.directory)
        tests = self.tests(target)
        if tests is not None:
            tests.run_unchanged()
        booted_ns = own_time.time_ns()
        timeout = self.command.timeout
        with console.progress() as on_boot:
            profile = profile_startup(target, runs=self.options["runs"], timeout=timeout, on_boot=on_boot, beyond=True)
        fixing = Fixing(
            target,
            profile,
            names=self.options["only"],
            timeout=timeout,
            progress=console.progress,
            booted_ns=booted_ns,
            style=style,
        )
        return fixing.write(tests, is_committed=is_committed) if writes else fixing.prove()

    def tests(self, target: BootTarget) -> OwnTests | None:
        command = self.options["test"]
        if command is None:
            return None
        limit_s = self.options["timeout"] or TIMEOUT

        def on_run() -> None:
            console.say(f"running {command}")

        return OwnTests(command, target.directory, environment=target.environment, limit_s=limit_s, on_run=on_run)
