import re
from difflib import SequenceMatcher
from multiprocessing.pool import ThreadPool

from django.db.models import Q

from .base import SearchBackend

LIKE = re.compile(r"^(?:like|similar\s+to)\s+(?P<text>.{3,})$", re.I)
NOISE = re.compile(r"[^\w\s]+|\b\d+\b")


class Backend(SearchBackend):
    def condition(self, query: str) -> Q | None:
        from catalog.models import Product

        if not (match := LIKE.match(query)):
            return None
        wanted = NOISE.sub(" ", match["text"].lower())
        products = list(Product.objects.values_list("pk", "description"))

        def score(product: tuple[int, str]) -> tuple[float, int]:
            pk, text = product
            return SequenceMatcher(None, wanted, NOISE.sub(" ", text.lower())).ratio(), pk

        with ThreadPool(4) as pool:
            best = sorted(pool.map(score, products), reverse=True)[:20]
        return Q(pk__in=[pk for _, pk in best])
