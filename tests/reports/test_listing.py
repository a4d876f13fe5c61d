"""Tables that fit the terminal."""

from __future__ import annotations

import pytest
from inline_snapshot import snapshot
from rich.cells import cell_len
from rich.console import Console, Group
from rich.padding import Padding
from rich.table import Table

from django_startup.reports.console.listing import Column, Listing
from django_startup.reports.console.plain_text import as_file_text, as_text, whole_width
from django_startup.reports.console.words import Words

COLUMNS = [
    Column("PACKAGES"),
    Column("self", is_figure=True, worth=2),
    Column("cumulative", is_figure=True, worth=1),
    Column("door", is_place=True),
]


def listing() -> Listing:
    table = Listing(COLUMNS)
    table.add_row(Words("django-oauth-toolkit 2.3.0"), "0.043 s", "0.190 s", Words("pretix/control/views/users.py:128"))
    table.add_row(Words("numpy"), "0.100 s", "0.100 s", Words("shop/urls.py:3 and 2 more"))
    table.add_row("and 3 more", "0.010 s", style="dim")
    return table


def test_wide_enough() -> None:
    assert as_text(listing(), 120) == snapshot("""\
PACKAGES                       self  cumulative  door
django-oauth-toolkit 2.3.0  0.043 s     0.190 s  pretix/control/views/users.py:128
numpy                       0.100 s     0.100 s  shop/urls.py:3 and 2 more
and 3 more                  0.010 s
""")


def test_names_and_places_share_what_there_is() -> None:
    assert as_text(listing(), 64) == snapshot("""\
PACKAGES               self  cumulative  door
django-oa…-toolkit  0.043 s     0.190 s  …/views/users.py:128
2.3.0
numpy               0.100 s     0.100 s  shop/urls.py:3 and 2
                                         more
and 3 more          0.010 s
""")


def test_places_stand_under_the_names_in_a_narrow_terminal() -> None:
    assert as_text(listing(), 50) == snapshot("""\
PACKAGES                       self  cumulative
django-oauth-toolkit 2.3.0  0.043 s     0.190 s
  pretix/control/views/users.py:128
numpy                       0.100 s     0.100 s
  shop/urls.py:3 and 2 more
and 3 more                  0.010 s
""")


def test_then_figures_go_that_are_worth_least() -> None:
    assert as_text(listing(), 30) == snapshot("""\
PACKAGES                  self
django-oauth-toolkit   0.043 s
2.3.0
  …/control/views/users.py:128
numpy                  0.100 s
  shop/urls.py:3 and 2 more
and 3 more             0.010 s
""")


def test_names_alone() -> None:
    assert as_text(listing(), 14) == snapshot("""\
PACKAGES
django-…oolkit
2.3.0
  …sers.py:128
numpy
  …/urls.py:3
  and 2 more
and 3 more
""")


@pytest.mark.parametrize("width", range(8, 130))
def test_it_never_is_too_wide(width: int) -> None:
    assert all(cell_len(line) <= width for line in as_text(listing(), width).splitlines())


def test_the_names_need_not_be_in_the_first_column() -> None:
    table = Listing([Column("CHANGES"), Column(""), Column("now", is_figure=True), Column("where", is_place=True)])
    table.add_row("slower", "package stripe", "0.300 s", "billing/models.py:3")
    assert as_text(table, 40) == snapshot("""\
CHANGES                      now
slower   package stripe  0.300 s
           billing/models.py:3
""")


def test_without_rows() -> None:
    assert as_text(Listing(COLUMNS), 80) == "PACKAGES  self  cumulative  door\n"


def test_how_wide_it_has_to_be_for_all_to_be_whole() -> None:
    table = listing()
    console = Console(width=80)
    measured = table.__rich_measure__(console, console.options)
    assert (measured.minimum, measured.maximum) == (16, table.whole_width)
    grid = Table.grid()
    grid.add_column()
    grid.add_column()
    grid.add_row("1", Words("a/long/path and more"))
    assert whole_width(Group(Padding(table, (0, 0, 0, 2)), "x", grid)) == table.whole_width + 2
    assert whole_width(grid) == 1 + len("a/long/path") + 4
    assert whole_width(Group()) == whole_width(Table.grid()) == whole_width(3) == 0


def test_in_a_file_names_and_paths_are_whole() -> None:
    table = Listing(COLUMNS)
    name, place = "n" * 90, f"{'directory/' * 20}urls.py:3"
    table.add_row(name, "0.100 s", "0.100 s", place)
    text = as_file_text(table)
    assert name in text
    assert place in text
