"""What --fix has written, what it has left as it is, and what has been shown of it."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Group, RenderableType

from django_startup.lab.fixing import Fixed
from django_startup.lab.repository import listed
from django_startup.reports.advice import smaller_sentence
from django_startup.reports.console.fixes import numbered, refused_list, refused_table
from django_startup.reports.console.words import Words
from django_startup.reports.proof import MEASURED, proof
from django_startup.text import printable, short_file


def render_fixed(fixed: Fixed) -> RenderableType:
    parts: list[RenderableType] = []
    if fixed.edits:
        names = listed([short_file(edit.file) for edit in fixed.edits])
        parts += [heading("WRITTEN", names), Words(proof(fixed.profile, are_tested=fixed.tests is not None))]
        large = [fix for fix in fixed.profile.fixes if fix in fixed.fixes]
        small = smaller_sentence([fix for fix in fixed.fixes if fix not in large])
        parts += [Words(""), numbered(large, False), *([Words(printable(f"and {small}"))] if small else [])]
    else:
        parts.append(heading("NOTHING WRITTEN", why_nothing(fixed)))
    if fixed.left_out:
        parts += [Words(""), heading("LEFT OUT", ""), refused_table(fixed.left_out)]
    refused = refused_list(fixed.profile.trial)
    parts += [Words(""), refused] if refused else []
    for note in notes(fixed):
        parts += [Words(""), Words(printable(note))]
    if fixed.edits:
        parts += [Words(""), Words("NEXT  git diff")]
    return Group(*parts)


def heading(title: str, text: str) -> Words:
    words = Words(title, style="bold")
    words.append(printable(f"  {text}").rstrip(), "not bold")
    return words


def why_nothing(fixed: Fixed) -> str:
    if fixed.fixes:
        return MEASURED
    if fixed.small:
        return f"{smaller_sentence(fixed.small)}: written with larger ones only, or by --only NAME"
    if fixed.left_out or fixed.profile.trial.refused:
        return "no fix is left that can be written"
    return "no import of your project was found that can move and takes 1 ms"


def notes(fixed: Fixed) -> Iterator[str]:
    if fixed.tests is not None and fixed.tests.changed:
        yield f"The tests change files themselves: {listed(fixed.tests.changed)}."
    if fixed.changed:
        yield f"Changed while the tests ran: {listed(fixed.changed)}."
