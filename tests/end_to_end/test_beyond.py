"""What a boot does behind its target: system checks, applications, the imports that were left out."""

from __future__ import annotations

import os
from pathlib import Path

from inline_snapshot import snapshot

from django_startup.measure.boot import BootKind, boot
from django_startup.measure.ending import Outcome
from django_startup.measure.instructions import DeferredImport, Instructions
from django_startup.measure.recording import Recording
from django_startup.measure.target import BootTarget, Until, find_entry
from django_startup.profile.rungs import make_rungs
from tests.support.helpers import make_project

APPLICATIONS = 'WSGI_APPLICATION = "shop.wsgi.application"\nASGI_APPLICATION = "shop.asgi.application"\n'
WSGI = "from django.core.wsgi import get_wsgi_application\napplication = get_wsgi_application()\n"
CHECK = """
from django.core.checks import Warning, register
@register
def check(app_configs, **kwargs):
    return [Warning("no " + "coins", id="shop.W1")]
"""
ENDLESS = "import time\nwhile True:\n    time.sleep(0.1)\n"


def beyond(
    project: Path,
    *deferred: DeferredImport,
    until: Until = Until.URLS,
    seconds: float = 60,
    rungs: tuple[str, ...] = ("checks", "wsgi", "asgi"),
) -> Recording:
    environment = os.environ | {"PYTHONPATH": str(project)}  # python -P leaves it out
    target = BootTarget(find_entry(None, project), until, directory=project, environment=environment)
    instructions = Instructions(beyond=seconds, rungs=rungs, deferred=deferred)
    recording = boot(target, BootKind.EVIDENCE, timeout=60, instructions=instructions)
    assert recording.ending is not None and recording.ending.outcome is Outcome.REACHED
    return recording


def test_checks_and_applications(tmp_path: Path) -> None:
    files = {"shop/wsgi.py": WSGI, "shop/asgi.py": "import sys\nsys.exit('closed')\n"}
    project = make_project(tmp_path, settings=APPLICATIONS, urls=f"{CHECK}urlpatterns = []\n", files=files)
    recording = beyond(project)
    assert recording.messages == ("?: (shop.W1) no coins",)
    assert [(rung.name, rung.problem) for rung in make_rungs(recording, project)] == snapshot(
        [("checks", ""), ("wsgi", ""), ("asgi", "SystemExit: closed (shop/asgi.py:2)")]
    )
    # They are no part of the boot.
    assert "checks" not in recording.phases.values()
    assert recording.environment.check_messages == 0
    assert not {"shop.wsgi", "shop.asgi"} & {module.name for module in recording.modules}
    assert {span.name for span in recording.spans if span.kind == "gc"} == {"0"}  # of the youngest objects alone


def test_what_ends_or_blocks_the_process(tmp_path: Path) -> None:
    files = {"shop/wsgi.py": "import os\nos._exit(3)\n"}
    settings = 'WSGI_APPLICATION = "shop.wsgi.application"\n'
    recording = beyond(make_project(tmp_path, settings=settings, files=files))
    assert (recording.rungs["checks"].state, recording.rungs["wsgi"].state) == ("reached", "begun")
    endless = make_project(tmp_path, settings=settings, files={"shop/wsgi.py": ENDLESS}, name="endless")
    recording = beyond(endless, seconds=3)
    assert "wsgi" not in recording.rungs or recording.rungs["wsgi"].state == "begun"


def test_from_other_targets(tmp_path: Path) -> None:
    files = {"shop/wsgi.py": WSGI, "shop/asgi.py": WSGI.replace("wsgi", "asgi")}
    project = make_project(tmp_path, settings=APPLICATIONS, urls=f"{CHECK}urlpatterns = []\n", files=files)
    assert beyond(project, until=Until.SETTINGS).rungs == {}
    assert [*beyond(project, until=Until.WSGI).rungs] == ["checks", "asgi"]
    assert [*beyond(project, rungs=("wsgi",)).rungs] == ["wsgi"]
    recording = beyond(project, until=Until.CHECKS)
    assert recording.environment.check_messages == 1
    assert (recording.messages, [*recording.rungs]) == (("?: (shop.W1) no coins",), ["checks", "wsgi", "asgi"])


def test_imports_that_were_left_out(tmp_path: Path) -> None:
    files = {
        "shop/views.py": "",
        "shop/late.py": f"from . import inner\n{CHECK}",
        "shop/inner.py": "",
        "shop/broken.py": "x = 1\nraise RuntimeError('too late')\n",
    }
    project = make_project(tmp_path, urls="import shop.views\nurlpatterns = []\n", files=files)
    views, inner = str(project / "shop/views.py"), str(project / "shop/inner.py")
    recording = beyond(
        project,
        DeferredImport("shop.inner", inner, 1, "import shop.views"),  # waits for the next
        DeferredImport("shop.views", views, 3, "from .late import register; from . import late"),
        DeferredImport("shop.views", views, 9, "from shop import broken"),
        DeferredImport("shop.nowhere", views, 10, "import shop.late"),
    )
    assert {
        line: (rung.state, rung.text, Path(rung.file).name, rung.line) for (_, line), rung in recording.deferred.items()
    } == snapshot(
        {
            3: ("reached", "", "", 0),
            9: ("failed", "RuntimeError: too late", "broken.py", 2),
            1: ("reached", "", "", 0),
        }
    )
    (late,) = recording.late
    assert (late.file, late.line) == (views, 3)
    assert (late.entry.registry, late.entry.name, late.entry.by) == ("checks", "shop.late.check", "shop.late")
    assert not any(entry.name == "shop.late.check" for entry in recording.registries)
