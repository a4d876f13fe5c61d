"""Which loaded modules the settings name: middleware, backends, the URLconf. Read when the target is reached."""

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

APPS = "INSTALLED_APPS"  # which the inventory has
ALONE = ("ROOT_URLCONF", "WSGI_APPLICATION", "ASGI_APPLICATION")  # may name a module without a dot


def named(peek: "Callable[[object], dict[str, Any]]") -> "Iterator[list[str]]":
    """
    A record "Y" for each string in the settings that names a loaded module, or something in one.

    peek gives the attributes of a thing without running any code of its own.
    """
    lazy = peek(sys.modules.get("django.conf")).get("settings")
    settings = peek(peek(lazy).get("_wrapped"))
    seen: set[Any] = set()
    waiting = [(name, value) for name, value in settings.items() if type(name) is str and name.isupper()]
    while waiting:
        name, value = waiting.pop()
        if type(value) is str and name != APPS and (name, value) not in seen:
            seen.add((name, value))
            module = module_of(value, peek)
            if module and ("." in value or name in ALONE):
                yield ["Y", name, value, module]
        elif type(value) in (dict, list, tuple, set, frozenset) and id(value) not in seen:
            seen.add(id(value))
            inner = value.values() if type(value) is dict else value
            waiting.extend((name, part) for part in inner)


def module_of(value: str, peek: "Callable[[object], dict[str, Any]]") -> str:
    """The loaded module that a dotted name is of, or is of something in; "" for none."""
    if value in sys.modules:
        return value
    module, _, name = value.rpartition(".")
    return module if name in peek(sys.modules.get(module)) else ""
