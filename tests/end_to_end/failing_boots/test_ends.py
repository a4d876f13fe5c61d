"""How boots that go wrong end."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from inline_snapshot import snapshot

from tests.support.failing_boots import (
    IN_MODELS,
    IN_READY,
    IN_SETTINGS,
    SETUP,
    TO_MODELS,
    TO_READY,
    TO_SETTINGS,
    fail,
    probe_customized,
)
from tests.support.helpers import app_config, at, make_project


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
        ("ValueError('no handler.\\nx')", "ValueError: no handler from OSError: no directory"),
        ("ValueError()", "ValueError: from OSError: no directory"),
        ("ValueError('log: no directory')", "ValueError: log: no directory"),
        ("SystemExit('no handler')", "it called sys.exit('no handler')"),
    ],
    ids=["", "without text", "which it names itself", "exit"],
)
def test_exception_with_a_cause(tmp_path: Path, raised: str, sentence: str) -> None:
    settings = f"try:\n    raise OSError('no directory')\nexcept OSError as error:\n    raise {raised} from error\n"
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


def test_gone_without_a_word(tmp_path: Path) -> None:
    apps = {"billing": {"apps.py": app_config("import ctypes; ctypes.CDLL(None)._exit(5)")}}
    failed = fail(make_project(tmp_path, apps=apps), *SETUP)
    assert failed.sentence == f"{IN_READY}: it ended with exit code 5 and no output."
    assert failed.phases == TO_READY


def test_another_program_in_its_place(tmp_path: Path) -> None:
    leave = "import os, sys; os.execvp(sys.executable, ['/usr/bin/serve', '-c', 'print(3)'])"
    failed = fail(make_project(tmp_path, apps={"billing": {"apps.py": app_config(leave)}}), *SETUP)
    assert failed.sentence == snapshot(
        "manage.py replaced itself by serve -c print(3) (os.exec, billing/apps.py:8). What ran then is "
        "not recorded; the management command startupprofile starts from there."
    )
    assert failed.phases == TO_READY


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


def test_the_stack_goes_to_no_file_of_the_project_s(tmp_path: Path) -> None:
    ready = (
        "import os, time; os.closerange(3, 4096); files = [open(f'data{i}.db', 'w') for i in range(6)]; time.sleep(600)"
    )
    project = make_project(tmp_path, apps={"billing": {"apps.py": app_config(ready)}})
    failed = fail(project, *SETUP, "--timeout", "12")
    assert failed.sentence.startswith("manage.py did not reach setup in 12 s and was killed; it was in ready")
    assert {path.stat().st_size for path in project.glob("data*.db")} == {0}


def test_entry_script_that_does_not_call_django(tmp_path: Path) -> None:
    project = make_project(tmp_path, files={"manage.py": "print('nothing to do')\n"})
    failed = fail(project, *SETUP)
    assert failed.sentence == (
        snapshot(
            "manage.py ended without a ready Django (django.setup() has not run to its end). If it is not the right "
            "entry script, name another with --entry."
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
