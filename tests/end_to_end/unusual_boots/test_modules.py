"""Modules, imports and apps that are unusual."""

from __future__ import annotations

from pathlib import Path

import pytest
from inline_snapshot import snapshot

from tests.support.frames import COUNTED, FRAMES, no_coverage
from tests.support.helpers import MANAGE, app_config, at, make_project, profile, run
from tests.support.unusual_boots import (
    BILLING,
    SETUP,
    TO_URLS,
    boot,
    importer,
    module,
    notes,
    phases,
)


def test_module_that_replaces_itself(tmp_path: Path) -> None:
    text = "import sys\n\nclass Magic:\n    def __getattr__(self, name):\n        raise RuntimeError\n"
    files = {"shop/magic.py": f"{text}\nsys.modules[__name__] = Magic()\n"}
    project = make_project(tmp_path, settings="import shop.magic\n", files=files)
    magic = module(boot(project, *SETUP), "shop.magic")
    assert (magic["phase"], magic["loaded"], magic["owner"]["kind"]) == ("settings", True, "project")


def test_what_is_no_module_in_sys_modules(tmp_path: Path) -> None:
    settings = """\
import sys
class Text(str):
    __path__ = 3
sys.modules.update({"shop.nothing": None, "shop.number": 42, "shop.text": Text(), 7: sys})
try:
    import shop.nothing
except ImportError:
    import shop.something
"""
    project = make_project(tmp_path, settings=settings, files={"shop/something.py": ""})
    saved = boot(project, *SETUP)
    assert importer(saved, "shop.something") == at(project, "shop/settings.py", "import shop.something")


def test_django_conf_replaced_by_another_object(tmp_path: Path) -> None:
    replace = """\
import django.conf, sys
class StandIn:
    def __init__(self, module):
        self.__dict__["module"] = module
    def __getattr__(self, name):
        return getattr(self.module, name)
sys.modules["django.conf"] = django.conf = StandIn(django.conf)
"""
    project = make_project(tmp_path, apps=BILLING, files={"manage.py": replace + MANAGE})
    saved = boot(project)
    assert phases(saved) == TO_URLS
    assert saved["target"]["settings"] == "shop.settings"
    assert module(saved, "shop.settings")["phase"] == "settings"


def test_django_that_is_not_what_it_ships_as(tmp_path: Path) -> None:
    patch = """\
import django.utils.functional
cached_property = django.utils.functional.cached_property
django.utils.functional.cached_property = property
import django.urls.resolvers
django.utils.functional.cached_property = cached_property
"""
    saved = boot(make_project(tmp_path, apps=BILLING, files={"manage.py": patch + MANAGE}))
    assert phases(saved) == TO_URLS
    assert notes(saved, "unusual") == snapshot(
        [
            "django.urls.resolvers is not what Django ships: 'property' object has no attribute 'func'; "
            "that part of the boot is not recorded separately."
        ]
    )


def test_import_function_replaced(tmp_path: Path) -> None:
    settings = """\
import builtins
real = builtins.__import__
def mine(name, *args, **kwargs):
    return real(name, *args, **kwargs)
builtins.__import__ = mine
import shop.wrapped
"""
    project = make_project(tmp_path, settings=settings, apps=BILLING, files={"shop/wrapped.py": ""})
    saved = boot(project)
    assert phases(saved) == TO_URLS
    assert module(saved, "shop.wrapped")["phase"] == "settings"


def test_frames_of_an_import_error_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    no_coverage(monkeypatch)
    project = make_project(tmp_path, settings=FRAMES, files={"shop/broken.py": "import missing_module\n"})
    boot(project, *SETUP)
    assert (project / "frames.txt").read_text("utf-8") == COUNTED * 2


def test_module_deleted_and_module_missing(tmp_path: Path) -> None:
    settings = """\
import sys
import shop.passing
del sys.modules["shop.passing"]
try:
    import shop.faster
except ImportError:
    import shop.slower
"""
    project = make_project(tmp_path, settings=settings, files={"shop/passing.py": "", "shop/slower.py": ""})
    saved = boot(project, *SETUP)
    rows = {name: module(saved, f"shop.{name}")["loaded"] for name in ("passing", "faster", "slower")}
    assert rows == {"passing": False, "faster": False, "slower": True}
    assert importer(saved, "shop.faster") == at(project, "shop/settings.py", "import shop.faster")


