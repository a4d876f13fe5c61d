import os
import sys

from django.apps import AppConfig

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType


class StartupConfig(AppConfig):
    name = "django_startup"
    verbose_name = "Start-up"

    def __init__(self, app_name: str, app_module: "ModuleType | None") -> None:
        super().__init__(app_name, app_module)
        if will_serve(sys.argv):
            from django_startup.banner.startup_recorder import session

            session.start()

    def ready(self) -> None:
        from django_startup import checks

        checks.register()


def will_serve(argv: list[str]) -> bool:
    """Whether this is the process that runserver serves from, and not the one that watches it (RUN_MAIN is unset)."""
    if argv[1:2] != ["runserver"]:
        return False
    # argparse takes abbreviations; those of five characters and more mean no other option.
    is_alone = any(len(argument) > 4 and "--noreload".startswith(argument) for argument in argv[2:])
    return is_alone or os.environ.get("RUN_MAIN") == "true"
