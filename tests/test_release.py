"""What is said of a release: its tag, its version, its changelog, and the versions that are supported."""

from __future__ import annotations

import re
import runpy
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
NEWER = '[project]\nversion = "1.2.0"\n'
RELEASED = "# Changelog\n\n## Unreleased\n\n## 1.2.0 - 2027-01-31\n\n- It is there.\n\n## 1.1.0 - 2026-12-01\n"


@pytest.mark.parametrize(
    ("tag", "changelog", "problems"),
    [
        ("1.2.0", RELEASED, []),
        ("1.2.0", RELEASED.replace("## 1.2.0 - 2027-01-31", "## [1.2.0] - 2027-01-31"), []),
        ("v1.2.0", RELEASED, ["The tag is v1.2.0, the version in pyproject.toml is 1.2.0."]),
        (
            "1.2.0",
            RELEASED.replace("1.2.0", "1.3.0"),
            ["The newest version in CHANGELOG.md is 1.3.0, that in pyproject.toml is 1.2.0."],
        ),
        (
            "1.2.0",
            "# Changelog\n",
            ["The newest version in CHANGELOG.md is none, that in pyproject.toml is 1.2.0."],
        ),
        (
            "1.2.0",
            RELEASED.replace(" - 2027-01-31", ""),
            ['CHANGELOG.md has no day for 1.2.0: write "## 1.2.0 - 2027-01-31".'],
        ),
        (
            "1.2.0",
            RELEASED.replace("## Unreleased\n", "## Unreleased\n\n- Something new.\n"),
            ["CHANGELOG.md has entries under Unreleased."],
        ),
    ],
)
def test_what_keeps_a_tag_from_being_released(tag: str, changelog: str, problems: list[str]) -> None:
    script = runpy.run_path(str(ROOT / ".ci" / "release-check"))
    assert script["problems"](tag, NEWER, changelog) == problems


def test_the_version_is_the_newest_of_the_changelog() -> None:
    script = runpy.run_path(str(ROOT / ".ci" / "release-check"))
    texts = [(ROOT / name).read_text("utf-8") for name in ("pyproject.toml", "CHANGELOG.md")]
    assert set(script["problems"](PROJECT["version"], *texts)) <= {"CHANGELOG.md has entries under Unreleased."}


def test_the_workflow_checks_the_tag() -> None:
    workflow = (ROOT / ".github" / "workflows" / "release.yml").read_text("utf-8")
    assert '.ci/release-check "$GITHUB_REF_NAME"' in workflow


def test_the_supported_versions_are_those_of_the_package_and_of_the_tests() -> None:
    """The page, the README, the classifiers and tox.ini name the same."""
    django = re.findall(r"Framework :: Django :: ([\d.]+)", "\n".join(PROJECT["classifiers"]))
    python = re.findall(r"Python :: (3\.\d+)", "\n".join(PROJECT["classifiers"]))
    tox = (ROOT / "tox.ini").read_text("utf-8")
    assert set(django) == {f"{found[0]}.{found[1]}" for found in re.findall(r"^ +django(\d)(\d):", tox, re.MULTILINE)}
    assert set(python) == {f"3.{found}" for found in re.findall(r"^ +py3(\d+)-django", tox, re.MULTILINE)}
    pythons = f"CPython {python[0]} to {python[-1]}"
    page = (ROOT / "docs" / "reference" / "supported-versions.md").read_text("utf-8")
    readme = " ".join((ROOT / "README.md").read_text("utf-8").split())
    for text, joined in ((page, " and "), (readme, " or ")):
        assert pythons in text
        assert f"{', '.join(django[:-1])}{joined}{django[-1]}" in text


def test_there_is_one_version_of_each_package_that_development_installs() -> None:
    """.ci/lock writes them. Django is left out: each environment has its own."""
    document = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    groups = [document["project"]["dependencies"], *document["dependency-groups"].values()]
    wanted = [requirement for group in groups for requirement in group]
    names = {re.split(r"[^\w.-]", requirement)[0].lower() for requirement in wanted} - {"django"}
    locked = re.findall(r"^([\w.-]+)==", (ROOT / "constraints.txt").read_text("utf-8"), re.MULTILINE)
    assert names <= set(locked), "write constraints.txt anew with .ci/lock"


def test_pre_commit_runs_the_same_versions() -> None:
    """Of the tools that tox runs, too; the others are pre-commit's own."""
    hooks = (ROOT / ".pre-commit-config.yaml").read_text("utf-8")
    revisions = dict(re.findall(r"repo: \S*/([\w-]+)\n  rev: v?(\S+)", hooks))
    locked = dict(re.findall(r"^([\w.-]+)==(\S+)", (ROOT / "constraints.txt").read_text("utf-8"), re.MULTILINE))
    names = {"codespell": "codespell", "mirrors-mypy": "mypy", "ruff-pre-commit": "ruff"}
    assert {name: revisions[repository] for repository, name in names.items()} == {
        name: locked[name] for name in names.values()
    }
