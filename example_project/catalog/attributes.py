"""Measured product attributes, and how each language writes their values."""

import re
from typing import NamedTuple

LENGTH = ("mm", "cm", "m", "in", "ft")
MASS = ("mg", "g", "kg", "t", "oz", "lb")
VOLUME = ("ml", "cl", "l", "m³", "fl oz", "gal")
POWER = ("mW", "W", "kW", "hp")
TIME = ("ms", "s", "min", "h", "d")
PRESSURE = ("Pa", "hPa", "kPa", "bar", "psi")
TEMPERATURE = ("°C", "°F", "K")

ATTRIBUTES: dict[str, tuple[str, ...]] = {
    "width": LENGTH,
    "height": LENGTH,
    "depth": LENGTH,
    "diameter": LENGTH,
    "thickness": LENGTH,
    "cable_length": LENGTH,
    "seat_height": LENGTH,
    "screen_diagonal": LENGTH,
    "weight": MASS,
    "net_weight": MASS,
    "gross_weight": MASS,
    "maximum_load": MASS,
    "volume": VOLUME,
    "capacity": VOLUME,
    "tank_size": VOLUME,
    "power": POWER,
    "standby_power": POWER,
    "peak_power": POWER,
    "charging_time": TIME,
    "running_time": TIME,
    "response_time": TIME,
    "warm_up_time": TIME,
    "pressure": PRESSURE,
    "maximum_pressure": PRESSURE,
    "temperature": TEMPERATURE,
    "colour_temperature": TEMPERATURE,
    "voltage": ("mV", "V", "kV"),
    "current": ("mA", "A"),
    "battery_charge": ("mAh", "Ah"),
    "frequency": ("Hz", "kHz", "MHz", "GHz"),
    "noise_level": ("dB", "dB(A)"),
    "luminous_flux": ("lm",),
    "torque": ("Nm", "ft lb"),
    "area": ("cm²", "m²", "sq ft"),
    "storage": ("MB", "GB", "TB", "MiB", "GiB", "TiB"),
    "data_rate": ("kbit/s", "Mbit/s", "Gbit/s"),
}


class Locale(NamedTuple):
    thousands: str
    decimal: str


LOCALES: dict[str, Locale] = {
    "bg": Locale("\u00a0", ","),
    "cs": Locale("\u00a0", ","),
    "da": Locale(".", ","),
    "de": Locale(".", ","),
    "de-at": Locale("\u00a0", ","),
    "de-ch": Locale("\u2019", "."),
    "el": Locale(".", ","),
    "en": Locale(",", "."),
    "es": Locale(".", ","),
    "et": Locale("\u00a0", ","),
    "fi": Locale("\u00a0", ","),
    "fr": Locale("\u202f", ","),
    "ga": Locale(",", "."),
    "hr": Locale(".", ","),
    "hu": Locale("\u00a0", ","),
    "it": Locale(".", ","),
    "lt": Locale("\u00a0", ","),
    "lv": Locale("\u00a0", ","),
    "mt": Locale(",", "."),
    "nb": Locale("\u00a0", ","),
    "nl": Locale(".", ","),
    "pl": Locale("\u00a0", ","),
    "pt": Locale(".", ","),
    "ro": Locale(".", ","),
    "sk": Locale("\u00a0", ","),
    "sl": Locale(".", ","),
    "sv": Locale("\u00a0", ","),
}


def value_pattern(code: str, unit: str, locale: str) -> str:
    """The pattern of a value, such as "max. 1,200-1,500.5 mm" or "12 ± 0.5 g"."""
    thousands, decimal = map(re.escape, LOCALES[locale])
    number = rf"(?:\d{{1,3}}(?:{thousands}\d{{3}})+|\d+)(?:{decimal}\d+)?"
    return (
        rf"(?:(?P<{code}_limit>ca\.|max\.|min\.|[<>≤≥])\s*)?"
        rf"(?P<{code}>[-+]?{number})"
        rf"(?:\s*[-–]\s*(?P<{code}_to>{number})|\s*±\s*(?P<{code}_margin>{number}))?"
        rf"\s*(?P<unit>{re.escape(unit)})"
    )


def parse_value(code: str, locale: str, text: str) -> re.Match[str] | None:
    for unit in ATTRIBUTES[code]:
        if match := re.fullmatch(value_pattern(code, unit, locale), text.strip()):
            return match
    return None
