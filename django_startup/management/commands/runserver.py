from __future__ import annotations

__all__ = ["Command"]

from django_startup.banner.runserver import StartupBannerMixin, next_runserver


class Command(StartupBannerMixin, next_runserver("django_startup")):  # type: ignore[misc]
    pass
