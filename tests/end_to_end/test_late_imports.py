"""LateImportMiddleware in projects that import while they serve: what it says, and of whom."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from inline_snapshot import snapshot

from django_startup.serving import late_imports
from django_startup.serving.late_imports import ProjectFiles, covered
from tests.support.frames import COUNTED, FRAMES, no_coverage
from tests.support.helpers import at, make_project, run

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


def test_the_package_the_time_the_view_and_the_line(tmp_path: Path) -> None:
    project = make(tmp_path, "def view(request):\n    import google.paint\n    return HttpResponse()\n")
    line = at(project, "shop/views.py", "import google.paint")
    assert serve(project, "client.get('/view/'); client.get('/view/')") == [
        spent("view", f"acme-google-paint N s, {line}"),
    ]


def test_a_namespace_belongs_to_each_that_installs_into_it(tmp_path: Path) -> None:
    project = make(
        tmp_path,
        "def view(request):\n    import google.cloud.tapes\n    import shop.paints\n    return HttpResponse()\n",
        files={"shop/paints.py": "import time\nimport google.paint\n\ntime.sleep(0.002)\n"},
    )
    (warning,) = serve(project, "client.get('/view/')")
    start, _, imports = warning.partition("imports: ")
    assert start == snapshot("WARNING django_startup: shop.views.view spent N s on ")
    assert sorted(imports.split("; ")) == [
        f"acme-google-paint N s, {at(project, 'shop/paints.py', 'import google')}",
        f"acme-google-tapes N s, {at(project, 'shop/views.py', 'import google')}",
        f"project modules N s, {at(project, 'shop/views.py', 'import shop.paints')}",
    ]


def test_frames_of_an_import_error_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    no_coverage(monkeypatch)
    files = {"shop/counting.py": FRAMES, "shop/broken.py": "import missing_module\n"}
    project = make(tmp_path, "def view(request):\n    import shop.counting\n    return HttpResponse()\n", files=files)
    assert len(serve(project, "client.get('/view/')")) == 1
    assert (project / "frames.txt").read_text("utf-8") == COUNTED


def test_only_the_dearest_are_named(tmp_path: Path) -> None:
    apps = [f"app{number}" for number in range(7)]
    modules = {f"{app}/__init__.py": "" for app in apps}
    late = {f"{app}/late.py": "import time\n\ntime.sleep(0.002)\n" for app in apps}
    names = ", ".join(f"{app}.late" for app in apps)
    project = make(
        tmp_path,
        f"def view(request):\n    import shop.cheap, {names}\n    return HttpResponse()\n",
        settings=f"INSTALLED_APPS = {apps}\n",
        files={**modules, **late, "shop/cheap.py": ""},
    )
    (warning,) = serve(project, "client.get('/view/')")
    imports = warning.partition("imports: ")[2].split("; ")
    line = at(project, "shop/views.py", "import shop.cheap")
    assert imports[-1] == "and 3 more"
    assert len(set(imports)) == 6
    named = {re.sub(r"^app\d", "app", each) for each in imports[:-1]}
    assert f"app N s, {line}" in named <= {f"app N s, {line}", f"project modules N s, {line}"}


def test_not_below_the_threshold(tmp_path: Path) -> None:
    settings = 'DJANGO_STARTUP = {"LATE_IMPORTS": {"THRESHOLD": "1m"}}\n'
    project = make(
        tmp_path, "def view(request):\n    import google.paint\n    return HttpResponse()\n", settings=settings
    )
    assert serve(project, "client.get('/view/'); print(LateImportMiddleware(print).options.threshold_ns)") == [
        "60000000000"
    ]


def test_without_settings_it_is_50_ms(tmp_path: Path) -> None:
    project = make(tmp_path, "", settings="del DJANGO_STARTUP\n")
    assert serve(project, "print(LateImportMiddleware(print).options)") == snapshot(
        ["LateImports(threshold_ns=50000000, log=None)"]
    )


def test_a_line_of_a_package_where_no_line_of_the_project_asked(tmp_path: Path) -> None:
    around = "def around(get_response):\n    return lambda request: get_response(request)\n"
    project = make(
        tmp_path,
        "from shared_lib.views import view\n",
        settings='MIDDLEWARE += ["shop.around.around"]\n',
        files={"shop/around.py": around},
    )
    assert serve(project, "client.get('/view/')") == snapshot(
        ["WARNING django_startup: shared_lib.views.view spent N s on imports: shared-lib N s, shared_lib/views.py:2"]
    )


def test_a_module_that_is_not_there_costs_as_well(tmp_path: Path) -> None:
    views = (
        "def view(request):\n    try:\n        import nowhere\n    except ImportError:\n        return HttpResponse()\n"
    )
    project = make(tmp_path, views)
    line = at(project, "shop/views.py", "import nowhere")
    assert serve(project, "client.get('/view/')") == [spent("view", f"nowhere (failed) N s, {line}")]


def test_a_request_that_comes_to_no_view(tmp_path: Path) -> None:
    gate = """\
