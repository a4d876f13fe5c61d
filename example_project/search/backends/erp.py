import re
import xmlrpc.client

from django.conf import settings
from django.db.models import Q

from .base import SearchBackend

ORDER_NUMBER = re.compile(r"\b(?:PO|SO|WO)[-/]?(?P<year>\d{2}|\d{4})[-/](?P<number>\d{4,7})\b")


class Backend(SearchBackend):
    def condition(self, query: str) -> Q | None:
        match = ORDER_NUMBER.search(query)
        if not match or not settings.ERP_SEARCH_URL:
            return None
        with xmlrpc.client.ServerProxy(settings.ERP_SEARCH_URL) as erp:
            return Q(sku__in=erp.orders.skus(match[0]))
