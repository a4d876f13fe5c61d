"""
What there is in the process when the target is reached: modules and their files, apps, search path, versions.

Written after the clocks have stopped. Projects put all kinds of objects into sys.modules and into their modules, so
nothing here trusts an attribute: a lazy module must not be woken up, and whatever is not text is left out. peek is the
function attributes() of attributes.py.
"""

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    Peek = Callable[[object], dict[str, Any]]


def write(
    journal: "Any", recorder: "Any", phases: "Any", observed: bool, peek: "Peek", facts: "dict[str, Any]"
) -> None:
    """
    Write the inventory: a record "M" a module, "A" an app, "T" a further thread, and one of the environment.

    observed: the bytecode is measured too. facts are further ones of the environment.
    """
    journal.write_all(modules(peek))
    journal.write_all(["A", *app] for app in phases.apps)
    journal.write_all(["T", thread, name] for thread, name in recorder.threads.items())
    journal.write(
        {
            "record": "environment",
            "modules": len(sys.modules),
            "path": search_path(peek),
            "aliases": aliases(peek),
            "working_directory": working_directory(),
            "settings": phases.settings_module,
            "django": text(peek(sys.modules.get("django")).get("__version__")),
            "notes": phases.notes,
            "calls": recorder.calls,
            "check_messages": len(phases.target.messages),
            "dont_write_bytecode": bool(sys.dont_write_bytecode),
            "pycache_prefix": sys.pycache_prefix if isinstance(sys.pycache_prefix, str) else "",
            "resident_bytes": resident_bytes(),
            "bytecode_bytes": bytecode_bytes(peek) if observed else 0,
            **facts,
        }
    )


def modules(peek: "Peek") -> "Iterator[list[Any]]":
    """["M", name, origin, file, directories] of each: origin as in the module's spec, directories of a package."""
    known: Any = sys.modules  # where projects put other things than modules by their names
    for name, module in list(known.items()):
        if not isinstance(name, str) or module is None:  # None keeps a module from being imported
            continue
        attributes = peek(module)
        spec = attributes.get("__spec__")
        spec_attributes = peek(spec)
        file = attributes.get("__file__") or spec_attributes.get("origin")
        directories = attributes.get("__path__")
        yield ["M", name, text(spec_attributes.get("origin")), text(file), strings(directories)]


def bytecode_bytes(peek: "Peek") -> int:
    """
    The size of the bytecode files of all modules, without their paths, which they contain.

    So it is the same for the same code in another directory.
    """
    cache_from_source: Any = sys.modules["_frozen_importlib_external"].cache_from_source
    sources = {source for _, _, source, _, _ in modules(peek) if source.endswith(".py")}
    total = 0
    for source in sources:
        try:
            total += os.stat(cache_from_source(source)).st_size - len(os.fsencode(source))
        except (OSError, ValueError, NotImplementedError):  # there is none, or no directory to keep it in
            continue
    return total


def aliases(peek: "Peek") -> list[str]:
    """The names in sys.modules under which a module stands that was loaded under another one."""
    known: Any = sys.modules
    own = [(name, peek(module).get("__name__")) for name, module in list(known.items())]
    return [name for name, loaded_as in own if isinstance(name, str) and loaded_as != name]


def search_path(peek: "Peek") -> list[str]:
    """sys.path with the directories that relative entries stood for when modules were looked for in them."""
    finders = sys.path_importer_cache
    return [text(peek(finders.get(entry)).get("path")) or entry for entry in strings(sys.path)]


def strings(values: "Any") -> list[str]:
    """The texts in something that ought to be a list of them."""
    try:
        return [value for value in values if isinstance(value, str)]
    except Exception:
        return []


def text(value: object) -> str:
    return value if isinstance(value, str) else ""


def working_directory() -> str:
    try:
        return os.getcwd()
    except OSError:
        return ""


def resident_bytes() -> int | None:
    """Resident memory of the process; None where the system does not say (no /proc)."""
    try:
        with open("/proc/self/statm") as file:
            page: int = os.sysconf("SC_PAGE_SIZE")  # type: ignore[attr-defined,unused-ignore]
            return int(file.read().split()[1]) * page
    except (OSError, ValueError, IndexError, AttributeError):
        return None
