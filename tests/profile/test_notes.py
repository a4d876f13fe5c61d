from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from inline_snapshot import snapshot

from django_startup.measure.clocks import Clocks
from django_startup.measure.observations import Compiled, Environment, LoadedModule
from django_startup.measure.recording import Recording
from django_startup.measure.spans import ImportSite, Span
from django_startup.profile.notes import notes_on

ZERO = Clocks(0, 0, 0)
MS = 1_000_000


def recording(**changes: object) -> Recording:
    quiet = Recording(0, ZERO, ZERO, ZERO, run_queue_known=True, outcome="reached")
    changed: Recording = replace(quiet, **changes)  # type: ignore[arg-type]
    if changed.environment.resident_bytes is None:
        return replace(changed, environment=replace(changed.environment, resident_bytes=1))
    return changed


def notes(**changes: object) -> dict[str, str]:
    return {note.id: note.text for note in notes_on(recording(**changes))}


def span(number: int, parent: int | None, kind: str, name: str, *, thread: int = 0, end_ms: int = 0) -> Span:
    return Span(number, parent, kind, name, thread, thread == 0, 0, end_ms * MS)


def test_nothing_to_say() -> None:
    assert notes() == {}


def test_bytecode_that_may_not_be_written(tmp_path: Path) -> None:
    compiled = (Compiled(str(tmp_path / "a.py"), 30 * MS), Compiled(str(tmp_path / "b.py"), 12 * MS))
    assert notes(compiled=compiled, environment=Environment(dont_write_bytecode=True))["bytecode"] == (
        snapshot(
            "2 modules were compiled from source in the measured boots: 0.042 s of CPU time, again in every "
            "boot, because "
            "PYTHONDONTWRITEBYTECODE is set (or python -B). Unset it, or run python -m compileall, to see what a start "
            "with bytecode costs."
        )
    )


def test_bytecode_that_cannot_be_written(tmp_path: Path) -> None:
    missing = [tmp_path / "gone" / name for name in ("one", "two")]
    compiled = tuple(Compiled(str(directory / "a.py"), MS) for directory in missing)
    assert f"because their bytecode cannot be written to {missing[0]}. " in notes(compiled=compiled[:1])["bytecode"]
    assert f"cannot be written to {missing[0]} and 1 other directory. " in notes(compiled=compiled)["bytecode"]
    prefix = Environment(pycache_prefix=str(tmp_path / "gone" / "prefix"))
    here = (Compiled(str(tmp_path / "a.py"), MS),)
    text = notes(compiled=here, environment=prefix)["bytecode"]
    assert f"cannot be written to {tmp_path / 'gone' / 'prefix'}. " in text


def test_bytecode_that_is_not_kept(tmp_path: Path) -> None:
    (tmp_path / "__pycache__").mkdir()
    compiled = (Compiled(str(tmp_path / "a.py"), MS),)
    text = notes(compiled=compiled)["bytecode"]
    assert text.endswith(f"CPU time; their bytecode was not saved; the first is in {tmp_path}.")


def test_a_boot_that_died_may_well_have_been_the_first() -> None:
    assert notes(compiled=(Compiled("/a.py", MS),), outcome="exception") == {}


def test_no_run_queue() -> None:
    assert "/proc/self/schedstat" in notes(run_queue_known=False)["run-queue"]


def test_processes_that_waited_for_a_processor() -> None:
    # 500 ms of CPU time in 1,500 ms, 600 of them in the run queue and 400 of waiting; 200 ms of CPU time of processes.
    busy = {"stop": Clocks(1500 * MS, 500 * MS, 600 * MS), "children_cpu_ns": 200 * MS}
    assert notes(**busy)["queued-processes"] == snapshot(
        "The machine was busy: of the waiting about 0.240 s are likely to be processes that the boot started and that "
        "waited for a processor. SIDE EFFECTS has that in their times, too."
    )
    assert notes(**(busy | {"stop": Clocks(1500 * MS, 500 * MS, 140 * MS)})) == {}
    assert notes(**(busy | {"children_cpu_ns": 5 * MS})) == {}


def test_what_site_imported() -> None:
    modules = (
        LoadedModule("_virtualenv", "", "/v/lib/site-packages/_virtualenv.py"),
        LoadedModule("tools.hook", "", "/v/lib/site-packages/tools/hook.py"),
        LoadedModule("sitecustomize", "", "/etc/python/sitecustomize.py"),
        LoadedModule("mine", "", "/p/mine.py"),
        LoadedModule("json", "", "/usr/lib/python3/json/__init__.py"),
    )
    preloaded = ("sys", "_virtualenv", "tools.hook", "sitecustomize", "mine", "json", "__main__", "gone")
    assert notes(modules=modules, preloaded=preloaded)["site"] == (
        snapshot(
            "Imported before the project, by site and .pth files (in interpreter): _virtualenv, sitecustomize, tools."
        )
    )


