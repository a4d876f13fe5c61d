"""What is imported before the first request, and what is said of what cannot be."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from inline_snapshot import snapshot

from django_startup.preload import is_path
from django_startup.serving.names_file import read_names
from tests.support.helpers import make_project, run

pytestmark = pytest.mark.smoke
START = """\
import logging, os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "shop.settings"
sys.path.insert(0, os.getcwd())
logging.basicConfig(stream=sys.stdout, format="%(levelname)s %(name)s: %(message)s", level="INFO")
from pathlib import Path
from django_startup import preload as hooks
from django_startup.preload import preload
"""
URLS = "from django.urls import include, path\n\nurlpatterns = [path('a/', include('shop.more_urls'))]\n"
MORE_URLS = "print('URLconf')\nurlpatterns = []\n"
FILES = {f"shop/{name}.py": f"print({name!r})\n" for name in ("one", "two", "three")} | {"shop/more_urls.py": MORE_URLS}


def make(tmp_path: Path, *, settings: str = "", urls: str = URLS, **files: str) -> Path:
    texts = FILES | {name.replace("__", "/") + ".py": text for name, text in files.items()}
    return make_project(tmp_path, settings=settings, urls=urls, files=texts)


def told(project: Path, code: str) -> list[str]:
    """The lines that code prints or logs; seconds as N."""
    ran = run(project, "-c", START + code)
    assert (ran.returncode, ran.stderr) == (0, "")
    return re.sub(r"\d+\.\d{3} s", "N s", ran.stdout).splitlines()


def preloaded(count: int, of: int) -> str:
    return f"INFO django_startup: Preloaded {count} of {of} modules in N s."


def test_names_and_files_of_names_and_the_urlconf(tmp_path: Path) -> None:
    project = make(tmp_path)
    (project / "late.txt").write_text("# kept by hand\n\nshop.two  # dear\nshop.one\n")
    (project / "lists").mkdir()
    (project / "lists" / "more.txt").write_text("shop.three\n")
    expected = ["one", "two", "three", "URLconf", preloaded(3, 3)]
    assert told(project, "preload('shop.one', 'late.txt', 'lists/more.txt')") == expected
    assert told(project, "preload('shop.one', Path('late.txt'), Path('lists', 'more.txt'))") == expected
    code = "preload('shop.one'); from django.urls import get_resolver; print(get_resolver()._populated)"
    assert told(project, code) == ["one", "URLconf", preloaded(1, 1), "True"]


def test_without_the_urlconf(tmp_path: Path) -> None:
    assert told(make(tmp_path), "preload('shop.one', urlconf=False)") == ["one", preloaded(1, 1)]
    assert told(make(tmp_path, settings="ROOT_URLCONF = None\n"), "preload('shop.one')") == ["one", preloaded(1, 1)]


def test_what_the_settings_list(tmp_path: Path) -> None:
    settings = (
        'from pathlib import Path\nDJANGO_STARTUP = {"PRELOAD": ["shop.two", Path(__file__).parent / "late.txt"]}\n'
    )
    project = make(tmp_path, settings=settings)
    (project / "shop" / "late.txt").write_text("shop.one\n")
    assert told(project, "preload()") == ["two", "one", "URLconf", preloaded(2, 2)]
    assert told(project, "preload('shop.three')") == ["three", "URLconf", preloaded(1, 1)]
    for value in ('"shop.two"', '["shop.two"]', '("shop.two",)'):
        project = make(tmp_path, settings=f'DJANGO_STARTUP = {{"PRELOAD": {value}}}\n')
        assert told(project, "preload()") == ["two", "URLconf", preloaded(1, 1)]
    assert told(make(tmp_path), "preload()") == ["URLconf", preloaded(0, 0)]


WRITE = 'For example: ["pandas", BASE_DIR / "late-imports.txt"].'


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("[]", 'DJANGO_STARTUP must be a dictionary, not []. For example: DJANGO_STARTUP = {"BANNER": False}.'),
        ("{'PRELOAD': 1}", f'DJANGO_STARTUP["PRELOAD"] must be a list of modules and paths, not 1. {WRITE}'),
        ("{'PRELOAD': [1]}", f'DJANGO_STARTUP["PRELOAD"] must be a list of modules and paths, not [1]. {WRITE}'),
    ],
)
def test_unusable_settings(tmp_path: Path, setting: str, message: str) -> None:
    ran = run(make(tmp_path, settings=f"DJANGO_STARTUP = {setting}\n"), "-c", START + "preload()")
    assert ran.stderr.splitlines()[-1] == f"django.core.exceptions.ImproperlyConfigured: {message}"


def test_what_cannot_be_imported_is_logged_and_the_rest_is(tmp_path: Path) -> None:
    project = make(
        tmp_path,
        urls="import nowhere\n",
        shop__broken="import shop.inner\n",
        shop__inner="x = 1\nraise ValueError('two\\n  lines')\n",
        shop__leaves="raise SystemExit(3)\n",
        shop__typo="def\n",
    )
    names = ["nowhere", "shop.broken", "shop.leaves", "shop.typo", "", "shop.one", "lists/missing.txt", ".one"]
    lines = told(project, f"preload(*{names})")
    assert lines[0] == (
        snapshot(
            "WARNING django_startup: lists/missing.txt cannot be read, so its modules are not preloaded: "
            "No such file or directory."
        )
    )
    failed = "WARNING django_startup: {} cannot be preloaded: {}"
    assert lines[1:4] == [
        failed.format("nowhere", "ModuleNotFoundError: No module named 'nowhere'"),
        failed.format("shop.broken", "ValueError: two lines (shop/inner.py:2)"),
        failed.format("shop.leaves", "SystemExit: 3 (shop/leaves.py:1)"),
    ]
    assert lines[4].startswith(failed.format("shop.typo", "SyntaxError: "))
    assert "typo.py, line 1" in lines[4]
    assert lines[5:] == [
        failed.format("", "ValueError: Empty module name"),
        "one",
        failed.format(".one", "TypeError: the 'package' argument is required to perform a relative import for '.one'"),
        "WARNING django_startup: The URLconf cannot be resolved: "
        "ModuleNotFoundError: No module named 'nowhere' (shop/urls.py:1)",
        preloaded(1, 7),
    ]


HOSTILE = """\
class {name}({base}):
    def __str__(self):
        raise {raised}


