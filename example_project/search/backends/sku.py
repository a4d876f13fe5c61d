import re

from django.db.models import Q

from .base import SearchBackend

SKU = re.compile(r"(?P<family>[A-Z]{2,4})[\s-]?(?P<number>\d{3,6})(?P<variant>-[A-Z0-9]{1,3})?", re.I)


class Backend(SearchBackend):
    def condition(self, query: str) -> Q | None:
        match = SKU.fullmatch(query)
        if not match:
            return None
        sku = f"{match['family']}-{match['number']}{match['variant'] or ''}"
        return Q(sku__istartswith=sku)
