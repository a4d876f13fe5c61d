"""Projects that do not boot, through the real command line: one sentence, the last lines, nothing left behind."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import pytest
from inline_snapshot import snapshot

from tests.support.helpers import app_config, at, left_behind, make_project, profile, run

PHASE = re.compile(r"^  (interpreter|entry|settings|apps|models|ready|urls|checks|command) +\d+\.\d{3} s", re.MULTILINE)
SETUP = ("--until", "setup")
TO_SETTINGS = ["interpreter", "entry", "settings"]
TO_MODELS = [*TO_SETTINGS, "apps", "models"]
TO_READY = [*TO_MODELS, "ready"]
IN_SETTINGS = "manage.py died after T s in settings, importing shop.settings from django/conf/__init__.py:N"
IN_MODELS = (
    "manage.py died after T s in models, the models of billing, importing billing.models from django/apps/config.py:N"
)
IN_READY = "manage.py died after T s in ready, ready() of billing"


class Failed(NamedTuple):
    """A sentence without its time and Django's line numbers, the phases that are shown, the child's last lines."""

    sentence: str
    phases: list[str]
    lines: list[str]


def fail(project: Path, *options: str, manage: bool = False, env: Mapping[str, str] | None = None) -> Failed:
    """Profile a project that does not boot. Checks what holds for each of them."""
    if manage:
        ran = run(project, "manage.py", "startupprofile", "--runs", "1", *options, env=env)
    else:
        ran = profile(project, *options, env=env)
    assert ran.returncode == 3, ran
    sentence, end, rest = ran.stderr.removeprefix("CommandError: ").partition("\n")
    assert ran.stderr.startswith("CommandError: ")
    assert (end, rest) == ("\n", "")
    assert not re.search(
        r"django_startup[/.](?:probe|measure|profile|imports|gate|management|cli)", ran.stdout + ran.stderr
    )
    assert left_behind(project) == []
    sentence = re.sub(r"died after \d+\.\d{3} s ", "died after T s ", sentence)
    sentence = re.sub(r"\b(django/[\w/]+\.py):\d+", r"\1:N", sentence)
    lines = [line.removeprefix("  | ") for line in ran.stdout.splitlines() if line.startswith("  | ")]
    return Failed(sentence, PHASE.findall(ran.stdout), lines)


def test_exception_in_settings(tmp_path: Path) -> None:
    project = make_project(
        tmp_path, settings="def connect():\n    raise ValueError('no [red]database[/]')\nconnect()\n"
    )
    failed = fail(project, *SETUP)
    place = at(project, "shop/settings.py", "raise")
    assert failed.sentence == f"{IN_SETTINGS}: ValueError: no [red]database[/] ({place})."
    assert failed.lines[-1] == snapshot("ValueError: no [red]database[/]")
    assert failed.phases == TO_SETTINGS


@pytest.mark.parametrize(
    ("raised", "sentence"),
    [
        ("ValueError('no handler.\\nx')", "ValueError: no handler from OSError: no folder"),
        ("ValueError()", "ValueError: from OSError: no folder"),
        ("ValueError('log: no folder')", "ValueError: log: no folder"),
        ("SystemExit('no handler')", "it called sys.exit('no handler')"),
    ],
    ids=["", "without text", "which it names itself", "exit"],
)
def test_exception_with_a_cause(tmp_path: Path, raised: str, sentence: str) -> None:
    settings = f"try:\n    raise OSError('no folder')\nexcept OSError as error:\n    raise {raised} from error\n"
    project = make_project(tmp_path, settings=settings)
    assert fail(project, *SETUP).sentence == f"{IN_SETTINGS}: {sentence} ({at(project, 'shop/settings.py', 'from')})."


def test_exception_with_a_cause_without_text(tmp_path: Path) -> None:
    project = make_project(tmp_path, settings="raise ValueError('no handler') from KeyError()\n")
    assert fail(project, *SETUP).sentence.startswith(f"{IN_SETTINGS}: ValueError: no handler from KeyError (shop")


def test_importerror_in_settings_which_django_swallows_at_first(tmp_path: Path) -> None:
    project = make_project(tmp_path, settings="import missing_package\n")
    failed = fail(project, *SETUP)
    place = at(project, "shop/settings.py", "import missing")
    assert failed.sentence == (
        f"manage.py died after T s in settings, importing missing_package from {place}: "
        f"ModuleNotFoundError: No module named 'missing_package' ({place})."
    )
    assert failed.lines[-3:] == [
        f'  File "{project}/shop/settings.py", line {place.partition(":")[2]}, in <module>',
        "    import missing_package",
        "ModuleNotFoundError: No module named 'missing_package'",
    ]
    assert failed.phases == TO_SETTINGS


def test_exception_in_models(tmp_path: Path) -> None:
    project = make_project(tmp_path, apps={"billing": {"models.py": "\n\nimport missing_package\n"}})
    failed = fail(project, *SETUP)
    assert failed.sentence == (
        snapshot(
            "manage.py died after T s in models, the models of billing, importing missing_package from "
            "billing/models.py:3: ModuleNotFoundError: No module named 'missing_package' (billing/models.py:3)."
        )
    )
    assert failed.lines[-1] == snapshot("ModuleNotFoundError: No module named 'missing_package'")
    assert failed.phases == TO_MODELS


@pytest.mark.parametrize("manage", [False, True], ids=["django_startup", "manage.py"])
def test_exception_in_ready(tmp_path: Path, manage: bool) -> None:
    # manage.py startupprofile has to boot the project itself, so there it fails only in the child.
    ready = "import os, sys; 'startupprofile' in sys.argv or 1 / 0"
    settings = "INSTALLED_APPS += ['django_startup']\n"
    project = make_project(tmp_path, settings=settings, apps={"billing": {"apps.py": app_config(ready)}})
    failed = fail(project, *SETUP, manage=manage)
    place = at(project, "billing/apps.py", "1 / 0")
    assert failed.sentence == f"{IN_READY}: ZeroDivisionError: division by zero ({place})."
    assert failed.lines[-1] == snapshot("ZeroDivisionError: division by zero")
    assert failed.phases == TO_READY


def test_syntax_error_in_models(tmp_path: Path) -> None:
    project = make_project(tmp_path, apps={"billing": {"models.py": "\nx = = 1\n"}})
    failed = fail(project, *SETUP)
    assert failed.sentence == f"{IN_MODELS}: SyntaxError: invalid syntax (billing/models.py:2)."
    assert failed.lines[-1] == snapshot("SyntaxError: invalid syntax")
    assert failed.phases == TO_MODELS


@pytest.mark.parametrize(
    ("argument", "shown", "lines"),
    [
        ("3", "3", []),
        ("", "", []),
        ("'No .env file.\\nCopy it.'", "'No .env file.'", ["No .env file.", "Copy it."]),
    ],
    ids=["code", "nothing", "text"],
)
def test_sys_exit_in_settings(tmp_path: Path, argument: str, shown: str, lines: list[str]) -> None:
    project = make_project(tmp_path, settings=f"import sys\nsys.exit({argument})\n")
    failed = fail(project, *SETUP)
    place = at(project, "shop/settings.py", "sys.exit")
    assert failed.sentence == f"{IN_SETTINGS}: it called sys.exit({shown}) ({place})."
    assert failed.lines == lines
    assert failed.phases == TO_SETTINGS


def test_os_exit_in_models(tmp_path: Path) -> None:
    text = "import os\nprint('leaving', flush=True)\nos._exit(7)\n"
    project = make_project(tmp_path, apps={"billing": {"models.py": text}})
    failed = fail(project, *SETUP)
    assert failed.sentence == f"{IN_MODELS}: it called os._exit(7) (billing/models.py:3)."
    assert failed.lines == ["leaving"]
    assert failed.phases == TO_MODELS


def test_killed_by_a_signal(tmp_path: Path) -> None:
    ready = "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"
    project = make_project(tmp_path, apps={"billing": {"apps.py": app_config(ready)}})
    failed = fail(project, *SETUP)
    assert failed.sentence == (f"{IN_READY}: it was killed by SIGKILL, perhaps because memory ran out.")
    assert failed.lines == []
    assert failed.phases == TO_READY


def test_killed_by_a_signal_without_a_name(tmp_path: Path) -> None:
    ready = "import os, signal; os.kill(os.getpid(), signal.SIGRTMIN + 1)"
    project = make_project(tmp_path, apps={"billing": {"apps.py": app_config(ready)}})
    assert re.fullmatch(re.escape(IN_READY) + r": it was killed by signal \d+\.", fail(project, *SETUP).sentence)


@pytest.mark.parametrize(
    ("leave", "code"),
    [
        ("import ctypes; ctypes.CDLL(None)._exit(5)", 5),
        ("import os, sys; os.execv(sys.executable, [sys.executable, '-c', ''])", 0),
    ],
    ids=["_exit in C", "exec"],
)
def test_gone_without_a_word(tmp_path: Path, leave: str, code: int) -> None:
    project = make_project(tmp_path, apps={"billing": {"apps.py": app_config(leave)}})
    failed = fail(project, *SETUP)
    assert failed.sentence == f"{IN_READY}: it ended with exit code {code} and no output."
    assert failed.phases == TO_READY


def probe_customized(tmp_path: Path, text: str) -> dict[str, str]:
    """The variables with which site runs text in a measured process."""
    lines = [f"    {line}\n" for line in text.splitlines()]
    condition = "import sys\nif any(argument.endswith('boot.py') for argument in sys.orig_argv):\n"
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "sitecustomize.py").write_text(condition + "".join(lines), encoding="utf-8")
    return {"PYTHONPATH": str(tmp_path / "site")}


def test_python_that_does_not_start(tmp_path: Path) -> None:
    env = probe_customized(tmp_path, "import os\nprint('no licence', flush=True)\nos._exit(4)")
    failed = fail(make_project(tmp_path), *SETUP, env=env)
    assert failed.sentence == snapshot("Python ended before it ran manage.py, with exit code 4.")
    assert failed.lines == ["no licence"]
    assert failed.phases == []


def test_interpreter_that_imports_in_another_way(tmp_path: Path) -> None:
    text = """\
