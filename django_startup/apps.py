from django.apps import AppConfig


class StartupConfig(AppConfig):
    name = "django_startup"
    verbose_name = "Start-up"
