"""A small profile with one of everything, for tests of what is made from it."""

from __future__ import annotations

from django_startup.measure.spans import ImportSite
from django_startup.profile.boots import BootTimes, EnvironmentInfo, GcPauses, Phase, TargetInfo, Total
from django_startup.profile.cold import ColdBoot, ColdKind, ColdStart, Compiled, KeptFile
from django_startup.profile.effects import Ran, Registries, RegistryEntry, SideEffect
from django_startup.profile.owners import Owner, OwnerKind
from django_startup.profile.parts import App, Door, Fix, Module, Package
from django_startup.profile.profile import CheckTime, Note, OwnerTime, StartupProfile, TimelineInfo
from django_startup.profile.reasons import Reason
from django_startup.profile.timeline import KINDS, MAIN_THREAD

MS = 1_000_000
DOOR = Door(
    "billing.models",
    "billing/models.py",
    3,
    "import stripe",
    True,
    "used only in refund()",
    Reason.USED_IN_FUNCTIONS,
)
CLASS_DOOR = Door(
    "shop.urls", "shop/urls.py", 9, "from stripe import webhooks", False, "a star import", Reason.STAR_IMPORT
)


def make_module(name: str, *, self_ms: int = 20, cumulative_ms: int = 420, thread: str | None = None) -> Module:
    return Module(
        name=name,
        file=f"{name.replace('.', '/')}.py",
        owner=Owner(OwnerKind.APP, "billing"),
        phase="models",
        app="billing",
        self_ns=self_ms * MS,
        cumulative_ns=cumulative_ms * MS,
        importer=None,
        thread=thread,
        loaded=True,
    )


def make_course() -> TimelineInfo:
    """The course of make_profile(), with garbage collections and a second thread."""
    spans = (
        ("phase", "interpreter", -1, 0, 0, 30),
        ("phase", "entry", -1, 0, 30, 1400),
        ("phase", "settings", 1, 0, 30, 100),
        ("import", "shop.settings", 2, 0, 40, 90),
        ("phase", "models", 1, 0, 100, 700),
        ("models", "billing", 4, 0, 100, 650),
        ("import", "billing.models", 5, 0, 110, 640),
        ("import", "stripe.api", 6, 0, 120, 560),
        ("gc", "2", 7, 0, 130, 190),
        ("phase", "ready", 1, 0, 700, 1315),
        ("ready", "billing", 9, 0, 700, 1300),
        ("check", "shop.checks.slow", 1, 0, 1315, 1390),
        ("import", "json.tool", -1, 1, 800, 900),
        ("gc", "0", 12, 1, 810, 820),
    )
    names = tuple(dict.fromkeys(name for _, name, *_ in spans))
    rows = [
        (KINDS.index(kind), names.index(name), parent, thread, start * 1000, end * 1000, (end - start) * 900, 600)
        for kind, name, parent, thread, start, end in spans
    ]
    return TimelineInfo(KINDS, names, (MAIN_THREAD, "second"), tuple(rows))


def make_cold_start() -> ColdStart:
    """A cold start with all kinds of boots, each of which takes what would be expected."""

    def boot(kind: ColdKind, time_ms: int, compiled: int, read_mib: int) -> ColdBoot:
        return ColdBoot(
            kind=kind,
            boots=2,
            time_ns=time_ms * MS,
            spread_ns=5 * MS,
            files=1812,
            compiled=compiled,
            compile_ns=compiled * MS,
            needed_bytes=35 * 2**20,
            read_bytes=read_mib * 2**20,
            kept_bytes=4 * 2**20 if read_mib else None,
            faults=36 if read_mib else 0,
        )

    return ColdStart(
        boots=(
            boot(ColdKind.WARM, 400, 0, 0),
            boot(ColdKind.COLD_DISK, 600, 0, 31),
            boot(ColdKind.COLD, 1800, 1021, 31),
            boot(ColdKind.COMPILED, 620, 0, 31),
            boot(ColdKind.UNCHECKED, 615, 0, 31),
            boot(ColdKind.INSTALLED, 900, 260, 31),
            boot(ColdKind.SECOND, 410, 0, 0),
            boot(ColdKind.UNWRITTEN, 1500, 1021, 0),
        ),
        packages=(
            Compiled("Django", 500, 500 * MS),
            Compiled("stdlib", 300, 300 * MS),
            Compiled("app billing", 200, 200 * MS),
            Compiled("project", 21, 21 * MS),
        ),
        missed=(Compiled("stdlib", 240, 240 * MS), Compiled("app billing", 20, 20 * MS)),
        kept=(
            KeptFile("/usr/lib/libpython3.13.so", 2 * 2**20),
            KeptFile("/usr/lib/libc.so.6", 2**20),
            KeptFile("/usr/lib/libssl.so", 2**19),
            KeptFile("/usr/lib/libz.so", 2**19),
        ),
        kept_files=4,
    )


