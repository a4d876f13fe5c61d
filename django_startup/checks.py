"""
System checks: E001 to E007 of settings.DJANGO_STARTUP, W001 where another app's runserver hides ours.

Every process of a project with the app imports this module, so it imports nothing that is not there already.
"""

from django.core import checks

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def register() -> None:
    checks.register(check_settings)
    checks.register(check_runserver)


def check_settings(**kwargs: "Any") -> "list[checks.CheckMessage]":
    from django_startup.settings import problems

    return [checks.Error(problem.text, hint=problem.hint, id=f"django_startup.{problem.id}") for problem in problems()]


def check_runserver(**kwargs: "Any") -> "list[checks.CheckMessage]":
    """Django takes the runserver of the first app that has one: a class that has our mixin, or none is warned of."""
    from django.core.management import get_commands, load_command_class

    from django_startup.settings import banner_enabled

    winner = get_commands()["runserver"]
    if winner == "django_startup" or not banner_enabled():
        return []
    try:
        if hasattr(load_command_class(winner, "runserver"), "startup_banner"):
            return []
    except Exception:  # whoever runs it will see why; other commands run the checks too
        return []
    return [
        checks.Warning(
            f"runserver is the one of {winner!r}, so it prints no start-up banner.",
            hint=f'Move "django_startup" above {winner!r} in INSTALLED_APPS, best to its top, or switch the banner off '
            'with DJANGO_STARTUP = {"BANNER": False}.',
            id="django_startup.W001",
        )
    ]
