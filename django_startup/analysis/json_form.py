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
from typing import Any, TypeVar

from django_startup.exceptions import UsageError

Plain = TypeVar("Plain")


class FormError(UsageError):
    """The JSON has not the form that was expected; the text says where."""


def to_json(value: Any) -> Any:
    """value as what json.dumps takes."""
    if type(value) in PLAIN:
        return value
    if isinstance(value, tuple):
        return list(value) if value and type(value[0]) is int else [to_json(item) for item in value]
    if dataclasses.is_dataclass(value):
        return {
            key: scaled(getattr(value, name), divisor, digits)
            for name, key, divisor, digits in plan(typing.cast(Any, type(value)))
        }
    return str(value) if isinstance(value, enum.Enum) else value


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


def scaled(value: Any, divisor: float, digits: int) -> Any:
    """The JSON of a field's value."""
    if not divisor:
        return to_json(value)
    return None if value is None else round(value / divisor, digits)


def from_json(kind: type[Plain], data: Any, where: str = "it") -> Plain:
    """An instance of the dataclass kind. where names data in errors. Raises FormError."""
    if not isinstance(data, dict):
        raise FormError(f"{where} must be an object, not {brief(data)}.")
    values = {}
    for name, annotation in hints(typing.cast(Any, kind)).items():
        key, scale = name, 0.0
        if name.endswith("_ns"):
            key, scale = f"{name[:-3]}_ms", 1e6
        elif name.endswith("_bytes"):
            key, scale = f"{name[:-6]}_mib", 2.0**20
        if key not in data and name in defaults(typing.cast(Any, kind)):
            continue
        if key not in data:
            raise FormError(f"{where} has no {key}.")
        values[name] = read(annotation, data[key], f"{where}.{key}", scale)
    return kind(**values)


@functools.cache
def hints(kind: Any) -> dict[str, Any]:
    return typing.get_type_hints(kind)


@functools.cache
def defaults(kind: Any) -> frozenset[str]:
    """The fields that may be absent."""
    return frozenset(field.name for field in dataclasses.fields(kind) if field.default is not dataclasses.MISSING)


def read(annotation: Any, data: Any, where: str, scale: float) -> Any:
    """data as the type of annotation; a number is multiplied by scale, where there is one, and rounded."""
    if isinstance(annotation, types.UnionType):
        inner = next(choice for choice in typing.get_args(annotation) if choice is not types.NoneType)
        return None if data is None else read(inner, data, where, scale)
    if typing.get_origin(annotation) is tuple:
        if not isinstance(data, list):
            raise FormError(f"{where} must be a list, not {brief(data)}.")
        inner = typing.get_args(annotation)[0]
        return tuple(read(inner, item, f"{where}[{number}]", scale) for number, item in enumerate(data))
    if dataclasses.is_dataclass(annotation):
        return from_json(typing.cast("type[Any]", annotation), data, where)
    if scale:
        if type(data) not in (int, float) or not -1e15 < data < 1e15:
            raise FormError(f"{where} must be a number, not {brief(data)}.")
        return round(round(data * scale / 1000) * 1000 if scale == 1e6 else data * scale)
    if issubclass(annotation, enum.Enum):
        choices = [str(choice) for choice in annotation]
        if data not in choices:
            raise FormError(f"{where} must be one of {', '.join(choices)}, not {brief(data)}.")
        return annotation(data)
    if annotation is float and type(data) is int:
        return float(data)
    if type(data) is not annotation:
        raise FormError(f"{where} must be {NAMES[annotation]}, not {brief(data)}.")
    return data


NAMES = {str: "a text", int: "a whole number", float: "a number", bool: "true or false"}


def brief(data: Any) -> str:
    text = repr(data)
    return text if len(text) <= 40 else f"{text[:37]}..."
