"""Whose the entry script is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from django_startup.imports.subjects import Subjects
from django_startup.profile.profile import GraphInfo
from tests.support.profiles import make_module, make_profile


@pytest.mark.parametrize(
    ("file", "is_own"),
    [
        ("manage.py", True),
        ("bin/shop-admin", True),
        ("/srv/shop/manage.py", True),
        ("/env/bin/celery", False),
        ("/env/lib/python3.13/site-packages/uvicorn/__main__.py", False),
    ],
)
def test_what_an_installer_wrote_is_not_the_project_s_to_change(file: str, is_own: bool) -> None:
    graph = GraphInfo(("", "__main__", "celery"), (file,), ((1, 0, 4, 0),), ((0, 1, -1), (1, 2, 0)))
    subjects = Subjects(replace(make_profile(), modules=(make_module("celery"),), graph=graph))
    assert (subjects.is_own(1), subjects.is_module_own("__main__")) == (is_own, is_own)


def test_a_script_that_imports_nothing() -> None:
    subjects = Subjects(replace(make_profile(), graph=GraphInfo(("", "__main__"), (), (), ((0, 1, -1),))))
    assert subjects.is_own(1)
