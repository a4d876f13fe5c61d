import re

from django.db.models import Q

from .base import SearchBackend

BRAND = re.compile(r"\b(?:brand|maker|by)\s*[:=]\s*(?:\"([^\"]+)\"|(\S+))", re.I)
LEGAL_FORM = re.compile(
    r"[\s,]+(?:gmbh(?:\s*&\s*co\.?\s*kg)?|ag|kg|ltd\.?|inc\.?|llc|plc|s\.?a\.?r?\.?l?"
    r"|s\.?p\.?a\.?|b\.?v\.?|a/?b|oy|aps|a/s|sp\.?\s*z\s*o\.?o\.?)\s*$",
    re.I,
)


class Backend(SearchBackend):
    def condition(self, query: str) -> Q | None:
        match = BRAND.search(query)
        if not match:
            return None
        return Q(brand__iexact=LEGAL_FORM.sub("", match[1] or match[2]))
