"""Another revision, and what the machine can tell."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from inline_snapshot import snapshot

from tests.support.budget import (
    TABLE,
    budget,
    declare,
    git,
    refuse,
    report,
    state,
    verdicts,
)
from tests.support.helpers import app_config, environment, left_behind, make_project


@pytest.fixture
def repository(project: Path) -> Path:
    """A project in a repository, with changes in its working tree and in its index."""
    git(project, "init", "--quiet", "--initial-branch=main")
    git(project, "config", "user.name", "Tests")
    git(project, "config", "user.email", "tests@example.com")
    (project / ".gitignore").write_text("__pycache__/\n")
    git(project, "add", ".")
    git(project, "commit", "--quiet", "-m", "First")
    hook = project / ".git" / "hooks" / "post-checkout"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\ntouch hooked\n")
    hook.chmod(0o755)
    (project / "staged.py").write_text("")
    git(project, "add", "staged.py")
    (project / "billing/models.py").write_text("import wsgiref.util\nimport xmlrpc.client\nimport mailbox\n")
    return project


def test_against_the_last_commit(repository: Path) -> None:
    before = state(repository)
    options = ("--against", "HEAD", "--forbid", "mailbox", "--forbid", "wsgiref", "--forbid", "pandas")
    document = report(repository, *options, code=1)
    texts = {check["name"]: check["text"] for check in document["checks"] if check["kind"] == "forbid"}
    assert texts == snapshot(
        {
            "mailbox": "mailbox is imported; caused by this change",
            "wsgiref": "wsgiref is imported; the base is over budget too",
            "pandas": "pandas is not imported",
        }
    )
    assert state(repository) == before
    assert not list(repository.parent.rglob("hooked"))


def test_against_the_last_commit_in_time(repository: Path) -> None:
    git(repository, "checkout", "--quiet", "billing/models.py")
    (repository / "hooked").unlink(missing_ok=True)
    before = state(repository)
    document = report(repository, "--against", "HEAD", "--max", "1ms", "--max-cpu", "60s", code=1)
    checks = {f"{check['kind']} {check['name']}".rstrip(): check for check in document["checks"]}
    assert checks["max"]["text"].endswith("; the base is over budget too")
    assert checks["max-cpu"]["verdict"] == "within"
    assert checks["baseline time"]["verdict"] in ("within", "warn", "unsure")
    assert document["notes"] == []
    assert state(repository) == before


def test_waiting_in_a_changed_module(repository: Path) -> None:
    (repository / "billing/models.py").write_text("# It waits\nimport time\n\ntime.sleep(1)\n")
    document = report(repository, "--against", "HEAD", code=1)
    (check,) = [check for check in document["checks"] if check["name"] == "waiting"]
    assert check["verdict"] == "over"
    assert "; billing.models waits " in check["text"]
    (place,) = check["places"]
    assert (place["file"], place["line"]) == ("billing/models.py", 4)
    assert check["fix"] == snapshot(
        "billing/models.py:4 time.sleep(1): waiting at start: take it out, or let a thread sleep"
    )


def test_against_a_subdirectory_of_a_repository(tmp_path: Path) -> None:
    project = make_project(tmp_path / "repository", name="backend")
    (project.parent / "temporary").mkdir(exist_ok=True)
    git(project.parent, "init", "--quiet")
    git(project, "add", ".")
    git(project, "-c", "user.name=T", "-c", "user.email=t@example.com", "commit", "--quiet", "-m", "First")
    assert report(project, "--against", "HEAD", "--exact-only")["verdict"] == "within"


def test_against_without_an_entry_script(repository: Path) -> None:
    (repository / "manage.py").unlink()
    env = {"DJANGO_SETTINGS_MODULE": "shop.settings"}
    document = report(repository, "--against", "HEAD", "--exact-only", "--forbid", "mailbox", code=1, env=env)
    assert document["checks"][0]["text"] == snapshot("mailbox is imported; caused by this change")


def test_against_a_revision_without_the_project(repository: Path) -> None:
    tree = git(repository, "hash-object", "-t", "tree", "-w", os.devnull).strip()
    commit = git(repository, "commit-tree", tree, "-m", "Empty").strip()
    before = state(repository)
    assert refuse(repository, "--against", commit) == snapshot(
        "manage.py is not in that revision, or not in the repository."
    )
    assert state(repository) == before


@pytest.mark.parametrize("revision", ["missing", "-x", "HEAD~9", "^HEAD"])
def test_against_no_revision(repository: Path, revision: str) -> None:
    before = state(repository)
    assert refuse(repository, f"--against={revision}") == (
        f"--against {revision}: there is no such revision in {repository}."
    )
    assert state(repository) == before


def test_against_a_revision_that_a_shallow_clone_lacks(repository: Path) -> None:
    git(repository, "commit", "--quiet", "--allow-empty", "-m", "Second")
    clone = repository.with_name("clone")
    git(repository, "clone", "--quiet", "--depth=1", f"file://{repository}", str(clone))
    assert refuse(clone, "--against", "HEAD~1") == (
        f"--against HEAD~1: there is no such revision in {clone}, which is a shallow clone: get all of it "
        "(fetch-depth: 0 for actions/checkout, GIT_DEPTH: 0 for GitLab, git fetch --unshallow elsewhere)."
    )


def test_against_in_a_repository_of_somebody_else(repository: Path) -> None:
    sentence = refuse(repository, "--against", "HEAD", env={"GIT_TEST_ASSUME_DIFFERENT_OWNER": "1"})
    assert sentence == (
        "--against HEAD: git does not trust this repository, which belongs to another user; if you do, run "
        f"git config --global --add safe.directory {repository}"
    )


def test_against_without_git(repository: Path) -> None:
    assert refuse(repository, "--against", "HEAD", env={"PATH": str(repository)}) == (
        snapshot("--against HEAD: git cannot be run: No such file or directory.")
    )


def test_a_base_that_does_not_boot(repository: Path) -> None:
    (repository / "billing/models.py").write_text("raise ValueError('no')\n")
    git(repository, "commit", "--quiet", "-a", "-m", "Broken")
    (repository / "billing/models.py").write_text("")
    before = state(repository)
    sentence = refuse(repository, "--against", "HEAD", code=3)
    assert sentence.startswith("The base, HEAD: ")
    assert "ValueError: no" in sentence
    assert state(repository) == before


EDITABLE = """\
import site
import sys
from importlib.machinery import PathFinder

