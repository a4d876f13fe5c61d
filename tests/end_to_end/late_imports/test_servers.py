"""Under servers, threads and tasks; and the file of names."""

from __future__ import annotations

import re
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from inline_snapshot import snapshot

from django_startup.serving import late_imports
from django_startup.serving.late_imports import ProjectFiles, covered
from tests.support.helpers import at, run
from tests.support.late_imports import (
    LOG,
    START,
    UNUSABLE,
    Loaded,
    make,
    make_logging,
    serve,
    spent,
)


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


def test_which_files_are_the_projects(monkeypatch: pytest.MonkeyPatch) -> None:
    def files(settings: str, module: Loaded | None) -> ProjectFiles:
        monkeypatch.setitem(sys.modules, "config", module)
        return ProjectFiles(settings)

    installed = "/venv/lib/python3.13/site-packages"
    project = files("config.settings", Loaded("/srv/config/__init__.py", ["/srv/config"]))
    assert project.directory == Path("/srv")
    assert project.has("/srv/app/views.py")
    assert not project.has(f"{installed}/acme.py")
    assert not project.has(late_imports.__file__)
    assert not project.has(str(re.__file__))
    assert not project.has("<string>")

    project = files("config.settings", Loaded(None, [f"{installed}/config", "/srv/config"]))
    assert project.directory == Path(installed)
    assert project.has(f"{installed}/config/views.py")
    assert not project.has(f"{installed}/configure/views.py")

    project = files("config", Loaded("/srv/config.py"))
    assert project.directory == Path("/srv")
    assert project.has("/srv/config.py")

    assert files("", None).directory == Path.cwd()
