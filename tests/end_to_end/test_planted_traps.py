"""
A project with more than twenty imports that look as if they could move, each of which is needed at start in another
way. None is a fix, and none stands in the patch.
"""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.support.helpers import app_config, make_project, measured, profile, run

BURN = "import time\nend = time.thread_time() + 0.02\nwhile time.thread_time() < end: pass\n"
WORK = "VALUE = 1\ndef work():\n    return VALUE\n"

# What the module that is imported does while it is, beside taking time. Each changes or registers something of others.
ACTS = {
    "admin": "from django.contrib import admin\nfrom billing.models import Item\nadmin.site.register(Item)\n",
    "receiver": (
        "from django.db.models import signals\nfrom billing.models import on_save\nsignals.post_save.connect(on_save)\n"
    ),
    "check": "from django.core.checks import register\nfrom billing.models import check\nregister(check)\n",
    "lookup": (
        "from django.db.models import CharField\nfrom django.db.models.lookups import Exact\n"
        "class Same(Exact):\n    lookup_name = 'same'\nCharField.register_lookup(Same)\n"
    ),
    "converter": (
        "from django.urls import register_converter\nfrom django.urls.converters import StringConverter\n"
        "class Word(StringConverter): pass\nregister_converter(Word, 'word')\n"
    ),
    "patch": "import json\njson.JSONEncoder.default = lambda self, value: str(value)\n",
    "exit": "import atexit\nfrom billing.models import on_save\natexit.register(on_save)\n",
    "mime": "import mimetypes\nmimetypes.add_type('text/shop', '.shop')\n",
    "codec": "import codecs\nfrom billing.models import find_codec\ncodecs.register(find_codec)\n",
    "filter": "import warnings\nwarnings.filterwarnings('ignore', 'shop')\n",
    "level": "import logging\nlogging.getLogger('django.request').setLevel(10)\n",
    "future_level": "import logging\nlogging.getLogger('botocore').setLevel(40)\n",
    "handler": "import logging\nlogging.getLogger('django.request').addHandler(logging.NullHandler())\n",
    "environ": "import os\nos.environ['SHOP_MODE'] = 'fast'\n",
    "path": "import sys\nsys.path.append('/shop/plugins')\n",
    "subclass": "from billing.bases import Base\nclass Plugin(Base): pass\n",
    "found": "from billing.bases import Found\nclass Plugin(Found): pass\n",
    "metaclass": "from billing.bases import Meta\nclass Plugin(metaclass=Meta): pass\n",
    "decorated": "from billing.bases import plugin\n@plugin\ndef extend(): pass\n",
    "entry": "import billing.bases\nbilling.bases.TABLE['x'] = 1\n",
    "default": "import socket\nsocket.setdefaulttimeout(30)\n",
}
# What is done elsewhere at start because of it, or with it.
OUTSIDE = {
    "looked_for": 'sys.modules["shop." + "looked_" + "for"].VALUE\n',
    "told": 'if "shop." + "told" in sys.modules:\n    register(lambda app_configs, **kwargs: [])\n',
    "called": "list(map(shop.use_called.view, [None]))\n",
    "hinted": "typing.get_type_hints(shop.use_hinted.hinted)\n",
    "fine": "",
}
MODELS = """\
from django.core.checks import register
from django.db import models


class Item(models.Model):
    name = models.CharField(max_length=9)


def on_save(**kwargs):
    pass


def check(app_configs, **kwargs):
    return []


def find_codec(name):
    return None
"""
BASES = """\
PLUGINS = []
TABLE = {}


class Base:
    def __init_subclass__(cls):
        PLUGINS.append(cls)


class Found:
    pass


def plugins():
    return Found.__subclasses__()


class Meta(type):
    def __init__(cls, *arguments):
        PLUGINS.append(cls)


def plugin(function):
    PLUGINS.append(function)
    return function
"""
NAMES = (*ACTS, *OUTSIDE)
USE = "from shop.{0} import work\n\n\ndef view(request):\n    return work()\n"
HINTED = "\n\ndef hinted(value: 'work') -> None:\n    pass\n"
SETTINGS = """\
INSTALLED_APPS = ["django.contrib.admin", "django.contrib.auth", "django.contrib.contenttypes",
                  "django.contrib.messages", "django.contrib.sessions", *INSTALLED_APPS]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
SILENCED_SYSTEM_CHECKS = ["admin.E403", "admin.E408", "admin.E409", "admin.E410"]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
"""


class Tried(NamedTuple):
    """A project, and the profile that was saved of it."""

    project: Path
    saved: dict[str, Any]


@pytest.fixture(scope="module")
def tried(tmp_path_factory: pytest.TempPathFactory) -> Tried:
    uses = "".join(f"import shop.use_{name}\n" for name in NAMES)
    urls = f"import importlib\nimport sys\nimport typing\nfrom django.core.checks import register\n{uses}"
    urls += "".join(OUTSIDE.values()) + "urlpatterns = []\n"
    files = {f"shop/{name}.py": f"{BURN}{WORK}{ACTS.get(name, '')}" for name in NAMES}
    files |= {f"shop/use_{name}.py": USE.format(name) + (HINTED if name == "hinted" else "") for name in NAMES}
    billing = {"apps.py": app_config(), "models.py": MODELS, "bases.py": BASES}
    directory = tmp_path_factory.mktemp("planted")
    project = make_project(directory, apps={"billing": billing}, settings=SETTINGS, urls=urls, files=files)
    ran = profile(project, "-o", "profile.json", tried=True)
    assert (ran.returncode, ran.stderr) == (0, "")
    return Tried(project, measured(project / "profile.json"))


def test_there_are_twenty(tried: Tried) -> None:
    assert len(NAMES) - 1 >= 20


def test_none_of_them_is_a_fix(tried: Tried) -> None:
    fixes = [*tried.saved["fixes"], *tried.saved["advice"]["smaller"]]
    assert [(fix["subject"], fix["tried"]) for fix in fixes if fix["kind"] == "defer"] == [("shop.fine", True)]


def test_none_of_them_is_in_the_patch(tried: Tried) -> None:
    ran = run(tried.project, "-m", "django_startup", "profile", "--load", "profile.json", "--fix", "--diff")
    assert [line for line in ran.stdout.splitlines() if line.startswith("+++")] == ["+++ b/shop/use_fine.py"]
    check = subprocess.run(["git", "apply", "--check"], cwd=tried.project, input=ran.stdout, text=True, check=False)
    assert check.returncode == 0
