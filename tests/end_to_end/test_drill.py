"""--drill through the real command line."""

from __future__ import annotations

import json
import pstats
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from inline_snapshot import snapshot
from pyinstrument.session import Session

from tests.support.helpers import Ran, app_config, at, left_behind, make_project, run

SLOW = """\
import json
import re
import time
from dataclasses import dataclass
from pathlib import Path

import other

WORDS = [re.compile(f"(?:word{n}|other{n})+[a-z]") for n in range(20)]


@dataclass
class Rule:
    name: str


def wait():
    time.sleep(0.2)


wait()
for name in ("a", "b"):
    Path(__file__).read_text()
"""
OTHER = "import time\n\ntime.sleep(0.1)\n"
WARM = """\
import subprocess
import sys
import time


def warm():
    subprocess.run([sys.executable, "-c", "import time; time.sleep(0.1)"])
    import other
    time.sleep(0.05)
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return make_project(
        tmp_path,
        apps={
            "flags": {
                "apps.py": app_config("from flags.loader import warm; warm()", name="flags"),
                "base.py": SLOW,
                "models.py": "import flags.base\n",
                "loader.py": WARM,
            },
            "quick": {"slow.py": OTHER, "models.py": "import quick.slow\n"},
        },
        files={"other.py": OTHER},
    )


def drill(project: Path, name: str, *options: str, env: Mapping[str, str] | None = None) -> Ran:
    ran = run(project, "-m", "django_startup", "profile", "--until", "setup", "--drill", name, *options, env=env)
    assert left_behind(project) == []
    return ran


def refuse(project: Path, name: str, *options: str) -> str:
    ran = drill(project, name, *options)
    assert (ran.returncode, ran.stdout) == (2, "")
    return ran.stderr.removeprefix("CommandError: ").rstrip("\n")


def test_body_of_a_module(project: Path) -> None:
    ran = drill(project, "flags.base")
    assert (ran.returncode, ran.stderr) == (0, "")
    first, *lines = ran.stdout.splitlines()
    own = re.fullmatch(r"The module flags\.base \(flags/base\.py\): (\d\.\d{3}) s of its own\.", first)
    assert own
    assert re.fullmatch(r"It also imports (?:a module|\d modules), left out here: other 0\.\d{3} s.*", lines[0])
    found = dict(re.findall(r"^(\d\.\d{3}) s  (sleep.*)$", ran.stdout, re.MULTILINE))
    assert list(found.values()) == [f"sleep (1 call), {at(project, 'flags/base.py', 'time.sleep')}"]
    assert 0.19 < float(*found) <= float(own[1]) + 0.001
    assert re.search(r"[├└]─ 0\.\d+ wait  flags/base\.py:17\n", ran.stdout)


def test_a_package_as_a_whole(project: Path) -> None:
    ran = drill(project, "django", "-o", "drill.pyisession")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert re.match(r"The package Django \(django/__init__\.py\): \d\.\d{3} s of its own\.\n", ran.stdout)
    assert re.search(r"^It also imports \d+ modules, left out here: ", ran.stdout, re.MULTILINE)
    assert re.search(r"^\d\.\d{3} s  find the module and read its bytecode$", ran.stdout, re.MULTILINE)
    assert " runs" not in ran.stdout
    assert " times." not in ran.stdout
    root = Session.load(project / "drill.pyisession").root_frame()
    assert root is not None
    assert root.function == "Django"
    assert {frame.function for frame in root.children} >= {"<module>"}


def test_what_was_seen_is_saved(project: Path) -> None:
    ran = drill(project, "flags.base", "--top", "50", "-o", "drill.txt", "-o", "drill.pstats")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert (project / "drill.txt").read_text().startswith("The module flags.base (flags/base.py): ")
    stats: Any = pstats.Stats(str(project / "drill.pstats"))
    functions = {function for _, _, function in stats.stats}
    assert {"flags.base", "wait", "sleep"} <= functions
    assert "other" not in functions


def test_ready_of_an_app(project: Path) -> None:
    ran = drill(project, "flags", "-o", "drill.pyisession", "-o", "drill.html", "-o", "drill.speedscope.json")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.startswith("ready() of the app flags (flags/apps.py): 0.")
    assert re.search(
        rf"s  run other programs \(1 call\), {at(project, 'flags/loader.py', 'subprocess.run')}\n", ran.stdout
    )
    assert re.search(rf"s  sleep \(1 call\), {at(project, 'flags/loader.py', '    time.sleep')}\n", ran.stdout)
    assert ran.stdout.endswith("  Saved drill.pyisession\n  Saved drill.html\n  Saved drill.speedscope.json\n")
    session = Session.load(project / "drill.pyisession")
    root = session.root_frame()
    assert root is not None
    assert root.function == snapshot("flags: AppConfig.ready()")
    assert root.time == pytest.approx(session.duration)
    assert re.fullmatch(r"manage\.py: ready\(\) of the app flags, \d\.\d{3} s of its own", session.target_description)
    assert "const sessionData = " in (project / "drill.html").read_text()
    assert json.loads((project / "drill.speedscope.json").read_text())["exporter"] == "pyinstrument"


def test_a_place_with_nothing_to_see_names_what_takes_longer(project: Path) -> None:
    ran = drill(project, "quick", "-o", "drill.html")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert re.fullmatch(
        r"ready\(\) of the app quick takes \d\.\d{3} s of its own: too little to profile\.\n"
        r"These take longer: quick\.slow \d\.\d{3} s\. Use --drill with one of them\.\n"
        r"  Nothing saved\.\n",
        ran.stdout,
    ), ran.stdout
    assert not (project / "drill.html").exists()


def test_a_module_with_nothing_to_see(project: Path) -> None:
    ran = drill(project, "module:quick")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert re.fullmatch(
        r"The module quick \(quick/__init__\.py\) takes \d\.\d{3} s of its own: too little to profile\. "
        r"These take longer: quick\.slow \d\.\d{3} s\. Use --drill with one of them\.",
        " ".join(ran.stdout.split()),
    ), ran.stdout


def test_names_that_are_no_place(project: Path) -> None:
    assert refuse(project, "flags.bas") == (
        snapshot(
            "--drill flags.bas: this boot has no module and no app of that name. "
            "Did you mean flags.base or flags.apps or flags?"
        )
    )
    assert refuse(project, "zzz") == snapshot("--drill zzz: this boot has no module and no app of that name.")
    assert refuse(project, "app:flags.base").startswith("--drill flags.base: this boot has no module")


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--load", "x.json"), "--load cannot be combined with --drill, which looks into one place only."),
        (("--runs", "3"), "--runs cannot be combined with --drill, which looks into one place only."),
        (
            ("-o", "x.json"),
            "-o x.json: the suffix chooses the format, one of .html .speedscope.json .pyisession .pstats",
        ),
        (("--as", "migrate", "--", "check"), "--until cannot be combined with -- COMMAND."),
    ],
    ids=["load", "runs", "suffix", "target"],
)
def test_options_that_make_no_sense(project: Path, options: tuple[str, ...], sentence: str) -> None:
    assert refuse(project, "flags", *options).startswith(sentence)


def test_a_management_command(project: Path) -> None:
    ran = run(project, "-m", "django_startup", "profile", "--drill", "other", "--", "check")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.startswith("The module other (other.py): ")


def test_a_body_that_fails_and_is_run_again(tmp_path: Path) -> None:
    attempts = "for number in range(2):\n    try:\n        import optional\n    except LookupError:\n        pass\n"
    project = make_project(
        tmp_path, settings=attempts, files={"optional.py": "import time\n\ntime.sleep(0.1)\nraise LookupError\n"}
    )
    ran = drill(project, "optional")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.startswith("The module optional: ")
    assert "\nIt failed with LookupError in 2 of 2 runs.\n" in ran.stdout
    assert re.search(r"^\d\.\d{3} s  sleep \(2 calls\), optional\.py:3$", ran.stdout, re.MULTILINE)


def test_a_boot_that_dies_before_the_place(tmp_path: Path) -> None:
    project = make_project(tmp_path, settings="raise LookupError('no such key')\n", files={"other.py": OTHER})
    ran = drill(project, "other")
    assert ran.returncode == 3
    assert ran.stderr.startswith("CommandError: manage.py died after ")
    assert ran.stderr.endswith(": LookupError: no such key (shop/settings.py:4).\n")


def test_a_place_that_is_not_come_to_again(tmp_path: Path) -> None:
    settings = (
        "import os\n"
        "from pathlib import Path\n"
        "marks = Path(__file__).parent / 'marks'\n"
        "marks.mkdir(exist_ok=True)\n"
        "(marks / str(len(os.listdir(marks)))).touch()\n"
        "if len(os.listdir(marks)) < 3:\n"
        "    import other\n"
    )
    project = make_project(tmp_path, settings=settings, files={"other.py": OTHER})
    ran = drill(project, "other")
    assert (ran.returncode, ran.stdout, ran.stderr) == snapshot(
        (
            3,
            "",
            "CommandError: The boot under the profiler did not reach the module other.\n",
        )
    )


def test_pyinstrument_is_not_there(tmp_path: Path) -> None:
    broken = "raise ImportError('not on this Python')\n"
    project = make_project(
        tmp_path,
        settings="import sys\nsys.path.insert(0, 'hidden')\nimport other\n",
        files={"other.py": OTHER, "hidden/pyinstrument/__init__.py": broken},
    )
    assert refuse(project, "other") == (
        snapshot("--drill needs pyinstrument, which the project cannot import: ImportError: not on this Python.")
    )
    ran = drill(project, "other", env={"PYTHONPATH": str(project / "hidden")})
    assert (ran.returncode, ran.stdout, ran.stderr) == snapshot(
        (
            2,
            "",
            "CommandError: --drill needs pyinstrument, which this Python cannot import (not on this Python).\n",
        )
    )


def test_compiled_code(tmp_path: Path) -> None:
    """No extension module takes long everywhere, so this one only looks like one."""
    finder = """\
import importlib.util
import sys
import time


class Finder:
    def find_spec(self, name, path=None, target=None):
        if name == "compiled":
            return importlib.util.spec_from_loader(name, self, origin="/lib/compiled.so")

    def create_module(self, spec):
        return None

    def exec_module(self, module):
        module.__file__ = "/lib/compiled.so"
        time.sleep(0.1)


sys.meta_path.insert(0, Finder())
import compiled
"""
    refused = refuse(make_project(tmp_path, settings=finder), "compiled")
    assert re.fullmatch(r"compiled takes \d\.\d{3} s in compiled code, which pyinstrument cannot profile\.", refused)
