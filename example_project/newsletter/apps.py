from django.apps import AppConfig


class NewsletterConfig(AppConfig):
    name = "newsletter"
    renderer_version: str

    def ready(self) -> None:
        from . import signals  # noqa: F401
        from .rendering import find_renderer_version

        self.renderer_version = find_renderer_version()
