"""What is said of a request that imports."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from inline_snapshot import snapshot

from tests.support.frames import COUNTED, FRAMES, no_coverage
from tests.support.helpers import at
from tests.support.late_imports import (
    make,
    serve,
    spent,
)


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
