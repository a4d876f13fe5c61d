"""What is said of what could not be read."""

from __future__ import annotations

from django_startup.profile.effects import UnreadableRegistry


def test_sentences() -> None:
    changes, tags = (UnreadableRegistry(name, "KeyError: 3") for name in ("changes", "template_tags"))
    assert changes.sentence == "what imports change in other modules could not be watched (KeyError: 3)"
    assert tags.sentence == "the registry template tags could not be read (KeyError: 3)"
