"""
python -m django_startup profile: the management commands without booting the project first.

So they work in any project in whose environment django-startup is installed, and in one that cannot boot.
"""

from __future__ import annotations

import signal
import sys

UNLOADED = 70  # EX_SOFTWARE, as for a crash
COMMANDS = {"profile": "startupprofile", "budget": "startupbudget"}
USAGE = f"""\
usage: python -m django_startup {{{",".join(COMMANDS)}}} [options]

  profile  Show where the time goes when this project starts.
  budget   Fail when its start is over budget.

The options of each: python -m django_startup profile --help
With django_startup in INSTALLED_APPS: ./manage.py startupprofile --help
"""


def main(arguments: list[str]) -> int:
    """Run the command that arguments name; returns its exit code."""
    from difflib import get_close_matches
    from importlib import import_module

    name = arguments[0] if arguments else ""
    if name in ("-h", "--help"):
        sys.stdout.write(USAGE)
        return 0
    if name not in COMMANDS:
        sys.stderr.write(USAGE)
        for similar in get_close_matches(name.removeprefix("startup"), COMMANDS, n=1):
            sys.stderr.write(f"There is no command {name!r}; did you mean {similar}?\n")
        return 2
    from django.core.management.base import handle_default_options

    from django_startup.cli.program import run_program

    command = import_module(f"django_startup.management.commands.{COMMANDS[name]}").Command()

    # Not BaseCommand.run_from_argv(), which in the end loads the project's settings to close database connections.
    def run() -> None:
        command._called_from_command_line = True
        namespace = command.create_parser("python -m django_startup", name).parse_args(arguments[1:])
        handle_default_options(namespace)
        command.execute(**vars(namespace))

    return run_program(command, run)


def run(arguments: list[str]) -> int:
    """main(), and what comes before its commands see to it themselves: Ctrl-C, and modules that cannot be loaded."""
    try:
        return main(arguments)
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    except Exception as error:
        text = f"{type(error).__name__}: {error}".rstrip(": ").rstrip(".")
        sys.stderr.write(f"django-startup cannot be loaded: {text}.\n")
        return UNLOADED


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