MAPPING = {"by_finder": SRC + "/c"}


class Finder:
    @classmethod
    def find_spec(cls, name, path=None, target=None):
        return PathFinder.find_spec(name, [MAPPING[name]]) if name in MAPPING else None


sys.meta_path.append(Finder)
site.addsitedir(SITE)
"""


def test_editable_installs_of_the_base(repository: Path) -> None:
    """By PYTHONPATH, by the path in a .pth file, and by a finder: the base boots its own code."""
    site, src = repository.with_name("site"), repository / "src"
    site.mkdir()
    (site / "sitecustomize.py").write_text(f"SRC, SITE = {str(src)!r}, {str(site)!r}\n{EDITABLE}")
    (site / "shop.pth").write_text(f"{src}/b\n")
    files = {
        "by_variable": src / "a/by_variable.py",
        "by_path": src / "b/by_path.py",
        "by_finder": src / "c/by_finder.py",
    }
    for file in files.values():
        file.parent.mkdir(parents=True)
        file.write_text("")
    (repository / "billing/models.py").write_text("".join(f"import {name}\n" for name in files))
    git(repository, "add", ".")
    git(repository, "commit", "--quiet", "-m", "Three helpers")
    for file, module in zip(files.values(), ("wsgiref.util", "xmlrpc.client", "mailbox"), strict=True):
        file.write_text(f"import {module}\n")
    options = ("--forbid", "wsgiref", "--forbid", "xmlrpc", "--forbid", "mailbox")
    env = {"PYTHONPATH": os.pathsep.join([str(src / "a"), str(site)])}
    document = report(repository, "--against", "HEAD", "--exact-only", *options, env=env, code=1)
    texts = [check["text"] for check in document["checks"] if check["kind"] == "forbid"]
    assert all(text.endswith("; caused by this change") for text in texts), texts
    assert "baseline comparison" not in verdicts(document)


def test_settings_of_the_working_tree_make_a_base_unsure(repository: Path) -> None:
    settings = (repository / "shop/settings.py").read_text()
    (repository / "conf.py").write_text(settings)
    (repository / "shop/settings.py").write_text(
        "import importlib.util, sys\n"
        f"spec = importlib.util.spec_from_file_location('conf', {str(repository / 'conf.py')!r})\n"
        "sys.modules['conf'] = conf = importlib.util.module_from_spec(spec)\n"
        "spec.loader.exec_module(conf)\n"
        "from conf import *\n"
    )
    git(repository, "add", ".")
    git(repository, "commit", "--quiet", "-m", "Settings by an absolute path")
    document = report(repository, "--against", "HEAD", "--exact-only", "--strict", code=4)
    assert verdicts(document) == {"baseline comparison": "unsure"}
    (check,) = document["checks"]
    assert check["text"] == snapshot(
        "the base takes conf from the working tree, where an absolute path leads, so changes in it do not show"
    )


def test_a_base_that_lacks_what_git_does_not_track(repository: Path) -> None:
    """It dies without its settings; without its database, which it finds empty, a difference says nothing."""
    (repository / ".gitignore").write_text("__pycache__/\n.env\n*.sqlite3\n")
    (repository / "billing/apps.py").write_text(app_config("import billing.flags"))
    (repository / "billing/flags.py").write_text(
        "from django.db import connection\n"
        "cursor = connection.cursor()\n"
        "cursor.execute(\"SELECT name FROM sqlite_master WHERE name = 'flags'\")\n"
        "if cursor.fetchall():\n"
        "    cursor.execute('SELECT name FROM flags')\n"
    )
    with (repository / "shop/settings.py").open("a") as settings:
        settings.write("from pathlib import Path\n")
        settings.write("BASE = Path(__file__).parents[1]\n")
        settings.write("TOKEN = (BASE / '.env').read_text()\n")
        settings.write(
            "DATABASES = {'default': {'ENGINE': 'django.db.backends.sqlite3', 'NAME': BASE / 'db.sqlite3'}}\n"
        )
    git(repository, "add", ".")
    git(repository, "commit", "--quiet", "-m", "A token and a database")
    (repository / ".env").write_text("x")
    connection = sqlite3.connect(repository / "db.sqlite3")
    connection.execute("CREATE TABLE flags (name TEXT)")
    connection.close()
    options = ("--against", "HEAD", "--exact-only")
    sentence = refuse(repository, *options, code=3)
    assert sentence.startswith("The base, HEAD: manage.py died ")
    assert sentence.endswith(
        " The base lacks .env, db.sqlite3: git does not track them. To copy them, write against-files = "
        '[".env", "db.sqlite3"] in [tool.django-startup.budget].'
    )
    declare(repository, TABLE + 'against-files = [".env"]\n')
    document = report(repository, *options)
    (check,) = [check for check in document["checks"] if check["name"] == "new-side-effects"]
    assert check["verdict"] == "unsure"
    assert check["text"].endswith("; the base lacks db.sqlite3, which may be why")
    assert document["notes"] == snapshot(
        [
            "The base lacks db.sqlite3: git does not track it. To copy it, write against-files = "
            '["db.sqlite3"] in [tool.django-startup.budget].'
        ]
    )
    declare(repository, TABLE + 'against-files = [".env", "db.sqlite3"]\n')
    document = report(repository, *options)
    assert set(verdicts(document).values()) == {"within"}
    assert document["notes"] == []


def test_in_a_hook_the_index_stays(repository: Path) -> None:
    before = state(repository)
    env = {"GIT_INDEX_FILE": ".git/index", "GIT_DIR": ".git", "GIT_PREFIX": ""}
    document = report(repository, "--against", "HEAD", "--exact-only", env=env, code=1)
    assert verdicts(document)["baseline bytecode"] == "over"  # one module more of the standard library
    assert state(repository) == before


def test_interrupted_in_the_middle_of_the_base(repository: Path) -> None:
    here = repository.parent / "here"
    (repository / "billing/apps.py").write_text(
        app_config("import os, time; 'HERE' in os.environ and (open(os.environ['HERE'], 'w').close(), time.sleep(600))")
    )
    git(repository, "commit", "--quiet", "-a", "-m", "Slow")
    before = state(repository)
    process = subprocess.Popen(
        [sys.executable, "-m", "django_startup", "budget", "--until", "setup", "--against", "HEAD"],
        cwd=repository,
        env=environment(repository, {"HERE": str(here)}),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    with process:
        for _ in range(2400):
            if here.exists() or process.poll() is not None:
                break
            time.sleep(0.05)
        assert len(git(repository, "worktree", "list").splitlines()) == 2
        process.send_signal(signal.SIGTERM)
        assert process.communicate(timeout=60) == (b"", b"")
    assert process.returncode == 128 + signal.SIGTERM
    assert left_behind(repository) == []
    assert state(repository) == before


def test_doctor(project: Path) -> None:
    ran = budget(project, "--doctor")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert [line.split(":")[0].split(",")[0] for line in ran.stdout.splitlines()] == snapshot(
        [
            "Run-queue wait",
            "Bytecode",
            "Run-queue wait of a boot",
            "Pairs",
            "Reference workload",
            "Boot",
            "Boot divided by reference workload",
            "With a tolerance of 5%",
        ]
    )
    assert "Bytecode: written; modules that have none: 0.\n" in ran.stdout
