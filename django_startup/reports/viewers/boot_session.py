"""The boot as a pyinstrument session, for pyinstrument's viewers."""

from __future__ import annotations

import time

from pyinstrument.session import Session

from django_startup.profile.owners import OWN
from django_startup.profile.profile import StartupProfile
from django_startup.reports.headline import Headline
from django_startup.reports.viewers.callstack import CallStack, root_frame
from django_startup.text import INSTALLED

INTERVAL = 0.0001  # seconds: the viewers show as many decimals


def boot_session(profile: StartupProfile, stack: CallStack) -> Session:
    """The session. It begins now: a profile does not say when it was made."""
    libraries = library_directories(profile)
    return Session(
        frame_records=[(frames, ns / 1e9) for frames, ns in stack.pieces],
        start_time=time.time(),
        duration=sum(ns for _, ns in stack.pieces) / 1e9,
        min_interval=INTERVAL,
        max_interval=INTERVAL,
        sample_count=len(stack.pieces),
        start_call_stack=[root_frame(profile)],
        target_description=Headline.from_profile(profile).title,
        cpu_time=profile.total.cpu_ns / 1e9,
        sys_path=libraries,
        sys_prefixes=libraries,
    )


def library_directories(profile: StartupProfile) -> list[str]:
    """Where the code lies that is not the project's: directories of installed packages, and single files elsewhere."""
    directories = set()
    for module in profile.modules:
        if module.file and module.owner.kind not in OWN:
            installed = INSTALLED.match(module.file)
            directories.add(installed[0].rstrip("/\\") if installed else module.file)
    return sorted(directories)
