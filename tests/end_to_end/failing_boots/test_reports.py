"""What is said of boots that went wrong."""

from __future__ import annotations

from pathlib import Path

import pytest
from inline_snapshot import snapshot

from tests.support.failing_boots import (
    FAILURE,
    HOSTILE,
    IN_MODELS,
    IN_SETTINGS,
    SETUP,
    TO_MODELS,
    TO_READY,
    TO_SETTINGS,
    TWO_IMPORTS,
    command_project,
    fail,
)
from tests.support.frames import no_coverage
from tests.support.helpers import at, make_project


@pytest.mark.parametrize(
    ("base", "end"),
    [("Exception", "Unclear: "), ("SystemExit", "it called sys.exit(")],
    ids=["exception", "exit"],
)
def test_exception_that_cannot_be_shown(tmp_path: Path, base: str, end: str) -> None:
    text = f"class Unclear({base}):\n    def __str__(self):\n        raise TypeError\nraise Unclear(Unclear())\n"
    project = make_project(tmp_path, apps={"billing": {"models.py": text}})
    failed = fail(project, *SETUP)
    assert failed.sentence.startswith(f"{IN_MODELS}: {end}")
    assert "(its message cannot be shown: TypeError)" in failed.sentence
    assert failed.sentence.endswith(" (billing/models.py:4).")
    assert failed.phases == TO_MODELS


@pytest.mark.parametrize(
    ("raised", "end"),
    [
        ("Closed('no rate')", "Closed: no rate"),
        ("Loud()", "Loud: (its message cannot be shown: KeyboardInterrupt)"),
        ("Unreadable('no rate')", "Unreadable: no rate"),
    ],
)
def test_exception_whose_attributes_cannot_be_read_or_set(tmp_path: Path, raised: str, end: str) -> None:
    project = make_project(tmp_path, apps={"billing": {"models.py": f"{HOSTILE}\nraise {raised}\n"}})
    place = at(project, "billing/models.py", f"raise {raised}")
    failed = fail(project, *SETUP)
    assert failed.sentence == f"{IN_MODELS}: {end} ({place})."
    assert f"    raise {raised}" in failed.lines


def test_a_caught_exception_is_the_project_s_own(tmp_path: Path) -> None:
    """One that lets no attribute be set is of the same type afterwards, and none has an attribute more."""
    rates = """\
from dataclasses import dataclass

@dataclass(frozen=True)
class ConfigError(Exception):
    name: str

raise ConfigError("rate")
"""
    models = """\
try:
    import billing.rates
except Exception as error:
    raise LookupError([type(error).__name__, *vars(error)])
"""
    project = make_project(tmp_path, apps={"billing": {"models.py": models, "rates.py": rates}})
    assert fail(project, *SETUP).sentence == (
        snapshot(
            "manage.py died after T s in models, the models of billing, importing billing.models from "
            "django/apps/config.py:N: LookupError: ['ConfigError', 'name'] (billing/models.py:4)."
        )
    )


def test_duplicate_app_labels(tmp_path: Path) -> None:
    project = make_project(tmp_path, apps={"billing": {}, "other.billing": {}}, files={"other/__init__.py": ""})
    failed = fail(project, *SETUP)
    assert failed.sentence == (
        snapshot(
            "manage.py died after T s in apps: ImproperlyConfigured: Application labels aren't unique, "
            "duplicates: billing "
            "(django/apps/registry.py:N)."
        )
    )
    assert failed.phases == [*TO_SETTINGS, "apps"]


def test_app_that_does_not_exist(tmp_path: Path) -> None:
    project = make_project(tmp_path, settings="INSTALLED_APPS += ['biling']\n", apps={"billing": {}})
    assert fail(project, *SETUP).sentence == (
        snapshot(
            "manage.py died after T s in apps, the app biling, importing biling from django/apps/config.py:N: "
            "ModuleNotFoundError: No module named 'biling' (django/apps/config.py:N)."
        )
    )


def test_exception_that_runserver_would_show_later(tmp_path: Path) -> None:
    project = make_project(tmp_path, apps={"billing": {"models.py": "raise LookupError('no rate')\n"}})
    failed = fail(project, *SETUP, "--as", "runserver")
    assert failed.sentence == f"{IN_MODELS}: LookupError: no rate (billing/models.py:1)."


def test_exception_in_settings_before_a_command(tmp_path: Path) -> None:
    project = make_project(tmp_path, settings="import missing_package\n")
    failed = fail(project, "--", "check")
    place = at(project, "shop/settings.py", "import missing")
    assert failed.sentence == (
        f"manage.py died after T s in settings, importing missing_package from {place}: "
        f"ModuleNotFoundError: No module named 'missing_package' ({place})."
    )


