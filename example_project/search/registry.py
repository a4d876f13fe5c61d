from importlib import import_module

from django.conf import settings

from .backends.base import SearchBackend

MODULES = (
    "barcode",
    "brand",
    "category",
    "colour",
    "date",
    "erp",
    "exclude",
    "fulltext",
    "fuzzy",
    "keyword",
    "phrase",
    "prefix",
    "price",
    "similar",
    "size",
    "sku",
    "stem_de",
    "stem_en",
    "synonym",
    "weight",
)

backends: dict[str, type[SearchBackend]] = {}


def load_backends() -> None:
    for name in MODULES:
        module = import_module(f"search.backends.{name}")
        backends[name] = module.Backend


def enabled_backends() -> list[SearchBackend]:
    return [backends[name]() for name in settings.SEARCH_BACKENDS]
