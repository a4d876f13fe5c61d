from django.apps import AppConfig

from truth.costs import burn, sleep


class BetaConfig(AppConfig):
    name = "beta"

    def ready(self):
        burn(50)
        sleep(90)
        import heavy.work