from django.http import HttpResponse


def gate(get_response):
    def middleware(request):
        import google.paint
        return HttpResponse("closed")
    return middleware
"""
    project = make(tmp_path, "", settings='MIDDLEWARE += ["shop.gate.gate"]\n', files={"shop/gate.py": gate})
    code = "import importlib; del sys.modules['google.paint']; client.get('/a%0Ab/?secret=1')"
    assert serve(project, code) == [
        "WARNING django_startup: GET /a\\nb/ spent N s on imports: "
        f"acme-google-paint N s, {at(project, 'shop/gate.py', 'import google')}"
    ]


def test_the_browser_is_told_under_debug(tmp_path: Path) -> None:
    views = """\
def view_one(request):
    import google.paint
    return HttpResponse()


def view_two(request):
    import google.cloud.tapes
    return HttpResponse(headers={"Server-Timing": "db;dur=1.5"})


def view_three(request):
    import shared_lib.late
    return HttpResponse()
"""
    settings = 'DJANGO_STARTUP = {"LATE_IMPORTS": {"THRESHOLD": "1m"}}\n'
    code = """
from django.test import override_settings
with override_settings(DEBUG=True):
    for path in ("/view_one/", "/view_one/", "/view_two/"):
        print(client.get(path).headers.get("Server-Timing"))
print(client.get("/view_three/").headers.get("Server-Timing"))
"""
    assert serve(make(tmp_path, views, settings=settings), code) == snapshot(
        [
            "import;dur=N",
            "None",
            "db;dur=N, import;dur=N",
            "None",
        ]
    )


def test_a_view_that_fails(tmp_path: Path) -> None:
    views = """\
def view_one(request):
    import google.paint
    raise ValueError


def view_two(request):
    import google.cloud.tapes
    raise SystemExit
"""
    code = """
print(client.get("/view_one/").status_code)
try:
    client.get("/view_two/")
except SystemExit:
    print("exit")
"""
    project = make(tmp_path, views)
    assert serve(project, code) == [
        spent("view_one", f"acme-google-paint N s, {at(project, 'shop/views.py', 'google.paint')}"),
        "500",
        spent("view_two", f"acme-google-tapes N s, {at(project, 'shop/views.py', 'google.cloud')}"),
        "exit",
    ]


def test_an_async_view_and_the_threads_that_work_for_it(tmp_path: Path) -> None:
    views = """\
import asyncio
from asgiref.sync import sync_to_async


def paint():
    import google.paint


def tapes():
    import google.cloud.tapes


async def view_one(request):
    await sync_to_async(paint)()
    return HttpResponse()


async def view_two(request):
    await asyncio.to_thread(tapes)
    return HttpResponse()


async def view_three(request):
    import shared_lib.late
    return HttpResponse()
"""
    code = """
import asyncio
async def main():
    for path in ("/view_one/", "/view_two/", "/view_three/"):
        await AsyncClient().get(path)
asyncio.run(main())
"""
    project = make(tmp_path, views)
    expected = [
        spent("view_one", f"acme-google-paint N s, {at(project, 'shop/views.py', 'import google.paint')}"),
        spent("view_two", f"acme-google-tapes N s, {at(project, 'shop/views.py', 'import google.cloud')}"),
        spent("view_three", f"shared-lib N s, {at(project, 'shop/views.py', 'import shared_lib')}"),
    ]
    assert serve(project, code) == expected
    # And an async view in a process that serves WSGI.
    again = "for path in ('/view_one/', '/view_two/', '/view_three/'): client.get(path)"
    assert serve(project, again) == expected


def test_requests_at_the_same_time_are_kept_apart(tmp_path: Path) -> None:
    views = """\
import asyncio, threading

both = threading.Barrier(2, timeout=60)


def view_one(request):
    both.wait()
    import google.paint
    both.wait()
    return HttpResponse()


def view_two(request):
    both.wait()
    import google.cloud.tapes
    both.wait()
    return HttpResponse()


