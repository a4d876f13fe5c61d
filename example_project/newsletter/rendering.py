import logging
import subprocess
import sys
from pathlib import Path

logger = logging.getLogger(__name__)

RENDERER = Path(__file__).parent / "bin" / "render_mail.py"


def run_renderer(*args: str, text: str = "") -> str:
    result = subprocess.run(
        [sys.executable, str(RENDERER), *args],
        input=text,
        capture_output=True,
        check=True,
        encoding="utf-8",
        timeout=30,
    )
    return result.stdout


def find_renderer_version() -> str:
    try:
        return run_renderer("--version").strip()
    except (OSError, subprocess.SubprocessError):
        logger.warning("The newsletter renderer does not run", exc_info=True)
        return "unknown"


def render(subject: str, text: str, format: str = "html") -> str:
    return run_renderer("--subject", subject, "--format", format, text=text)
