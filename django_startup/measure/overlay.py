"""Source texts that one boot sees in place of the files on disk. How it does is in probe/overlay.py."""

from __future__ import annotations

import marshal
import warnings
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

DIRECTORY = "overlay"  # beside the recording
UNCHANGED: Mapping[str, bytes] = MappingProxyType({})


def compile_overlay(overlay: Mapping[str, bytes]) -> dict[str, bytes]:
    """
    The bytecode of each text, in the format of marshal, by its path.

    Its optimization level is that of this interpreter, whose options the child is given. Raises SyntaxError where a
    text cannot be compiled.
    """
    return {path: bytecode(path, text) for path, text in overlay.items()}


@lru_cache(maxsize=1024)  # a trial boots the same texts several times
def bytecode(path: str, text: bytes) -> bytes:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # those of the original text are shown where that is compiled
            return marshal.dumps(compile(text, path, "exec", dont_inherit=True))
    except SyntaxError as error:
        error.filename = path  # not of every error
        raise
    except (ValueError, OverflowError, MemoryError, RecursionError) as error:  # zero bytes; nested too deeply
        raise SyntaxError(str(error), (path, None, None, None)) from error


def write_overlay(directory: Path, overlay: Mapping[str, bytes], compiled: Mapping[str, bytes]) -> None:
    """Write texts and their bytecode into a new directory, as probe/overlay.py reads them."""
    directory.mkdir()
    for number, (path, text) in enumerate(overlay.items()):
        (directory / f"{number}.source").write_bytes(text)
        (directory / f"{number}.code").write_bytes(compiled[path])
    (directory / "index").write_bytes(marshal.dumps({path: number for number, path in enumerate(overlay)}))
