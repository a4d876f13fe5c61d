"""
State of the process that no module keeps in Python: signal handlers, the locale, codecs, levels of loggers. For the
evidence boot only.

What can be read is read before and after; of what cannot, the calls are noted that change it.
"""

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

identity = object.__hash__  # id() raises an audit event, which every hook of the program is called for
# Module, function, and what it changes: the functions for which nothing tells what they have done.
CALLS = (
    ("asyncio.events", "set_event_loop_policy", "the event loop policy"),
    ("codecs", "register", "the codecs"),
    ("codecs", "register_error", "the codecs' error handlers"),
    ("faulthandler", "enable", "faulthandler"),
    ("faulthandler", "register", "faulthandler"),
    ("mimetypes", "add_type", "mimetypes.types_map"),  # whose first call fills it, too
    ("mimetypes", "init", "mimetypes.types_map"),
    ("os", "register_at_fork", "what runs after a fork"),
    ("os", "umask", "the umask"),
    ("random", "seed", "the seed of random"),
    ("resource", "setrlimit", "the resource limits"),
    ("urllib.request", "install_opener", "the opener of urllib.request"),
)
BY_THEIR_ARGUMENTS = {"init"}  # without any they do what happens in any case
LOGGER = ("level", "handlers", "filters", "propagate", "disabled")
NEW_LOGGER = (identity(0), 0, 0, identity(True), identity(False))
LEVEL = ""  # the name of what is not one logger's, logging.disable()