def test_exception_in_a_urlconf(tmp_path: Path) -> None:
    urls = "from django.urls import include, path\nurlpatterns = [path('pay/', include('billing.urls'))]\n"
    project = make_project(tmp_path, urls=urls, apps={"billing": {"urls.py": "urlpatterns = [pay]\n"}})
    failed = fail(project)
    assert failed.sentence == (
        snapshot(
            "manage.py died after T s in urls, importing billing.urls from shop/urls.py:2: "
            "NameError: name 'pay' is not defined (billing/urls.py:1)."
        )
    )
    assert failed.phases == [*TO_READY, "urls"]


def test_exception_in_the_application(tmp_path: Path) -> None:
    settings = "WSGI_APPLICATION = 'shop.wsgi.application'\n"
    project = make_project(tmp_path, settings=settings, files={"shop/wsgi.py": "import missing_package\n"})
    assert fail(project, "--until", "wsgi").sentence == (
        snapshot(
            "manage.py died after T s in wsgi, importing missing_package from shop/wsgi.py:1: "
            "ModuleNotFoundError: No module named 'missing_package' (shop/wsgi.py:1)."
        )
    )


def test_application_that_cannot_be_found(tmp_path: Path) -> None:
    project = make_project(tmp_path, settings="WSGI_APPLICATION = 'shop.wsgi.application'\n")
    assert fail(project, "--until", "wsgi").sentence == (
        snapshot(
            "manage.py died after T s in wsgi, importing shop.wsgi: "
            "ModuleNotFoundError: No module named 'shop.wsgi' (django/utils/module_loading.py:N)."
        )
    )


def test_exception_in_a_system_check(tmp_path: Path) -> None:
    text = (
        "from django.core.checks import register\n@register\ndef rates(**options):\n    raise LookupError('no rate')\n"
    )
    project = make_project(tmp_path, apps={"billing": {"models.py": text}})
    failed = fail(project, "--until", "checks")
    assert failed.sentence == (
        snapshot(
            "manage.py died after T s in checks, the check billing.models.rates: LookupError: no rate "
            "(billing/models.py:4)."
        )
    )
    assert failed.lines[-1] == snapshot("LookupError: no rate")
    assert failed.phases == [*TO_READY, "urls", "checks"]


def test_command_that_exits(tmp_path: Path) -> None:
    project = command_project(tmp_path, "print('no money'); sys.exit(2)")
    failed = fail(project, "--", "pay")
    place = at(project, "billing/management/commands/pay.py", "sys.exit")
    assert failed.sentence == f"manage.py died after T s in command: it called sys.exit(2) ({place})."
    assert failed.lines == ["no money"]
    assert failed.phases == [*TO_READY, "command"]


def test_command_that_raises(tmp_path: Path) -> None:
    failed = fail(command_project(tmp_path, "raise CommandError('no money', returncode=2)"), "--", "pay")
    assert failed.sentence == (
        snapshot("manage.py died after T s in command: it called sys.exit(2) (django/core/management/base.py:N).")
    )
    assert failed.lines == snapshot(["CommandError: no money"])


def test_command_that_imports_what_is_not_there(tmp_path: Path) -> None:
    project = command_project(tmp_path, "import missing_package")
    place = at(project, "billing/management/commands/pay.py", "import missing")
    assert fail(project, "--", "pay").sentence == (
        f"manage.py died after T s in command, importing missing_package from {place}: "
        f"ModuleNotFoundError: No module named 'missing_package' ({place})."
    )


def test_unknown_command(tmp_path: Path) -> None:
    failed = fail(make_project(tmp_path, apps={"billing": {}}), "--", "pay")
    assert failed.sentence == (
        snapshot("manage.py died after T s in command: it called sys.exit(1) (django/core/management/__init__.py:N).")
    )
    assert failed.lines == snapshot(["Unknown command: 'pay'", "Type 'manage.py help' for usage."])
    assert failed.phases == [*TO_READY, "command"]


def test_text_of_many_lines_and_odd_characters(tmp_path: Path) -> None:
    text = r"raise ValueError('\x1b[31mred [bold]\udcff caf\xe9\nsecond line.')"
    project = make_project(tmp_path, settings=f"{text}\n")
    failed = fail(project, *SETUP, env={"PYTHONIOENCODING": "utf-8"})
    place = at(project, "shop/settings.py", "raise")
    assert failed.sentence == rf"{IN_SETTINGS}: ValueError: \x1b[31mred [bold]\udcff café ({place})."
    assert failed.lines[-2:] == snapshot([r"ValueError: \x1b[31mred [bold]\udcff café", "second line."])


def test_output_that_is_not_utf8(tmp_path: Path) -> None:
    settings = "import os\nos.write(2, b'caf\\xe9 \\x1b[31m\\n')\nos._exit(1)\n"
    project = make_project(tmp_path, settings=settings)
    assert fail(project, *SETUP, env={"PYTHONIOENCODING": "utf-8"}).lines == [r"caf� \x1b[31m"]


