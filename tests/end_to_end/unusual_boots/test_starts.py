"""Every kind of start: whatever makes Django ready reaches the target."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from inline_snapshot import snapshot

from django_startup.measure.boot import BootKind, boot
from django_startup.measure.ending import Outcome
from django_startup.measure.recording import Recording
from django_startup.measure.target import BootTarget, Until, find_entry, usual_arguments
from django_startup.profile.failure import failure_sentence
from django_startup.profile.notes import notes_on
from tests.support.helpers import MANAGE, app_config, environment, make_project

CONFIGURE = """\
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "shop.settings"
import django
"""


def start(
    project: Path,
    entry: str,
    until: Until = Until.URLS,
    kind: BootKind = BootKind.EVIDENCE,
    command: tuple[str, ...] = (),
    seen_as: tuple[str, ...] | None = None,
) -> tuple[Recording, str]:
    """One boot, and the sentence where it failed."""
    until = Until.COMMAND if command else until
    found = find_entry(entry, project)
    seen_as = usual_arguments(found) if seen_as is None else seen_as
    variables = environment(project, {"PYTHONPATH": str(project)})
    target = BootTarget(found, until, command, seen_as=seen_as, directory=project, environment=variables)
    recording = boot(target, kind, timeout=60)
    assert recording.ending is not None
    if recording.ending.outcome is Outcome.REACHED:
        return recording, ""
    return recording, re.sub(r"\d\.\d\d\d s", "T s", failure_sentence(target, recording, 60))


def modules(recording: Recording) -> set[str]:
    return {module.name for module in recording.modules}


def test_a_script_is_left_where_django_is_ready(tmp_path: Path) -> None:
    script = f"{CONFIGURE}django.setup()\nopen('went-on', 'w').close()\n"
    project = make_project(tmp_path, apps={"billing": {}}, files={"worker.py": script})
    recording, problem = start(project, "worker.py")
    assert (problem, [app.label for app in recording.apps]) == ("", ["billing"])
    assert "shop.urls" in modules(recording)
    assert not (project / "went-on").exists()


def test_a_registry_that_is_filled_without_setup(tmp_path: Path) -> None:
    script = f"{CONFIGURE}from django.apps import apps\nfrom django.conf import settings\n"
    script += "apps.populate(settings.INSTALLED_APPS)\nopen('went-on', 'w').close()\n"
    project = make_project(tmp_path, apps={"billing": {}}, files={"worker.py": script})
    recording, problem = start(project, "worker.py", Until.WSGI)
    assert (problem, [app.label for app in recording.apps]) == ("", ["billing"])
    assert "django.core.wsgi" in modules(recording)
    assert not (project / "went-on").exists()


def test_pytest_with_a_conftest_that_sets_django_up(tmp_path: Path) -> None:
    files = {"conftest.py": f"{CONFIGURE}django.setup()\n", "test_bill.py": "def test(): pass\n"}
    recording, problem = start(make_project(tmp_path, files=files), "pytest")
    assert problem == ""
    assert {"_pytest.config", "conftest", "shop.urls"} <= modules(recording)


def test_what_a_manage_py_does_behind_setup_is_part_of_the_start(tmp_path: Path) -> None:
    manage = MANAGE.replace("    from django", "    import django; django.setup(); import rates\n    from django", 1)
    project = make_project(tmp_path, files={"manage.py": manage, "rates.py": ""})
    recording, problem = start(project, "manage.py")
    assert problem == ""
    assert {"rates", "shop.urls"} <= modules(recording)


def test_a_caller_that_catches_what_goes_wrong_behind_setup(tmp_path: Path) -> None:
    script = f"{CONFIGURE}try:\n    django.setup()\nexcept Exception:\n    import time; time.sleep(600)\n"
    project = make_project(tmp_path, urls="raise LookupError('no rate')\n", files={"worker.py": script})
    problem = start(project, "worker.py")[1]
    assert problem.startswith("worker.py died after T s in urls, importing shop.urls from ")
    assert problem.endswith(": LookupError: no rate (shop/urls.py:1).")


def test_a_setup_that_is_not_django_s(tmp_path: Path) -> None:
    """It returns at once, and the little time until then is no start."""
    wrap = f"{CONFIGURE}def setup(set_prefix=True):\n    pass\ndjango.setup = setup\n"
    project = make_project(tmp_path, files={"manage.py": wrap + MANAGE})
    assert start(project, "manage.py", Until.SETUP)[1] == snapshot(
        "Django is not ready, though manage.py asks for the command 'check': apps.ready is False. In place of "
        "django.setup() it calls a function at manage.py:4."
    )


def test_a_process_that_is_forked_sets_django_up(tmp_path: Path) -> None:
    script = f"import time\n{CONFIGURE}if os.fork():\n    time.sleep(600)\ndjango.setup()\n"
    assert start(make_project(tmp_path, files={"server.py": script}), "server.py")[1] == snapshot(
        "server.py set Django up in a process that it had forked, which is not recorded. Let it load the project "
        "before it forks (gunicorn: --preload), or boot manage.py to the application: --until wsgi or --until asgi."
    )


def test_a_process_that_is_forked_by_a_start(tmp_path: Path) -> None:
    ready = "import os, django; process = os.fork(); os.waitpid(process, 0) if process else os._exit(0)"
    script = f"{CONFIGURE}django.setup()\n"
    project = make_project(tmp_path, apps={"billing": {"apps.py": app_config(ready)}}, files={"worker.py": script})
    assert start(project, "worker.py")[1] == ""


@pytest.mark.parametrize("until", [Until.URLS, Until.SETTINGS])
def test_a_script_that_does_something_else(tmp_path: Path, until: Until) -> None:
    project = make_project(tmp_path, files={"version.py": "import sys\nprint('version 3')\nsys.exit(0)\n"})
    recording, problem = start(project, "version.py", until)
    lacks = {
        Until.URLS: "a ready Django (django.setup() has not run to its end)",
        Until.SETTINGS: "loading Django's settings",
    }
    assert (
        problem == f"version.py ended by itself after T s in entry, without {lacks[until]}: it called sys.exit(0) "
        "(version.py:3)."
    )
    assert recording.ending is not None
    assert recording.ending.lines == ("version 3",)


RESTART = """\
import os, sys
if os.environ.get("SHOP_AGAIN") != "0":
    os.environ["SHOP_AGAIN"] = "0"
    {}