class ProcessState:
    """
    builtin loads a module that is compiled into the interpreter; peeking is the module attributes.

    Attributes:
        readers: What can be read, by its name in a sentence.
        known: What was read the last time.
    """

    def __init__(self, builtin: "Callable[[str], Any]", peeking: "Any") -> None:
        self.peek, self.find = peeking.attributes, peeking.find
        gc, time, thread = builtin("gc"), builtin("time"), builtin("_thread")
        self.readers: dict[str, Callable[[], Any]] = {
            "what runs at exit": builtin("atexit")._ncallbacks,
            "the garbage collector": lambda: (gc.isenabled(), gc.get_threshold(), self.frozen(gc.get_freeze_count())),
            "the recursion limit": sys.getrecursionlimit,
            "the limit of digits": sys.get_int_max_str_digits,
            "the hooks of asynchronous generators": lambda: [*map(identity, sys.get_asyncgen_hooks())],
            "the switch interval": sys.getswitchinterval,
            "the trace function": lambda: (identity(sys.gettrace()), identity(sys.getprofile())),
            "the time zone": lambda: time.tzname,
            "the stack size of threads": thread.stack_size,
            "the locale": self.locale(builtin("_locale")),
            "the handlers of signals": self.signals(builtin("_signal")),
            "the working directory": working_directory,
            "the timeout of sockets": lambda: self.of("_socket", "getdefaulttimeout"),
            "the dialects of csv": lambda: sorted(self.of("_csv", "list_dialects") or ()),
            "the field size limit of csv": lambda: self.of("_csv", "field_size_limit"),
            "the decimal context": self.decimal,
            "the start method of processes": self.start_method,
        }
        self.known: dict[str, Any] = {}
        self.most_frozen = 0
        self.loggers: dict[str, tuple[int, ...]] = {}
        self.pick = builtin("_operator").itemgetter(*LOGGER)
        self.known_loggers: list[int] = []
        self.names_of_loggers: list[dict[str, Any]] = []
        self.glance: Any = None
        self.forget()

    def forget(self) -> None:
        """What has changed by now is nobody's doing."""
        for _ in self.changes():
            pass

    def changes(self) -> "Iterator[str]":
        """What has changed since the last time, by its name in a sentence."""
        for name, read in self.readers.items():
            now = read()
            if self.known.get(name, now) != now:
                yield name
            self.known[name] = now

    def changed_loggers(self, own: str) -> "Iterator[str]":
        """The loggers that have changed since the last time, but for those of a module or package, own."""
        glance = self.glance_at_loggers()
        if glance == self.glance:
            return
        self.glance = glance
        loggers = self.read_loggers()
        for name, state in loggers.items() if self.loggers else ():
            known = self.loggers.get(name)
            # A NullHandler tells nothing of a logger that is new: packages make one with theirs.
            is_changed = state[: len(NEW_LOGGER)] != NEW_LOGGER if known is None else state != known
            if is_changed and not f"{name}.".startswith(f"{own}."):
                yield "the level of all loggers" if name == LEVEL else f"the logger {name}"
        self.loggers = loggers

    def wraps(self, note: "Callable[[str], None]") -> "Iterator[tuple[str, Callable[[Any], None]]]":
        """What to call with which module when it is there: its functions then note what they are called for."""
        for module, function, what in CALLS:
            yield module, self.wrapping(function, what, note)

    def wrapping(self, function: str, what: str, note: "Callable[[str], None]") -> "Callable[[Any], None]":
        def wrap(module: "Any") -> None:
            call = self.peek(module).get(function)

            def noted(*args: object, **kwargs: object) -> "Any":
                result = call(*args, **kwargs)
                if args or kwargs or function not in BY_THEIR_ARGUMENTS:
                    note(what)
                return result

            if call is not None:  # not every system has all of them
                setattr(module, function, noted)

        return wrap

    def all_loggers(self) -> "tuple[dict[str, Any], dict[str, Any]]":
        """The names of the manager of the loggers, and the loggers by name."""
        root = self.peek(sys.modules.get("logging")).get("root")
        manager = self.peek(self.find(type(root), "manager"))
        return manager, {"root": root, **(manager.get("loggerDict") or {})}

    def glance_at_loggers(self) -> "Any":
        """What differs as soon as a logger does: there may be hundreds, which take long to read."""
        manager, loggers = self.all_loggers()
        known = [*map(identity, loggers.values())]
        if known != self.known_loggers:
            self.known_loggers = known
            self.names_of_loggers = [names for names in map(self.peek, loggers.values()) if is_logger(names)]
        values = [value for row in map(self.pick, self.names_of_loggers) for value in row]
        sizes = [len(value) for value in values if type(value) is list]
        return known, [*map(identity, values)], sizes, identity(manager.get("_disable"))

    def read_loggers(self) -> "dict[str, tuple[int, ...]]":
        """The state of each logger that there is."""
        manager, found = self.all_loggers()
        loggers = found.items()
        states = {name: self.read_logger(logger) for name, logger in loggers if type(name) is str}
        if manager:
            states[LEVEL] = (identity(manager.get("_disable")),)
        return {name: state for name, state in states.items() if state}

    def read_logger(self, logger: object) -> tuple[int, ...]:
        """
        Handlers and filters as the number of those that do something, then how many handlers there are in all. Nothing
        for what only stands in a logger's place, until somebody asks for it.
        """
        values = self.peek(logger)
        if not is_logger(values):
            return ()
        state = [heard(value) if type(value) is list else identity(value) for value in map(values.get, LOGGER)]
        handlers = values["handlers"]
        return (*state, len(handlers) if type(handlers) is list else 0)

    def of(self, module: str, function: str) -> "Any":
        """What a function of a module says, if the module is loaded."""
        call = self.peek(sys.modules.get(module)).get(function)
        return None if call is None else call()

    def frozen(self, count: int) -> int:
        """The most objects that were frozen so far: they become fewer by themselves."""
        self.most_frozen = max(self.most_frozen, count)
        return self.most_frozen

    def locale(self, locale: "Any") -> "Callable[[], str]":
        return lambda: str(locale.setlocale(locale.LC_ALL, None))

    def signals(self, signal: "Any") -> "Callable[[], Any]":
        numbers = sorted(
            {value for name, value in vars(signal).items() if name.startswith("SIG") and type(value) is int}
        )
        valid = [number for number in numbers if 0 < number < signal.NSIG]
        return lambda: [*map(identity, map(signal.getsignal, valid))]

    def start_method(self) -> object:
        """Of multiprocessing, which keeps the default as its own when it is first used."""
        context = self.peek(self.peek(sys.modules.get("multiprocessing.context")).get("_default_context"))
        return getattr(context.get("_actual_context") or context.get("_default_context"), "_name", None)

    def decimal(self) -> "Any":
        decimal = self.peek(sys.modules.get("decimal"))
        contexts = [decimal[name] for name in ("DefaultContext", "BasicContext") if name in decimal]
        if "getcontext" in decimal:
            contexts.append(decimal["getcontext"]())
        if not contexts:
            return []
        texts = [decimal["Context"].__repr__(context).partition(", flags=") for context in contexts]
        return [(settings, flags.partition("traps=")[2]) for settings, _, flags in texts]


def heard(handlers: "list[object]") -> int:
    """How many there are that do something."""
    return sum(type(handler).__name__ != "NullHandler" for handler in handlers)


def is_logger(names: "dict[str, Any]") -> bool:
    """Whether something that has names is no placeholder."""
    return all(name in names for name in LOGGER)


def working_directory() -> str:
    try:
        return os.getcwd()
    except OSError:
        return ""
