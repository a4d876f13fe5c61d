"""Boots that see other source texts than those on disk."""

from __future__ import annotations

import compileall
import json
import os
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django.utils.dateparse as third_party
import pytest

from django_startup.measure.boot import BootKind, boot
from django_startup.measure.ending import Outcome
from django_startup.measure.recording import Recording
from django_startup.measure.target import BootTarget, Until, find_entry
from tests.support.helpers import MANAGE, app_config, environment, make_project

MODELS = """\
from django.db import models


class Invoice(models.Model):
    pass
"""
CHECKED = """\
from django.core import checks


@checks.register
def check_nothing(**kwargs):
    return []
"""
SQLITE = "DATABASES = {'default': {'ENGINE': 'django.db.backends.sqlite3', 'NAME': ':memory:'}}\n"

# It compiles what it has read in another way.
LOADER = """\
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path


class Loader(SourceFileLoader):
    def source_to_code(self, data, path):
        return super().source_to_code(data + b"\\nCOMPILED_BY = 'a loader of its own'\\n", path)


def load(name, file):
    path = str(Path(__file__).with_name(file))
    spec = spec_from_file_location(name, path, loader=Loader(name, path))
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
"""
# What an edited ready() finds out.
FINDINGS = """\
import inspect, json, pathlib, sys, traceback

import billing.linked
from billing import extra, loading, urls
from billing.urls import described
from django.conf import settings

import relative

loader = urls.__spec__.loader
try:
    extra.fail()
except ZeroDivisionError as error:
    lines = traceback.format_exception(error)
found = {
    "entry": sys.modules["__main__"].EDITED,
    "setting": settings.EDITED,
    "linked": billing.linked.EDITED,
    "relative": relative.EDITED,
    "loaded": [(m.EDITED, m.COMPILED_BY) for m in [loading.load("loaded", "loaded.py")]],
    "third party": sys.modules["django.utils.dateparse"].EDITED,
    "function": inspect.getsource(described),
    "get_source": loader.get_source("billing.urls"),
    "get_data": loader.get_data(urls.__file__).decode(),
    "file": extra.__file__,
    "code": extra.fail.__code__.co_filename,
    "line": lines[-2].splitlines()[1].strip(),
}
pathlib.Path(settings.BASE, "found.json").write_text(json.dumps(found))
"""
URLS = """\
from django.urls import path


def described(request):
    return "edited"


urlpatterns = [path("edited", described, name="edited")]
"""


class Booted:
    """A project whose directory is reached through a symlink, as is that of its app, and its boots."""

    def __init__(self, directory: Path) -> None:
        self.linked = directory / "linked"
        path = f"import sys\n\nsys.path.insert(0, {str(self.linked)!r})  # not its real path\n"
        project = make_project(
            directory,
            settings=f"BASE = {str(directory)!r}\n{SQLITE}",
            apps={
                "billing": {
                    "apps.py": app_config("from billing import checked"),
                    "models.py": MODELS,
                    "checked.py": CHECKED,
                    "urls.py": "urlpatterns = []\n",
                    "extra.py": "",
                    "loading.py": LOADER,
                    "loaded.py": "",
                }
            },
            urls="from django.urls import include, path\n\nurlpatterns = [path('', include('billing.urls'))]\n",
            files={
                "manage.py": MANAGE.replace("import sys\n", path),
                "elsewhere/file.py": "",
                "lib/relative.py": "",
            },
        )
        (project / "billing").rename(project / "elsewhere/billing")
        (project / "billing").symlink_to("elsewhere/billing")
        (project / "billing/linked.py").symlink_to(project / "elsewhere/file.py")
        self.linked.symlink_to(project)
        self.project = Path(os.path.realpath(project))
        entry = find_entry("manage.py", self.linked)
        self.target = BootTarget(entry, Until.URLS, directory=self.linked, environment=environment(project))

    def boot(self, texts: dict[str, str] | None = None, kind: BootKind = BootKind.EVIDENCE) -> Recording:
        """A boot with other texts for some files of the project."""
        overlay = {str(self.project / file): text.encode() for file, text in (texts or {}).items()}
        return boot(self.target, kind, timeout=120, overlay=overlay)

    def texts(self) -> dict[str, str]:
        """What lies on disk."""
        files = [path for path in sorted(self.project.rglob("*.py")) if not path.is_symlink()]
        return {str(path.relative_to(self.project)): path.read_text() for path in files}

    def bytecode(self) -> dict[Path, bytes]:
        return {path: path.read_bytes() for path in self.project.rglob("*.pyc")}


@pytest.fixture(scope="module")
def booted(tmp_path_factory: pytest.TempPathFactory) -> Booted:
    return Booted(tmp_path_factory.mktemp("overlay"))


