from django.apps import AppConfig
from django.core import checks


class CatalogConfig(AppConfig):
    name = "catalog"

    def ready(self) -> None:
        from . import signals  # noqa: F401
        from .checks import check_attribute_patterns

        checks.register(check_attribute_patterns, "catalog")
