import re
from collections.abc import Sequence
from itertools import product

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error

from .attributes import ATTRIBUTES, LOCALES, value_pattern


def check_attribute_patterns(app_configs: Sequence[AppConfig] | None, **kwargs: object) -> list[CheckMessage]:
    """Every attribute can be read in every language of the shop."""
    if app_configs is not None and all(app.label != "catalog" for app in app_configs):
        return []
    errors: list[CheckMessage] = []
    for code, units in ATTRIBUTES.items():
        for unit, (locale, (thousands, decimal)) in product(units, LOCALES.items()):
            try:
                pattern = re.compile(value_pattern(code, unit, locale))
            except re.error as exc:
                message = f"{code} in {unit} ({locale}): {exc}"
                errors.append(Error(message, id="catalog.E001"))
                continue
            for sample in (f"max. 5 {unit}", f"1{thousands}234{decimal}5-2000{unit}"):
                if not pattern.fullmatch(sample):
                    message = f"{code} ({locale}) does not accept {sample!r}"
                    errors.append(Error(message, id="catalog.E002"))
    return errors
