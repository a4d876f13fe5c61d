"""How many differences are named in a sentence."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from django_startup.compare.comparison import Registration
from django_startup.lab.differences import at_first_use, lost_changes, titles
from django_startup.profile.effects import Change


def test_many_registrations_in_a_sentence() -> None:
    entries = [Registration("celery_tasks", name, "", "shop") for name in "abcde"]
    assert titles(entries[:3]) == "celery task a, celery task b, celery task c"
    assert titles(entries) == "celery task a, celery task b, celery task c and 2 more"
    assert at_first_use(entries[:1]) == "celery task a would be registered only at the first use"


RECEIVERS = Change("shop.signals", "django.db.models.base", "django.db.models.base.pre_save.receivers")
SAME = Change("shop.signals", "django.db.models.signals", "django.db.models.signals.pre_save.receivers")
OTHER = Change("shop.other", "django.db.models.signals", "django.db.models.signals.pre_save.receivers")


@pytest.mark.parametrize(
    ("after", "lost"),
    [
        ([RECEIVERS], []),
        ([Change("shop.signals", "django.db.models.signals", "django.db.models.signals.pre_save.receivers")], []),
        (
            [Change("shop.other", "django.db.models.signals", "django.db.models.signals.pre_save.receivers")],
            [RECEIVERS],
        ),
        ([], [RECEIVERS]),
    ],
)
def test_a_change_goes_by_another_name(after: list[Change], lost: list[Change]) -> None:
    before: Any = SimpleNamespace(changes=[RECEIVERS])
    now: Any = SimpleNamespace(changes=after)
    assert lost_changes(before, now, {"django.db.models.base": None}) == lost