here, there = asyncio.Event(), asyncio.Event()


async def view_three(request):
    await there.wait()
    import shop.three
    here.set()
    return HttpResponse()


async def view_four(request):
    there.set()
    await here.wait()
    import shop.four
    return HttpResponse()
"""
    code = """
threads = [threading.Thread(target=client.get, args=(path,)) for path in ("/view_one/", "/view_two/")]
for thread in threads: thread.start()
for thread in threads: thread.join()
import asyncio
async def main():
    await asyncio.gather(AsyncClient().get("/view_three/"), AsyncClient().get("/view_four/"))
asyncio.run(main())
"""
    project = make(tmp_path, views, files={"shop/three.py": "", "shop/four.py": ""})
    assert sorted(serve(project, code)) == [
        spent("view_four", f"project modules N s, {at(project, 'shop/views.py', 'import shop.four')}"),
        spent("view_one", f"acme-google-paint N s, {at(project, 'shop/views.py', 'import google.paint')}"),
        spent("view_three", f"project modules N s, {at(project, 'shop/views.py', 'import shop.three')}"),
        spent("view_two", f"acme-google-tapes N s, {at(project, 'shop/views.py', 'import google.cloud')}"),
    ]


@pytest.mark.parametrize("statement", ["import shop.slow", "importlib.import_module('shop.slow')"])
def test_waiting_for_the_import_of_another_request(tmp_path: Path, statement: str) -> None:
    views = f"""\
import importlib
import threading

began, waiter = threading.Event(), []


def view_one(request):
    import shop.slow
    return HttpResponse()


def view_two(request):
    began.wait(60)
    waiter.append(threading.get_ident())
    {statement}  # and waits
    return HttpResponse()
"""
    # Lasts until the other thread stands in the import system.
    slow = """\
import sys, time
from shop.views import began, waiter

began.set()
while not waiter or "importlib" not in sys._current_frames()[waiter[0]].f_code.co_filename:
    time.sleep(0.001)
"""
    code = """
threads = [threading.Thread(target=client.get, args=(path,)) for path in ("/view_one/", "/view_two/")]
for thread in threads: thread.start()
for thread in threads: thread.join()
"""
    project = make(tmp_path, views, files={"shop/slow.py": slow})
    assert sorted(serve(project, code)) == [
        spent("view_one", f"project modules N s, {at(project, 'shop/views.py', 'import shop.slow')}"),
        spent("view_two", f"project modules N s, {at(project, 'shop/views.py', 'and waits')}"),
    ]


def test_what_goes_on_after_the_request_is_not_charged_to_it(tmp_path: Path) -> None:
    views = """\
import contextvars, threading

sent = threading.Event()
threads = []


def later():
    sent.wait(60)
    import google.paint


def view(request):
    threads.append(threading.Thread(target=contextvars.copy_context().run, args=(later,)))
    threads[0].start()
    return HttpResponse()
"""
    code = """
client.get("/view/")
shop.views.sent.set()
shop.views.threads[0].join()
print("google.paint" in sys.modules)
"""
    assert serve(make(tmp_path, views), code) == ["True"]


def test_streams(tmp_path: Path) -> None:
    views = """\
def rows():
    import google.paint
    yield b"a"
    yield b"b"


async def async_rows():
    import google.cloud.tapes
    yield b"c"
    yield b"d"


def view_one(request):
    import shop.one
    return StreamingHttpResponse(rows())


async def view_two(request):
    return StreamingHttpResponse(async_rows())


def view_three(request):
    return StreamingHttpResponse(rows())


def view_four(request):
    import shop.four
    return StreamingHttpResponse([b"e"])
"""
    code = """
import asyncio
print(b"".join(client.get("/view_one/").streaming_content))
async def main():
    response = await AsyncClient().get("/view_two/")
    print([part async for part in response.streaming_content])
    response.close()
asyncio.run(main())
print(list(client.get("/view_three/").streaming_content))
response = client.get("/view_four/")
print("nothing yet")
response.close()
response.close()
"""
    project = make(tmp_path, views, files={f"shop/{name}.py": "" for name in ("one", "four")})
    (first, *rest) = serve(project, code)
    assert first.startswith("WARNING django_startup: shop.views.view_one spent N s on imports: ")
    assert f"acme-google-paint N s, {at(project, 'shop/views.py', 'google.paint')}" in first
    assert rest == [
        "b'ab'",
        spent("view_two", f"acme-google-tapes N s, {at(project, 'shop/views.py', 'google.cloud')}"),
        "[b'c', b'd']",
        "[b'a', b'b']",
        "nothing yet",
        spent("view_four", f"project modules N s, {at(project, 'shop/views.py', 'shop.four')}"),
    ]


def test_a_file_is_still_sent_by_the_server_itself(tmp_path: Path) -> None:
    views = "def send(request):\n    import google.paint\n    return FileResponse(open('manage.py', 'rb'))\n"
    code = """
