import re

from django.db.models import Q

from .base import SearchBackend

NUMBER = r"(\d{1,4}(?:[.,]\d{1,2})?)"
BOX = re.compile(rf"\b{NUMBER}\s*[x×]\s*{NUMBER}(?:\s*[x×]\s*{NUMBER})?\s*(mm|cm|m|in|ft)\b", re.I)
LETTERS = re.compile(r"\bsize\s+(X{0,4}[SL]|M|one[\s-]size)\b", re.I)


class Backend(SearchBackend):
    def condition(self, query: str) -> Q | None:
        if match := LETTERS.search(query):
            return Q(attributes__size__iexact=match[1])
        if match := BOX.search(query):
            *numbers, unit = match.groups()
            values = [f"{number} {unit}" for number in numbers if number]
            condition = Q()
            for side, value in zip(("width", "height", "depth"), values, strict=False):
                condition &= Q(**{f"attributes__{side}": value})
            return condition
        return None
