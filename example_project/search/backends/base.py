from abc import ABC, abstractmethod

from django.db.models import Q


class SearchBackend(ABC):
    @abstractmethod
    def condition(self, query: str) -> Q | None:
        """What the query asks for, or None if it is not for this backend."""
