"""Known costs: CPU time to the microsecond whatever else the machine does, and sleep."""

import time


def burn(milliseconds):
    end = time.thread_time() + milliseconds / 1000
    while time.thread_time() < end:
        pass


def sleep(milliseconds):
    time.sleep(milliseconds / 1000)
