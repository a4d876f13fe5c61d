import difflib
import re

from django.db.models import Q

from .base import SearchBackend

WORD = re.compile(r"[^\W\d_]{4,}(?:[-'\u2019][^\W\d_]+)*")


class Backend(SearchBackend):
    def condition(self, query: str) -> Q | None:
        from catalog.models import Product

        names = list(Product.objects.values_list("name", flat=True))
        words = {word.lower() for name in names for word in WORD.findall(name)}
        condition = Q()
        for word in WORD.findall(query.lower()):
            for near in difflib.get_close_matches(word, words, cutoff=0.8):
                condition |= Q(name__icontains=near)
        return condition or None