import builtins
real = builtins.__import__
def mine(name, *args, **kwargs):
    if name.startswith("django_startup_probe"):
        raise ImportError(name)
    return real(name, *args, **kwargs)
builtins.__import__ = mine"""
    failed = fail(make_project(tmp_path), *SETUP, env=probe_customized(tmp_path, text))
    assert failed.sentence == (
        snapshot("This interpreter does not import through importlib, so its imports cannot be recorded. Use CPython.")
    )
    assert failed.lines == []


def test_segmentation_fault(tmp_path: Path) -> None:
    project = make_project(tmp_path, apps={"billing": {"models.py": "import ctypes\n\nctypes.string_at(0)\n"}})
    failed = fail(project, *SETUP)
    assert failed.sentence == f"{IN_MODELS}: it was killed by SIGSEGV, at billing/models.py:3 in <module>."
    assert failed.phases == TO_MODELS


def test_an_import_that_failed_before_is_not_blamed(tmp_path: Path) -> None:
    models = "try:\n    import missing_module\nexcept ImportError:\n    pass\nraise ImportError('something else')\n"
    failed = fail(make_project(tmp_path, apps={"billing": {"models.py": models}}), *SETUP)
    assert "importing billing.models from django/apps/config.py:" in failed.sentence
    assert failed.sentence.endswith(": ImportError: something else (billing/models.py:5).")


def test_endless_loop(tmp_path: Path) -> None:
    project = make_project(tmp_path, apps={"billing": {"__init__.py": "print('on my way')\nwhile True:\n    pass\n"}})
    failed = fail(project, *SETUP, "--timeout", "12")
    assert re.sub(r"py:[23] in", "py:23 in", failed.sentence) == (
        snapshot(
            "manage.py did not reach setup in 12 s and was killed; it was in apps, the app billing, importing "
            "billing "
            "from django/apps/config.py:N, at billing/__init__.py:23 in <module>. Allow more time with --timeout "
            "SECONDS."
        )
    )
    assert failed.phases == [*TO_SETTINGS, "apps"]


@pytest.mark.parametrize(
    "first",
    ["pass", "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)", "import os; os.fork()"],
    ids=["alone", "deaf to SIGTERM", "with a fork"],
)
def test_waiting_for_ever(tmp_path: Path, first: str) -> None:
    project = make_project(
        tmp_path, apps={"billing": {"apps.py": app_config(f"{first}; import time; time.sleep(600)")}}
    )
    failed = fail(project, *SETUP, "--timeout", "12")
    place = at(project, "billing/apps.py", "time.sleep")
    assert failed.sentence == (
        f"manage.py did not reach setup in 12 s and was killed; it was in ready, ready() of billing, at {place} in "
        "ready. Allow more time with --timeout SECONDS."
    )
    assert failed.phases == TO_READY


def test_entry_script_that_does_not_call_django(tmp_path: Path) -> None:
    project = make_project(tmp_path, files={"manage.py": "print('nothing to do')\n"})
    failed = fail(project, *SETUP)
    assert failed.sentence == (
        snapshot(
            "manage.py ended without running Django's command 'check'. If it is not the right entry script, name "
            "another with --entry."
        )
    )
    assert failed.lines == snapshot(["nothing to do"])
    assert failed.phases == ["interpreter", "entry"]


def test_entry_script_that_is_not_python(tmp_path: Path) -> None:
    project = make_project(tmp_path, files={"manage.py": "#!/bin/sh\nset -e\nif true; then python main.py; fi\n"})
    failed = fail(project, *SETUP)
    assert failed.sentence == snapshot("manage.py died after T s in entry: SyntaxError: invalid syntax (manage.py:3).")
    assert failed.lines[-1] == snapshot("SyntaxError: invalid syntax")
    assert failed.phases == ["interpreter", "entry"]


def test_entry_script_of_bytes(tmp_path: Path) -> None:
    project = make_project(tmp_path)
    (project / "manage.py").write_bytes(b"\x7fELF\x02\x01\x00\x00\xff")
    failed = fail(project, *SETUP)
    assert failed.sentence.startswith("manage.py died after T s in entry: SyntaxError: ")


def test_infinite_recursion(tmp_path: Path) -> None:
    project = make_project(tmp_path, apps={"billing": {"models.py": "def count():\n    count()\ncount()\n"}})
    failed = fail(project, *SETUP)
    assert failed.sentence.startswith(f"{IN_MODELS}: RecursionError: maximum recursion depth exceeded")
    assert failed.sentence.endswith(" (billing/models.py:2).")
    assert failed.lines[-1].startswith("RecursionError: maximum recursion depth exceeded")
    assert failed.phases == TO_MODELS


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


def command_project(tmp_path: Path, handle: str) -> Path:
    text = f"""\
import sys
from django.core.management.base import BaseCommand, CommandError

class Command(BaseCommand):
    requires_system_checks = []

    def handle(self, **options):
        {handle}
"""
    files = {"management/__init__.py": "", "management/commands/__init__.py": "", "management/commands/pay.py": text}
    return make_project(tmp_path, apps={"billing": files})


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


FAILURE = "raise ArithmeticError('sum')"
TWO_IMPORTS = """\
errors = []
for name in ("shop.one", "shop.two"):
    try:
        __import__(name)
    except ArithmeticError as error:
        errors.append(error)
raise ExceptionGroup("both", errors)
"""


def test_traceback_that_the_project_prints(tmp_path: Path) -> None:
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
