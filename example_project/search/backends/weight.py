import re

from django.db.models import Q

from .base import SearchBackend

WEIGHT = re.compile(
    r"\b(?P<number>\d{1,4}(?:[.,]\d{1,3})?)\s*"
    r"(?P<unit>kilo(?:gram)?s?|kg|grams?|g|pounds?|lbs?|ounces?|oz)\b",
    re.I,
)
UNITS = {"k": "kg", "g": "g", "p": "lb", "l": "lb", "o": "oz"}


class Backend(SearchBackend):
    def condition(self, query: str) -> Q | None:
        match = WEIGHT.search(query)
        if not match:
            return None
        number = match["number"].replace(",", ".")
        return Q(attributes__weight=f"{number} {UNITS[match['unit'][0].lower()]}")
