"""What a module can change, by its bytecode: the attributes that it stores; stretches that change nothing."""

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import CodeType

# Statements that change nothing but the names of their own module.
HARMLESS = """
from __future__ import annotations
import a, b.c, d.e as f
from g import h, i as j
from . import k
x = 1
y = "text"
z = x, y, None
__all__ = ["x", "y", "z"]
def function(argument): pass
"""
NAMES_OF_SETTERS = {"setattr", "delattr", "__setattr__", "__dict__", "vars", "patch", "wrap_function_wrapper"}
NAMES_OF_UPDATES = {"update", "setdefault", "__setitem__", "pop"}


def opcodes(source: str) -> set[int]:
    """The opcodes of a module; the opcode and dis modules are the project's to import."""
    return set(compile(source, "", "exec").co_code[::2])


HARMLESS_OPCODES = opcodes(HARMLESS)
ATTRIBUTE_STORES = opcodes("a.b = c\ndel a.b") - opcodes("a.b; c\ndel c\nd = c")
ITEM_STORES = opcodes("a[b] = c\ndel a[b]") - opcodes("a[b]; c\ndel c\nd = c")
IMPORTS = opcodes("import a") - opcodes("a = 0\nb = None")
FROM_IMPORTS = opcodes("from a import b") - opcodes("import a") - opcodes("a = 0\nb = 'b', None\nc")
GLOBAL_STORES = {
    *compile("def f():\n global a\n a = b", "", "exec").co_consts[0].co_code[::2],
} - {*compile("def f():\n b", "", "exec").co_consts[0].co_code[::2]}
NAME_STORES = opcodes("a = b") - opcodes("b")
NAME_LOADS = opcodes("a = b") - opcodes("a = 0\nb = None")
CODE = type((lambda: None).__code__)
OPTIMIZED = 0x1  # the flag of code that is a function's, and not a module's or a class's
EXTENDED_ARG = opcodes("\n".join(f"x{number} = 1" for number in range(300))) - opcodes("x = 1")


def code_of_function(source: str) -> "CodeType":
    """The code of a function with a line in it."""
    (code,) = (part for part in compile(f"def f():\n {source}", "", "exec").co_consts if type(part) is CODE)
    return code


def instructions(code: bytes) -> "Iterator[tuple[int, int]]":
    """The opcodes and arguments in code, without what only makes room for the interpreter's own notes."""
    extended = 0
    for opcode, argument in zip(code[::2], code[1::2]):  # noqa: B905
        if opcode in EXTENDED_ARG:
            extended = (extended | argument) << 8
        elif opcode:
            yield opcode, extended | argument
            extended = 0


def shift(code: "CodeType", wanted: set[int]) -> int:
    """How far the number of a name is shifted in the arguments of instructions, by code where the last name is 1."""
    return max(arguments(code.co_code, wanted)).bit_length() - 1


def returns_nothing(code: "CodeType") -> bool:
    """Whether a function only ever returns None, as one that sets something."""
    before: object = code
    for opcode, argument in instructions(code.co_code):
        is_constant = opcode in CONSTANTS
        value = code.co_consts[argument] if is_constant else None if (opcode, argument) == NONE else code
        if opcode in RETURNS and (value if is_constant else before) is not None:
            return False
        before = value
    return True


def import_shift() -> int:
    """How far the number of the name is shifted in the argument of an import: Python 3.15 has flags beside it."""
    code = compile("a\nimport b", "", "exec").co_code
    (argument,) = (argument for opcode, argument in zip(code[::2], code[1::2]) if opcode in IMPORTS)  # noqa: B905
    return argument.bit_length() - 1


IMPORT_SHIFT = import_shift()
RETURN = [*instructions(code_of_function("return a").co_code)][-1][0]
RETURNS = {RETURN, [*instructions(code_of_function("return 'x'").co_code)][-1][0]}
CONSTANTS = {opcode for opcode, _ in [*instructions(code_of_function("return 'x'").co_code)][-2:]} - {
    *code_of_function("return a").co_code[::2]
}
NONE = [*instructions(code_of_function("pass").co_code)][-2]  # what loads it from Python 3.15 on


def local_loads() -> dict[int, int]:
    """
    The opcodes that load a local variable, alone or behind another or behind storing one, each with the bits of its
    argument that tell which.
    """
    found: dict[int, int] = {}
    for source, mask in (("self.x = 1", 255), ("self.x = self", 15), ("self = self.x = 1", 15)):
        code = compile(f"def f(self):\n {source}", "", "exec").co_consts[0].co_code
        (offset,) = offsets(code, ATTRIBUTE_STORES)
        found.setdefault(code[offset - 2], mask)
    return found


def is_harmless(code: "CodeType", start: int, end: "int | None") -> bool:
    """Whether the instructions of a module's body between two offsets, both included, change nothing of others."""
    return HARMLESS_OPCODES.issuperset(code.co_code[start : None if end is None else end + 1 : 2])


def stores_items(code: "CodeType") -> bool:
    """Whether a module's body, its functions left out, puts something under a key."""
    if not NAMES_OF_UPDATES.isdisjoint(code.co_names):
        return True
    return "__annotations__" not in code.co_names and not ITEM_STORES.isdisjoint(code.co_code[::2])


def stored_names(code: "CodeType", deep: bool) -> set[str]:
    """
    The attributes that the code of a file may store, by a statement or by setattr() with a string.

    deep: in functions too, but for methods, which as a rule store those of their own object.
    """
    return {name for part in (code_objects(code) if deep else (code,)) for name in stored_by(part)}