from django.test import RequestFactory
response = LateImportMiddleware(shop.views.send)(RequestFactory().get("/"))
print(response.file_to_stream.name)
response.close()
"""
    project = make(tmp_path, views)
    assert serve(project, code) == [
        "WARNING django_startup: GET / spent N s on imports: "
        f"acme-google-paint N s, {at(project, 'shop/views.py', 'google.paint')}",
        "manage.py",
    ]


def test_an_async_request_that_is_given_up(tmp_path: Path) -> None:
    views = """\
import asyncio


async def view(request):
    import google.paint
    await asyncio.Event().wait()
"""
    code = """
import asyncio
async def main():
    request = asyncio.create_task(AsyncClient().get("/view/"))
    while "google.paint" not in sys.modules:
        await asyncio.sleep(0)
    request.cancel()
    await asyncio.gather(request, return_exceptions=True)
    print(request.cancelled())
asyncio.run(main())
"""
    project = make(tmp_path, views)
    line = at(project, "shop/views.py", "import google.paint")
    assert serve(project, code) == [spent("view", f"acme-google-paint N s, {line}"), "True"]


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


def test_names_are_kept_once(tmp_path: Path) -> None:
    project = make_logging(tmp_path, "late.txt")
    log = project / "late.txt"
    serve(project, "client.get('/view_one/'); client.get('/view_two/')")
    names = log.read_text().splitlines()
    assert names[-3:] == ["google.paint", "shop.one", "shop.two"]
    serve(project, "client.get('/view_one/'); client.get('/view_two/')")
    assert log.read_text().splitlines() == names

    log.write_text("# by hand\ngoogle.paint  # dear")
    code = """
client.get('/view_one/')
del sys.modules["google.paint"]
client.get('/view_two/')  # by now it knows that google.paint is there
"""
    serve(project, code)
    assert log.read_text().splitlines()[:2] == snapshot(["# by hand", "google.paint  # dear"])
    assert {"shop.one", "shop.two"} < set(log.read_text().splitlines()[2:])
    assert "nowhere" not in log.read_text()


def test_processes_that_keep_names_at_the_same_time(tmp_path: Path) -> None:
    project = make(tmp_path, "")
    code = """
from pathlib import Path
from django_startup.serving.names_log import NamesLog
log = NamesLog(Path("late.txt"))
for number in range(200):
    log.add([f"module{number}", f"module{number + 1}"])
"""
    with ThreadPoolExecutor(4) as pool:
        for ran in pool.map(lambda _: run(project, "-c", code), range(4)):
            assert (ran.returncode, ran.stderr) == (0, "")
    lines = (project / "late.txt").read_text().splitlines()
    assert len(lines) == 201
    assert set(lines) == {f"module{number}" for number in range(201)}


def test_a_file_that_cannot_be_written_is_said_once(tmp_path: Path) -> None:
    project = make_logging(tmp_path, "missing/late.txt")
    ran = run(project, "-c", START + "print(client.get('/view_one/'), client.get('/view_two/'))")
    said = [line for line in ran.stdout.splitlines() if "late.txt" in line]
    assert said == [
        f"WARNING django_startup: {project}/missing/late.txt cannot be written: No such file or directory. "
        "Module names are kept until it can be."
    ]
    assert ran.stdout.count("status_code=200") == 2


def test_names_of_an_event_loop_are_written_beside_it(tmp_path: Path) -> None:
    """Here into a directory whose lock is taken: the names come at the end of the process."""
    views = "async def view(request):\n    import google.paint\n    return HttpResponse()\n"
    project = make(tmp_path, views, settings=LOG.format("late.txt"))
    code = """
import asyncio, fcntl
from django_startup.serving.names_log import NamesLog
write = NamesLog.write
def told(*arguments):
    print(threading.current_thread() is threading.main_thread())
    write(*arguments)
NamesLog.write = told
directory = os.open(".", os.O_RDONLY)
fcntl.flock(directory, fcntl.LOCK_EX)
async def main():
    await AsyncClient().get("/view/")
