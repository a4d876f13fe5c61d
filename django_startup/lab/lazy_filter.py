"""The source text that makes imports of some modules lazy in all files, those of packages too (Python 3.15)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

INSIDE = ".*"  # behind a name: all that is in it, too
EVERYTHING = 'import sys\n\nsys.set_lazy_imports("all")\n'
TEXT = """\
import sys

LAZY = frozenset([
{names}])
INSIDE = (
{packages})


def is_lazy(importer, name, names=()):
    targets = [name, *(f"{{name}}.{{inner}}" for inner in names or ())]
    return any(target in LAZY or target.startswith(INSIDE) for target in targets)


if hasattr(sys, "set_lazy_imports_filter"):
    sys.set_lazy_imports_filter(is_lazy)
    sys.set_lazy_imports("all")
"""


def source_of(names: Iterable[str]) -> str:
    """
    Python's filter of lazy imports, for modules by their names, as shortened() has them.

    An import statement is lazy if one of the modules that it names is one of these; all others are as they are.
    """
    known = sorted(names)
    packages = tuple(f"{name.removesuffix(INSIDE)}." for name in known if name.endswith(INSIDE))
    plain = a_line_each(name.removesuffix(INSIDE) for name in known)
    return TEXT.format(names=plain, packages=a_line_each(packages))


def a_line_each(names: Iterable[str]) -> str:
    return "".join(f'    "{name}",\n' for name in names)


def shortened(names: Collection[str], known: Collection[str]) -> Iterator[str]:
    """
    names of modules, each package of which all that is known is among them as one name: boto3.*

    known are all modules that a start loads.
    """
    mixed = {package for name in known if name not in names for package in packages_of(name)}
    packages = {package for name in known for package in packages_of(name)}
    whole = {name for name in names if name in packages and name not in mixed}
    for name in sorted(names):
        if whole.isdisjoint(packages_of(name)):
            yield f"{name}{INSIDE}" if name in whole else name


def packages_of(name: str) -> Iterator[str]:
    """The packages that a module is in, the innermost first: a.b and a of a.b.c."""
    while name := name.rpartition(".")[0]:
        yield name
