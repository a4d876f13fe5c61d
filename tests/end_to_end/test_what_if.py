"""What a start would be like without something: worked out, tried and measured."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest
from inline_snapshot import snapshot

from django_startup.exceptions import UsageError
from django_startup.lab import pairs, what_if
from django_startup.measure.target import BootTarget, find_entry
from django_startup.profile.profile import StartupProfile
from django_startup.profile.what_if import WhatIf
from django_startup.profiler import profile_startup
from django_startup.reports.console.plain_text import as_text
from django_startup.reports.console.what_if import render_what_if
from django_startup.reports.html.page import render_html
from django_startup.reports.markdown.profile import render_markdown
from tests.support.evidence import SQLITE, install
from tests.support.helpers import app_config, make_project, profile, run

URLS = """\
import middle
from shop.hooks import hook
from django.urls import path


class View(middle.Base):
    def get(self):
        return hook()


urlpatterns = []
"""
CHECKED = """
    @classmethod
    def check(cls, **kwargs):
        from django.core.checks import Warning
        return [Warning("a key of no kind\\nindeed", obj=cls)]
"""
NEWS = {
    "apps.py": app_config("import news.hooks", name="news"),
    "models.py": "from django.db import models\n\n\nclass Issue(models.Model):\n" + CHECKED,
    "hooks.py": """\
from django.core.checks import register
from django.db.models.signals import post_save


@register("news")
def check_issues(app_configs, **kwargs):
    return []


def on_save(sender, **kwargs):
    pass


post_save.connect(on_save)
""",
}
HOOKS = """\
from django.core.checks import register


def hook(**kwargs):
    return []


register(hook, "shop")
"""
MIDDLE = "import deep\n\n\nclass Base:\n    pass\n\n\ndef use():\n    return deep.VALUE\n"
NAMES = ("deep", "middle", "app:news", "shop/urls.py:2", "gc", "news.models", "app:billing")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("without")
    install(directory, "middle", {"middle/__init__.py": MIDDLE})
    install(directory, "deep", {"deep.py": "VALUE = sum(range(1_000_000))\n"})
    billing = {"models.py": "from django.db import models\n\n\nclass Bill(models.Model):\n    pass\n"}
    return make_project(
        directory,
        settings=SQLITE + "DEFAULT_AUTO_FIELD = 'django.db.models.BigAutoField'\n"
        "INSTALLED_APPS = tuple(INSTALLED_APPS)\n",
        apps={"news": NEWS, "billing": billing},
        urls=URLS + "import billing.models\n",
        files={"shop/hooks.py": HOOKS},
    )


@pytest.fixture(scope="module")
def booted(project: Path) -> tuple[BootTarget, StartupProfile]:
    paths = os.pathsep.join([str(project.with_name("site")), str(project)])
    environment = os.environ | {"PYTHONPATH": paths}
    target = BootTarget(find_entry(None, project), directory=project, environment=environment)
    return target, profile_startup(target, runs=1, timeout=60, on_boot=lambda done, planned: None, beyond=True)


def ask(booted: tuple[BootTarget, StartupProfile], *names: str) -> tuple[StartupProfile, list[tuple[int, int]]]:
    """The profile with the answers, of one pair each, and what was said of the boots."""
    target, found = booted
    said: list[tuple[int, int]] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pairs, "MOST_PAIRS", 1)
        patch.setattr(what_if, "MOST_PAIRS", 1)
        answered = what_if.ask_what_if(target, found, names, timeout=60, on_boot=lambda *boots: said.append(boots))
    return answered, said


@pytest.fixture(scope="module")
def asked(booted: tuple[BootTarget, StartupProfile]) -> StartupProfile:
    answered, said = ask(booted, *NAMES, "gc")
    assert said[0] == (0, 18)
    assert answered.what_if.boots == 16
    return answered


@pytest.fixture
def answers(asked: StartupProfile) -> dict[str, WhatIf]:
    return {answer.name: answer for answer in asked.what_if.alone}


def test_each_by_itself(answers: dict[str, WhatIf]) -> None:
    assert [*answers] == [*NAMES]
    assert [name for name, answer in answers.items() if answer.measured] == [
        "deep",
        "app:news",
        "shop/urls.py:2",
        "gc",
    ]


def test_a_line_of_a_package_is_moved(answers: dict[str, WhatIf]) -> None:
    deep = answers["deep"]
    assert (deep.how, deep.modules, deep.packages) == ("1 import moved to where the names are used", 1, ("deep",))
    (line,) = deep.edited
    assert (Path(line.file).parts[-2:], line.line, line.statement) == (("middle", "__init__.py"), 1, "import deep")
    assert deep.rungs == ("urls", "checks", "first-use")
    assert (deep.lost, deep.differences) == ((), ())
    assert deep.estimate_ns > 0


def test_an_app_that_is_left_out(answers: dict[str, WhatIf]) -> None:
    news = answers["app:news"]
    assert news.how == "news left out of INSTALLED_APPS"
    assert {(entry.title, entry.file, entry.line, entry.at_first_use) for entry in news.lost} == snapshot(
        {
            ("model news.Issue (news)", "news/models.py", 4, False),
            ("receiver news.hooks.on_save (django.db.models.signals.post_save)", "news/hooks.py", 10, False),
            ("check news.hooks.check_issues (news)", "news/hooks.py", 6, False),
        }
    )


def test_what_registers_only_at_the_first_use(answers: dict[str, WhatIf]) -> None:
    (entry,) = answers["shop/urls.py:2"].lost
    assert (entry.title, entry.file, entry.line, entry.at_first_use) == (
        "check shop.hooks.hook (shop)",
        "shop/hooks.py",
        4,
        True,
    )


def test_what_cannot_be_tried(answers: dict[str, WhatIf]) -> None:
    problems = {name: answer.problem for name, answer in answers.items() if answer.problem}
    died = problems.pop("app:billing")
    assert re.sub(r"\d+\.\d{3} s", "… s", died).startswith("manage.py died after … s in urls, importing billing.models")
    assert problems == snapshot(
        {
            "middle": "shop/urls.py:1: used at import: base of class View, line 6",
            "news.models": "Django imports it for the app news: try --what-if app:news",
        }
    )
    assert answers["middle"].estimate_ns > 0


def test_all_together(asked: StartupProfile) -> None:
    together = asked.what_if.together
    assert together is not None and together.measured
    assert (together.packages, len(together.lost), len(together.edited)) == (("deep",), 4, 2)


def test_reports(asked: StartupProfile) -> None:
    for width in (60, 80, 160):
        text = as_text(render_what_if(asked, top=2), width)
        assert max(map(len, text.splitlines())) <= width
    shown = re.sub(r"-?\d+\.\d{3}( s)?", "…", re.sub(r" [+-]?\d+ MiB", " … MiB", text))
    assert re.sub(r" {3,}", "   ", shown[shown.index("\napp:news\n") : shown.index("\ngc\n")]) == snapshot("""\