asyncio.run(main())
print("google.paint" in open("late.txt").read())
fcntl.flock(directory, fcntl.LOCK_UN)
"""
    (_, *lines) = serve(project, code)
    assert lines == ["False", "False", "True"]
    assert "google.paint" in (project / "late.txt").read_text().splitlines()


def test_a_report_that_fails_does_not_fail_the_request(tmp_path: Path) -> None:
    project = make(tmp_path, "def view(request):\n    import google.paint\n    return HttpResponse()\n")
    code = """
import django_startup.serving.late_report
django_startup.serving.late_report.warn = None
print(client.get('/view/').status_code)
"""
    lines = serve(project, code)
    assert (lines[0], lines[-2:]) == snapshot(
        (
            "ERROR django_startup: The imports of a request could not be reported.",
            ["TypeError: 'NoneType' object is not callable", "200"],
        )
    )


def test_an_interpreter_that_passes_over_the_hook(tmp_path: Path) -> None:
    code = START.replace("client.get(", "import django_startup.middleware as m; m.install = int; client.get(")
    ran = run(make(tmp_path, ""), "-c", code)
    assert ran.stdout == (
        snapshot(
            "WARNING django_startup: LateImportMiddleware is disabled: this Python does not let it see imports.\n--\n"
        )
    )


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


def test_unusable_settings(tmp_path: Path) -> None:
    code = f"""
from django.core.exceptions import ImproperlyConfigured
from django.test import override_settings
for value in {list(UNUSABLE)!r}:
    with override_settings(DJANGO_STARTUP=eval(value)):
        try:
            LateImportMiddleware(print)
        except ImproperlyConfigured as error:
            print("told:", error)
"""
    ran = run(make(tmp_path, ""), "-c", START + code)
    assert ran.stdout.partition("--\n")[2].splitlines() == [f"told: {message}" for message in UNUSABLE.values()]


def test_a_project_whose_modules_import_each_other(tmp_path: Path) -> None:
    files = {
        "shop/first.py": "import importlib, threading\nimport shop.second\n",
        "shop/second.py": "import shop.first\nimport importlib\nimportlib.import_module('shop.first')\n",
    }
    project = make(tmp_path, "def view(request):\n    import shop.first\n    return HttpResponse()\n", files=files)
    lines = at(project, "shop/views.py", "import shop.first"), at(project, "shop/first.py", "import shop.second")
    (warning,) = serve(project, "client.get('/view/')")
    assert warning in [spent("view", f"project modules N s, {line}") for line in lines]


@pytest.mark.skipif(sys.version_info < (3, 15), reason="no lazy imports")
def test_a_lazy_import_is_the_lines_that_uses_it(tmp_path: Path) -> None:
    views = "lazy import google.paint\n\n\ndef view(request):\n    google.paint.__name__\n    return HttpResponse()\n"
    project = make(tmp_path, views)
    line = at(project, "shop/views.py", "__name__")
    assert serve(project, "client.get('/view/')") == [spent("view", f"acme-google-paint N s, {line}")]


def test_overlapping_times_count_once() -> None:
    assert covered([]) == 0
    assert covered([(10, 20), (40, 50), (15, 25), (16, 18)]) == 25


class Loaded:
    """A module in sys.modules."""

    def __init__(self, file: str | None = None, path: list[str] | None = None) -> None:
        self.__file__ = file
        if path is not None:
            self.__path__ = path


def test_which_files_are_the_projects(monkeypatch: pytest.MonkeyPatch) -> None:
    def files(settings: str, module: Loaded | None) -> ProjectFiles:
        monkeypatch.setitem(sys.modules, "config", module)
        return ProjectFiles(settings)

    installed = "/venv/lib/python3.13/site-packages"
    project = files("config.settings", Loaded("/srv/config/__init__.py", ["/srv/config"]))
    assert project.folder == Path("/srv")
    assert project.has("/srv/app/views.py")
    assert not project.has(f"{installed}/acme.py")
    assert not project.has(late_imports.__file__)
    assert not project.has(str(re.__file__))
    assert not project.has("<string>")

    project = files("config.settings", Loaded(None, [f"{installed}/config", "/srv/config"]))
    assert project.folder == Path(installed)
    assert project.has(f"{installed}/config/views.py")
    assert not project.has(f"{installed}/configure/views.py")

    project = files("config", Loaded("/srv/config.py"))
    assert project.folder == Path("/srv")
    assert project.has("/srv/config.py")

    assert files("", None).folder == Path.cwd()
