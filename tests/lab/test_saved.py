"""What of a saved profile can be written by now, without boots."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from inline_snapshot import snapshot

from django_startup.exceptions import UsageError
from django_startup.imports.deferral import judge
from django_startup.imports.source import read_source
from django_startup.lab.fixing import Fixed
from django_startup.lab.patch import render_patch
from django_startup.lab.saved import saved_fixes
from django_startup.profile.parts import Fix
from django_startup.profile.profile import StartupProfile
from django_startup.profile.trial import Trial
from django_startup.reports.proof import patch_header
from tests.support.advice import advise
from tests.support.profiles import MS

# What keeps deep out has to close the lines of heavy, too.
FILES = {
    "shop.py": "import views\nimport pages\nimport other\nimport fast\n",
    "views.py": "import heavy\n\n\ndef view():\n    heavy.run()\n",
    "pages.py": "import heavy\n\n\ndef page():\n    heavy.run()\n",
    "other.py": "import deep\n\n\ndef another():\n    deep.run()\n",
    "fast.py": "import plain\n\n\ndef fast():\n    plain.run()\n",
    "site/heavy.py": "import deep\n",
    "site/deep.py": "",
    "site/plain.py": "",
}
PATCHING = 'from unittest.mock import patch\n\n\n@patch("views.heavy")\ndef test_view(heavy): pass\n'


@pytest.fixture
def profile(tmp_path: Path) -> StartupProfile:
    """One whose fixes were tried, all together."""
    advised = advise(tmp_path, FILES, {"heavy": 100, "deep": 50, "plain": 25})

    def tried(fixes: tuple[Fix, ...]) -> tuple[Fix, ...]:
        return tuple(replace(fix, tried=True) for fix in fixes)

    advice = replace(advised.advice, smaller=tried(advised.advice.smaller))
    trial = Trial(4, 175 * MS, MS, ("urls",))
    read_source.cache_clear()  # each file once in a process: here they change
    judge.cache_clear()
    return replace(advised.profile, fixes=tried(advised.fixes), advice=advice, trial=trial)


def changed(fixed: Fixed) -> list[str]:
    return [edit.file for edit in fixed.edits]


def left_out(fixed: Fixed) -> dict[str, str]:
    return {left.fix.subject: left.reason for left in fixed.left_out}


def test_all_of_it(profile: StartupProfile, tmp_path: Path) -> None:
    fixed = saved_fixes(profile, tmp_path)
    assert (changed(fixed), left_out(fixed)) == (["fast.py", "other.py", "pages.py", "views.py"], {})
    assert list(patch_header(fixed)) == snapshot(
        ["heavy, deep, plain: boots to URLs · registers the same · 0.175 s ± 0.001 saved, measured · no tests were run"]
    )


def test_what_tests_patch_by_now(profile: StartupProfile, tmp_path: Path) -> None:
    """What was to add to it is left out as well: alone it saves nothing, and was not tried."""
    (tmp_path / "tests.py").write_text(PATCHING)
    fixed = saved_fixes(profile, tmp_path)
    assert render_patch(fixed.edits, patch_header(fixed)) == snapshot("""\
plain: tried together with what is left out, not without it
Left out: heavy: tests.py:4 patches heavy here: change that as well
Left out: deep: it saves nothing without what is left out
--- a/fast.py
+++ b/fast.py
@@ -1,5 +1,4 @@
-import plain
+def fast():
+    import plain
 \n\
-
-def fast():
     plain.run()
""")


def test_files_that_have_changed(profile: StartupProfile, tmp_path: Path) -> None:
    (tmp_path / "views.py").write_text("import heavy\n\nNAME = heavy.name\n\n\ndef view():\n    heavy.run()\n")
    (tmp_path / "fast.py").chmod(0o444)
    assert left_out(saved_fixes(profile, tmp_path)) == snapshot(
        {
            "heavy": "views.py:1: used at import: module level, line 3",
            "plain": "fast.py is read-only",
            "deep": "it saves nothing without what is left out",
        }
    )


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            "import json\nimport heavy\n\ndef f():\n    heavy.run()\n",
            "'import json' is on line 1, not 'import heavy'",
        ),
        ("\nimport heavy\n\ndef view():\n    heavy.run()\n", "no import is on line 1, not 'import heavy'"),
        ("import heavy\ndef (\n", "its source cannot be parsed (invalid syntax)"),
        (None, "views.py cannot be read (No such file or directory)"),
    ],
)
def test_lines_that_have_changed(profile: StartupProfile, tmp_path: Path, text: str | None, problem: str) -> None:
    (tmp_path / "views.py").unlink()
    if text is not None:
        (tmp_path / "views.py").write_text(text)
    with pytest.raises(UsageError) as error:
        saved_fixes(profile, tmp_path)
    assert str(error.value) == f"views.py has changed since it was tried: {problem}. Profile again."


def test_what_was_not_tried_is_not_written(profile: StartupProfile, tmp_path: Path) -> None:
    fixes = tuple(replace(fix, tried=False) for fix in profile.fixes)
    fixed = saved_fixes(replace(profile, fixes=fixes), tmp_path)
    assert (fixed.edits, fixed.left_out) == ((), ())


def test_what_saves_nothing_is_not_written(profile: StartupProfile, tmp_path: Path) -> None:
    fixed = saved_fixes(replace(profile, trial=replace(profile.trial, saving_ns=0)), tmp_path)
    assert (fixed.edits, fixed.left_out) == ((), ())
