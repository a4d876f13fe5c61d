"""Groups of imports by what becomes of them: a heading, then a sentence on each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rich.padding import Padding

from django_startup.reports.console.words import Words
from django_startup.text import printable


def heading(title: str, text: str) -> Words:
    words = Words(title, style="bold")
    words.append(printable(f"  {text}").rstrip(), "not bold")
    return words


def sentences(texts: Iterable[str], top: int) -> Iterator[Padding]:
    """At most top of texts, and how many more there are."""
    texts = list(texts)
    shown = [*texts[:top], more(len(texts) - top)] if len(texts) > top else texts
    for text in shown:
        yield Padding(Words(printable(text)), (0, 0, 0, 2), expand=False)


def more(count: int) -> str:
    return f"and {count:,} more: --top N, or -o FILE.json"
