import colorsys
import re

from django.db.models import Q

from .base import SearchBackend

NAMES = {
    "red": 0.0,
    "orange": 0.08,
    "yellow": 0.17,
    "lime": 0.25,
    "green": 0.33,
    "turquoise": 0.47,
    "cyan": 0.5,
    "blue": 0.61,
    "violet": 0.72,
    "purple": 0.78,
    "magenta": 0.83,
    "pink": 0.92,
}
NAME = re.compile(rf"\b(?:light|dark|pale|deep)?[\s-]*({'|'.join(NAMES)})(?:ish)?\b", re.I)
HEX = re.compile(r"#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})\b", re.I)


class Backend(SearchBackend):
    def condition(self, query: str) -> Q | None:
        if match := NAME.search(query):
            return Q(attributes__colour__iexact=match[1])
        if match := HEX.search(query):
            hue = colorsys.rgb_to_hsv(*(int(part, 16) / 255 for part in match.groups()))[0]
            nearest = min(NAMES, key=lambda name: abs(NAMES[name] - hue))
            return Q(attributes__colour__iexact=nearest)
        return None
