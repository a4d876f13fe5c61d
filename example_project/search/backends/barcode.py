import re

from django.db.models import Q

from .base import SearchBackend

SEPARATORS = re.compile(r"[\s-]+")
BARCODE = re.compile(r"(?P<ean13>\d{13})|(?P<upc>\d{12})|(?P<ean8>\d{8})")


class Backend(SearchBackend):
    def condition(self, query: str) -> Q | None:
        digits = SEPARATORS.sub("", query)
        if not BARCODE.fullmatch(digits):
            return None
        weighted = sum(int(d) * (3, 1)[i % 2] for i, d in enumerate(digits[-2::-1]))
        return Q(barcode=digits) if (weighted + int(digits[-1])) % 10 == 0 else None
