"""
The first thing that a measured process runs: record, run the project, write the recording, leave.

    python probe/boot.py DIRECTORY KIND UNTIL TIMEOUT SECRETS HOW ENTRY ARGV0 [ARGUMENT ...]

DIRECTORY is where the recording goes, KIND bare, recorded, evidence, counted or drill:PLACE, UNTIL the boot target,
TIMEOUT the seconds after which to write down where the process stands, SECRETS redacted or shown, HOW script, module or
settings, ENTRY what to run that way, and ARGV0 and the arguments what the project finds in sys.argv.

It is started by its path: `python -m` would import eight modules first, which would then not be charged to the project.
For the same reason it loads its siblings itself, so that no trace of them is left in sys.modules or sys.path.
"""

from time import perf_counter_ns, thread_time_ns

FIRST_LINE = (perf_counter_ns(), thread_time_ns())

import os  # noqa: E402
import sys  # noqa: E402

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

PRELOADED = list(sys.modules)
OUT_OF_MEMORY = 71  # EX_OSERR: what a process ends with that has no memory left to write its recording
ROOM = 2**26  # bytes; what is less is none left
OBSERVED = ("evidence", "counted")  # the kinds of boots whose records are on disk at once
REWRITING = "_pytest.assertion.rewrite"  # pytest's loader of conftest files and files with tests
SIBLINGS: "dict[str, Any]" = {}
BUILTINS: "dict[str, Any]" = {}
HERE = os.path.dirname(os.path.abspath(__file__))


def sibling(name: str) -> "Any":
    """A module of this directory, without leaving it in sys.modules."""
    if name in SIBLINGS:
        return SIBLINGS[name]
    path = os.path.join(HERE, name + ".py")
    full_name = "django_startup.probe." + name
    loader = sys.modules["_frozen_importlib_external"].SourceFileLoader(full_name, path)
    module = type(sys)(full_name)
    module.__file__ = path
    exec(loader.get_code(full_name), module.__dict__)
    SIBLINGS[name] = module
    return module


def builtin(name: str) -> "Any":
    """A module that is compiled into the interpreter, without leaving it in sys.modules. No finder is asked twice."""
    if name not in BUILTINS:
        loaded = name in sys.modules
        BUILTINS[name] = __import__(name)
        if not loaded:
            del sys.modules[name]
    return BUILTINS[name]


def read_instructions(directory: str) -> "dict[str, Any]":
    """What this boot does otherwise, see measure/instructions.py."""
    path = os.path.join(directory, "instructions")
    if not os.path.exists(path):
        return {}
    with open(path, "rb") as file:
        instructions: dict[str, Any] = builtin("marshal").loads(file.read())
    return instructions


def described(fault: BaseException) -> "dict[str, Any]":
    """A fault of the probe's own with its traceback; with its name and errno alone where no file can be opened now."""
    errno = OSError.__dict__["errno"].__get__(fault) if issubclass(type(fault), OSError) else 0
    name = type.__dict__["__name__"].__get__(type(fault))
    failure = {"type": name, "text": f"{name}, and its traceback could not be written\n"}
    try:
        failure = sibling("postmortem").fault(fault)
    except OSError:
        pass
    return {**failure, "errno": errno if isinstance(errno, int) else 0}


