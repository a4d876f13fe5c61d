from __future__ import annotations

from typing import Any

import pytest

from django_startup.measure.clocks import Clocks
from django_startup.measure.spans import ImportSite, Span, SpanReader
from django_startup.probe.records import fits

MAIN, OTHER = 1, 2


def begin(number: int, wall: int, cpu: int, delay: int = 0, *, thread: int = MAIN, name: str = "x") -> list[Any]:
    return ["B", number, thread, wall, cpu, delay, "import", name, "a.py", number, "a"]


def end(number: int, wall: int, cpu: int, delay: int = 0, *, thread: int = MAIN, failed: int = 0) -> list[Any]:
    return ["E", number, thread, wall, cpu, delay, failed]


def calls(count: int) -> list[Any]:
    return ["Z", MAIN, count]


def read(*records: list[Any], stop: Clocks = Clocks(0, 0, 0)) -> dict[int, Span]:  # noqa: B008 a tuple
    reader = SpanReader()
    reader.main = MAIN
    for record in filter(fits, records):
        readers = {"B": SpanReader.begin, "E": SpanReader.end, "Z": SpanReader.calls}
        readers[record[0]](reader, *record[1:])  # type: ignore[operator]
    return {span.number: span for span in reader.finish(stop)}


def test_self_time_leaves_out_what_is_inside() -> None:
    spans = read(begin(1, 0, 0), begin(2, 10, 10), end(2, 40, 30), end(1, 45, 35), stop=Clocks(50, 40, 0))
    assert (spans[1].self_cpu_ns, spans[1].self_waiting_ns, spans[1].parent) == (15, 0, None)
    assert (spans[2].self_cpu_ns, spans[2].self_waiting_ns, spans[2].parent) == (20, 10, 1)
    assert spans[2].time_ns == 30
    assert spans[2].importer == ImportSite("a", "a.py", 2)


def test_calls_are_those_of_the_span_that_was_open() -> None:
    inner = (calls(7), begin(2, 10, 10), calls(17), end(2, 40, 30))
    spans = read(calls(5), begin(1, 0, 0), *inner, calls(20), end(1, 45, 35))
    assert (spans[1].calls, spans[2].calls) == (2 + 3, 10)


def test_time_in_the_run_queue_is_no_waiting() -> None:
    spans = read(begin(1, 0, 0), end(1, 100, 40, 55))
    assert (spans[1].self_cpu_ns, spans[1].self_waiting_ns) == (40, 5)


def test_waiting_is_never_negative() -> None:
    assert read(begin(1, 0, 0), end(1, 100, 90, 30))[1].self_waiting_ns == 0


def test_a_clock_that_is_read_late_makes_no_waiting() -> None:
    # The thread was in the run queue for 50 between the reading of the wall clock and of the queue, at two records.
    late = (begin(1, 0, 0), begin(2, 10, 10, 50), end(2, 80, 30, 50), begin(3, 90, 40, 90), end(3, 170, 80, 90))
    spans = read(*late, end(1, 180, 90, 90))
    assert [spans[number].self_waiting_ns for number in (1, 2, 3)] == [0, 0, 0]
    assert sum(span.self_cpu_ns for span in spans.values()) == 90


def test_waiting_while_another_thread_imports_is_no_time_of_the_module() -> None:
    ms = 1_000_000
    spans = read(
        begin(1, 0, 0, name="shop.views"),
        begin(2, 10 * ms, 0, thread=OTHER, name="early"),
        end(2, 12 * ms, 2 * ms, thread=OTHER),
        begin(3, 60 * ms, 5 * ms, name="shop.forms"),
        begin(4, 60 * ms, 2 * ms, thread=OTHER, name="heavylib"),
        begin(5, 62 * ms, 4 * ms, thread=OTHER, name="heavylib.core"),
        end(5, 65 * ms, 4 * ms, thread=OTHER),
        end(4, 100 * ms, 22 * ms, thread=OTHER),
        end(3, 120 * ms, 25 * ms),
        begin(6, 130 * ms, 25 * ms, name="after"),
        end(6, 150 * ms, 45 * ms),
        end(1, 151 * ms, 46 * ms),
    )
    of_forms, of_views = spans[8], spans[7]
    assert (of_forms.kind, of_forms.name, of_forms.parent, of_forms.on_main) == ("contention", "heavylib", 3, True)
    assert (of_forms.self_waiting_ns, spans[3].self_waiting_ns, spans[3].self_cpu_ns) == (20 * ms, 20 * ms, 20 * ms)
    # Of the wait in shop.views no more than the other thread ran.
    assert (of_views.name, of_views.parent, of_views.self_waiting_ns) == ("early", 1, 2 * ms)
    assert len(spans) == 8


def test_threads_have_stacks_of_their_own() -> None:
    spans = read(
        begin(1, 0, 0),
        begin(2, 5, 0, thread=OTHER),
        begin(3, 10, 10),
        end(2, 50, 5, thread=OTHER),
        end(3, 60, 20),
        end(1, 61, 21),
    )
    assert [spans[number].parent for number in (1, 2, 3)] == [None, None, 1]
    assert [spans[number].on_main for number in (1, 2, 3)] == [True, False, True]
    assert spans[2].time_ns == 45


def test_what_is_open_at_the_end() -> None:
    spans = read(begin(1, 0, 0), begin(2, 10, 10), begin(3, 12, 0, thread=OTHER), stop=Clocks(30, 20, 0))
    assert [span.is_open for span in spans.values()] == [True, True, True]
    assert (spans[2].self_cpu_ns, spans[2].self_waiting_ns, spans[2].end_ns) == (10, 10, 30)
    assert spans[3].end_ns == 12


def test_spans_that_end_in_another_order() -> None:
    spans = read(begin(1, 0, 0), begin(2, 10, 10), end(1, 20, 20, failed=1), end(2, 30, 30))
    assert (spans[1].failed, spans[1].end_ns) == (True, 20)
    assert (spans[2].failed, spans[2].end_ns) == (False, 20)
    assert not spans[2].is_open


def test_a_number_twice_and_an_unknown_number() -> None:
    spans = read(begin(1, 0, 0), begin(1, 10, 10, name="again"), end(7, 20, 20), end(1, 30, 30))
    assert [span.name for span in spans.values()] == ["x"]


def test_no_importer_without_a_file() -> None:
    assert read(["B", 1, MAIN, 0, 0, 0, "gc", "2", "", 0, ""])[1].importer is None


@pytest.mark.parametrize("record", [["B"], ["E", "x"], ["B", 1, 1, 1.5, 0, 0, "import", "x"], ["Q", 1]])
def test_records_that_make_no_sense(record: list[Any]) -> None:
    assert read(record) == {}


def test_a_garbage_collection_while_a_record_was_made() -> None:
    spans = read(begin(1, 0, 0), begin(3, 12, 12), end(3, 30, 30), begin(2, 10, 10), end(2, 40, 40), end(1, 50, 50))
    assert (spans[2].self_cpu_ns, spans[2].start_ns, spans[2].end_ns) == (10, 30, 40)
    assert sum(span.self_cpu_ns for span in spans.values()) == 50
