import re

from django.db.models import Q

from .base import SearchBackend

CATEGORY = re.compile(r"\b(?:in|category|cat)\s*:\s*(?P<slug>[a-z0-9]+(?:-[a-z0-9]+)*)", re.I)


class Backend(SearchBackend):
    def condition(self, query: str) -> Q | None:
        match = CATEGORY.search(query)
        return Q(category__slug=match["slug"].lower()) if match else None
