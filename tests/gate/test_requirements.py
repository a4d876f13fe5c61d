from __future__ import annotations

from pathlib import Path

from django_startup.gate.requirements import required_by, requirer_of


def distribution(site: Path, name: str, *requires: str) -> None:
    directory = site / f"{name}-1.dist-info"
    directory.mkdir(parents=True)
    lines = [f"Requires-Dist: {line}" for line in requires]
    (directory / "METADATA").write_text("\n".join(["Metadata-Version: 2.1", f"Name: {name}", "Version: 1", *lines, ""]))


def test_what_distributions_require(tmp_path: Path) -> None:
    distribution(tmp_path / "a", "server", "Middle.Ware (>=1)", 'idna; extra == "tls"', "; nothing")
    distribution(tmp_path / "a", "middle_ware", "msgpack>=1", "server")
    distribution(tmp_path / "b", "server")
    distribution(tmp_path / "b", "kombu")
    found = required_by([str(tmp_path / "a"), str(tmp_path / "b")])
    assert found == {"server": {"middle-ware"}, "middle-ware": {"msgpack", "server"}, "kombu": set()}
    assert requirer_of("msgpack", ["kombu", "server"], found) == "server"
    assert requirer_of("server", ["server", "kombu"], found) == ""
    assert requirer_of("idna", ["server", "kombu"], found) == ""


def test_metadata_that_cannot_be_read(tmp_path: Path) -> None:
    distribution(tmp_path, "server", "msgpack")
    (tmp_path / "broken-1.dist-info").mkdir()
    (tmp_path / "broken-1.dist-info" / "METADATA").write_bytes(b"Name: \xff\xfe")
    assert required_by([str(tmp_path)])["server"] == {"msgpack"}
