"""What keeps an import where it is for a reason outside of its file, and registries."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest
from inline_snapshot import snapshot

from tests.support.evidence import (
    ADMIN,
    BURN,
    MODEL,
    SQLITE,
    Booted,
    boot,
    install,
)
from tests.support.helpers import app_config, make_project


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Booted:
    """A project that registers one of everything, in modules that others could seem to import for nothing."""
    billing = {
        "apps.py": app_config("from billing import rules"),
        "models.py": MODEL.format("Bill") + "    friends = models.ManyToManyField('self')\n",
        "extra.py": MODEL.format("Extra"),
        "both.py": f"{BURN}{MODEL.format('Both')}",
        "signals.py": """\
from django.db.models.signals import post_save, pre_save
from django.dispatch import Signal, receiver
from billing.models import Bill
paid = Signal()
@receiver(post_save, sender=Bill)
def on_save(**kwargs): pass
class Watcher:
    def on_save(self, **kwargs): pass
    def __call__(self, **kwargs): pass
watcher = Watcher()
pre_save.connect(watcher.on_save)
paid.connect(watcher)
def gone(**kwargs): pass
paid.connect(gone)
del gone
def nameless():
    signal = Signal()
    signal.connect(on_save)
    return [signal]
kept = nameless()
""",
        "rules.py": """\
from django.core.checks import register, Tags
@register(Tags.security, "mine")
def check_mine(app_configs, **kwargs): return []
@register(deploy=True)
def check_deploy(app_configs, **kwargs): return []
""",
        "desk.py": """\
from django.contrib import admin
from billing.models import Bill
@admin.register(Bill)
class BillAdmin(admin.ModelAdmin): pass
""",
        "templatetags/__init__.py": "",
        "templatetags/money.py": """\
from django import template
register = template.Library()
@register.filter
def euro(value): return value
@register.simple_tag
def total(): return ""
""",
        "templatetags/broken.py": "register = 3\n",
        "urls.py": """\
from django.urls import include, path, re_path
app_name = "billing"
def view(request): pass
inner = [path("deep/", view, name="deep")]
urlpatterns = [
    path("<int:pk>/pay/", view, name="pay"),
    re_path("^x/$", view, name="x"),
    path("nameless/", view),
    path("in/", include((inner, "inner"), namespace="one")),
    path("plain/", include(inner)),
]
""",
        "helpers.py": """\
def on_delete(**kwargs): pass
def on_clean(**kwargs): pass
def on_ready(**kwargs): pass
def check_it(app_configs, **kwargs): return []
""",
        "api.py": "import stripe\nfrom stripe import Charge, Refund\ndef pay():\n    return stripe, Charge, Refund\n",
    }
    catalog = {
        "models.py": "from billing.api import Charge as Other\nfrom billing.starred import *\nprint_it = Starred\n",
        "hooks.py": """\
from billing import extra
from billing import signals
from billing import rules
from billing import desk
from billing.templatetags import broken
from billing import both
from catalog import report
import catalog.one, catalog.later, catalog.tags
def use():
    return extra, signals, rules, desk, broken, both, report
""",
        "apps.py": """\
from django.apps import AppConfig
from django.core.signals import request_started
from billing.helpers import on_ready
class Config(AppConfig):
    name = "catalog"
    def ready(self):
        request_started.connect(on_ready)
""",
        "report.py": """\
from django.apps import apps
from django.contrib import admin
from django.core.checks import register
from django.core.signals import request_finished
from django.db.models.signals import post_delete
from billing import helpers
class Group(apps.get_model("auth", "Group")):
    __module__ = "billing.models"
    class Meta:
        app_label = "billing"
admin.site.register(Group)
request_finished.connect(helpers.on_delete, dispatch_uid="reported")
post_delete.connect(helpers.on_clean, sender="billing.Later")
register(helpers.check_it)
""",
        "later.py": """\
from django.db import models
class Later(models.Model):
    class Meta:
        app_label = "billing"
""",
        "tags.py": "from billing.templatetags import money\ndef use():\n    return money\n",
        "more.py": "from billing import both\ndef use():\n    return both\n",
        "one.py": "import catalog.two\n",
        "two.py": "import catalog.three\n",
        "three.py": "import catalog.one\nimport catalog\n",
    }
    files = {"billing/starred.py": "from stripe import Starred, Charge\ndef pay():\n    return Starred, Charge\n"}
    urls = """\
