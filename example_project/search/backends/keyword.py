import re

from django.db.models import Q

from .base import SearchBackend

WORD = re.compile(r"\w+(?:[-'\u2019]\w+)*")
STOP_WORD = re.compile(
    r"a|about|after|all|also|an|and|any|are|as|at|be|because|been|before|but|by|can|could|did|do|does|each"
    r"|for|from|had|has|have|he|her|here|his|how|i|if|in|into|is|it|its|just|me|more|most|my|no|nor|not|now"
    r"|of|off|on|once|only|or|other|our|out|over|own|same|she|should|so|some|such|than|that|the|their|them"
    r"|then|there|these|they|this|those|through|to|too|under|until|up|very|was|we|were|what|when|where"
    r"|which|while|who|why|will|with|would|you|your",
    re.I,
)


class Backend(SearchBackend):
    def condition(self, query: str) -> Q | None:
        condition = Q()
        for word in WORD.findall(query):
            if not STOP_WORD.fullmatch(word):
                condition &= Q(name__icontains=word) | Q(description__icontains=word)
        return condition or None
