"""What the reports say of a cold start."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest
from inline_snapshot import snapshot

import django_startup.profile
from django_startup.profile.cold import ColdKind, ColdStart, Compiled, KeptFile
from django_startup.profile.profile import StartupProfile
from django_startup.profile.profile_file import dump_profile, load_profile
from django_startup.reports.cold import cold_section
from django_startup.reports.console.plain_text import as_text
from django_startup.reports.console.profile import render_text
from django_startup.reports.console.sections import render_sections
from django_startup.reports.html.page import render_html
from django_startup.reports.markdown.profile import render_markdown
from django_startup.reports.sections import FigureTable
from tests.support.profiles import MS, make_cold_start, make_profile

SCHEMA = json.loads((Path(django_startup.profile.__file__).parent / "profile.schema.json").read_text())


@pytest.fixture
def profile() -> StartupProfile:
    return replace(make_profile(), cold=make_cold_start())


def sentences(cold: ColdStart) -> str:
    section = cold_section(cold, 10)
    return "\n".join([*section.warnings, *(part for part in section.parts if isinstance(part, str))])


def with_boots(cold: ColdStart, *kinds: ColdKind, **figures: int | None) -> ColdStart:
    """cold with other figures for some kinds of boots."""
    return replace(
        cold,
        boots=tuple(replace(boot, **figures) if boot.kind in kinds else boot for boot in cold.boots),  # type: ignore[arg-type]
    )


def test_the_console(profile: StartupProfile) -> None:
    assert as_text(render_sections(profile, top=3), 80) == snapshot("""\
manage.py to system checks, 2 boots, Python 3.13.0, Django 5.2.19

  COLD START                 time     needs      read  faults  files  compiled
  warm                    0.400 s  35.0 MiB   0.0 MiB       0  1,812         0
  cold disk               0.600 s  35.0 MiB  31.0 MiB      36  1,812         0
  cold disk, no bytecode  1.800 s  35.0 MiB  31.0 MiB      36  1,812     1,021

  needs: what of its files is in memory at the end; a machine that has none of
  them reads as much. read: what it read from the disk here.
  A fresh container starts 1.400 s later: 0.200 s for the disk, 1.200 s without
  bytecode (compiling takes 1.021 s of CPU time).
  4.0 MiB stayed in memory, mapped by other processes, say:
  /usr/lib/libpython3.13.so 2.0 MiB, /usr/lib/libc.so.6 1.0 MiB,
  /usr/lib/libssl.so 0.5 MiB and 1 more files.

  WHAT COMPILING COSTS  CPU time  modules
  Django                 0.500 s      500
  the standard library   0.300 s      300
  app billing            0.200 s      200
  and 1 more

  WHAT WOULD HELP, tried             time    saves  compiled     needs
  compileall                      0.620 s  1.180 s         0  35.0 MiB
  compileall, unchecked-hash      0.615 s  1.185 s         0  35.0 MiB
  site-packages only (uv)         0.900 s  0.900 s       260  35.0 MiB
  second start, bytecode written  0.410 s  1.390 s         0  35.0 MiB
  second start, none written      1.500 s  0.300 s     1,021  35.0 MiB

  Compile while the image is built: python -m compileall -q DIRECTORY ... for
  the project, site-packages and the standard library. Saves 1.180 s of each
  first start.
  --invalidation-mode unchecked-hash: no measurable difference in time.
  UV_COMPILE_BYTECODE=1 compiles what is in site-packages. It misses 260 modules
  (the standard library 240, app billing 20), 0.260 s of CPU time: run
  compileall on these, too.
  With PYTHONDONTWRITEBYTECODE=1 each further start of the same container takes
  1.090 s longer: it compiles 1,021 modules again.
""")


def test_a_whole_report_has_it_too(profile: StartupProfile) -> None:
    assert "COLD START" in render_text(profile, top=3)
    assert "COLD START" not in render_text(make_profile(), top=3)


def test_markdown(profile: StartupProfile) -> None:
    text = render_markdown(profile, top=3)
    lines = text[text.index("**Cold start**") : text.index("**How sure")].splitlines()
    assert "\n".join(line for line in lines if line.startswith(("|", "**"))) == snapshot("""\