from django.contrib import admin
from django.urls import include, path
from catalog import hooks, more
urlpatterns = [
    path("admin/", admin.site.urls),
    path("bills/", include("billing.urls")),
    path("", lambda request: None, name="home"),
]
"""
    tmp_path = tmp_path_factory.mktemp("office")
    install(tmp_path, "stripe", {"stripe.py": "Charge = Refund = Starred = 3\n"})
    settings = f"INSTALLED_APPS += {ADMIN}\n{SQLITE}"
    apps = {"billing": billing, "catalog": catalog}
    return boot(make_project(tmp_path, settings=settings, apps=apps, urls=urls, files=files))


def test_names_that_others_import_from_here(office: Booted) -> None:
    ways = {place: reason.partition("  ")[0] for place, reason in office.ways("stripe").items()}
    assert ways == snapshot(
        {
            "billing/api.py:1": (
                "used only in pay(): move it there, or make it lazy (Python 3.15) models > catalog.models > billing.api"
            ),
            "billing/api.py:2": (
                "re-exported: catalog/models.py:1 imports Charge from here models > catalog.models > billing.api"
            ),
            "billing/starred.py:1": (
                "re-exported: catalog/models.py:3 uses Starred through a star import "
                "models > catalog.models > billing.starred"
            ),
        }
    )


@pytest.mark.parametrize(
    ("module", "what"),
    [
        ("billing.extra", "the model billing.Extra"),
        ("billing.signals", "the receiver billing.signals.Watcher"),
        ("billing.desk", "the admin class billing.desk.BillAdmin"),
        ("catalog.report", "the model billing.Group"),
    ],
)
def test_modules_that_register_something_must_stay(office: Booted, module: str, what: str) -> None:
    (reason,) = office.ways(module).values()
    assert reason == (f"{module} registers {what}, which must happen at start urls > shop.urls > catalog.hooks")


def test_a_registration_belongs_to_the_module_whose_import_makes_it(office: Booted) -> None:
    registries = office.saved["registries"]
    names = (
        "billing.Group",
        "billing.helpers.",
        "django.contrib.admin.options.ModelAdmin",
        "billing.desk",
        "billing.Both",
    )
    found = {
        (registry, entry["name"]): (entry["module"], entry["by"])
        for registry in ("models", "admin", "receivers", "checks")
        for entry in registries[registry]
        if entry["name"].startswith(names)
    }
    assert found == snapshot(
        {
            ("models", "billing.Both"): ("billing.both", "billing.both"),
            ("models", "billing.Group"): ("billing.models", "catalog.report"),
            ("admin", "billing.desk.BillAdmin"): ("billing.desk", "billing.desk"),
            ("admin", "django.contrib.admin.options.ModelAdmin"): ("django.contrib.admin.options", "catalog.report"),
            ("receivers", "billing.helpers.on_clean"): ("billing.helpers", "catalog.report"),
            ("receivers", "billing.helpers.on_delete"): ("billing.helpers", "catalog.report"),
            ("receivers", "billing.helpers.on_ready"): ("billing.helpers", ""),
            ("checks", "billing.helpers.check_it"): ("billing.helpers", "catalog.report"),
        }
    )


def test_tag_libraries_are_loaded_by_django(office: Booted) -> None:
    assert office.ways("billing.templatetags.money") == snapshot(
        {
            "catalog/tags.py:1": (
                "used only in use(): move it there, or make it lazy (Python 3.15) "
                "urls > shop.urls > catalog.hooks > catalog.tags"
            )
        }
    )


def test_what_is_registered_all_the_same_does_not_have_to_stay(office: Booted) -> None:
    assert office.ways("billing.rules") == snapshot(
        {
            "billing/apps.py:8": "already inside Config.ready(), which runs at start ready > ready() of billing > "
            "billing.apps",
            "catalog/hooks.py:3": (
                "used only in use(): move it there, or make it lazy (Python 3.15) urls > shop.urls > catalog.hooks"
            ),
        }
    )


def test_two_doors_of_which_one_must_stay(office: Booted) -> None:
    lines = " ".join(office.why("billing.both").split())
    assert lines.endswith(
        "To keep it out, close at least catalog/hooks.py:6, catalog/more.py:1 (saves … s); "
        "they can move, but not all of them: billing.both registers the model billing.Both."
    )
    assert [fix["subject"] for fix in office.saved["fixes"] if fix["kind"] == "defer"] == []


def test_cycles(office: Booted) -> None:
    sentence = "These modules import each other: catalog.one, catalog.three, catalog.two."
    for name in ("catalog.one", "catalog.two", "catalog.three"):
        assert sentence in " ".join(office.why(name).split())
    assert "import each other" not in office.why("catalog.hooks")


def test_models(office: Booted) -> None:
    assert office.registered("models") == [
        ("billing.Bill", "billing", "billing.models"),
        ("billing.Bill_friends", "billing", "billing.models"),
        ("billing.Both", "billing", "billing.both"),
        ("billing.Extra", "billing", "billing.extra"),
        ("billing.Group", "billing", "billing.models"),
        ("billing.Later", "billing", "catalog.later"),
    ]
    assert ("auth.User", "auth", "django.contrib.auth.models") in office.registered("models", "django")


def test_receivers(office: Booted) -> None:
    assert office.registered("receivers") == snapshot(
        [
            ("billing.helpers.on_clean", "django.db.models.signals.post_delete billing.Later", "billing.helpers"),
            ("billing.helpers.on_delete", "django.core.signals.request_finished", "billing.helpers"),
            ("billing.helpers.on_ready", "django.core.signals.request_started", "billing.helpers"),
            ("billing.signals.Watcher", "billing.signals.paid", "billing.signals"),
            ("billing.signals.Watcher.on_save", "django.db.models.signals.pre_save", "billing.signals"),
            ("billing.signals.on_save", "a signal without a name", "billing.signals"),
            ("billing.signals.on_save", "django.db.models.signals.post_save billing.Bill", "billing.signals"),
        ]
    )
    assert (
        "django.contrib.auth.management.create_permissions",
        "django.db.models.signals.post_migrate",
        "django.contrib.auth.management",
    ) in office.registered("receivers", "django")


def test_checks(office: Booted) -> None:
    assert office.registered("checks") == snapshot(
        [
            ("billing.helpers.check_it", "", "billing.helpers"),
            ("billing.rules.check_deploy", "", "billing.rules"),
            ("billing.rules.check_mine", "mine security", "billing.rules"),
        ]
    )
    names = [name for name, _, _ in office.registered("checks", "django")]
    assert "django.core.checks.urls.check_url_config" in names
    assert "django.core.checks.security.base.check_secret_key" in names


def test_admin_classes(office: Booted) -> None:
    assert office.registered("admin") == snapshot([("billing.desk.BillAdmin", "admin billing.Bill", "billing.desk")])
    assert ("django.contrib.auth.admin.UserAdmin", "admin auth.User", "django.contrib.auth.admin") in (
        office.registered("admin", "django")
    )


def test_url_names(office: Booted) -> None:
    own = [entry for entry in office.registered("url_names") if not entry[0].startswith("admin:")]
    assert own == [
        ("billing:deep", "bills/plain/deep/", "billing.urls"),
        ("billing:one:deep", "bills/in/deep/", "billing.urls"),
        ("billing:pay", "bills/<int:pk>/pay/", "billing.urls"),
        ("billing:x", "bills/^x/$", "billing.urls"),
        ("home", "", "shop.urls"),
    ]
    assert ("admin:login", "admin/login/", "shop.urls") in office.registered("url_names")


def test_template_tags(office: Booted) -> None:
    assert office.registered("template_tags") == [
        ("euro", "money", "billing.templatetags.money"),
        ("total", "money", "billing.templatetags.money"),
    ]


def test_no_tasks_without_celery(office: Booted) -> None:
    assert office.saved["registries"]["celery_tasks"] == []


@pytest.mark.skipif(find_spec("celery") is None, reason="Celery is not installed")
def test_celery_tasks(tmp_path: Path) -> None:
    tasks = "from celery import Celery\napp = Celery('mail')\n@app.task\ndef send(): pass\n"
    booted = boot(make_project(tmp_path, files={"shop/__init__.py": "import shop.tasks\n", "shop/tasks.py": tasks}))
    assert booted.registered("celery_tasks") == [("shop.tasks.send", "mail", "shop.tasks")]


def test_celery_as_it_looks_from_here(tmp_path: Path) -> None:
    state = """\
