"""
Plain values to JSON and back.

Works on frozen dataclasses of texts, numbers, booleans, None, tuples and other such dataclasses, by their annotations.
A field named …_ns becomes …_ms (milliseconds, three decimals), one named …_bytes becomes …_mib. Keys that the
dataclass does not know are passed over when reading, since newer versions may add some.
"""

from __future__ import annotations

import dataclasses
import enum
import functools
import types
import typing
from collections.abc import Callable
from typing import Any, TypeVar

from django_startup.exceptions import UsageError

LARGEST = 10**18  # of numbers: what no count of anything comes near
Plain = TypeVar("Plain")


class FormError(UsageError):
    """The JSON has not the form that was expected; the text says where."""


def to_json(value: Any) -> Any:
    """value as what json.dumps takes."""
    kind = type(value)
    if kind in PLAIN:
        return value
    if isinstance(value, tuple):
        return list(value) if value and type(value[0]) is int else [to_json(item) for item in value]
    if issubclass(kind, enum.Enum):
        return str(value)
    document = {}
    for name, key, divisor, digits in plan(typing.cast(Any, kind)):
        part = getattr(value, name)
        if divisor and part is not None:
            part = round(part / divisor, digits)
        document[key] = part if type(part) in PLAIN else to_json(part)
    return document


PLAIN = frozenset((str, int, float, bool, type(None)))


@functools.cache
def plan(kind: Any) -> tuple[tuple[str, str, float, int], ...]:
    """Name, key, divisor (0 for none) and digits of each field."""
    rows = []
    for field in dataclasses.fields(kind):
        name = field.name
        if name.endswith("_ns"):
            rows.append((name, f"{name[:-3]}_ms", 1e6, 3))
        elif name.endswith("_bytes"):
            rows.append((name, f"{name[:-6]}_mib", 2.0**20, 1))
        else:
            rows.append((name, name, 0.0, 0))
    return tuple(rows)


def from_json(kind: type[Plain], data: Any, where: str = "it") -> Plain:
    """An instance of the dataclass kind. where names data in errors. Raises FormError."""
    try:
        instance: Plain = reader(typing.cast(Any, kind))(data)
    except Misfit as error:
        raise FormError(f"{where}{''.join(reversed(error.path))} {error.text}") from None
    return instance


class Misfit(Exception):
    """A part of the data that has not the form it should have; path leads there, the innermost step first."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text
        self.path: list[str] = []


Reader = Callable[[Any], Any]


@functools.cache
def reader(annotation: Any, scale: float = 0.0) -> Reader:
    """What reads data as the type of annotation; a number is multiplied by scale, where there is one, and rounded."""
    if isinstance(annotation, types.UnionType):
        inner = reader(next(choice for choice in typing.get_args(annotation) if choice is not types.NoneType), scale)
        return lambda data: None if data is None else inner(data)
    if typing.get_origin(annotation) is tuple:
        item = typing.get_args(annotation)[0]
        return numbers_reader() if item is int else list_reader(reader(item, scale))
    if dataclasses.is_dataclass(annotation):
        return object_reader(annotation)
    if scale:
        return scaled_reader(scale)
    if issubclass(annotation, enum.Enum):
        return choice_reader(annotation)
    return plain_reader(annotation)


def object_reader(kind: Any) -> Reader:
    hints, plans = typing.get_type_hints(kind), []
    optional = {field.name for field in dataclasses.fields(kind) if field.default is not dataclasses.MISSING}
    for name, key, divisor, _ in plan(kind):
        plans.append((name, key, name in optional, reader(hints[name], divisor)))

    def read(data: Any) -> Any:
        if not isinstance(data, dict):
            raise Misfit(f"must be an object, not {brief(data)}.")
        values = {}
        for name, key, is_optional, read_value in plans:
            if key in data:
                try:
                    values[name] = read_value(data[key])
                except Misfit as error:
                    error.path.append(f".{key}")
                    raise
            elif not is_optional:
                raise Misfit(f"has no {key}.")
        return kind(**values)

    return read


def list_reader(read_item: Reader) -> Reader:
    def read(data: Any) -> tuple[Any, ...]:
        if not isinstance(data, list):
            raise Misfit(f"must be a list, not {brief(data)}.")
        items = []
        try:
            for item in data:
                items.append(read_item(item))
        except Misfit as error:
            error.path.append(f"[{len(items)}]")
            raise
        return tuple(items)

    return read


def numbers_reader() -> Reader:
    """Lists of whole numbers, of which there may be a hundred thousand."""
    read_each = list_reader(plain_reader(int))
    only_int = {int}

    def read(data: Any) -> Any:
        if isinstance(data, list) and only_int.issuperset(map(type, data)):
            if data and not -LARGEST <= min(data) <= max(data) <= LARGEST:
                raise Misfit(f"has a number beyond {LARGEST:,}.")
            return tuple(data)
        return read_each(data)

    return read


def scaled_reader(scale: float) -> Reader:
    def read(data: Any) -> int:
        if type(data) not in (int, float) or not -1e15 < data < 1e15:
            raise Misfit(f"must be a number, not {brief(data)}.")
        amount: float = data * scale
        return round(amount / 1000) * 1000 if scale == 1e6 else round(amount)

    return read


def choice_reader(kind: type[enum.Enum]) -> Reader:
    def read(data: Any) -> enum.Enum:
        try:
            if isinstance(data, str):
                return kind(data)
        except ValueError:
            pass
        raise Misfit(f"must be one of {', '.join(map(str, kind))}, not {brief(data)}.")

    return read


def plain_reader(kind: type) -> Reader:
    def read(data: Any) -> Any:
        if type(data) in (int, float) and not -LARGEST <= data <= LARGEST:  # nor what is no number
            raise Misfit(f"must be {NAMES[kind]} of at most {LARGEST:,}, not {brief(data)}.")
        if type(data) is kind:
            return data
        if kind is float and type(data) is int:
            return float(data)
        raise Misfit(f"must be {NAMES[kind]}, not {brief(data)}.")

    return read


NAMES = {str: "a text", int: "a whole number", float: "a number", bool: "true or false"}


def brief(data: Any) -> str:
    text = repr(data)
    return text if len(text) <= 40 else f"{text[:37]}..."
