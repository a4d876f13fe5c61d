"""
Clocks that go on by what the project burns and sleeps, and by nothing else, so that its costs are exact.

Reading the CPU clock takes a microsecond of it. Wall time is CPU time and sleep. Nothing waits in a run queue.
"""

import os
import time

TICK_NS = 1000
start_ns = time.perf_counter_ns()
cpu_ns = slept_ns = 0
system_open = os.open


def thread_time_ns():
    global cpu_ns
    cpu_ns += TICK_NS
    return cpu_ns


def perf_counter_ns():
    return start_ns + cpu_ns + slept_ns


def sleep(seconds):
    global slept_ns
    slept_ns += round(seconds * 1e9)


def open_without_run_queue(path, *args, **kwargs):
    if path == "/proc/self/schedstat":
        raise FileNotFoundError(path)
    return system_open(path, *args, **kwargs)


time.thread_time_ns, time.perf_counter_ns, time.sleep = thread_time_ns, perf_counter_ns, sleep
time.thread_time = lambda: thread_time_ns() / 1e9
time.perf_counter = lambda: perf_counter_ns() / 1e9
os.open = open_without_run_queue
