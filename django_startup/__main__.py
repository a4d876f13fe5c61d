"""
python -m django_startup profile: the management commands without booting the project first.

So they work in any project in whose environment django-startup is installed, and in one that cannot boot.
"""

from __future__ import annotations

import sys
from importlib import import_module

from django.core.management.base import CommandError, handle_default_options

COMMANDS = {"profile": "startupprofile", "budget": "startupbudget"}
USAGE = f"""\
usage: python -m django_startup {{{",".join(COMMANDS)}}} [options]

The options of each: python -m django_startup profile --help
"""


def main(arguments: list[str]) -> int:
    """Run the command that arguments name; returns its exit code."""
    name = arguments[0] if arguments else ""
    if name not in COMMANDS:
        asked = name in ("-h", "--help")
        (sys.stdout if asked else sys.stderr).write(USAGE)
        return 0 if asked else 2
    command = import_module(f"django_startup.management.commands.{COMMANDS[name]}").Command()
    # Not BaseCommand.run_from_argv(), which in the end loads the project's settings to close database connections.
    command._called_from_command_line = True
    namespace = command.create_parser("python -m django_startup", name).parse_args(arguments[1:])
    handle_default_options(namespace)
    options = vars(namespace)
    try:
        command.execute(*options.pop("args"), **options)
    except CommandError as error:
        command.stderr.write(f"{type(error).__name__}: {error}")
        return int(error.returncode)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