"""


@pytest.mark.parametrize("kind", [BootKind.EVIDENCE, BootKind.RECORDED])
def test_a_manage_py_that_puts_python_anew_in_its_place(tmp_path: Path, kind: BootKind) -> None:
    again = RESTART.format("os.execv(sys.executable, [sys.executable, *sys.argv])")
    project = make_project(tmp_path, apps={"billing": {}}, files={"manage.py": again + MANAGE})
    recording, problem = start(project, "manage.py", kind=kind)
    assert problem == ""
    assert [app.label for app in recording.apps] == ["billing"]
    assert [(restart.file, restart.line) for restart in recording.restarts] == [(str(project / "manage.py"), 4)]
    (note,) = [note.text for note in notes_on(recording) if note.id == "restart"]
    assert re.sub(r"\d\.\d\d\d s", "T s", note) == snapshot(
        "The process started Python anew, in place of itself, T s after its start (manage.py:4, os.exec). The boot was "
        "followed; the time until then is in interpreter."
    )


def test_a_manage_py_that_runs_itself_in_another_process(tmp_path: Path) -> None:
    again = RESTART.format("import subprocess; sys.exit(subprocess.call(['python', '-c', '0', *sys.argv]))")
    problem = start(make_project(tmp_path, files={"manage.py": again + MANAGE}), "manage.py")[1]
    assert problem == snapshot(
        "manage.py ended by itself after T s in entry, without a ready Django (django.setup() has not run to its end): "
        "it called sys.exit(0) (manage.py:4). It had run python -c 0 manage.py check, which is a process of its own "
        "and not recorded."
    )


def test_a_server_is_left_where_it_serves(tmp_path: Path) -> None:
    settings = "ALLOWED_HOSTS = ['*']\n"
    project = make_project(tmp_path, settings=settings, apps={"billing": {}})
    recording, problem = start(project, "manage.py", command=("runserver", "127.0.0.1:0", "--noreload"))
    assert problem == ""
    assert recording.serves.startswith("waits for connections on 127.0.0.1:")
    assert "django.core.servers.basehttp" in modules(recording)


CELERY = """\
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "shop.settings"
from celery import Celery
app = Celery("shop", set_as_current=False)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
"""
TASKS = "import wsgiref.simple_server\nfrom shop.celery import app\n@app.task\ndef bill(): pass\n"


@pytest.fixture(scope="module")
def workers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with tasks, whose broker lies in memory."""
    pytest.importorskip("celery")
    return make_project(
        tmp_path_factory.mktemp("workers"),
        settings="CELERY_BROKER_URL = 'memory://'\n",
        apps={"billing": {"tasks.py": TASKS}},
        files={"shop/celery.py": CELERY},
    )


