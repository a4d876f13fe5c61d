"""
Starts workers as a server does that forks (gunicorn), has each answer a request, and writes down what memory they take.

    python probe/prefork.py RESULT MODE WORKERS REQUEST APPLICATION SETTINGS DIRECTORY

RESULT is the file that the findings go to, in the format of marshal. MODE says when the project is loaded: no-preload
in each worker; preload before they are forked; freeze the same, then gc.freeze(); observe as preload, with observers of
what must not be there when a process is forked (fork_state.py). WORKERS is their number, REQUEST the path that each is
asked for, APPLICATION the dotted name of the WSGI application or "" for Django's own, SETTINGS the settings module for
that, and DIRECTORY what stands first in sys.path.

Each worker answers, collects garbage, and waits until all have: then this process reads what the system says of them
all, and ends them.
"""

import gc
import marshal
import os
import sys

assert sys.platform != "win32"  # which cannot fork

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

PRELOADING = ("preload", "freeze", "observe")
ROLLUP = "/proc/{}/smaps_rollup"
FIGURES = ("Pss", "Shared_Clean", "Shared_Dirty", "Private_Clean", "Private_Dirty")
HERE = os.path.dirname(os.path.abspath(__file__))
EXIT = os._exit  # the project may put something else there


def main() -> None:
    result, mode, workers, request, application, settings, directory = sys.argv[1:]
    sys.argv = ["gunicorn", application]
    if sys.flags.safe_path:
        sys.path.insert(0, directory)
    else:
        sys.path[0] = directory
    load = Loader(application, settings)
    server = load_server(load)
    found: dict[str, Any] = {"server": server.version, "workers": [], "states": [], "failure": ()}
    state = start_observers() if mode == "observe" else None
    try:
        if mode in PRELOADING:
            load()
        if mode == "freeze":
            gc.freeze()
        if state is not None:
            found["states"] = state.found()
        started = [start_worker(server, request, state) for _ in range(int(workers))]
        found["workers"] = [worker.wait() for worker in started]
        found["master"] = memory(os.getpid())
        for worker, about in zip(started, found["workers"]):  # noqa: B905
            about.update(memory(worker.process))
        end_all(started)
    except BaseException as error:
        found["failure"] = described(error)
    with open(result, "wb") as file:
        file.write(marshal.dumps(found))
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    EXIT(0)


class Loader:
    """Loads the application once."""

    def __init__(self, application: str, settings: str) -> None:
        self.name = application
        self.settings = settings
        self.application: Any = None

    def __call__(self) -> "Any":
        if self.application is None:
            self.application = self.load()
        return self.application

    def load(self) -> "Any":
        if not self.name:
            os.environ.setdefault("DJANGO_SETTINGS_MODULE", self.settings)
            from django.core.wsgi import get_wsgi_application

            return get_wsgi_application()
        module, _, attribute = self.name.rpartition(".")
        __import__(module)
        return getattr(sys.modules[module], attribute)


class Worker:
    """A forked process. It says on one pipe what it has done, and ends when the other is closed."""

    def __init__(self, process: int, answer: int, leash: int) -> None:
        self.process = process
        self.answer = answer
        self.leash = leash

    def wait(self) -> "dict[str, Any]":
        """What it has done; where it has ended instead, how."""
        with open(self.answer, "rb") as pipe:
            data = pipe.readline()
        if data:
            about: dict[str, Any] = marshal.loads(bytes.fromhex(data.decode("ascii")))
            return about
        _, status = os.waitpid(self.process, 0)
        return {"ended": os.waitstatus_to_exitcode(status)}


def end_all(workers: "list[Worker]") -> None:
    """Let workers end, and wait until they have. Those that were forked later hold the pipes of those before them."""
    for worker in workers:
        os.close(worker.leash)
    for worker in workers:
        try:
            os.waitpid(worker.process, 0)
        except ChildProcessError:  # it has ended by itself
            continue


def start_worker(server: "Any", request: str, state: "Any") -> Worker:
    answer, say = os.pipe()
    stay, leash = os.pipe()
    process = os.fork()
    if process:
        os.close(say)
        os.close(stay)
        return Worker(process, answer, leash)
    os.close(answer)
    os.close(leash)
    serve(server, request, state, say)
    os.read(stay, 1)
    EXIT(0)


def serve(server: "Any", request: str, state: "Any", say: int) -> None:
    """Answer one request and collect garbage, in a worker."""
    about: dict[str, Any] = {"status": "", "failure": (), "raised": ()}
    try:
        server.start()
        errors = Errors()
        about["status"] = server.answer(request, host())
        about["raised"] = errors.last
        if state is not None:
            about["draws"] = state.draws()
    except BaseException as error:
        about["failure"] = described(error)
    gc.collect()
    with open(say, "wb") as pipe:
        pipe.write(marshal.dumps(about).hex().encode("ascii") + b"\n")


class Errors:
    """Notes what Django answers with an error for, as described() has it."""

    def __init__(self) -> None:
        from django.core.signals import got_request_exception

        self.last: tuple[Any, ...] = ()
        got_request_exception.connect(self.note)

    def note(self, **kwargs: "Any") -> None:
        error = sys.exc_info()[1]
        if error is not None:
            self.last = described(error)


def load_server(load: Loader) -> "Any":
    """gunicorn's worker where the project has gunicorn, else one that calls the application."""
    try:
        module = load_sibling("gunicorn_worker")
        server = module.Server(load)
    except Exception:  # not installed, or one that is made otherwise
        return load_sibling("plain_worker").Server(load)
    server.version = module.VERSION
    return server


def host() -> str:
    """One that the project answers to."""
    from django.conf import settings

    names = [str(name).lstrip(".") for name in settings.ALLOWED_HOSTS if "*" not in str(name)]
    return names[0] if names else "localhost"


def load_sibling(name: str) -> "Any":
    """A module of this directory, which is in no sys.modules."""
    path = os.path.join(HERE, name + ".py")
    loader = sys.modules["_frozen_importlib_external"].SourceFileLoader(name, path)
    module = type(sys)(name)
    module.__file__ = path
    exec(loader.get_code(name), module.__dict__)
    return module


def start_observers() -> "Any":
    """What fork_state.py sees from now on."""
    state = load_sibling("fork_state").ForkState()
    state.start()
    return state


def memory(process: int) -> "dict[str, int]":
    """The figures of a process in bytes, by their names; of one that has ended none."""
    figures = {}
    try:
        with open(ROLLUP.format(process), "rb") as file:
            lines = file.read().splitlines()
    except OSError:
        return {}
    for line in lines:
        name, _, value = line.partition(b":")
        if name.decode() in FIGURES:
            figures[name.decode()] = int(value.split()[0]) * 1024
    return figures


def described(error: BaseException) -> "tuple[str, str, str, int]":
    """Type and text of an exception, and the file and line of the innermost frame outside of this file."""
    try:
        text = str(error)
    except Exception:
        text = ""
    file, line, traceback = "", 0, error.__traceback__
    while traceback is not None:
        name = traceback.tb_frame.f_code.co_filename
        if not name.startswith(("<frozen", HERE)):
            file, line = name, traceback.tb_lineno
        traceback = traceback.tb_next
    return type(error).__name__, text, file, line


if __name__ == "__main__":
    main()