def stored_by(code: "CodeType") -> "Iterator[str]":
    """The attributes that one code object may store."""
    if code.co_varnames[:1] == ("self",):
        return
    names = strings(code.co_consts) if sets_any(code) else []
    instructions = code.co_code
    if not ATTRIBUTE_STORES.isdisjoint(instructions[::2]):
        names += [code.co_names[index] for index in arguments(instructions, ATTRIBUTE_STORES)]
    yield from (name for name in names if not name.startswith("__"))


def stored_globals(code: "CodeType") -> "Iterator[str]":
    """The names of its module that the code of a function stores."""
    return (code.co_names[index] for index in arguments(code.co_code, GLOBAL_STORES))


def stored_by_method(code: "CodeType") -> "Iterator[tuple[str, bool]]":
    """The attributes that the code of a function may store, and whether they are a method's own object's."""
    instructions = code.co_code
    is_method = code.co_varnames[:1] == ("self",)
    for offset in offsets(instructions, ATTRIBUTE_STORES):
        name = code.co_names[argument_at(instructions, offset)]
        if not name.startswith("__"):
            yield name, is_method and is_of_first(instructions, offset)


def is_of_first(instructions: bytes, offset: int) -> bool:
    """Whether the instruction at offset stores an attribute of the function's first variable."""
    while instructions[offset - 2] in EXTENDED_ARG:
        offset -= 2
    mask = LOCAL_LOADS.get(instructions[offset - 2])
    return mask is not None and not instructions[offset - 1] & mask


def sets_any(code: "CodeType") -> bool:
    """Whether a code object has what stores an attribute whose name is a value."""
    return not NAMES_OF_SETTERS.isdisjoint(code.co_names)


def strings(values: "tuple[object, ...]") -> "list[str]":
    """The names in constants, those of dotted strings apart, and those of keyword arguments."""
    names: list[str] = []
    for value in values:
        if type(value) is str:
            if "." not in value:
                names.append(value)
            elif len(value) < 200:
                names += value.split(".")
        elif type(value) is tuple:
            names += strings(value)
    return names


def texts(code: "CodeType") -> "Iterator[str]":
    """The names and strings of a code object, dotted ones also in parts."""
    for name in (*code.co_names, *code.co_consts):
        if type(name) is str and "." in name:
            yield name
    yield from strings(code.co_names)
    yield from strings(code.co_consts)


def imported(code: "CodeType") -> "Iterator[str]":
    """The modules that a code object may import: by their whole names, those of relative imports as .models."""
    names, module = code.co_names, ""
    instructions = code.co_code
    for offset in sorted(offsets(instructions, IMPORTS | FROM_IMPORTS)):
        argument = argument_at(instructions, offset)
        if instructions[offset] in IMPORTS:
            module = names[argument >> IMPORT_SHIFT]
            if module.partition(".")[0] not in sys.modules:
                yield f".{module.rpartition('.')[2]}"
                module = ""
            else:
                yield module
        else:
            yield f"{module}.{names[argument]}"


def arguments(instructions: bytes, wanted: set[int]) -> "Iterator[int]":
    """The arguments of some instructions, in no order."""
    return (argument_at(instructions, offset) for offset in offsets(instructions, wanted))


def offsets(instructions: bytes, wanted: set[int]) -> "Iterator[int]":
    """Where some instructions are, in no order."""
    opcodes = instructions[::2]
    for opcode in wanted:
        at = opcodes.find(opcode)
        while at >= 0:
            yield 2 * at
            at = opcodes.find(opcode, at + 1)


def argument_at(instructions: bytes, offset: int) -> int:
    """The argument of an instruction, with the parts of it that stand before."""
    argument, shift = instructions[offset + 1], 8
    while offset >= 2 and instructions[offset - 2] in EXTENDED_ARG:
        offset -= 2
        argument |= instructions[offset + 1] << shift
        shift += 8
    return argument


def run_at_import(code: "CodeType") -> "Iterator[CodeType]":
    """The code of a file that runs while it is imported: without the functions, but for lambdas and the like."""
    waiting = [code]
    while waiting:
        code = waiting.pop()
        yield code
        inner = [inner for inner in code.co_consts if type(inner) is type(code)]
        waiting += [part for part in inner if not part.co_flags & OPTIMIZED or part.co_name.startswith("<")]


def loaded(code: "CodeType") -> set[str]:
    """The names and attributes that code of a file reads, without those that it only defines."""
    instructions = code.co_code
    stored = {code.co_names[index] for index in arguments(instructions, NAME_STORES)}
    read = {code.co_names[index] for index in arguments(instructions, NAME_LOADS)}
    return {*code.co_names} - (stored - read)


def defined_functions(code: "CodeType") -> "Iterator[CodeType]":
    """The functions of a file and of the classes in it, without those inside of functions."""
    waiting = [code]
    while waiting:
        for inner in waiting.pop().co_consts:
            if type(inner) is CODE:
                if inner.co_flags & OPTIMIZED:
                    yield inner
                else:
                    waiting.append(inner)


def code_objects(code: "CodeType") -> "Iterator[CodeType]":
    """The code of a file and of all functions and classes in it."""
    waiting = [code]
    while waiting:
        code = waiting.pop()
        yield code
        waiting += [inner for inner in code.co_consts if type(inner) is type(code)]


LOCAL_LOADS = local_loads()
