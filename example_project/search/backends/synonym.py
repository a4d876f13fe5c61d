import re
from pathlib import Path
from xml.dom import minidom

from django.db.models import Q

from .base import SearchBackend

THESAURUS = minidom.parse(str(Path(__file__).with_name("thesaurus.xml")))
GROUPS = [
    [word.firstChild.data for word in group.getElementsByTagName("word")]
    for group in THESAURUS.getElementsByTagName("group")
]
PATTERNS = [re.compile(rf"\b(?:{'|'.join(group)})s?\b", re.I) for group in GROUPS]


class Backend(SearchBackend):
    def condition(self, query: str) -> Q | None:
        condition = Q()
        for group, pattern in zip(GROUPS, PATTERNS, strict=True):
            if pattern.search(query):
                for word in group:
                    condition |= Q(name__icontains=word)
        return condition or None
