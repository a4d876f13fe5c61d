"""
System checks: E001 to E008 for settings.DJANGO_STARTUP, W001 where another app overrides runserver.

Every process of a project with the app imports this module, so it imports nothing that is not loaded already.
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
    """Warn where Django takes the runserver of another app, unless that one has our mixin."""
    from django.core.management import get_commands, load_command_class

    from django_startup.settings import banner_enabled

    winner = get_commands()["runserver"]
    if winner == "django_startup" or not banner_enabled():
        return []
    try:
        if hasattr(load_command_class(winner, "runserver"), "startup_banner"):
            return []
    except Exception:  # runserver itself will say why; other commands run the checks too
        return []
    return [
        checks.Warning(
            f"{winner!r} overrides runserver, which hides the start-up banner.",
            hint=f'Move "django_startup" above {winner!r} in INSTALLED_APPS, preferably to the top, or turn the banner '
            'off with DJANGO_STARTUP = {"BANNER": False}.',
            id="django_startup.W001",
        )
    ]
