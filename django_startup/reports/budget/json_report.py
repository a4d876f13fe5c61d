"""A budget report for programs."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from django_startup.gate.budgets import BudgetCheck, BudgetReport, Cause, Location, Machine
from django_startup.gate.kinds import Unit
from django_startup.reports.budget.words import fix_line

SCHEMA = "django-startup/budget/1"


def render_budget_json(report: BudgetReport, exit_code: int) -> str:
    """The report as JSON, in ASCII."""
    return dump(
        {
            "schema": SCHEMA,
            "exit_code": exit_code,
            "error": None,
            "until": report.until,
            "verdict": report.verdict,
            "boots": report.boots,
            "machine": machine_json(report.machine),
            "checks": [check_json(check) for check in report.checks],
            "causes": [cause_json(cause) for cause in report.causes],
            "notes": list(report.notes),
        }
    )


def machine_json(machine: Machine | None) -> dict[str, Any] | None:
    if machine is None:
        return None
    share = round(machine.queued_share, 3)
    return {"run_queue_known": machine.known, "queued_share": share, "busy": machine.is_busy}


def render_error_json(sentence: str, exit_code: int) -> str:
    """The same document where there was nothing to judge."""
    empty: dict[str, Any] = {
        "until": None,
        "verdict": None,
        "boots": 0,
        "machine": None,
        "checks": [],
        "causes": [],
        "notes": [],
    }
    return dump({"schema": SCHEMA, "exit_code": exit_code, "error": sentence, **empty})


def dump(document: dict[str, Any]) -> str:
    return json.dumps(document, indent=1) + "\n"


def cause_json(cause: Cause) -> dict[str, Any]:
    return {
        "what": cause.what,
        "verdict": cause.verdict,
        "about": list(cause.about),
        "breaks": [check.budget.title for check in cause.checks],
        "places": places_json(cause.places),
        "saving_ms": milliseconds(cause.saving_ns),
        "rss_mib": mebibytes(cause.rss_bytes),
        "modules": cause.modules,
        "fix": fix_line(cause.fixes),
        "reproduce": cause.reproduce,
        "accept": list(cause.accept),
    }


def places_json(places: Iterable[Location]) -> list[dict[str, Any]]:
    return [{"file": place.file, "line": place.line, "text": place.text} for place in places]


def milliseconds(nanoseconds: int | None) -> float | None:
    return None if nanoseconds is None else round(nanoseconds / 1e6, 3)


def mebibytes(size: int | None) -> float | None:
    return None if size is None else round(size / 2**20, 1)


def check_json(check: BudgetCheck) -> dict[str, Any]:
    budget = check.budget
    unit = budget.info.unit
    divisor = {Unit.TIME: 1_000_000, Unit.SIZE: 2**20}.get(unit, 1)

    def number(value: int | None) -> float | int | None:
        return value if value is None or divisor == 1 else round(value / divisor, 6)

    limited = unit is not Unit.NONE
    return {
        "kind": budget.kind,
        "name": budget.name,
        "verdict": check.verdict,
        "unit": unit if limited else None,
        "limit": number(budget.fail) if limited else None,
        "warn": number(budget.warn) if limited else None,
        "value": number(check.value) if limited else check.value,
        "boots": check.boots,
        "text": check.text,
        "places": places_json(check.places),
        "saving_ms": milliseconds(check.saving_ns),
        "rss_mib": mebibytes(check.rss_bytes),
        "fix": fix_line(check.fixes),
        "reproduce": check.reproduce,
        "accept": check.accept,
    }
