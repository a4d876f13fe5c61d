"""
Through which names code changes what it has from other modules, by its bytecode: in admin.site.add_action(action) a
method of admin.site may change anything there, engines["django"].engine.builtins.append(name) changes the builtins.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import CodeType
    from typing import Any

# Methods of containers that change them.
MUTATORS = {
    *("add", "append", "appendleft", "clear", "discard", "extend", "insert", "pop", "popleft", "remove", "reverse"),
    *("setdefault", "sort", "update"),
}


class Chains:
    """
    Reads the code of modules.

    Attributes:
        loads, globals: The opcodes that load a name of the module: in its body, in a function.
        attributes, methods: Those that load an attribute, and one that is called at once.
        nulls: Those that make room for a call; is_null_first: they stand before what is called, not behind it.
    """

    def __init__(self, reader: "Any") -> None:
        """reader is the module stored_names."""
        self.reader = reader
        opcodes, in_function = reader.opcodes, reader.code_of_function
        self.loads = reader.NAME_LOADS
        self.globals = {*in_function("a = b").co_code[::2]} - {*in_function("a = 0").co_code[::2]}
        self.attributes = opcodes("a.b") - opcodes("a")
        self.methods = opcodes("a.b()") - opcodes("a.b; c()")
        calls = opcodes("a()") - opcodes("a")
        called = [*reader.instructions(compile("a(b, c)", "", "exec").co_code)]
        self.nulls = {opcode for opcode, argument in called if opcode in calls and not argument}
        order = [opcode in self.nulls for opcode, _ in called if opcode in self.nulls or opcode in self.loads]
        self.is_null_first = order[0]
        self.global_shift = reader.shift(in_function("a = b; a = c"), self.globals)
        self.attribute_shift = reader.shift(compile("a.b", "", "exec"), self.attributes)

    def of(self, code: "CodeType") -> "Iterator[tuple[tuple[str, ...], str]]":
        """
        The chains of names in a code object at whose end something is changed, or may be, each with the attribute or
        container that is; "" where a call may change anything.
        """
        reader, names = self.reader, code.co_names
        chain: tuple[str, ...] = ()
        before: tuple[str, ...] = ()
        is_call = has_null = is_loaded = False
        for opcode, argument in reader.instructions(code.co_code):
            was_loaded, is_loaded = is_loaded, False
            if opcode in self.loads or opcode in self.globals:
                yield from self.called(chain, is_call)
                before, chain = chain, (names[argument >> self.global_shift if opcode in self.globals else argument],)
                is_call, has_null = has_null, False
            elif opcode in self.nulls:
                has_null = self.is_null_first
                is_call = is_call or (was_loaded and not has_null)
            elif opcode in reader.ATTRIBUTE_STORES:
                yield from [((*chain, names[argument]), names[argument])] if chain else ()
                before, chain, is_call = (), (), False
            elif opcode in reader.ITEM_STORES:
                yield from [(each, each[-1]) for each in (before, chain) if each]
                before, chain, is_call = (), (), False
            elif opcode in reader.LOCAL_LOADS:
                yield from self.called(chain, is_call)
                before, chain, is_call = chain, (), False
            elif chain and (opcode in self.attributes or opcode in self.methods):
                is_method = opcode in self.methods
                chain, is_loaded = (*chain, names[argument if is_method else argument >> self.attribute_shift]), True
                is_call = is_call or is_method or bool(self.attribute_shift and argument & 1)
        yield from self.called(chain, is_call)

    def called(self, chain: tuple[str, ...], is_call: bool) -> "Iterator[tuple[tuple[str, ...], str]]":
        """A chain that ends in a call, if it does."""
        if is_call and len(chain) > 1:
            yield chain, chain[-2] if chain[-1] in MUTATORS else ""

    def bound(self, code: "CodeType") -> "dict[str, tuple[str, str]]":
        """The names that a module has by its imports: each with the module and the attribute of it, "" for none."""
        reader, names = self.reader, code.co_names
        found: dict[str, tuple[str, str]] = {}
        module, attribute = "", ""
        is_waiting = is_first = False
        for opcode, argument in reader.instructions(code.co_code):
            if opcode in reader.IMPORTS:
                module, attribute, is_waiting, is_first = names[argument >> reader.IMPORT_SHIFT], "", True, True
                continue
            if opcode in reader.FROM_IMPORTS:
                attribute, is_waiting = names[argument], True
            elif opcode in reader.NAME_STORES and is_waiting:
                found[names[argument]] = module, attribute
                is_waiting = False
            elif is_first:  # import *
                is_waiting = False
            is_first = False
        return found
