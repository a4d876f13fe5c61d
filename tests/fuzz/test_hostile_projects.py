"""
Whatever a project does to its own process, a profile of it is a report or one sentence, and leaves nothing.

By hand: FUZZ=2500 python -m pytest tests/fuzz/test_hostile_projects.py is two hundred projects.
"""

from __future__ import annotations

import random
import stat
import sys
from pathlib import Path

import pytest

from tests.support.documents import EXAMPLES
from tests.support.helpers import app_config, left_behind, make_project, profile

pytestmark = [
    pytest.mark.boots,
    pytest.mark.skipif(sys.platform != "linux", reason="descriptors, limits and groups as Linux has them"),
]
PROJECTS = max(3, EXAMPLES * 2 // 25)
HEAD = """\
import atexit, builtins, dataclasses, gc, logging, os, pathlib, resource, signal, subprocess, sys, threading, time

@dataclasses.dataclass(frozen=True)
class Frozen(Exception):
    reason: str = "frozen"

class Silent(Exception):
    def __getattribute__(self, name):
        raise SystemExit(name)

class Mute(Exception):
    def __str__(self):
        raise KeyboardInterrupt
    __repr__ = __str__

class Closed(Exception):
    @property
    def __class__(self):
        raise GeneratorExit

class Meta(type):
    def __getattribute__(cls, name):
        raise SystemExit(name)

class Classless(Exception, metaclass=Meta):
    pass

class Odd:
    def __getattribute__(self, name):
        raise SystemExit(name)
    def __hash__(self):
        raise KeyboardInterrupt
    def __eq__(self, other):
        raise KeyboardInterrupt

def refuse(*arguments, **options):
    raise OSError(5, "refused")

SLEEP = [sys.executable, "-S", "-c", "import time; time.sleep(600)"]
"""
ACTS = [
    *(
        f"try:\n    raise {name}()\nexcept {name} as caught:\n    kept = caught"
        for name in ("Frozen", "Silent", "Mute", "Classless")
    ),
    "for name in dir(time):\n    if 'time' in name or 'count' in name: setattr(time, name, lambda *a: 5)",
    "time.perf_counter_ns = refuse",
    "os.closerange(3, 1024)",
    "os.closerange(0, 1024); files = [open(f'data{number}.db', 'w') for number in range(9)]",
    "victim = open('data.db', 'w')\nfor number in range(3, 40):\n    os.dup2(victim.fileno(), number)",
    "os.close(2)",
    "subprocess.Popen(SLEEP, process_group=0)",
    "subprocess.Popen(SLEEP, start_new_session=True)",
    "if os.fork() == 0:\n    os.setsid()\n    os.execv(SLEEP[0], SLEEP)",
    "if os.fork() == 0:\n    sys.exit(3)",
    "for number in signal.valid_signals() - {9, 19}: signal.signal(number, signal.SIG_IGN)",
    "signal.signal(signal.SIGTERM, lambda *a: None); os.kill(os.getpid(), signal.SIGTERM)",
    "resource.setrlimit(resource.RLIMIT_NOFILE, (12, 4096))",
    "resource.setrlimit(resource.RLIMIT_FSIZE, (10, 10))",
    "resource.setrlimit(resource.RLIMIT_CPU, (900, 900))",
    "resource.setrlimit(resource.RLIMIT_NPROC, (1, 1))",
    "os.mkfifo('billing/pipe.py'); sys.path.append('billing/pipe.py')",
    "os.mkfifo('.env'); os.mkfifo('pyproject.toml')",
    "sys.path[:0] = [None, 3, b'x', '\\0', '/dev/zero', '/dev/stdin']",
    "sys.setprofile(lambda *a: None)",
    "sys.settrace(lambda *a: None)",
    "sys.setrecursionlimit(150)",
    "sys.modules['odd'] = Odd(); sys.modules['none'] = None; sys.modules[''] = 3",
    "os.environ.clear()",
    "os.chdir('/')",
    "os.mkdir('gone'); os.chdir('gone'); os.rmdir('../gone')",
    "sys.stdout = None; sys.stderr = Odd()",
    "os.umask(0o777)",
    "builtins.open = refuse; os.open = refuse; os.write = refuse",
    "os.getpid = refuse; os.fstat = refuse; os.path.isfile = refuse",
    "builtins.len = builtins.isinstance = builtins.str = refuse",
    "gc.callbacks.append(refuse); gc.set_threshold(1)",
    "atexit.register(refuse)",
    "threading.Thread(target=signal.pause if False else lambda: time.sleep(600), daemon=False).start()",
    "sys.excepthook = sys.unraisablehook = threading.excepthook = refuse",
    "sys.meta_path.insert(0, Odd())",
    "logging.disable(); logging.getLogger = refuse",
    "os._exit = sys.exit = refuse",
    "pathlib.Path.exists = pathlib.Path.open = refuse",
    "print('\\x1b[2J\\x00\\udcff'.encode('utf-8', 'surrogatepass'), 'x' * 100_000)",
]
ENDS = [
    "pass",
    "pass",
    *(
        f"raise {name}()"
        for name in ("Frozen", "Silent", "Mute", "Closed", "Classless", "MemoryError", "StopIteration")
    ),
    "raise KeyboardInterrupt",
    "raise GeneratorExit",
    "raise BaseExceptionGroup('group', [Mute(), KeyboardInterrupt()])",
    "raise SystemExit(Odd())",
    "os._exit(70)",
    "os.abort()",
    "os.kill(os.getpid(), signal.SIGKILL)",
    "import a_missing_module",
    "compile('(', 'a\\0b', 'exec')",
    "(lambda f: f(f))(lambda f: f(f))",
]


@pytest.mark.parametrize("seed", range(PROJECTS))
def test_a_hostile_project(tmp_path: Path, seed: int) -> None:
    pick = random.Random(f"project {seed}")
    acts = pick.sample(ACTS, pick.randint(1, 3))
    end = pick.choice(ENDS)
    settings = "USE_TZ = True\n" + (HEAD + "\n".join(acts) if pick.random() < 0.3 else "")
    lines = [] if len(settings) > len(HEAD) else acts
    ready = "\n".join([*lines, end]).replace("\n", "\n        ")
    files = {"apps.py": HEAD + app_config(ready)}
    project = make_project(tmp_path, settings=settings, apps={"billing": files})
    before = {path for path in project.rglob("*") if path.is_file()}
    ran = profile(project, "--until", "setup", "--untried", "-o", "profile.json", "--timeout", "20")
    what = (acts, end, ran)
    assert ran.returncode in (0, 3), what
    assert "fault of django-startup" not in ran.stderr, what
    assert "Traceback" not in ran.stderr, what
    if ran.returncode == 3:
        assert ran.stderr.startswith("CommandError: "), what
        assert ran.stderr.count("\n") == 1, what
    for path in before:
        assert stat.S_ISREG(path.stat().st_mode), what
    for path in project.glob("data*.db"):
        assert '["' not in path.read_text("utf-8", "replace"), what  # a record of ours
    assert left_behind(project) == [], what