def make_profile() -> StartupProfile:
    return StartupProfile(
        target=TargetInfo("manage.py", "checks", None, "shop.settings"),
        environment=EnvironmentInfo("3.13.0", "5.2.19", "Linux-6.1", 2, 3),
        boots=(
            BootTimes("evidence", 2000 * MS, 1900 * MS, 1800 * MS, 100 * MS, 100 * MS, 1234),
            BootTimes("recorded", 1500 * MS, 1400 * MS, 900 * MS, 500 * MS, 100 * MS, 1234),
            BootTimes("recorded", 1600 * MS, 1450 * MS, 950 * MS, 500 * MS, 101 * MS, 1234),
        ),
        total=Total(1400 * MS, 900 * MS, 500 * MS, 1500 * MS, 100 * MS, 1234, 231 * 2**20),
        phases=(
            Phase("interpreter", 30 * MS, 30 * MS, 0),
            Phase("settings", 70 * MS, 70 * MS, 0),
            Phase("models", 600 * MS, 600 * MS, 0),
            Phase("ready", 615 * MS, 115 * MS, 500 * MS),
            Phase("noise", 85 * MS, 85 * MS, 0),
        ),
        apps=(
            App("admin", "django.contrib.admin", False, 0, 0, 0, 0, 0, 0, 12, 0),
            App("billing", "billing", True, 2 * MS, 410 * MS, 520 * MS, 500 * MS, 480 * MS, 20 * MS, 14, 930 * MS),
        ),
        packages=(
            Package("stripe", "13.0.1", 300 * MS, 400 * MS, 96, 380 * MS, 41 * 2**20, (DOOR, CLASS_DOOR)),
            Package("pandas", "2.2", 80 * MS, 410 * MS, 311, 0, 60 * 2**20, (), ("statsmodels", "pyarrow")),
        ),
        owners=(
            OwnerTime("app", 20 * MS, 14),
            OwnerTime("project", 0, 0),
            OwnerTime("package", 380 * MS, 407),
        ),
        modules=(
            make_module("billing.models"),
            Module(
                name="stripe.api",
                file="/venv/lib/python3.13/site-packages/stripe/api.py",
                owner=Owner(OwnerKind.PACKAGE, "stripe"),
                phase="models",
                app="billing",
                self_ns=300 * MS,
                cumulative_ns=400 * MS,
                importer=ImportSite("billing.models", "billing/models.py", 3),
                thread=None,
                loaded=True,
                saving_ns=310 * MS,
            ),
        ),
        checks=(
            CheckTime("shop.checks.slow", 200 * MS, 150 * MS),
            CheckTime("django.core.checks.urls.check_url_config", 0, 0),
        ),
        gc=GcPauses(120, 100 * MS),
        side_effects=(
            SideEffect("sql", "SELECT 1", "default", "ready", "billing", None, "billing/apps.py", 12, "ready", 3 * MS),
            SideEffect("sql", "SELECT 1", "default", "ready", "billing", None, "billing/apps.py", 12, "ready", 4 * MS),
            SideEffect("subprocess", "mjml --version", "", "settings", None, "shop.settings", "", 0, "", 310 * MS),
        ),
        ran=Ran(problem=""),
        registries=Registries(models=(RegistryEntry("billing.Refund", "billing", "billing.models"),)),
        fixes=(
            Fix("defer", "stripe", "import it in the functions that use it", (DOOR,), 380 * MS, 380 * MS),
            Fix("effect", "mjml --version", "subprocess at start: put it off", (), 310 * MS, 310 * MS),
        ),
        timeline=make_course(),
        notes=(Note("bytecode", "3 modules were compiled from source."), Note("site", "The machine was warm.")),
    )
