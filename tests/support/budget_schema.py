"""The schema of the gate's JSON report, and what is valid by it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema

import django_startup.reports.budget

SCHEMA = json.loads((Path(str(django_startup.reports.budget.__file__)).parent / "budget.schema.json").read_text())


def valid_budget(text: str) -> dict[str, Any]:
    """The document, which must be as the schema says, in ASCII, and still be so with more keys."""
    document: dict[str, Any] = json.loads(text)
    validator = jsonschema.Draft202012Validator(SCHEMA)
    validator.validate(document)
    validator.validate({**document, "later": 3, "checks": [{**check, "later": 3} for check in document["checks"]]})
    assert text.isascii()
    assert text.endswith("}\n")
    return document
