"""Saves a profile to a file and loads it again (JSON, schema in profile.schema.json)."""

from __future__ import annotations

import json
from pathlib import Path

from django_startup.exceptions import UsageError
from django_startup.files import read_file
from django_startup.profile.json_form import FormError, from_json, to_json
from django_startup.profile.profile import SCHEMA, StartupProfile


def dump_profile(profile: StartupProfile, comparison: object | None = None) -> str:
    """
    The profile as a JSON document with a line an item, in ASCII, so that no file name can break it.

    A comparison stands in a key of its own, which load_profile() passes over.
    """
    document = {"schema": SCHEMA, **to_json(profile)}
    if comparison is not None:
        document["comparison"] = to_json(comparison)
    lines = []
    for key, value in document.items():
        if isinstance(value, list) and value:
            items = ",\n".join(json.dumps(item) for item in value)
            lines.append(f"{json.dumps(key)}: [\n{items}\n]")
        else:
            lines.append(f"{json.dumps(key)}: {json.dumps(value)}")
    return "{\n" + ",\n".join(lines) + "\n}\n"


def load_profile(path: Path) -> StartupProfile:
    """
    Read a saved profile.

    Raises UsageError where the file cannot be read, is no profile, or is of another version of the schema.
    """
    try:
        document = json.loads(read_file(path).decode())
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}.") from error
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{path} is not JSON ({error}); startupprofile -o FILE.json writes a profile.") from error
    schema = document.get("schema") if isinstance(document, dict) else None
    family = SCHEMA.rpartition("/")[0]
    if not isinstance(schema, str) or not schema.startswith(f"{family}/"):
        raise UsageError(f"{path} is not a start-up profile; startupprofile -o FILE.json writes one.")
    if schema != SCHEMA:
        raise UsageError(f"{path} has the schema {schema}, this django-startup reads {SCHEMA}. Record it again.")
    try:
        return from_json(StartupProfile, document, "the profile")
    except FormError as error:
        raise UsageError(f"{path} is damaged: {error}") from error
