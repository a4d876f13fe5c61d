"""
What the body of a module may get at: what its code names, and what the functions name that it may call. For the
evidence boot only.

Calls are followed by the names of functions alone, a few steps far; to methods of a package from code of the project's
that names the package, and from one of them to others. That finds more than there is to find, which costs time and
nothing else: what was changed is seen by comparing.
"""

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from types import CodeType
    from typing import Any

STDLIB = sys.stdlib_module_names
identity = object.__hash__  # see shared_state.py
MOST_FUNCTIONS = 10  # of one name
ALL, OWN = "", "<own>"  # which functions: all, those of the project; else those of a file
MOST_NAMESAKES = 2000  # functions of one name among which those of one file are looked for


class Reach:
    """
    Attributes:
        functions: The functions of all modules that have been loaded, by their name; a class's __init__ and the like
            by the name of the class. Of packages without methods, which as a rule change their own object.
        methods: Those, of which only the project's code and other methods call any.
        own_functions: Those of the project.
        in_files: Those of one name in one file, as far as somebody has asked.
        own_codes: The code of the project's files.
        added: The names of those of the project, in the order in which they were added.
        added_elsewhere: Those of all others.
    """

    def __init__(self, reader: "Any", own: "Any", methods: "Any") -> None:
        """reader is the module stored_names; own tells the project's files, see executed.py; methods is a Methods."""
        self.reader = reader
        self.own = own
        self.functions: dict[str, list[CodeType]] = {}
        self.own_functions: dict[str, list[CodeType]] = {}
        self.in_files: dict[tuple[str, str], list[CodeType]] = {}
        self.own_codes: list[CodeType] = []
        self.added: list[str] = []
        self.added_elsewhere: list[str] = []
        self.methods = methods
        self.known: dict[int, tuple[frozenset[str], frozenset[str], bool, bool]] = {}
        self.stored_in_calls: dict[int, frozenset[str]] = {}

    def add(self, module: str, code: "CodeType") -> None:
        """
        The code of a module that has been loaded, and may be called from now on: functions of the module and of its
        classes; those inside of them are nobody's to call by a name.
        """
        is_own = self.own.has(code.co_filename)
        if is_own:
            self.own_codes.append(code)
        package = module.partition(".")[0]
        for part in self.reader.defined_functions(code):
            name = part.co_name
            if name.startswith("__"):
                name = part.co_qualname.rpartition(".")[0].rpartition(".")[2]
            if not is_own and part.co_varnames[:1] == ("self",):
                if package not in STDLIB:
                    self.methods.add(package, name, part)
                continue
            if name in self.functions:
                self.functions[name].append(part)
            else:
                self.functions[name] = [part]
            if is_own:
                self.own_functions.setdefault(name, []).append(part)
                self.added.append(name)
            else:
                self.added_elsewhere.append(name)

    def imports(self, file: str, name: str) -> bool:
        """Whether the code of one of the project's files imports something of a name, or all that there is."""
        parts = (part for code in self.own_codes if code.co_filename == file for part in self.reader.code_objects(code))
        return any(
            ("*",) in part.co_consts or any(each.endswith(f".{name}") for each in self.reader.imported(part))
            for part in parts
        )

    def come(self, names: set[str], known: int) -> set[str]:
        """Those of some names by which functions have come in from elsewhere, since there were as many as known."""
        news = names.intersection(self.added_elsewhere[known:])
        return {name for name in news if len(self.functions[name]) <= MOST_FUNCTIONS}

    def read_at_import(self, code: "CodeType") -> set[str]:
        """What names the code of a module reads while it is imported; functions that it calls are among them."""
        return {name for part in self.reader.run_at_import(code) for name in self.reader.loaded(part)}

    def stored_by_calls(self, names: set[str]) -> set[str]:
        """The attributes that functions of some names may store, with those of their files that they call."""
        stored: set[str] = set()
        for name in names.intersection(self.functions):
            functions = self.functions[name]
            for function in functions if len(functions) <= MOST_FUNCTIONS else ():
                stored |= self.stored_by_call(function)
        return stored

    def stored_by_call(self, function: "CodeType") -> frozenset[str]:
        """The same for one function. All of its file came in with it, so that this does not change."""
        known = self.stored_in_calls.get(identity(function))
        if known is None:
            file = function.co_filename
            called = [name for name in function.co_names if name in self.functions]
            inner = [each for name in called for each in self.in_file(file, name)]
            known = frozenset(name for part in (function, *inner) for name in self.look(part, False)[1])
            self.stored_in_calls[identity(function)] = known
        return known

    def follow(
        self, code: "CodeType", steps: int, read: set[str]
    ) -> "tuple[set[str], set[str], bool, bool, set[str], set[str]]":
        """
        What the code of a module names, and the functions that store by any key or name; the attributes that may be
        stored; whether something may be stored under a key, or by any name, by code of the project's; the names that
        functions of packages may store in their own modules; the attributes that functions store which return
        nothing, so that they were called for that. steps: how far calls are followed, and one more. read
        takes the names by which code of the project's may call something.
        """
        owned: set[str] = set()
        set_only: set[str] = set()
        named: set[str] = set()
        stored: set[str] = set()
        texts: set[str] = set()
        stores_items = sets_any = False
        seen: set[int] = set()
        asked: dict[str, set[str]] = {}
        waiting = [(part, True) for part in self.reader.run_at_import(code)]
        for step in range(steps):
            found: list[CodeType] = []
            for part, is_first in waiting:
                texts_of, attributes, items, setter = self.look(part, is_first)
                named |= texts_of
                stored |= attributes
                if attributes and not is_first and self.reader.returns_nothing(part):
                    set_only |= attributes
                is_own = is_first or self.own.has(part.co_filename)
                stores_items = stores_items or (items and is_own)
                sets_any = sets_any or (setter and is_own)
                if not is_own:
                    owned.update(self.reader.stored_globals(part))
                if is_first:
                    texts.update(self.reader.strings(part.co_consts))
                if step < steps - 1:
                    names = self.reader.loaded(part) if is_first else part.co_names
                    if is_own:
                        read.update(names)
                    for function in self.called(names, part.co_filename, is_first, is_own, asked):
                        if identity(function) not in seen:
                            seen.add(identity(function))
                            found.append(function)
            waiting = [(part, False) for function in found for part in self.reader.code_objects(function)]
        return named, stored | texts if sets_any else stored, stores_items, sets_any, owned, set_only

    def called(
        self, names: "Iterable[str]", file: str, is_first: bool, is_own: bool, asked: "dict[str, set[str]]"
    ) -> "Iterator[CodeType]":
        """
        The functions that code in a file may call by some names: the project's code any, else those of the project and
        of the same file; each once. A name that many functions have tells nothing.
        """
        known, known_here = asked.setdefault(ALL if is_own else OWN, set()), asked.setdefault(file, set())
        functions = self.functions if is_own else self.own_functions
        for name in names:
            if name in functions and name not in known:
                known.add(name)
                yield from functions[name] if len(functions[name]) <= MOST_FUNCTIONS else ()
            if not is_first and name in self.functions and name not in known_here:
                known_here.add(name)
                yield from self.in_file(file, name)

    def in_file(self, file: str, name: str) -> "list[CodeType]":
        """The functions of one name in a file, unless they are too many to tell anything."""
        found = self.in_files.get((file, name))
        if found is None:
            namesakes = self.functions.get(name, [])
            if len(namesakes) > MOST_NAMESAKES:
                namesakes = []
            found = [function for function in namesakes if function.co_filename == file]
            found = self.in_files[file, name] = found if len(found) <= MOST_FUNCTIONS else []
        return found

    def look(self, code: "CodeType", is_first: bool) -> "tuple[frozenset[str], frozenset[str], bool, bool]":
        """
        What one code object names, if that matters, and stores; only that of functions, which stay, is kept.
        """
        known = None if is_first else self.known.get(identity(code))
        if known is None:
            stores_items = self.reader.stores_items(code)
            setter = code.co_name not in ("__init__", "__setattr__") and self.reader.sets_any(code)
            is_asked = is_first or stores_items or setter
            known = (
                frozenset([*self.reader.imported(code), *self.reader.texts(code)] if is_asked else []),
                frozenset(self.reader.stored_by(code)),
                stores_items,
                setter,
            )
            if not is_first:
                self.known[identity(code)] = known
        return known
