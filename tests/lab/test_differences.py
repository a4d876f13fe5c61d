"""How many differences are named in a sentence."""

from __future__ import annotations

from django_startup.compare.comparison import Registration
from django_startup.lab.differences import at_first_use, titles


def test_many_registrations_in_a_sentence() -> None:
    entries = [Registration("celery_tasks", name, "", "shop") for name in "abcde"]
    assert titles(entries[:3]) == "celery task a, celery task b, celery task c"
    assert titles(entries) == "celery task a, celery task b, celery task c and 2 more"
    assert at_first_use(entries[:1]) == "celery task a would be registered only at the first use"
