import re

from django.db.models import Q

from .base import SearchBackend

WORD = re.compile(r"\b[a-z]{4,}\b", re.I)
RULES = [
    (re.compile(r"(?<=[^aeiou])ies$"), "y"),
    (re.compile(r"(?<=(?:ss|sh|ch))es$|(?<=[xz])es$"), ""),
    (re.compile(r"(?<=[^s])s$"), ""),
    (re.compile(r"(?<=[aeiou][^aeiou])(?:[^aeiou])ing$|(?<=[a-z]{3})ing$"), ""),
    (re.compile(r"(?<=[a-z]{3})(?:ed|er|est|ly|ness|ment)$"), ""),
]


def stem(word: str) -> str:
    for pattern, ending in RULES:
        word = pattern.sub(ending, word)
    return word


class Backend(SearchBackend):
    def condition(self, query: str) -> Q | None:
        condition = Q()
        for word in WORD.findall(query.lower()):
            condition &= Q(name__icontains=stem(word))
        return condition or None
