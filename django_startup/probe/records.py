"""
Every record that a measured process leaves: its tag, and its fields in their order.

The recording is a file with a record a line. A record is a list that begins with its tag, or a table that has one of
HEADS under "record". Names that end in _ns are nanoseconds; wall_ns is time.perf_counter_ns(), cpu_ns the thread's CPU
time, queued_ns the main thread's run-queue wait as far as it was read. thread is the identity of a thread, span the
number of a span. A stack is flat: file, line and function of each frame, the innermost first.

Whoever writes a record writes it as it stands here; who reads one asks fits() first.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

CLOCKS = (("thread", int), ("wall_ns", int), ("cpu_ns", int), ("queued_ns", int))
WHERE = (("importer", str), ("file", str), ("line", int), ("target", str))
REGISTERED = (("registry", str), ("name", str), ("of", str), ("module", str), ("by", str))
PLACE = (("module", str), ("file", str), ("line", int))
HAPPENED = (("state", str), ("text", str), ("raised_in", str), ("raised_on", int))

FIELDS: "dict[str, tuple[tuple[str, Any], ...]]" = {
    # recorder.py, in every boot but a bare one, and in the process that runserver serves from.
    # A span begins. file, line and importer say where an import statement stands.
    "B": (("span", int), *CLOCKS, ("kind", str), ("name", str), ("file", str), ("line", int), ("importer", str)),
    # A span ends; failed is 1 where that was by an exception.
    "E": (("span", int), *CLOCKS, ("failed", int)),
    # A module was compiled from its source.
    "C": (("thread", int), ("wall_ns", int), ("took_ns", int), ("cpu_ns", int), ("path", str)),
    # Resident memory, before each of the others. This, all before "M" and "Y" in evidence boots only.
    "R": (("thread", int), ("bytes", int)),
    # Calls of Python functions so far, before each of the others, where they are counted.
    "Z": (("thread", int), ("calls", int)),
    # importlib_bootstrap_edges.py: an import statement, or with "D" a call of import_module.
    "I": WHERE,
    "D": WHERE,
    # evidence.py: where a lazy import is declared (Python 3.15).
    "L": WHERE,
    # side_effects.py: something that the boot did beside importing, and how long somebody waited for it later.
    "S": (
        *(("number", int), ("thread", int), ("kind", str), ("detail", str), ("alias", str), ("took_ns", int)),
        ("stack", list),
    ),
    "W": (("number", int), ("waited_ns", int)),
    # opened_files.py: a file that the boot has opened; writes is 1 where that was for writing.
    "O": (("path", str), ("writes", int)),
    # executed.py: the functions of one file that ran.
    "N": (("file", str), ("functions", list)),
    # registries.py: something that was registered, and a registry that could not be read; so "changes" by bodies.py.
    "G": REGISTERED,
    "X": (("registry", str), ("reason", str)),
    # beyond.py: a rung behind the target, begun, reached or failed; a message of the system checks; a deferred import,
    # begun, reached or failed; the modules that it has loaded; what is registered only by it.
    "U": (("rung", str), *HAPPENED),
    "V": (("message", str),),
    "J": (*PLACE, *HAPPENED),
    "JM": (("file", str), ("line", int), ("modules", list)),
    "Q": (("file", str), ("line", int), *REGISTERED),
    # changes.py: the import of a module, by, changes something of another one.
    "H": (("by", str), ("module", str), ("name", str)),
    # inventory.py: a loaded module, an installed app, a further thread.
    "M": (("name", str), ("origin", str), ("file", str), ("directories", list)),
    "A": (("entry", str), ("label", str), ("name", str), ("path", str)),
    "T": (("thread", int), ("name", str)),
    # settings_names.py: a string in the settings that names a loaded module, or something in one.
    "Y": (("setting", str), ("value", str), ("module", str)),
    # drill.py: a frame as pyinstrument writes it; the samples of a stack, with its frames by number; counted calls.
    "F": (("frame", str),),
    "P": (("cpu_ns", int), ("waiting_ns", int), ("quiet_ns", int), ("samples", int), ("frames", list)),
    "K": (("kind", str), ("calls", int), ("stack", list)),
}
HEADS = ("start", "environment", "executed", "overlay", "drill", "kernel", "stop")
WIDTHS = {tag: 1 + len(fields) for tag, fields in FIELDS.items()}
# How many values the shortest of the recorder's own records has, for who reads them from its flat list of events.
COMMON = min(WIDTHS[tag] for tag in ("B", "E", "C"))


def fits(record: "Any") -> bool:
    """Whether a value is a record as it stands in FIELDS."""
    if not isinstance(record, list) or not record or not isinstance(record[0], str):
        return False
    fields = FIELDS.get(record[0])
    if fields is None or len(record) != len(fields) + 1:
        return False
    return all(isinstance(value, kind) for value, (_, kind) in zip(record[1:], fields))  # noqa: B905
