import re

from django.db.models import Q

from .base import SearchBackend

EXCLUDED = re.compile(r"(?:^|\s)(?:-|!|not\s+)(?:\"(?P<phrase>[^\"]+)\"|(?P<word>\w+))", re.I)


class Backend(SearchBackend):
    def condition(self, query: str) -> Q | None:
        condition = Q()
        for match in EXCLUDED.finditer(query):
            text = match["phrase"] or match["word"]
            condition &= ~Q(name__icontains=text) & ~Q(description__icontains=text)
        return condition or None