app:news
  news left out of INSTALLED_APPS
  boots to URLs and checks
  the system checks would no longer say: news.Issue: a key of no kind
  no longer registered: 3
   news/models.py:4  model news.Issue (news)
   news/hooks.py:10  receiver news.hooks.on_save (django.db.models.signals.post_save)
   and 1 more: --top N, or -o FILE.json

shop/urls.py:2
  1 import moved to where the names are used
   shop/urls.py:2  from shop.hooks import hook
  boots to URLs and checks, the moved imports work
  no longer registered: 1
   shop/hooks.py:4  check shop.hooks.hook (shop), only at the first use
""")
    assert "| `middle` | " in render_markdown(asked, top=5)
    html = render_html(asked)
    assert "Without middle: estimated" in html
    assert "All of these together: estimated" in html
    assert "shop/hooks.py:4  check shop.hooks.hook (shop), only at the first use" in html


def test_unknown_names(booted: tuple[BootTarget, StartupProfile]) -> None:
    sentences = []
    for name in ("depp", "app:newz", "shop/urls.py:4", "shop/hoks.py:4", "bllng.x", "zzz"):
        with pytest.raises(UsageError) as error:
            ask(booted, name)
        sentences.append(str(error.value).removeprefix("--what-if ").partition(" Did you mean ")[::2])
    assert sentences == snapshot(
        [
            ("depp: no package, module, line or app named 'depp' in this boot.", "deep?"),
            ("app:newz: no app named 'newz' in this boot.", "app:news?"),
            ("shop/urls.py:4: no import on that line in this boot. Lines with imports: 1, 2, 3, 12.", ""),
            ("shop/hoks.py:4: no file of that name imports anything in this boot.", "shop/hooks.py or shop/urls.py?"),
            ("bllng.x: no package, module, line or app named 'bllng.x' in this boot.", "billing?"),
            ("zzz: no package, module, line or app named 'zzz' in this boot.", ""),
        ]
    )


def test_the_command(project: Path) -> None:
    path = str(project.with_name("site"))
    ran = profile(project, "--what-if", "gc", "-o", "what.json", env={"PYTHONPATH": path}, tried=True)
    assert (ran.returncode, ran.stderr) == (0, ""), ran
    assert ran.stdout.splitlines()[2].split() == ["WITHOUT", "estimate", "measured", "modules", "memory"]
    saved = json.loads((project / "what.json").read_text())["what_if"]
    assert [answer["name"] for answer in saved["alone"]] == ["gc"]
    assert (saved["together"], saved["boots"]) == (None, 11)
    shown = run(project, "-m", "django_startup", "profile", "--load", "what.json")
    assert "no garbage collections before the target" in shown.stdout
    ran = profile(project, "--what-if", "depp", env={"PYTHONPATH": path}, tried=True)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr.startswith(
        "CommandError: --what-if depp: no package, module, line or app named 'depp' in this boot."
    )
