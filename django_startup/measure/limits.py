"""How much is measured where no option says otherwise."""

from __future__ import annotations

TIMEOUT = 300.0  # seconds for one boot
LEAST_RUNS = 2
MAX_RUNS = 10
