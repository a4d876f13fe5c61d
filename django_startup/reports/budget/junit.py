"""A JUnit XML file: one test case a budget."""

from __future__ import annotations

from xml.etree import ElementTree

from django_startup.gate.budgets import BudgetReport, Verdict
from django_startup.reports.budget.words import details, statement, title
from django_startup.text import printable


def render_junit(report: BudgetReport) -> str:
    """A test suite; what is over fails, what is unsure is skipped, the time of a case is what was measured."""
    failures = sum(check.verdict is Verdict.OVER for check in report.checks)
    skipped = sum(check.verdict is Verdict.UNSURE for check in report.checks)
    totals = {"tests": str(len(report.checks)), "failures": str(failures), "errors": "0", "skipped": str(skipped)}
    suites = ElementTree.Element("testsuites", totals)
    suite = ElementTree.SubElement(suites, "testsuite", {"name": f"start-up to {report.until}", **totals})
    for check in report.checks:
        seconds = (check.value or 0) / 1e9 if check.budget.info.is_timed else 0.0
        attributes = {"classname": "django-startup", "name": printable(title(check)), "time": f"{seconds:.6f}"}
        case = ElementTree.SubElement(suite, "testcase", attributes)
        message = printable(statement(check))
        if check.verdict is Verdict.OVER:
            failure = ElementTree.SubElement(case, "failure", {"message": message})
            failure.text = "\n".join(printable(line) for line in details(check))
        elif check.verdict is Verdict.UNSURE:
            ElementTree.SubElement(case, "skipped", {"message": message})
        else:
            ElementTree.SubElement(case, "system-out").text = message
    return document(suites)


def render_junit_error(sentence: str) -> str:
    """The same where there was nothing to judge: one test case, with an error."""
    totals = {"tests": "1", "failures": "0", "errors": "1", "skipped": "0"}
    suites = ElementTree.Element("testsuites", totals)
    suite = ElementTree.SubElement(suites, "testsuite", {"name": "start-up", **totals})
    case = ElementTree.SubElement(suite, "testcase", {"classname": "django-startup", "name": "boot", "time": "0"})
    ElementTree.SubElement(case, "error", {"message": printable(sentence)})
    return document(suites)


def document(suites: ElementTree.Element) -> str:
    ElementTree.indent(suites, " ")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ElementTree.tostring(suites, encoding="unicode")}\n'
