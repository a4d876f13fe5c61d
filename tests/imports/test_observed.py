"""From what a boot has recorded to its import graph."""

from __future__ import annotations

from django_startup.imports.graph import Statement
from django_startup.imports.observed import through_missing


def at(module: str, line: int = 1) -> Statement:
    return Statement(module, f"{module}.py", line, False)


def test_what_a_missing_module_has_imported_is_of_those_who_tried_it() -> None:
    found = [(at("shop"), "json"), (at("broken"), "csv"), (at("inner"), "re")]
    missing: dict[str, set[Statement | None]] = {"broken": {at("shop", 2), at("billing"), None}}
    missing["inner"] = {at("broken"), at("inner")}
    assert set(through_missing(found, missing)) == {
        (at("shop"), "json"),
        *((statement, target) for statement in missing["broken"] for target in ("csv", "re")),
    }