@pytest.fixture(scope="module")
def plain(booted: Booted) -> Recording:
    """A boot without an overlay, when there is bytecode of all of the project's files."""
    assert compileall.compile_dir(booted.project, quiet=1)
    return booted.boot()


def test_without_changes_a_boot_is_the_same(booted: Booted, plain: Recording) -> None:
    overlaid = booted.boot(booted.texts())
    loaded = {os.path.realpath(module.file) for module in overlaid.modules}
    expected = {str(booted.project / file) for file in booted.texts()}
    assert set(overlaid.overlaid) == (expected & loaded) | {str(booted.project / "manage.py")}
    assert (plain.overlaid, overlaid.outcome) == ((), Outcome.REACHED)

    same: dict[str, Callable[[Recording], Any]] = {
        "modules": lambda recording: recording.modules,
        "apps": lambda recording: recording.apps,
        "compiled": lambda recording: {file.path for file in recording.compiled},
        "edges": lambda recording: Counter(recording.edges),
        "registries": lambda recording: Counter(recording.registries),
        "functions that ran": lambda recording: Counter(recording.ran),
        "preloaded": lambda recording: recording.preloaded,
        "spans": lambda recording: [
            (span.kind, span.name, span.importer, span.failed) for span in recording.spans if span.kind != "gc"
        ],
    }
    for what, of in same.items():
        assert of(overlaid) == of(plain), what
    assert any(row.name.endswith("Invoice") for row in overlaid.registries)
    assert any(function.name == "Config.ready" for function in overlaid.ran)


def test_edited_files(booted: Booted, plain: Recording) -> None:
    before = booted.bytecode(), booted.texts()
    files = booted.texts()
    edited = {
        "manage.py": files["manage.py"]
        .replace("import os\n", "import os\n\nEDITED = 'manage'\n")
        .replace("    main()", "    sys.path.insert(1, 'lib')\n    main()"),
        "shop/settings.py": files["shop/settings.py"] + "EDITED = 'settings'\n",
        "elsewhere/billing/apps.py": app_config("from billing import checked  # edited"),
        "elsewhere/billing/urls.py": URLS,
        "elsewhere/billing/extra.py": "def fail():\r\n\tprice = 1  # ½ \x0c\r\n\treturn price / 0  # edited\r\n",
        "elsewhere/billing/checked.py": FINDINGS,
        "elsewhere/billing/loaded.py": "EDITED = 'loaded'",
        "elsewhere/file.py": "EDITED = 'linked'",
        "lib/relative.py": "EDITED = 'relative'",
        os.path.realpath(third_party.__file__): Path(third_party.__file__).read_text() + "EDITED = 'third party'\n",
    }
    recording = booted.boot(edited, BootKind.RECORDED)
    assert (recording.outcome, recording.failure) == (Outcome.REACHED, plain.failure)
    assert set(recording.overlaid) == {str(booted.project / file) for file in edited}

    found = json.loads((booted.project.parent / "found.json").read_text())
    assert found == {
        "entry": "manage",
        "setting": "settings",
        "linked": "linked",
        "relative": "relative",
        "loaded": [["loaded", "a loader of its own"]],
        "third party": "third party",
        "function": 'def described(request):\n    return "edited"\n',
        "get_source": URLS,
        "get_data": URLS,
        "file": str(booted.linked / "billing/extra.py"),
        "code": str(booted.linked / "billing/extra.py"),
        "line": "return price / 0  # edited",
    }
    # Nothing has changed on disk.
    assert (booted.bytecode(), booted.texts()) == before


def test_a_traceback_shows_the_edited_line(booted: Booted) -> None:
    recording = booted.boot({"elsewhere/billing/checked.py": "\n\n\nraise ValueError('Ω')  # edited\n"}, BootKind.BARE)
    failure = recording.failure
    path = booted.linked / "billing/checked.py"
    assert (recording.outcome, failure.type, failure.text) == (Outcome.EXCEPTION, "ValueError", "Ω")
    assert (failure.file, failure.line) == (str(path), 4)
    assert recording.ending is not None
    assert "    raise ValueError('Ω')  # edited" in recording.ending.lines
    assert not [line for line in recording.ending.lines if "frozen importlib" in line or "probe/overlay.py" in line]


def test_what_does_not_compile_is_not_booted(booted: Booted) -> None:
    with pytest.raises(SyntaxError) as caught:
        booted.boot({"elsewhere/billing/checked.py": "import\n"})
    assert (caught.value.filename, caught.value.lineno) == (str(booted.project / "elsewhere/billing/checked.py"), 1)
