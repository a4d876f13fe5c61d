import re

from django.db.models import Q

from .base import SearchBackend

PHRASE = re.compile(r"\"([^\"]+)\"|“([^”]+)”|„([^“]+)“|«\s*([^»]+?)\s*»")


class Backend(SearchBackend):
    def condition(self, query: str) -> Q | None:
        condition = Q()
        for match in PHRASE.finditer(query):
            text = match[match.lastindex]
            condition &= Q(name__icontains=text) | Q(description__icontains=text)
        return condition or None