raise {name}
"""


def test_whatever_a_module_raises_is_logged(tmp_path: Path) -> None:
    project = make(
        tmp_path,
        shop__group="raise BaseExceptionGroup('both', [SystemExit(1), GeneratorExit()])\n",
        shop__generator="raise GeneratorExit\n",
        shop__escape="raise ValueError('\\x1b[31m')\n",
        shop__mute=HOSTILE.format(name="Mute", base="Exception", raised="ValueError"),
        shop__sullen=HOSTILE.format(name="Sullen", base="BaseException", raised="SystemExit"),
        shop__blind="class Blind(Exception):\n    __traceback__ = property(lambda self: 1 / 0)\n\n\nraise Blind(1)\n",
    )
    names = ["shop.group", "shop.generator", "shop.escape", "shop.mute", "shop.sullen", "shop.blind", "a\0b", "\x1bc"]
    lines = told(project, f"preload(*{names}, Path('a\\0b'), 'n' * 5000, urlconf=False)")
    assert " a\\x00b cannot be read, so its modules are not preloaded: " in lines[0]
    assert "embedded null" in lines[0]
    failed = "WARNING django_startup: shop.{} cannot be preloaded: {}"
    assert lines[1:7] == [
        failed.format("group", "BaseExceptionGroup: both (2 sub-exceptions) (shop/group.py:1)"),
        failed.format("generator", "GeneratorExit (shop/generator.py:1)"),
        failed.format("escape", "ValueError: \\x1b[31m (shop/escape.py:1)"),
        failed.format("mute", "Mute, whose message cannot be read (shop/mute.py:6)"),
        failed.format("sullen", "Sullen, whose message cannot be read (shop/sullen.py:6)"),
        failed.format("blind", "Blind: 1"),
    ]
    assert lines[7].startswith("WARNING django_startup: a\\x00b cannot be preloaded: ")
    assert lines[8].startswith("WARNING django_startup: \\x1bc cannot be preloaded: ModuleNotFoundError: ")
    assert lines[9].startswith("WARNING django_startup: nnn")
    assert lines[10] == preloaded(0, 9)


def test_a_list_of_names_that_is_no_file(tmp_path: Path) -> None:
    project = make(tmp_path)
    (project / "lists").mkdir()
    os.mkfifo(project / "lists/fifo")
    assert told(project, "preload('lists/fifo', 'shop.one', urlconf=False)") == [
        "WARNING django_startup: lists/fifo cannot be read, so its modules are not preloaded: Not a regular file.",
        "one",
        preloaded(1, 1),
    ]


def test_ctrl_c_is_not_caught(tmp_path: Path) -> None:
    project = make(tmp_path, shop__interrupted="raise KeyboardInterrupt\n")
    ran = run(project, "-c", START + "preload('shop.interrupted')")
    assert ran.stderr.endswith("KeyboardInterrupt\n")


def test_while_django_is_being_set_up(tmp_path: Path) -> None:
    apps = (
        "from django.apps import AppConfig\nfrom django_startup.preload import preload\n\n\nclass Config(AppConfig):\n"
    )
    apps += "    name = 'billing'\n\n    def ready(self):\n        preload('shop.one')\n"
    settings = 'INSTALLED_APPS = ["billing"]\n'
    project = make(tmp_path, settings=settings, billing____init__="", billing__apps=apps)
    assert told(project, "import django; django.setup()") == ["one", "URLconf", preloaded(1, 1)]


def test_hooks_preload_once(tmp_path: Path) -> None:
    project = make(tmp_path, settings='DJANGO_STARTUP = {"PRELOAD": ["shop.one"]}\n')
    once = ["one", "URLconf", preloaded(1, 1)]
    namespace = "from types import SimpleNamespace as N\n"
    assert told(project, "hooks.post_worker_init(None); hooks.post_worker_init(None)") == once
    for hook in ("worker_process_init", "worker_init"):
        assert told(project, f"hooks.{hook}(sender=None, signal=None)") == once
    assert (
        told(project, namespace + "hooks.when_ready(N(cfg=N(preload_app=True))); hooks.post_worker_init(None)") == once
    )
    assert told(project, namespace + "hooks.when_ready(N(cfg=N(preload_app=False)))") == []


def test_paths_and_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert not is_path("google.cloud.asset_v1")
    assert is_path("lists/late.txt")
    assert not is_path("late.txt")
    Path("late.txt").touch()
    assert is_path("late.txt")
    assert read_names("# a\n\n  one # b\r\ntwo\n#three") == ["one", "two"]
