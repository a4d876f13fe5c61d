from django.apps import AppConfig

from truth.costs import burn

burn(40)


class AlphaConfig(AppConfig):
    name = "alpha"
    label = "first"
