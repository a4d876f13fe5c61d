import re
import sqlite3
from contextlib import closing

from django.db.models import Q

from .base import SearchBackend

OPERATOR = re.compile(r"\b(?:AND|OR|NEAR(?:/\d+)?)\b")
UNSAFE = re.compile(r"[^\w\s\"*()]+")
with closing(sqlite3.connect(":memory:")) as memory:
    HAS_FTS5 = ("ENABLE_FTS5",) in memory.execute("PRAGMA compile_options")


class Backend(SearchBackend):
    def condition(self, query: str) -> Q | None:
        from catalog.models import Product

        if not HAS_FTS5 or not OPERATOR.search(query):
            return None
        with closing(sqlite3.connect(":memory:")) as index:
            index.execute("CREATE VIRTUAL TABLE product USING fts5(name, description)")
            rows = Product.objects.values_list("pk", "name", "description")
            index.executemany("INSERT INTO product (rowid, name, description) VALUES (?, ?, ?)", rows)
            sql = "SELECT rowid FROM product WHERE product MATCH ?"
            try:
                found = index.execute(sql, [UNSAFE.sub(" ", query)]).fetchall()
            except sqlite3.OperationalError:
                return None
        return Q(pk__in=[pk for (pk,) in found])
