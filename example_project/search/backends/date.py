import re
from datetime import date, timedelta

from django.db.models import Q
from django.utils import timezone

from .base import SearchBackend

SINCE = re.compile(r"\b(?:since|after|from)\s+(\d{4})-(0[1-9]|1[0-2])-([0-2]\d|3[01])\b", re.I)
LAST = re.compile(r"\b(?:last|past)\s+(?:(\d{1,3})\s+)?(day|week|month|year)s?\b", re.I)
NEW = re.compile(r"\b(?:new(?:\s+(?:arrivals?|in))?|latest|just\s+in)\b", re.I)
DAYS = {"day": 1, "week": 7, "month": 30, "year": 365}


class Backend(SearchBackend):
    def condition(self, query: str) -> Q | None:
        today = timezone.localdate()
        if match := SINCE.search(query):
            try:
                return Q(created_at__date__gte=date(*map(int, match.groups())))
            except ValueError:
                return None
        if match := LAST.search(query):
            days = int(match[1] or 1) * DAYS[match[2].lower()]
            return Q(created_at__date__gte=today - timedelta(days=days))
        if NEW.search(query):
            return Q(created_at__date__gte=today - timedelta(days=14))
        return None