def test_terminal_that_is_not_utf8(tmp_path: Path) -> None:
    project = make_project(tmp_path, settings="raise ValueError('caf\\xe9 \\N{SNOWMAN}')\n")
    failed = fail(project, *SETUP, env={"PYTHONIOENCODING": "ascii"})
    assert failed.sentence.startswith(f"{IN_SETTINGS}: ValueError: caf? ? (")


def test_exception_without_text(tmp_path: Path) -> None:
    project = make_project(tmp_path, settings="raise KeyboardInterrupt\n")
    failed = fail(project, *SETUP)
    assert failed.sentence == f"{IN_SETTINGS}: KeyboardInterrupt ({at(project, 'shop/settings.py', 'raise')})."
    assert failed.lines[-1] == "KeyboardInterrupt"


@pytest.mark.parametrize("away", ["sys.stderr.close()", "sys.stderr = None", "os.close(2)", "sys.stderr = object()"])
def test_standard_error_is_gone(tmp_path: Path, away: str) -> None:
    project = make_project(tmp_path, settings=f"import os, sys\n{away}\nraise ValueError('unheard')\n")
    failed = fail(project, *SETUP)
    assert failed.sentence == f"{IN_SETTINGS}: ValueError: unheard ({at(project, 'shop/settings.py', 'raise')})."


def test_traceback_that_the_project_prints(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    no_coverage(monkeypatch)
    settings = "import sys, traceback\ntry:\n    import shop.one\nexcept ArithmeticError:\n    traceback.print_exc()\n"
    project = make_project(tmp_path, settings=f"{settings}    sys.exit(1)\n", files={"shop/one.py": f"{FAILURE}\n"})
    place = at(project, "shop/settings.py", "import shop.one")
    lines = [line for line in fail(project, *SETUP).lines if not set(line) <= set(" ~^")]
    assert lines == [
        "Traceback (most recent call last):",
        f'  File "{project}/shop/settings.py", line {place.partition(":")[2]}, in <module>',
        "    import shop.one",
        f'  File "{project}/shop/one.py", line 1, in <module>',
        f"    {FAILURE}",
        "ArithmeticError: sum",
    ]


def test_traceback_of_an_exception_group(tmp_path: Path) -> None:
    files = {"shop/one.py": f"{FAILURE}\n", "shop/two.py": f"{FAILURE}\n"}
    failed = fail(make_project(tmp_path, settings=TWO_IMPORTS, files=files), *SETUP)
    assert failed.sentence.startswith(f"{IN_SETTINGS}: ExceptionGroup: both (2 sub-exceptions) (shop/settings.py:")
    assert failed.lines[-2].strip() == snapshot("| ArithmeticError: sum")
    assert any(line.strip(" |") == "__import__(name)" for line in failed.lines)


def test_temporary_files_removed_by_the_project(tmp_path: Path) -> None:
    settings = """\
import shutil, tempfile
from pathlib import Path
for path in Path(tempfile.gettempdir()).iterdir():
    shutil.rmtree(path)
"""
    failed = fail(make_project(tmp_path, settings=settings), *SETUP)
    assert failed.sentence == snapshot("Python ended before it ran manage.py, with exit code 0.")


def test_only_the_last_lines_of_much_output(tmp_path: Path) -> None:
    settings = "import sys\nfor number in range(20_000):\n    print('line', number, file=sys.stderr)\nsys.exit(1)\n"
    failed = fail(make_project(tmp_path, settings=settings), *SETUP)
    assert failed.lines == [f"line {number}" for number in range(19_985, 20_000)]


def test_output_that_would_fill_the_disk(tmp_path: Path) -> None:
    # A file with a hole, of more than the limit; it is looked at once a second.
    settings = "import os, sys, time\nos.ftruncate(2, 2**27)\ntime.sleep(1.5)\nsys.exit('full')\n"
    assert fail(make_project(tmp_path, settings=settings), *SETUP).lines == ["full"]


def test_only_the_second_boot_fails(tmp_path: Path) -> None:
    settings = """\
from pathlib import Path
count = Path(__file__).with_name("count")
count.write_text(count.read_text() + "." if count.exists() else ".")
if len(count.read_text()) == 2:
    raise RuntimeError("flaky")
"""
    project = make_project(tmp_path, settings=settings)
    failed = fail(project, *SETUP)
    assert failed.sentence == f"{IN_SETTINGS}: RuntimeError: flaky ({at(project, 'shop/settings.py', 'raise')})."
    assert failed.phases == TO_SETTINGS
    assert (project / "shop" / "count").read_text() == ".."
