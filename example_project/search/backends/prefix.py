import re

from django.db.models import Q

from .base import SearchBackend

PREFIX = re.compile(r"(?<!\S)(?P<start>\w{2,})(?:\*|…|\.\.\.)(?!\S)")


class Backend(SearchBackend):
    def condition(self, query: str) -> Q | None:
        condition = Q()
        for match in PREFIX.finditer(query):
            start = match["start"]
            condition |= Q(name__istartswith=start) | Q(name__icontains=f" {start}")
        return condition or None
