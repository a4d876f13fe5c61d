"""Helpers of the tests in end_to_end/late_imports."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from tests.support.helpers import make_project, run

SETTINGS = """\
ALLOWED_HOSTS = ["*"]
MIDDLEWARE = ["django_startup.middleware.LateImportMiddleware"]
DJANGO_STARTUP = {"LATE_IMPORTS": {"THRESHOLD": "0ms"}}
"""


URLS = """\
from django.urls import path

from shop import views

urlpatterns = [path(f"{name}/", view) for name, view in vars(views).items() if name.startswith("view")]
"""


# Two distributions that share a namespace, and one that brings another.
INSTALLED = {
    "acme_google_paint-4.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: acme-google-paint\nVersion: 4.0\n",
    "acme_google_paint-4.0.dist-info/RECORD": "google/paint/__init__.py,,\n",
    "acme_google_tapes-3.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: acme-google-tapes\nVersion: 3.0\n",
    "acme_google_tapes-3.0.dist-info/RECORD": "google/cloud/tapes/__init__.py,,\n",
    "shared_lib-1.2.dist-info/METADATA": "Metadata-Version: 2.1\nName: shared-lib\nVersion: 1.2\n",
    "shared_lib-1.2.dist-info/RECORD": "shared_lib/__init__.py,,\nshared_lib/views.py,,\nshared_lib/late.py,,\n",
    "google/paint/__init__.py": "import time\nimport shared_lib\n\ntime.sleep(0.005)\n",
    "google/cloud/tapes/__init__.py": "import time\n\ntime.sleep(0.005)\n",
    "shared_lib/__init__.py": "",
    "shared_lib/late.py": "",
    "shared_lib/views.py": "def view(request):\n    import shared_lib.late\n    return HttpResponse('late')\n"
    "\nfrom django.http import HttpResponse\n",
}


START = """\
import logging, os, sys, threading
os.environ["DJANGO_SETTINGS_MODULE"] = "shop.settings"
sys.path[:0] = [os.getcwd(), os.path.join(os.getcwd(), "site-packages")]
logging.basicConfig(stream=sys.stdout, format="%(levelname)s %(name)s: %(message)s")
import django
django.setup()
logging.getLogger("django.request").setLevel("CRITICAL")
from django.test import AsyncClient, Client
import shop.urls
from django_startup.middleware import LateImportMiddleware
client = Client(raise_request_exception=False)
client.get("/")  # Django's own late imports
sys.stdout.flush()
print("--")
"""


VIEWS = "from django.http import FileResponse, HttpResponse, StreamingHttpResponse\n"


def make(tmp_path: Path, views: str, *, settings: str = "", files: Mapping[str, str] | None = None) -> Path:
    installed = {f"site-packages/{file}": text for file, text in INSTALLED.items()}
    return make_project(
        tmp_path,
        settings=SETTINGS + settings,
        urls=URLS,
        files={"shop/views.py": VIEWS + views} | installed | dict(files or {}),
    )


def serve(project: Path, code: str) -> list[str]:
    """The lines that code prints or logs in a process of the project; times as N."""
    ran = run(project, "-c", START + code)
    assert (ran.returncode, ran.stderr) == (0, "")
    return re.sub(r"\d+\.\d+", "N", ran.stdout.partition("--\n")[2]).splitlines()


def spent(view: str, *imports: str) -> str:
    return f"WARNING django_startup: shop.views.{view} spent N s on imports: {'; '.join(imports)}"


LOGGED = """\
def view_one(request):
    import google.paint, shop.one
    try:
        import nowhere
    except ImportError:
        pass
    return HttpResponse()


def view_two(request):
    import google.paint, shop.two
    return HttpResponse()
"""


LOG = 'DJANGO_STARTUP["LATE_IMPORTS"]["LOG"] = {!r}\n'


def make_logging(tmp_path: Path, log: str) -> Path:
    files = {"shop/one.py": "", "shop/two.py": ""}
    return make(tmp_path, LOGGED, settings=LOG.format(log), files=files)


WHERE = 'DJANGO_STARTUP["LATE_IMPORTS"]'


PATH = "Give the path of the file that module names are added to."


UNIT = 'Add a unit: "50ms" or "1.5s".'


UNUSABLE = {
    "[]": 'DJANGO_STARTUP must be a dictionary, not []. For example: DJANGO_STARTUP = {"BANNER": False}.',
    "{'LATE_IMPORTS': 'x'}": f"{WHERE} must be a dictionary, not 'x'. Its keys are THRESHOLD and LOG.",
    "{'LATE_IMPORTS': {'LOGS': 1}}": f"{WHERE} has an unknown key 'LOGS'. Its keys are THRESHOLD and LOG.",
    "{'LATE_IMPORTS': {'LOG': 1}}": f'{WHERE}["LOG"]: 1 is not a path. {PATH}',
    "{'LATE_IMPORTS': {'THRESHOLD': 0.05}}": f'{WHERE}["THRESHOLD"]: 0.05 is not a duration. {UNIT}',
    "{'BANNER': 3, 'LATE_IMPORTS': {'THRESHOLD': '50'}}": f"{WHERE}[\"THRESHOLD\"]: '50' is not a duration. {UNIT}",
}


class Loaded:
    """A module in sys.modules."""

    def __init__(self, file: str | None = None, path: list[str] | None = None) -> None:
        self.__file__ = file
        if path is not None:
            self.__path__ = path