class Boot:
    """One boot, from the probe's first line to the recording on disk."""

    def __init__(self, directory: str, kind: str, until: str, secrets: str) -> None:
        recorder = sibling("recorder")
        self.pid = os.getpid()
        self.thread = builtin("_thread").get_ident()
        self.run_queue = sibling("run_queue").RunQueue()
        self.instructions = read_instructions(directory)
        self.is_over = False
        self.serves = ""  # what the process does from here on
        self.fault = -1
        self.first_line = (*FIRST_LINE, self.run_queue.read())
        self.directory = directory
        self.shows_secrets = secrets == "shown"
        self.kind, _, place = kind.partition(":")
        recording = os.path.join(directory, "recording.jsonl")
        self.followed = sibling("reexec").read_lines(directory)
        if self.followed:
            os.truncate(recording, 0)
        self.journal = sibling("journal").Journal(recording, sibling("descriptors").put_away)
        self.hook = sibling("importlib_bootstrap")
        self.frames = sibling("importlib_bootstrap_frames")
        self.recorder = recorder.Silent()
        if kind != "bare":
            next_span = builtin("itertools").count(1).__next__
            emit = self.journal.write if kind in OBSERVED else None
            self.recorder = recorder.Recorder(builtin("gc"), next_span, self.run_queue, emit)
            self.recorder.emit_all = self.journal.write_all
        runners = sibling("entries").RUNNERS
        self.target = sibling("target").Target(until, self.recorder, self, sibling("readiness"), runners)
        self.phases = sibling("phases").Phases(self.recorder, self.target)
        serving = sibling("serving").Serving(self.target.served, self.target.stuck)
        discovery = sibling("autodiscovery").Autodiscovery(self.frames)
        for name, wrap in (*serving.arrivals.items(), *discovery.arrivals.items()):
            self.phases.arrivals[name] = self.phases.guarded(name, wrap, name.partition(".")[0])
        self.phases.without_apps = self.instructions.get("without_apps", ())
        hooks = sibling("pytest_hooks")
        reached = self.reached if until == "first-test" else lambda: None
        raised = self.frames.raised
        self.session = sibling("pytest_session").PytestSession(self.recorder, reached, hooks, raised)
        self.phases.watch_tests(self.session)
        self.executed: Any = None
        self.evidence: Any = None
        self.registries: Any = None
        self.overlay: Any = None
        self.counts: Any = None
        self.drill = None
        if place:
            self.drill = sibling("drill").Drill(place, builtin("gc"), self.run_queue, HERE, self.reached)
            self.drill_counts = sibling("drill_counts").DrillCounts(self.drill)
        self.exit = os._exit
        self.times = os.times

    def start(self, timeout: float, command: "list[str]") -> None:
        """Begin to record: what the project does counts from here. command is this boot's, up to HOW."""
        bootstrap: Any = sys.modules["_frozen_importlib"]
        if not self.hook.is_hook_called(bootstrap):
            self.finish("unsupported")
        overlay = os.path.join(self.directory, "overlay")
        if os.path.isdir(overlay):
            self.overlay = sibling("overlay").Overlay(overlay, builtin("marshal"), self.frames.disguised)
            self.overlay.start()
            self.phases.arrivals["linecache"] = self.overlay.wrap_linecache
            self.phases.add_arrival(REWRITING, self.overlay.wrap_rewriting)
        relocation = os.path.join(self.directory, "relocation")
        if os.path.isfile(relocation):
            sibling("relocation").Relocation(relocation).start()
        faulthandler = builtin("faulthandler")
        fault = os.open(os.path.join(self.directory, "fault.txt"), os.O_WRONLY | os.O_CREAT, 0o600)
        # faulthandler writes to the number, whatever file that is then
        self.fault = fault = sibling("descriptors").put_away(fault)
        faulthandler.enable(fault)
        faulthandler.dump_traceback_later(timeout, file=fault)
        sibling("reexec").Reexec(command).start()
        os._exit = self.exit_at_once  # type: ignore[assignment]
        if hasattr(os, "register_at_fork"):  # pragma: no branch
            os.register_at_fork(after_in_child=self.forked)
        ready = (perf_counter_ns(), thread_time_ns(), self.run_queue.read())
        self.journal.write(
            {
                "record": "start",
                "first_line": self.first_line,
                "ready": ready,
                "run_queue_known": self.run_queue.known,
                "thread": self.thread,
                "preloaded": PRELOADED,
                "followed": self.followed,
            }
        )
        sibling("recursion").RecursionLimit(is_bare=self.kind == "bare").start()
        if not self.instructions.get("collects", True):
            builtin("gc").disable()
        if self.instructions.get("counts"):
            self.counts = sibling("kernel_counts").KernelCounts()
            self.counts.start()
        first = self.instructions.get("first")
        if first:
            exec(compile(first, "<first>", "exec", dont_inherit=True), {"__name__": "<first>"})
        self.recorder.start()
        find_and_load = bootstrap._find_and_load
        hooks = self.hook.ImportHooks(self.recorder, self.frames, self.phases.arrivals)
        wait = hooks.lock_unlock_module(bootstrap._lock_unlock_module)
        if self.kind == "bare":
            find_and_load = hooks.watching(find_and_load)
        elif self.kind == "recorded":
            find_and_load = hooks.find_and_load(find_and_load, wait)
        elif self.drill is not None:
            self.drill.watch(self.phases)
            self.drill_counts.watch(self.phases)
            find_and_load = hooks.find_and_load(find_and_load, wait)
            find_and_load = self.hook.drilling(find_and_load, self.drill)
        else:
            evidence = sibling("evidence").Evidence(self.recorder, sibling, builtin, self.instructions)
            self.evidence = evidence
            evidence.start(self.phases, self.frames, self.redaction(), HERE)
            if evidence.for_verdicts:
                self.executed = sibling("executed").make(HERE, self.frames.hands_on, builtin)
                self.phases.add_arrival(REWRITING, self.executed.wrap_rewriting)
            find_and_load = hooks.find_and_load(find_and_load, wait, evidence.edges)
        bootstrap._find_and_load = find_and_load
        if self.kind != "bare":
            loader = sys.modules["_frozen_importlib_external"]._LoaderBasics
            loader.exec_module = hooks.exec_module(loader.exec_module, sibling("attributes").attributes)
            bootstrap._lock_unlock_module = wait
        self.phases.start()
        if self.executed is not None:
            self.executed.start()
        if self.kind == "counted":
            self.recorder.counting = True
            sys.setprofile(self.recorder.on_call)
            sys.addaudithook(self.recorder.on_audit)

    def forked(self) -> None:
        """In a process that this one has forked."""
        self.recorder.stop()
        self.is_needed = self.target.is_waiting()
        self.forked_ns = perf_counter_ns()

    def redaction(self) -> "Any":
        """What every text of the project goes through that may have a secret in it."""
        parts = [sibling(name) for name in ("secret_names", "secret_texts", "secret_arguments", "sql_literals")]
        return sibling("redaction").Redaction(*parts, is_off=self.shows_secrets)

    def run(self, how: str, entry: str) -> None:
        """Run the project until it reaches the target or fails. Does not return."""
        try:
            self.target.run(how, entry)
        except BaseException as error:
            self.died(error)
        self.finish("unreached")

    def reached(self) -> None:
        self.finish("reached")

    def unready(self) -> None:
        """What should have made Django ready has returned, and it is not."""
        file, line = sibling("readiness").stand_in(HERE)
        self.finish("unready", {"file": file, "line": line, "span": 0})

    def stuck(self, where: str, error: BaseException) -> None:
        """The process would try for ever to get at something that is not there."""
        self.serves = self.redaction().message(where)
        self.fail("stuck", error)

    def died(self, error: BaseException) -> None:
        self.fail("exit" if issubclass(type(error), SystemExit) else "exception", error)  # isinstance() asks the error

    def exit_at_once(self, status: int) -> None:
        """In place of os._exit, which would leave no recording."""
        if os.getpid() == self.pid:
            caller = sys._getframe(1)
            where = {"file": caller.f_code.co_filename, "line": caller.f_lineno, "text": str(status), "span": 0}
            self.finish("os._exit", where)
        self.exit(status)

    def fail(self, outcome: str, error: BaseException) -> None:
        try:
            stop = self.stop()
            failed = 0
            if caught := self.session.cause_of(error):
                outcome, (error, failed) = "exception", caught
            # No frame of the probe's own is around a command, nor left of an import.
            failed = max(failed, self.recorder.failed_span(error, self.frames.raised(error)))
            failure = sibling("postmortem").describe(error, HERE)
            failure["text"] = self.redaction().message(failure["text"])
            failure["span"] = max(failure["span"], self.target.commanding or 0, failed)
        except BaseException as fault:
            self.end_by_fault(fault)
        self.finish(outcome, failure, stop)

    def end_by_fault(self, fault: BaseException) -> None:
        """
        Write down a fault of the probe's own, in place of how the project ended, and leave.

        It is none where a limit of the system is reached. Where that is memory, the interpreter raises more than
        MemoryError.
        """
        code = OUT_OF_MEMORY
        try:
            bytearray(ROOM)
            failure = described(fault)
            if failure["type"] != "MemoryError":
                self.journal.write({"record": "stop", "stop": None, "outcome": "fault", "failure": failure})
                code = 0
        finally:
            self.exit(code)

    def stop(self) -> tuple[int, int, int]:
        """Stop the clocks and the recorder."""
        stop = (perf_counter_ns(), sibling("run_queue").thread_cpu_ns(self.thread), self.run_queue.read())
        if self.kind == "counted":
            interrupted = self.recorder.interrupted
            self.recorder.counting = False
            sys.setprofile(None)
            if interrupted:  # 0 is no count
                self.recorder.calls = 0
        if self.executed is not None:
            self.executed.stop()
        if self.evidence is not None:
            self.evidence.stop()
        self.recorder.stop()
        return stop

    def finish(
        self, outcome: str, failure: "dict[str, Any] | None" = None, stop: tuple[int, int, int] | None = None
    ) -> None:
        """Write the recording and leave, without the interpreter's teardown, which is no part of starting."""
        if os.getpid() != self.pid:  # a fork that ran into the same code
            sibling("readiness").leave_fork(self, outcome)
        if self.is_over:  # behind the target
            self.exit(1)
        try:
            stop = stop or self.stop()
            builtin("gc").disable()
            if self.counts is not None:
                self.journal.write(self.counts.record())
            self.journal.write_all(self.recorder.records(sibling("records").WIDTHS))
            if self.kind != "bare":
                redact = self.redaction().message
                self.recorder.threads = {thread: redact(name) for thread, name in self.recorder.threads.items()}
                peek = sibling("attributes").attributes
                observed = self.kind in OBSERVED
                sibling("inventory").write(
                    self.journal, self.recorder, self.phases, observed, peek, self.session.facts()
                )
                if self.kind in OBSERVED:
                    self.journal.write_all(sibling("settings_names").named(peek))
            if self.drill is not None:
                self.drill.write(self.journal)
                self.drill_counts.write(self.journal)
            if self.executed is not None:
                sibling("executed").write(self.executed, self.evidence.evaluations.rows, self.journal)
            if self.overlay is not None:
                self.journal.write({"record": "overlay", "files": self.overlay.files()})
            if self.kind in OBSERVED and outcome == "reached":
                self.registries = sibling("registries").Registries(self.evidence.registrars.by, peek)
                self.registries.write(self.journal, self.target.until, self.redaction().message)
            took_ns = 0 if self.evidence is None else self.evidence.took_ns()
            children = {"children_cpu_ns": round(sum(self.times()[2:4]) * 1e9)}
            last = {"stop": stop, "stood_ns": took_ns, "outcome": outcome, "failure": failure, "serves": self.serves}
            self.journal.write({"record": "stop", **last, **children})
            self.is_over = True
            self.flush()
            if self.kind in OBSERVED and outcome == "reached" and self.instructions.get("beyond"):
                self.go_on()
            builtin("faulthandler").cancel_dump_traceback_later()
            self.session.let_go()
        except BaseException as error:
            self.end_by_fault(error)
        finally:
            self.journal.close()
            self.exit(0)

    def go_on(self) -> None:
        """Behind the target, for a limited time; what stands there at its end is ended by the system."""
        builtin("faulthandler").dump_traceback_later(self.instructions["beyond"], exit=True, file=self.fault)
        beyond = sibling("beyond").Beyond(
            self.journal,
            self.target,
            self.registries,
            sibling("postmortem"),
            self.redaction().message,
            HERE,
        )
        beyond.climb(self.instructions["rungs"], self.instructions["deferred"])
        self.flush()

    def flush(self) -> None:
        for stream in (sys.stdout, sys.stderr):
            try:
                stream.flush()
            except BaseException:  # closed, or something of the project's that may raise anything
                continue


def main() -> None:
    command = [os.path.abspath(__file__), *sys.argv[1:6]]
    directory, kind, until, timeout, secrets, how, entry, *sys.argv = sys.argv[1:]
    if not sys.flags.safe_path:
        del sys.path[0]
    boot = Boot(directory, kind, until, secrets)
    boot.start(float(timeout), command)
    boot.run(how, entry)


if sys.version_info < (3, 14):
    # These versions keep frames in chunks of 16 KiB, and a call that crosses the end of one asks the system for memory
    # each time, a hundred times dearer than another: whichever module calls in a loop just there would be blamed, and
    # the probe's own frames move those ends. A first frame that is large makes one chunk that holds all of them.
    main.__code__ = main.__code__.replace(co_stacksize=1 << 16)
main()