def test_lazy_module_is_not_woken_up(tmp_path: Path) -> None:
    settings = """\
import importlib.util, sys
spec = importlib.util.find_spec("shop.lazy")
spec.loader = importlib.util.LazyLoader(spec.loader)
sys.modules["shop.lazy"] = lazy = importlib.util.module_from_spec(spec)
spec.loader.exec_module(lazy)
"""
    project = make_project(tmp_path, settings=settings, files={"shop/lazy.py": "open('woken up', 'w').close()\n"})
    boot(project)
    assert not (project / "woken up").exists()


def test_warning_about_the_importing_line(tmp_path: Path) -> None:
    settings = """\
USE_TZ = True
import os, warnings
def show(message, category, file, line, *args):
    with open(os.environ["SHOWN"], "w") as shown:
        shown.write(f"{message} {file}:{line}")
warnings.showwarning = show
warnings.simplefilter("always", DeprecationWarning)
import shop.old
"""
    files = {"shop/old.py": "import warnings\nwarnings.warn('shop.old is old', DeprecationWarning, stacklevel=2)\n"}
    project = make_project(tmp_path, settings=settings, files=files)
    run(project, "manage.py", "check", env={"SHOWN": str(tmp_path / "plain")})
    boot(project, *SETUP, env={"SHOWN": str(tmp_path / "measured")})
    place = at(project, "shop/settings.py", "import shop.old")
    assert (tmp_path / "plain").read_text() == f"shop.old is old {project}/{place}"
    assert (tmp_path / "measured").read_text() == f"shop.old is old {project}/{place}"


def test_garbage_collector_switched_off(tmp_path: Path) -> None:
    settings = "import gc\ngc.collect()\ngc.disable()\ngc.freeze()\ngc.callbacks.clear()\n"
    saved = boot(make_project(tmp_path, settings=settings, apps=BILLING))
    assert phases(saved) == TO_URLS
    assert saved["gc"]["collections"] > 0


def test_urlconf_imported_in_ready(tmp_path: Path) -> None:
    ready = "from django.urls import resolve; resolve('/pay/')"
    urls = "from django.urls import path\nurlpatterns = [path('pay/', lambda request: None)]\n"
    project = make_project(tmp_path, urls=urls, apps={"billing": {"apps.py": app_config(ready)}})
    saved = boot(project)
    assert phases(saved) == TO_URLS
    assert module(saved, "shop.urls")["phase"] == "urls"
    line = at(project, "billing/apps.py", "resolve('/pay/')").partition(":")[2]
    assert notes(saved, "urlconf") == [
        f"The URLconf was imported in ready() of billing, by billing.apps, line {line}; its time counts as urls."
    ]
    (app,) = saved["apps"]
    assert app["ready_ms"] < module(saved, "shop.urls")["cumulative_ms"] + app["ready_own_ms"]
    assert module(saved, "shop.urls")["app"] is None
    assert importer(saved, "shop.urls") == f"billing/apps.py:{line}"


def test_app_by_its_config_and_with_another_label(tmp_path: Path) -> None:
    text = "from django.apps import AppConfig\n\nclass Pay(AppConfig):\n    name = 'billing'\n    label = 'pay'\n"
    settings = "INSTALLED_APPS = ['billing.apps.Pay', 'plain']\n"
    apps = {"billing": {"apps.py": text, "models.py": ""}, "plain": {"models.py": ""}}
    saved = boot(make_project(tmp_path, settings=settings, apps=apps))
    assert [(app["label"], app["name"], app["modules"]) for app in saved["apps"]] == [
        ("pay", "billing", 3),
        ("plain", "plain", 2),
    ]
    models = module(saved, "billing.models")
    assert (models["app"], models["owner"]) == ("pay", {"kind": "app", "name": "pay"})


def test_a_command_that_leaves_by_sys_exit(tmp_path: Path) -> None:
    leave = (
        "import sys\nfrom django.core.management.base import BaseCommand\n"
        "class Command(BaseCommand):\n    def handle(self, **options):\n        sys.exit()\n"
    )
    files = {f"billing/management/{path}__init__.py": "" for path in ("", "commands/")}
    project = make_project(tmp_path, apps=BILLING, files=files | {"billing/management/commands/leave.py": leave})
    ran = profile(project, "--", "leave")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.startswith("manage.py -- leave, 1 boot")
