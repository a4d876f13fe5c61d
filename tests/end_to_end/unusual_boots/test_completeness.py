"""What is loaded without an import statement that loads it: by hand, lazily, by another thread, before the project."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from inline_snapshot import snapshot

from django_startup.measure.boot import BootKind
from django_startup.measure.boot import boot as measure
from django_startup.measure.target import BootTarget, find_entry
from tests.support.helpers import at, environment, make_project, profile, run
from tests.support.unusual_boots import SETUP, boot, importer, module

BY_HAND = """\
import importlib.util, sys
def load(name):
    spec = importlib.util.find_spec(name)
    loaded = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded
load("shop.plugin")
try:
    load("shop.broken")
except ArithmeticError:
    del sys.modules["shop.broken"]
"""
LAZILY = """\
import importlib.util, sys
spec = importlib.util.find_spec("shop.lazy")
spec.loader = importlib.util.LazyLoader(spec.loader)
sys.modules["shop.lazy"] = lazy = importlib.util.module_from_spec(spec)
spec.loader.exec_module(lazy)
VALUE = lazy.VALUE
"""
IN_A_THREAD = """\
import sys, threading
sys.began = threading.Event()
threading.Thread(target=__import__, args=("shop.slow",), daemon=True).start()
sys.began.wait()
import shop.slow
"""
# Its import lasts until the main thread waits for it.
SLOW = """\
import sys, threading, time, traceback
sys.began.set()
main = threading.main_thread().ident
def is_waited_for():
    stack = traceback.walk_stack(sys._current_frames()[main])
    return any(frame.f_code.co_name in ("acquire", "_get_module_lock") for frame, line in stack)
while not is_waited_for():
    time.sleep(0.01)
"""
# The thread still looks for the module when the main thread wants it too.
SEARCHED = """\
import sys, threading
class Finder:
    def find_spec(name, path=None, target=None):
        if name == "shop.slow":
            sys.meta_path.remove(Finder)
            import shop.searching
sys.began = threading.Event()
sys.meta_path.insert(0, Finder)
threading.Thread(target=__import__, args=("shop.slow",), daemon=True).start()
sys.began.wait()
import shop.slow
"""


def test_modules_run_by_hand(tmp_path: Path) -> None:
    files = {"shop/plugin.py": "import shop.inner\n", "shop/inner.py": "", "shop/broken.py": "raise ArithmeticError\n"}
    project = make_project(tmp_path, settings=BY_HAND, files=files)
    saved = boot(project, *SETUP)
    assert importer(saved, "shop.plugin") == at(project, "shop/settings.py", "spec.loader.exec_module(loaded)")
    assert importer(saved, "shop.inner") == at(project, "shop/plugin.py", "import shop.inner")
    assert not module(saved, "shop.broken")["loaded"]


def test_lazy_module_that_is_woken_up(tmp_path: Path) -> None:
    project = make_project(tmp_path, settings=LAZILY, files={"shop/lazy.py": "VALUE = 1\n"})
    saved = boot(project, *SETUP)
    assert importer(saved, "shop.lazy") == at(project, "shop/settings.py", "VALUE = lazy.VALUE")


@pytest.mark.parametrize(
    ("settings", "files"),
    [
        pytest.param(IN_A_THREAD, {"shop/slow.py": SLOW}, id="runs"),
        pytest.param(SEARCHED, {"shop/slow.py": "", "shop/searching.py": SLOW}, id="is looked for"),
    ],
)
def test_import_that_waits_for_another_thread(tmp_path: Path, settings: str, files: dict[str, str]) -> None:
    project = make_project(tmp_path, settings=settings, files=files)
    importable = environment(project, {"PYTHONPATH": str(project)})
    target = BootTarget(find_entry(None, project), directory=project, environment=importable)
    recording = measure(target, BootKind.EVIDENCE, timeout=120)
    (wait,) = (span for span in recording.spans if span.kind == "lock")
    assert (wait.name, wait.on_main) == ("shop.slow", True)
    assert [span.on_main for span in recording.spans if (span.kind, span.name) == ("import", "shop.slow")] == [False]
    assert wait.importer is not None
    assert at(project, "shop/settings.py", "import shop.slow") == f"shop/settings.py:{wait.importer.line}"


def test_forbidden_and_loaded_before_the_project(tmp_path: Path) -> None:
    project = make_project(tmp_path, files={"sitecustomize.py": "import wsgiref.headers\n"})
    env = {"PYTHONPATH": os.pathsep.join((str(project), os.environ.get("PYTHONPATH", "")))}
    ran = run(project, "-m", "django_startup", "budget", "--forbid", "wsgiref", "--format", "json", env=env)
    assert ran.returncode == 1, ran
    (check,) = json.loads(ran.stdout)["checks"]
    assert check["text"] == snapshot("wsgiref is imported before the project, by site, a .pth file or sitecustomize")
    saved = str(project.with_name("profile.json"))
    ran = profile(project, *SETUP, "-o", saved, env=env | {"COLUMNS": "200"})
    assert "Imported before the project, by site and .pth files (in interpreter): " in ran.stdout
    command = ("-m", "django_startup", "profile", "--load", saved, "--why", "wsgiref")
    text = run(project, *command, env={"COLUMNS": "200"}).stdout
    assert "It was loaded before the project: by site, a .pth file or sitecustomize, sitecustomize.py:1." in text
