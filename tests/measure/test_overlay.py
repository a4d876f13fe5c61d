"""The bytecode of an overlay, made in the parent."""

from __future__ import annotations

import marshal

import pytest

from django_startup.measure.overlay import compile_overlay


def test_any_encoding() -> None:
    texts = {
        "/utf8.py": "SIGN = '½'",
        "/bom.py": "\ufeffSIGN = '½'",
        "/latin.py": "# coding: latin-1\r\nSIGN = '½'",
    }
    data = {path: text.encode("latin-1" if "latin" in path else "utf-8") for path, text in texts.items()}
    for path, code in compile_overlay(data).items():
        found: dict[str, str] = {}
        exec(marshal.loads(code), found)
        assert (found["SIGN"], marshal.loads(code).co_filename) == ("½", path)


def test_warnings_of_the_compiler_are_no_errors() -> None:
    compile_overlay({"/a.py": rb"PATTERN = '\d'"})


def test_it_does_not_inherit_from_this_file() -> None:
    found: dict[str, type] = {}
    exec(marshal.loads(compile_overlay({"/a.py": b"class A:\n    x: int"})["/a.py"]), found)
    assert found["A"].__annotations__ == {"x": int}


@pytest.mark.parametrize(
    "text",
    [b"import\n", b"x = '\0'\n", b"# coding: nothing\n", b"x = '\xbd'\n", b"x = " + b"-" * 100_000 + b"1\n"],
    ids=["syntax", "zero byte", "unknown encoding", "wrong encoding", "nested too deeply"],
)
def test_what_does_not_compile(text: bytes) -> None:
    with pytest.raises(SyntaxError) as caught:
        compile_overlay({"/a.py": text})
    assert caught.value.filename == "/a.py"
