"""The probe's redaction, for what this process itself knows: the command that is booted, what a boot has printed."""

from __future__ import annotations

from django_startup.measure.target import Secrets
from django_startup.probe import secret_arguments, secret_names, secret_texts, sql_literals
from django_startup.probe.redaction import Redaction


def make_redaction(secrets: Secrets = Secrets.REDACTED) -> Redaction:
    return Redaction(secret_names, secret_texts, secret_arguments, sql_literals, is_off=secrets is Secrets.SHOWN)
