import re

from django.db.models import Q

from .base import SearchBackend

WORD = re.compile(r"\b[a-zäöüß]{4,}\b", re.I)
RULES = [
    (re.compile(r"(?<=[a-zäöüß]{3})(?:ern|em|er|en|es|e)$"), ""),
    (re.compile(r"(?<=[bdfghklmnrt])s$"), ""),
    (re.compile(r"(?<=[a-zäöüß]{3})(?:est|st)$"), ""),
    (re.compile(r"(?<=[a-zäöüß]{4})(?:ung|heit|keit|lich|isch|chen|lein)$"), ""),
]
UMLAUTS = str.maketrans("äöü", "aou")


def stem(word: str) -> str:
    for pattern, ending in RULES:
        word = pattern.sub(ending, word)
    return word


class Backend(SearchBackend):
    def condition(self, query: str) -> Q | None:
        condition = Q()
        for word in WORD.findall(query.lower()):
            root = stem(word)
            condition &= Q(name__icontains=root) | Q(name__icontains=root.translate(UMLAUTS))
        return condition or None