class Task:
    __module__ = "shop.tasks"
class App:
    main = "mail"
    _tasks = {}
    def finalize(self, auto):
        self._tasks = {"shop.tasks.send": Task()}
_apps = {App()}
"""
    settings = "import celery._state\n"
    files = {"celery/__init__.py": "", "celery/_state.py": state}
    booted = boot(make_project(tmp_path, settings=settings, files=files), "--until", "setup")
    assert booted.registered("celery_tasks") == [("shop.tasks.send", "mail", "shop.tasks")]
    assert booted.registered("url_names", "") == []  # which nobody has asked for


def test_registry_that_cannot_be_read(tmp_path: Path) -> None:
    files = {"celery/__init__.py": "", "celery/_state.py": "_apps = [3]\n"}
    booted = boot(make_project(tmp_path, settings="import celery._state\n", files=files), "--until", "setup")
    assert booted.saved["registries"]["celery_tasks"] == []
    assert booted.saved["registries"]["checks"] != []


def test_no_registries_up_to_the_settings(tmp_path: Path) -> None:
    booted = boot(make_project(tmp_path), "--until", "settings")
    assert set(map(len, booted.saved["registries"].values())) == {0}


def test_no_urlconf(tmp_path: Path) -> None:
    booted = boot(make_project(tmp_path, settings="del ROOT_URLCONF\n"))
    assert booted.saved["registries"]["url_names"] == []