**Cold start**
| cold start | time | needs | read | faults | files | compiled |
|---|--:|--:|--:|--:|--:|--:|
| warm | 0.400 s | 35.0 MiB | 0.0 MiB | 0 | 1,812 | 0 |
| cold disk | 0.600 s | 35.0 MiB | 31.0 MiB | 36 | 1,812 | 0 |
| cold disk, no bytecode | 1.800 s | 35.0 MiB | 31.0 MiB | 36 | 1,812 | 1,021 |
| what compiling costs | CPU time | modules |
|---|--:|--:|
| Django | 0.500 s | 500 |
| the standard library | 0.300 s | 300 |
| app billing | 0.200 s | 200 |
| and 1 more | | |
| what would help, tried | time | saves | compiled | needs |
|---|--:|--:|--:|--:|
| compileall | 0.620 s | 1.180 s | 0 | 35.0 MiB |
| compileall, unchecked-hash | 0.615 s | 1.185 s | 0 | 35.0 MiB |
| site-packages only (uv) | 0.900 s | 0.900 s | 260 | 35.0 MiB |
| second start, bytecode written | 0.410 s | 1.390 s | 0 | 35.0 MiB |
| second start, none written | 1.500 s | 0.300 s | 1,021 | 35.0 MiB |\
""")
    assert [line[:35] for line in lines if line and not line.startswith(("|", "**"))] == snapshot(
        [
            "needs: what of its files is in memo",
            "A fresh container starts 1.400 s la",
            "4.0 MiB stayed in memory, mapped by",
            "Compile while the image is built: p",
            "--invalidation-mode unchecked-hash:",
            "UV\\_COMPILE\\_BYTECODE=1 compiles wh",
            "With PYTHONDONTWRITEBYTECODE=1 each",
        ]
    )


def test_html(profile: StartupProfile) -> None:
    evil = replace(
        profile.cold, packages=(Compiled("<b>\n", 1, MS), *profile.cold.packages * 3), problem="Nothing <i>here</i>."
    )
    page = render_html(replace(profile, cold=evil))
    assert "<h2>Cold start</h2>" in page
    assert '<th scope="row">&lt;b&gt;\\n</th>' in page
    assert '<p class="warning">Nothing &lt;i&gt;here&lt;/i&gt;.</p>' in page
    assert "and 3 more</p>" in page
    assert "<h2>Cold start</h2>" not in render_html(make_profile())


def test_a_saved_cold_start_is_valid_and_loads_again(profile: StartupProfile, tmp_path: Path) -> None:
    text = dump_profile(profile)
    jsonschema.Draft202012Validator(SCHEMA).validate(json.loads(text))
    (tmp_path / "profile.json").write_text(text)
    assert load_profile(tmp_path / "profile.json") == profile


def test_bytecode_that_cannot_be_written() -> None:
    cold = with_boots(make_cold_start(), ColdKind.WARM, compiled=1)
    assert cold_section(cold, 10).warnings == snapshot(
        ("1 module is compiled in every start here, the warm one too: the bytecode cannot be written (cold-bytecode).",)
    )


def test_a_system_that_tells_nothing() -> None:
    silent: dict[str, int | None] = dict.fromkeys(("needed_bytes", "read_bytes", "kept_bytes", "faults"))
    cold = replace(with_boots(make_cold_start(), *ColdKind, **silent), kept=(), hidden=7, problem="It cannot.")
    section = cold_section(cold, 10)
    table = section.parts[0]
    assert isinstance(table, FigureTable)
    assert table.rows[2] == ("cold disk, no bytecode", "1.800 s", "-", "-", "-", "1,812", "1,021")
    assert section.warnings == ("It cannot.",)
    silenced = replace(make_profile(), cold=cold)
    assert "\n  It cannot.\n" in as_text(render_sections(silenced, top=3), 80)
    assert "\n> :warning: It cannot.\n" in render_markdown(silenced, top=3)
    assert "Whether 7 files of other users stayed in memory, the system does not say." in section.parts


def test_what_does_not_help_is_no_advice() -> None:
    """All boots take as long as each other, give or take what boots differ by."""
    cold = with_boots(make_cold_start(), *ColdKind, time_ns=1000 * MS)
    cold = replace(cold, missed=(), kept=(KeptFile("/a", 2**20),), kept_files=1)
    assert [line[:35] for line in sentences(cold).splitlines()] == snapshot(
        [
            "needs: what of its files is in memo",
            "A fresh container starts 0.000 s la",
            "4.0 MiB stayed in memory, mapped by",
            "--invalidation-mode unchecked-hash:",
        ]
    )


def test_unchecked_bytecode_that_helps() -> None:
    cold = with_boots(make_cold_start(), ColdKind.UNCHECKED, time_ns=500 * MS)
    assert "--invalidation-mode unchecked-hash saves 0.120 s more: changed sources are not seen any more." in sentences(
        cold
    )


def test_more_owners_than_are_named() -> None:
    cold = make_cold_start()
    assert "(Django 500, the standard library 300, app billing 200 and 1 more)" in sentences(
        replace(cold, missed=cold.packages)
    )


def test_the_boot_of_a_budget_alone() -> None:
    cold = make_cold_start()
    alone = ColdStart(boots=cold.boots[2:3])
    section = cold_section(alone, 10)
    assert [part.title for part in section.parts if isinstance(part, FigureTable)] == ["COLD START"]
    assert sentences(alone) == ""
    tried = cold_section(ColdStart(boots=cold.boots[3:4]), 10).parts[-1]
    assert isinstance(tried, FigureTable)
    assert tried.rows[0][2] == "0.000 s"
