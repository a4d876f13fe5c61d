"""
The methods of packages, which the project's code may call by their names. For the evidence boot only.

Many classes have methods of one name. Those count that a package has which the code names, or all if they are few.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from types import CodeType
    from typing import Any

identity = object.__hash__  # see shared_state.py
MOST_METHODS = 10  # of one name, in one package or in all
MOST_CALLED = 3  # the same for what methods call
MOST_FOLLOWED = 30  # by one module
SETTERS = ("__init__", "__setattr__")  # which set what is their own


class Methods:
    """
    Attributes:
        packages: Those that have methods.
        added: The name of each, in the order in which they were added.
        by_name: Those of one name in each package.
        numbers: How many methods a name has.
    """

    def __init__(self, reader: "Any") -> None:
        """reader is the module stored_names."""
        self.reader = reader
        self.packages: set[str] = set()
        self.added: list[str] = []
        self.by_name: dict[str, dict[str, list[CodeType]]] = {}
        self.numbers: dict[str, int] = {}
        self.known: dict[int, tuple[set[str], set[str], set[str]]] = {}

    def add(self, package: str, name: str, code: "CodeType") -> None:
        self.packages.add(package)
        self.by_name.setdefault(name, {}).setdefault(package, []).append(code)
        self.numbers[name] = self.numbers.get(name, 0) + 1
        self.added.append(name)

    def come(self, names: set[str], known: int) -> set[str]:
        """Those of some names by which methods have come in, since there were as many as known."""
        if not known:  # there are many then
            return {name for name in names if name in self.by_name}
        return names.intersection(self.added[known:])

    def called(self, names: "Iterable[str]", packages: set[str], most: int) -> "Iterator[tuple[str, CodeType]]":
        """Those that code may call by some names, which names some packages; each with its package."""
        for name in names:
            by_package = self.by_name.get(name, {})
            for package in by_package if self.numbers.get(name, 0) <= most else packages.intersection(by_package):
                methods = by_package[package]
                if len(methods) <= most:
                    yield from ((package, method) for method in methods)

    def stored_by_calls(
        self, read: set[str], known: int, in_file: "Callable[[str, str], list[CodeType]]"
    ) -> tuple[set[str], set[tuple[str, str]]]:
        """
        What methods may store that code may call which reads some names, modules' names among them: the attributes of
        others, with what the methods call; the public ones of their own object, each with the package that defines its
        class. known: as many are known of old. in_file says which functions of a name a file has.
        """
        stored: set[str] = set()
        own: set[tuple[str, str]] = set()
        texts: set[str] = set()
        seen: set[int] = set()
        sets_any = False
        packages = self.packages.intersection(name.partition(".")[0] for name in read)
        waiting = [(True, *method) for method in self.called(self.come(read, known), packages, MOST_METHODS)]
        while waiting and len(seen) < MOST_FOLLOWED:
            is_called, package, function = waiting.pop(0)
            if identity(function) in seen:
                continue
            seen.add(identity(function))
            of_others, of_itself, strings = self.facts(function)
            stored |= of_others
            texts |= strings
            sets_any = sets_any or (function.co_name not in SETTERS and self.reader.sets_any(function))
            own.update((package, name) for name in (of_itself if is_called else ()))
            found = self.called(function.co_names, {package}, MOST_CALLED)
            waiting += [(False, *method) for method in found if method[0] == package]
            here = [each for name in function.co_names for each in in_file(function.co_filename, name)]
            waiting += [(False, package, each) for each in here]
        return stored | texts if sets_any else stored, own

    def facts(self, function: "CodeType") -> tuple[set[str], set[str], set[str]]:
        """The attributes of others that a method may store, those of its own object, and the strings in it."""
        known = self.known.get(identity(function))
        if known is None:
            of_others: set[str] = set()
            of_itself: set[str] = set()
            for part in self.reader.code_objects(function):
                for name, is_of_itself in self.reader.stored_by_method(part):
                    if not is_of_itself:
                        of_others.add(name)
                    elif not name.startswith("_"):
                        of_itself.add(name)
            known = self.known[identity(function)] = (of_others, of_itself, {*self.reader.strings(function.co_consts)})
        return known
