"""Who reads the names that an import binds: each case a few files, in which shop/services.py imports heavylib."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from django_startup.imports.readers.file_facts import FileFacts
from django_startup.imports.readers.module_files import ModuleFiles
from django_startup.imports.readers.project_files import find_files
from django_startup.imports.readers.reads import How
from django_startup.imports.readers.search import Reader, Readers, search
from django_startup.imports.readers.sentences import sentence, what_keeps
from django_startup.profile.reasons import Reason
from tests.support.readers import BASE, SERVICES, SETTINGS, readers, write


@pytest.mark.parametrize(
    "text",
    [
        "from shop.services import load\n",
        "from shop.services import load as read\n",
        "from shop.services import other, load\n",
        "from shop.services import (\n    other,  # with (comments)\n    load,\n)\n",
        "from shop \\\n  .services import \\\n  load\n",
        "x = 1; from shop.services import load\n",
        "def f():\n    from shop.services import load\n",
        "try:\n    from shop.services import load\nexcept ImportError:\n    load = None\n",
        "from  shop . services  import  load\n",
        "from shop.services import load\r\n",
    ],
)
def test_imports(tmp_path: Path, text: str) -> None:
    line = 1 + text.partition("from")[0].count("\n")
    assert readers(tmp_path, {"scripts/prices.py": text}) == [f"scripts/prices.py:{line} load import"]


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("shop/views.py", "from .services import load\n"),
        ("shop/management/commands/reprice.py", "from ...services import load\n"),
        ("shop/__init__.py", "from .services import load\n"),
        ("shop/tests/__init__.py", "from ..services import load\n"),
    ],
)
def test_relative_imports(tmp_path: Path, file: str, text: str) -> None:
    assert readers(tmp_path, {file: text}) == [f"{file}:1 load import"]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("import shop.services\nshop.services.load()\n", 2),
        ("import shop.services as prices\nprices.load()\n", 2),
        ("from shop import services\nservices.load.delay()\n", 2),
        ("from shop import services as prices\n\nclass A:\n    def f(self):\n        return prices.load\n", 5),
        ("import shop\nshop.services.load()\n", 2),
        ("def f():\n    from shop import services\n    services.load()\n", 3),
        ("from shop import services\nload = (services\n    .load)\n", 2),
        ("from shop import services\ngetattr(services, 'load')\n", 2),
        ("from shop import services\nhasattr(services, 'load')\n", 2),
        ("from shop import services\nvars(services)['load']\n", 2),
        ("from shop import services\nservices.__dict__['load']\n", 2),
        ("from shop import services\nvars(services).get('load')\n", 2),
        ("from shop import services\n'load' in vars(services)\n", 2),
        ("from shop import services\nprices = services\nprices.load()\n", 3),
        ("from importlib import import_module\nimport_module('shop.services').load()\n", 2),
        ("import importlib\nm: object = importlib.import_module('.services', 'shop')\nm.load()\n", 3),
        ("import importlib\nwith x as y:\n    (m := importlib.import_module('.services', 'shop')).load()\n", 3),
        ("import sys\nsys.modules['shop.services'].load()\n", 2),
        ("import importlib, shop.services\nimportlib.reload(shop.services).load()\n", 2),
        ("import importlib\nimportlib.import_module('shop.services', 'other').load()\n", 2),
        ("import x.y\nfrom shop import services\nx.y += services.load\n", 3),
        ("__import__('shop.services', fromlist=['x']).load()\n", 1),
        ("f = lambda: services.load\nfrom shop import services\n", 1),
        ("from shop import services\n[services.load for x in y]\n", 2),
    ],
)
def test_attributes(tmp_path: Path, text: str, line: int) -> None:
    assert readers(tmp_path, {"scripts/prices.py": text}) == [f"scripts/prices.py:{line} load attribute"]


@pytest.mark.parametrize(
    "text",
    [
        "@mock.patch('shop.services.load')\ndef test(): pass\n",
        "mocker.patch('shop.services.load.delay')\n",
        "with patch('shop.services.load', autospec=True): pass\n",
        "monkeypatch.setattr('shop.services.load', None)\n",
        "patch('shop.services' '.load')\n",
        "patch('shop.'\n  'services.load')\n",
        "patch(target='shop.services.load')\n",
        "patch.multiple('shop.services', load=1)\n",
        "M = 'shop.services'; patch(M + '.load')\n",
        "M = 'shop.services'; patch(f'{M}.load')\n",
        "M = 'shop.services'; patch('%s.load' % M)\n",
        "M = 'shop.services'; patch('{}.load'.format(M))\n",
        "M = 'shop.services'; patch('.'.join([M, 'load']))\n",
        "from shop import services; patch(f'{services.__name__}.load')\n",
        "from shop import services; patch.object(services, 'load')\n",
        "from shop import services; mocker.patch.object(target=services, attribute='load')\n",
        "from shop import services; monkeypatch.setattr(services, 'load', None)\n",
        "from shop import services; setattr(services, 'load', None)\n",
        "from shop import services; services.load = None\n",
        "from shop import services; del services.load\n",
        "from shop import services; vars(services)['load'] = None\n",
    ],
)
def test_patches(tmp_path: Path, text: str) -> None:
    assert readers(tmp_path, {"tests/test_prices.py": text}) == ["tests/test_prices.py:1 load patch"]


@pytest.mark.parametrize(
    "text",
    [
        "BACKEND = 'shop.services.load'\n",
        "BACKENDS = {'a': ['shop.services:load']}\n",
        "import_string('shop.services.load')\n",
        "import_string('%s.%s' % ('shop.services', 'load'))\n",
        "import_string('{}.{}'.format('shop.services', 'load'))\n",
    ],
)
def test_strings(tmp_path: Path, text: str) -> None:
    assert readers(tmp_path, {"proj/settings.py": text}) == ["proj/settings.py:1 load string"]


def test_an_import_under_type_checking(tmp_path: Path) -> None:
    text = (
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from shop.services import load\nelse:\n    load = 1\n"
    )
    assert readers(tmp_path, {"shop/views.py": text}) == ["shop/views.py:3 load type checking"]


@pytest.mark.parametrize(
    ("text", "how"),
    [
        ("from shop import services\ngetattr(services, name)\n", "any"),
        ("from shop import services\nhasattr(services, name)\n", "any"),
        ("from shop import services\nfor name in dir(services): pass\n", "any"),
        ("from shop import services\nvars(services)[name]\n", "any"),
        ("from shop import services\nvars(services).items()\n", "any"),
        ("from shop import services\nservices.__dict__.copy()\n", "any"),
        ("import inspect; from shop import services\ninspect.getmembers(services)\n", "any"),
        ("from shop import services\npatch(f'{unknown}.heavylib')\n", "ending"),
        ("from shop import services\npatch(unknown + '.heavylib.load')\n", "ending"),
    ],
)
def test_what_is_in_doubt(tmp_path: Path, text: str, how: str) -> None:
    found = readers(tmp_path, {"scripts/prices.py": text}, names="heavylib")
    assert found == [f"scripts/prices.py:2 heavylib {how}"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "from shop.services import other\n",
        "from shop.other import load\n",
        "from other.services import load\n",
        "'from shop.services import load'\n",
        '"""\nfrom shop.services import load\n"""\n',
        "# from shop.services import load\n",
        "from shop import services\nservices.other(load)\n",
        "from shop import services\nservices.loader()\n",
        "def f(services):\n    services.load()\nfrom shop import services\n",
        "from shop import services\nf = lambda services: services.load\n",
        "from shop import services\n[services.load for services in x]\n",
        "class A:\n    services = 1\n    x = services.load\nfrom shop import services\n",
        "from shop import services\nvars(services).update(load=1)\n",
        "from shop import services\nvars(services)[name] = 1\n",
        "from shop import services\ngetattr(other, name)\n",
        "from shop import other, services\ngetattr(other, name)\n",
        "from shop import services\nrender('x', 'load')\n",
        "from shop import services\nother.patch(f'{x}.other')\n",
        "from shop import services\nopen(f'{x}.load')\n",
        "'shop.services'\n'shop.services.loader'\n",
        "from shop.services import load  syntax error\n",
        "from shop.services import load\0\n",
    ],
)
def test_what_reads_nothing(tmp_path: Path, text: str) -> None:
    assert readers(tmp_path, {"scripts/prices.py": text}) == []


# One module under several names, one name in several modules


def test_a_module_under_several_names(tmp_path: Path) -> None:
    files = {
        "apps/shop/services.py": SERVICES,
        "apps/shop/__init__.py": "",
        "a.py": "from shop.services import load\n",
        "b.py": "from apps.shop.services import load\n",
        "c.py": "from other.services import load\n",
        "apps/d.py": "patch('shop.services.load')\n",
    }
    loaded = {"shop.services": "apps/shop/services.py"}
    found = readers(tmp_path, files, of="apps/shop/services.py", loaded=loaded)
    assert found == ["a.py:1 load import", "apps/d.py:1 load patch", "b.py:1 load import"]


def test_a_module_under_a_name_of_somebodys_making(tmp_path: Path) -> None:
    files = {"a.py": "import plugin_7, plugins.two.sub as two\nplugin_7.load()\ntwo.load()\n"}
    loaded = {"plugin_7": "shop/services.py", "plugins.two": "shop/__init__.py", "plugins.two.sub": "shop/services.py"}
    assert readers(tmp_path, files, loaded=loaded) == ["a.py:2 load attribute", "a.py:3 load attribute"]


def test_a_script_beside_the_modules_that_it_imports(tmp_path: Path) -> None:
    files = {
        "tools/heavy.py": SERVICES,
        "tools/run.py": "import heavy\nheavy.load()\n",
        "other/run.py": "import heavy\nheavy.load()\n",
    }
    assert readers(tmp_path, files, of="tools/heavy.py") == ["tools/run.py:2 load attribute"]


def test_a_module_that_others_pass_on(tmp_path: Path) -> None:
    files = {
        "shop/api.py": "from shop import services as prices\n",
        "a.py": "from shop.api import prices\nprices.load()\n",
        "b.py": "import shop.api\nshop.api.prices.load()\n",
        "c.py": "from shop import api\napi.prices.other()\n",
    }
    assert readers(tmp_path, files) == ["a.py:2 load attribute", "b.py:2 load attribute"]


def test_a_name_that_others_pass_on_is_read_by_them(tmp_path: Path) -> None:
    files = {"shop/api.py": "from shop.services import load\n", "a.py": "from shop.api import load\n"}
    assert readers(tmp_path, files) == ["shop/api.py:1 load import"]
    assert readers(tmp_path, files, of="shop/api.py") == ["a.py:1 load import"]


def test_a_submodule_is_not_the_name_of_its_package(tmp_path: Path) -> None:
    files = {"shop/urls.py": "from .views import load\n", "shop/views/load.py": "from heavylib import load\n"}
    assert readers(tmp_path, files, of="shop/views/load.py", names="load") == []


def test_a_submodule_that_its_package_imports(tmp_path: Path) -> None:
    files = {
        "shop/__init__.py": "from . import services\n",
        "a.py": "from shop import services\nservices.x\n",
        "b.py": "import shop.services\nshop.services.x\n",
        "c.py": "patch('shop.services.x')\n",
        "d.py": "import shop\nshop.services.x\n",
    }
    assert readers(tmp_path, files, of="shop/__init__.py", names="services") == ["d.py:2 services attribute"]


def test_a_function_of_the_name_of_its_module(tmp_path: Path) -> None:
    files = {"shop/__init__.py": "from .services import services\n", "a.py": "from shop import services\n"}
    assert readers(tmp_path, files, of="shop/__init__.py", names="services") == ["a.py:1 services import"]


# The module itself


@pytest.mark.parametrize(
    ("text", "how"),
    [
        ("globals()['load']()\n", "attribute"),
        ("import sys\nsys.modules[__name__].load()\n", "attribute"),
        ("def f():\n    return globals()[name]\n", "any"),
        ("__all__ = [name for name in dir() if name]\n", "any"),
        ("'shop.services.load'\n", "string"),
        ("f'{__name__}.load'\n", "string"),
        ("import sys\ngetattr(sys.modules[__name__], name)\n", "any"),
    ],
)
def test_the_module_itself(tmp_path: Path, text: str, how: str) -> None:
    found = readers(tmp_path, {"shop/services.py": SERVICES + text}, names="load")
    assert found == [f"shop/services.py:{2 + text.count(chr(10))} load {how}"]


def test_a_package_itself(tmp_path: Path) -> None:
    text = "import heavylib\nf'{__name__}.heavylib'\nf'{__package__}.heavylib'\n"
    found = readers(tmp_path, {"shop/__init__.py": text}, of="shop/__init__.py", names="heavylib")
    assert found == ["shop/__init__.py:2 heavylib string", "shop/__init__.py:3 heavylib string"]


def test_settings_are_read_by_django(tmp_path: Path) -> None:
    options: dict[str, Any] = {"of": BASE, "settings": "proj/settings/__init__.py"}
    assert readers(tmp_path, SETTINGS, names="TIMEOUT", **options) == ["proj/settings/__init__.py:1 TIMEOUT setting"]
    assert readers(tmp_path, SETTINGS, of=BASE, names="TIMEOUT", settings=BASE) == [f"{BASE}:1 TIMEOUT setting"]
    assert readers(tmp_path, SETTINGS, of=BASE, names="TIMEOUT") == []


@pytest.mark.parametrize(
    "use",
    [
        "class Api:\n    impl = services\nApi.impl.load()\n",
        "def module():\n    return services\nmodule().load()\n",
        "for module in [services]:\n    module.load()\n",
        "attrgetter('load')(services)\n",
        "with fake(services, load=lambda: 3): pass\n",
        "class TestLoad:\n    module = services\n    def test(self):\n        patch.object(self.module, 'load')\n",
        "API['services'] = services\n",
    ],
)
def test_a_module_that_is_handed_on(tmp_path: Path, use: str) -> None:
    """What it is handed to may read any of its names."""
    found = readers(tmp_path, {"a.py": f"from shop import services\n{use}"}, names="load")
    line = next(number for number, line in enumerate(use.splitlines(), 2) if "services" in line)
    assert found == [f"a.py:{line} load any"]


@pytest.mark.parametrize(
    "use",
    [
        "services.other()\n",
        "mine = services\nmine.other()\n",
        "patch.object(services, 'other')\n",
        "include(services)\nreload(services)\nprint(services, services is None)\n",
        "def handle(services):\n    return services\n",
        "from shop import other\nsend(other, Services)\n",
    ],
)
def test_a_module_that_is_not_handed_on(tmp_path: Path, use: str) -> None:
    assert readers(tmp_path, {"a.py": f"from shop import services\n{use}"}, names="load") == []


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("import cloud\ncloud.storage.get()\n", [2]),
        ("import cloud.light\ncloud.storage\n", [2]),
        ("import cloud as c\nmock.patch.object(c.storage, 'get')\n", [2]),
        ("import cloud\nimport cloud.storage\ncloud.storage.get()\n", []),
        ("import cloud\nfrom cloud.storage import get\ncloud.storage.get()\n", []),
        ("import cloud\ndef load():\n    from cloud import storage\n    return cloud.storage\n", []),
        ("import cloud\ncloud.storages\n", []),
        ("import cloud\nother.storage.get()\n", []),
        ("import other\nother.storage.get()\n", []),
    ],
)
def test_a_part_of_a_package_that_others_import(tmp_path: Path, text: str, lines: list[int]) -> None:
    files = {"a.py": text, "shop/services.py": "import cloud.storage\ndef get():\n    return cloud.storage.get()\n"}
    write(tmp_path, files)
    found = find_files([str(tmp_path)])
    every = Readers(FileFacts(found), ModuleFiles(found, [], [str(tmp_path)]))
    services = str(tmp_path / "shop/services.py")
    readers = [*every.leaning_on("cloud.storage", services)]
    assert readers == [Reader(str(tmp_path / "a.py"), line, "cloud.storage", How.UNIMPORTED) for line in lines]
    assert [*every.leaning_on("cloud", services)] == []
    for reader in readers:
        assert sentence(reader, tmp_path) == "a.py:2 uses cloud.storage without importing it"
        assert what_keeps([reader], tmp_path) == (Reason.IMPORTED_FROM_HERE, sentence(reader, tmp_path))


def test_code_in_strings_uses_the_names_of_its_file(tmp_path: Path) -> None:
    def reads(use: str) -> list[str]:
        return readers(tmp_path, {"shop/services.py": f"{SERVICES}{use}\n"}, names="load")

    assert reads("eval(rule)") == ["shop/services.py:3 load any"]
    assert reads("exec(code)") == ["shop/services.py:3 load any"]
    assert reads("eval('load(3) + other')") == ["shop/services.py:3 load attribute"]
    assert reads("frame.eval(rule)\nliteral_eval(rule)\neval(rule, {})\neval('other')") == []


def test_a_file_that_was_not_searched(tmp_path: Path) -> None:
    assert readers(tmp_path, {"a.py": "from shop.other import x\n"}, of="elsewhere.py") == []


def test_the_whole_search(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    files = {"proj/settings.py": "from heavylib import TIMEOUT\n", "a.py": "from proj.settings import TIMEOUT\n"}
    write(tmp_path / "repo", files)
    settings = str(tmp_path / "repo/proj/settings.py")
    found = search(str(tmp_path / "repo"), [("proj.settings", settings)], settings)
    readers = found.of(settings, ["TIMEOUT"])
    assert readers == (
        Reader(str(tmp_path / "repo/a.py"), 1, "TIMEOUT", How.IMPORT),
        Reader(settings, 1, "TIMEOUT", How.SETTING),
    )
    assert [reader.is_certain for reader in readers] == [True, True]
    assert not Reader("a.py", 1, "x", How.ANY).is_certain