@pytest.mark.parametrize(
    ("arguments", "serves"),
    [
        (("worker", "--pool=solo"), "waits for tasks"),
        (("worker", "--concurrency=1"), "waits for tasks"),
        (("beat", "--schedule=../schedule"), "waits for what is due"),
    ],
    ids=["solo", "prefork", "beat"],
)
def test_celery_to_where_it_is_ready(workers: Path, arguments: tuple[str, ...], serves: str) -> None:
    recording, problem = start(workers, "celery", command=("-A", "shop", *arguments))
    assert (problem, recording.serves) == ("", serves)
    assert {"billing.tasks", "wsgiref.simple_server"} <= modules(recording)
    (tasks,) = [span for span in recording.spans if span.kind == "import" and span.name == "billing.tasks"]
    assert recording.phase_of(tasks) == "command"
    assert tasks.importer is not None
    assert (tasks.importer.module, f"celery.py:{tasks.importer.line}") == ("shop.celery", "celery.py:6")


def test_celery_to_the_urlconf(workers: Path) -> None:
    recording, problem = start(workers, "celery", seen_as=("-A", "shop", "worker"))
    assert problem == ""
    assert "shop.urls" in modules(recording)
    assert "billing.tasks" not in modules(recording)


def test_a_worker_before_a_broker_that_is_not_there(workers: Path) -> None:
    broker = "amqp://guest:secret@127.0.0.1:1//"
    _, problem = start(workers, "celery", command=("-b", broker, "-A", "shop", "worker", "--pool=solo"))
    assert "secret" not in problem
    assert problem.startswith("celery is stuck, after T s, before the broker amqp://***@127.0.0.1:1//, which cannot be")
    assert problem.endswith(
        ". Start the broker, or measure without it: --until checks --entry celery --as "
        "'-b amqp://***@127.0.0.1:1// -A shop worker --pool=solo'."
    )


@pytest.mark.parametrize(
    ("command", "completes"),
    [(("help",), False), (("--version",), False), (("shell", "-c", "pass"), False), (("mig<TAB>",), True)],
    ids=["help", "version", "shell", "completion"],
)
def test_what_people_wait_for_at_a_prompt(tmp_path: Path, command: tuple[str, ...], completes: bool) -> None:
    project = make_project(tmp_path, apps={"billing": {}})
    completing = {"DJANGO_AUTO_COMPLETE": "1", "COMP_WORDS": "manage.py mig", "COMP_CWORD": "1"} if completes else {}
    variables = environment(project, {"PYTHONPATH": str(project), **completing})
    target = BootTarget(
        find_entry(None, project),
        Until.COMMAND,
        command,
        completes=completes,
        directory=project,
        environment=variables,
    )
    recording = boot(target, BootKind.RECORDED, timeout=60)
    assert (recording.outcome, [app.label for app in recording.apps]) == (Outcome.REACHED, ["billing"])
    has_phase = any(span.kind == "phase" and span.name == "command" for span in recording.spans)
    assert has_phase is (command != ("--version",))
