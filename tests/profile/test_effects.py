"""What is said of side effects, and of what could not be read."""

from __future__ import annotations

import pytest

from django_startup.profile.effects import BODY, SideEffect, UnreadableRegistry


def test_sentences() -> None:
    changes, tags = (UnreadableRegistry(name, "KeyError: 3") for name in ("changes", "template_tags"))
    assert changes.sentence == "what imports change in other modules could not be watched (KeyError: 3)"
    assert tags.sentence == "the registry template tags could not be read (KeyError: 3)"


@pytest.mark.parametrize(
    ("function", "phase", "app", "code"),
    [
        ("ready", "ready", "billing", "ready() of billing"),
        ("load", "ready", "billing", "load(), in ready() of billing"),
        ("", "ready", "billing", "in ready() of billing"),
        ("ready", "ready", None, "ready(), in ready"),
        (BODY, "settings", None, "at module level, in settings"),
        ("", "settings", None, "in settings"),
    ],
)
def test_the_code_that_a_side_effect_is_in(function: str, phase: str, app: str | None, code: str) -> None:
    effect = SideEffect("subprocess", "mjml", "", phase, app, None, "", 0, function, 0)
    assert effect.code == code