def test_imports_in_other_threads() -> None:
    spans = (
        span(1, None, "import", "a", thread=5, end_ms=30),
        span(2, 1, "import", "b", thread=5, end_ms=20),
        span(3, None, "gc", "0", thread=6, end_ms=20),
        span(4, None, "import", "c"),
    )
    text = notes(spans=spans, threads={5: "loader", 6: "idle"})["thread"]
    assert text == snapshot("The thread loader imported 2 modules (0.030 s of wall time, not part of the total).")


def test_waits_for_another_thread() -> None:
    place = ImportSite("shop.views", "shop/views.py", 2)
    wait = replace(span(1, None, "lock", "heavylib"), self_waiting_ns=400 * MS, importer=place)
    text = notes(spans=(wait,))["lock"]
    assert text == snapshot("shop.views, line 2, waited 0.400 s until another thread had imported heavylib.")
    assert notes(spans=(replace(wait, importer=None),))["lock"].startswith("The boot waited 0.400 s until ")
    short, elsewhere = replace(wait, self_waiting_ns=MS), replace(wait, on_main=False)
    assert notes(spans=(short, elsewhere, replace(wait, kind="import"))) == {}


def test_waits_while_another_thread_imports() -> None:
    views = span(1, None, "import", "shop.views")
    wait = replace(span(2, 1, "contention", "heavylib"), self_waiting_ns=37 * MS)
    assert notes(spans=(views, wait))["lock"] == snapshot(
        "shop.views waited 0.037 s while another thread imported heavylib: Python runs one thread at a time."
    )
    assert notes(spans=(span(1, None, "ready", "shop"), wait))["lock"].startswith("ready() of shop waited 0.037 s ")
    phase = notes(spans=(span(1, None, "phase", "settings"), wait))["lock"]
    assert phase.startswith("phase settings waited 0.037 s while ")
    assert notes(spans=(views, replace(wait, self_waiting_ns=MS))) == {}


def test_the_urlconf_before_its_turn() -> None:
    spans = (
        span(1, None, "phase", "entry"),
        span(2, 1, "phase", "ready"),
        span(3, 2, "ready", "shop"),
        span(4, 3, "import", "shop.signals"),
        span(5, 4, "phase", "urls"),
        span(6, 5, "import", "shop.urls"),
    )
    text = "The URLconf was imported in ready() of shop; its time counts as urls."
    assert notes(spans=spans)["urlconf"] == text
    asked = (*spans[:4], replace(spans[4], importer=ImportSite("shop.signals", "/p/shop/signals.py", 7)), spans[5])
    assert notes(spans=asked)["urlconf"] == (
        "The URLconf was imported in ready() of shop, by shop.signals, line 7; its time counts as urls."
    )
    by_package = (span(1, None, "phase", "entry"), replace(asked[4], parent=1), spans[5])
    assert notes(spans=by_package)["urlconf"].startswith("The URLconf was imported by shop.signals, line 7;")
    models = (*spans[:2], replace(spans[2], kind="models"), *spans[3:])
    assert "in the models of shop;" in notes(spans=models)["urlconf"]
    app = (*spans[:2], replace(spans[2], kind="app", name="shop.apps.Shop"), *spans[3:])
    assert "in the app shop.apps.Shop;" in notes(spans=app)["urlconf"]
    in_turn = (*spans[:2], replace(spans[4], parent=1), spans[5])
    assert notes(spans=in_turn) == {}
    assert notes(spans=spans[:5]) == {}
    inside = span(3, 2, "import", "shop.urls")
    assert notes(spans=(span(2, None, "phase", "urls"), inside)) == {}
    assert notes(spans=(span(1, None, "import", "x"), span(2, 1, "phase", "urls"), inside)) == {}


def test_checks_and_what_is_unusual() -> None:
    found = notes(environment=Environment(check_messages=3, notes=("<x> is not what Django ships: no y",)))
    assert found["checks"] == snapshot("The system checks reported 3 messages: see manage.py check.")
    assert found["unusual"].startswith("<x> is not what Django ships: no y; ")


def test_no_memory() -> None:
    modules = (LoadedModule("json", "", "", ()),)
    silent = replace(recording(), environment=Environment(resident_bytes=None), modules=modules)
    assert [note.text for note in notes_on(silent)] == snapshot(
        ["This system does not report the memory of a process (/proc/self/statm)."]
    )


def test_a_boot_that_came_to_no_end_says_nothing_about_memory() -> None:
    assert list(notes_on(replace(recording(), environment=Environment(resident_bytes=None)))) == []
