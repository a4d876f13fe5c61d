import re
from decimal import Decimal

from django.db.models import Q

from .base import SearchBackend

AMOUNT = r"(?:€|EUR|\$|USD|£|GBP)?\s*(\d{1,6}(?:[.,]\d{1,2})?)\s*(?:€|EUR|\$|USD|£|GBP)?"
UNDER = re.compile(rf"\b(?:under|below|less\s+than|up\s+to|max\.?)\s+{AMOUNT}", re.I)
OVER = re.compile(rf"\b(?:over|above|more\s+than|from|min\.?)\s+{AMOUNT}", re.I)
BETWEEN = re.compile(rf"\bbetween\s+{AMOUNT}\s*(?:and|to|-|–)\s*{AMOUNT}", re.I)


def amount(text: str) -> Decimal:
    return Decimal(text.replace(",", "."))


class Backend(SearchBackend):
    def condition(self, query: str) -> Q | None:
        if match := BETWEEN.search(query):
            return Q(price__range=(amount(match[1]), amount(match[2])))
        condition = Q()
        if match := UNDER.search(query):
            condition &= Q(price__lte=amount(match[1]))
        if match := OVER.search(query):
            condition &= Q(price__gte=amount(match[1]))
        return condition or None
