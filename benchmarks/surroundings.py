"""What a benchmark ran on, for the line above its table."""

from __future__ import annotations

import os
import platform
from pathlib import Path


def surroundings() -> str:
    """The machine and the interpreter."""
    model = ""
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        names = [line.partition(":")[2].strip() for line in cpuinfo.read_text().splitlines() if "model name" in line]
        model = f" ({names[0]})" if names else ""
    interpreter = f"{platform.python_implementation()} {platform.python_version()}"
    return f"{os.cpu_count()} processors{model}, {platform.system()} {platform.machine()}, {interpreter}"
