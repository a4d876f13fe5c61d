"""
Writes a Django project as a company has it after some years: 60 apps and 3,000 modules, the same at each run.

Each app has models, admin, serializers, views, services, selectors, signals, tasks, handlers of a registry and a part
of the GraphQL schema. SDKs are imported at the top of modules, some of which nobody but a function uses, some of which
tests patch by name, some of which are used at once. Some modules and ready() methods work or wait: they read tables,
compile patterns, build clients, ask git and a service that does not answer. Everybody imports utils.

    python benchmarks/company.py DIRECTORY [--apps 60]

What it needs and what to do with it is printed at the end.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Iterator
from pathlib import Path
from textwrap import indent

NEEDS = (
    "boto3 celery 'django-allauth[socialaccount]' django-debug-toolbar django-filter djangorestframework "
    "drf-spectacular graphene-django openpyxl pandas pytest pytest-django python-dotenv reportlab requests sentry-sdk "
    "stripe twilio"
)
NEXT = """\
{modules} modules in {apps} apps. It needs
    python -m pip install django-startup {needs}
Then, in {directory}:
    git init -q && git add -A && git commit -qm "as it is"      # --fix wants something to go back to
    python -m pytest -q
    python -m django_startup profile
"""

APP_NAMES = """
accounts addresses analytics approvals assets audit availability billing bookings branches calendars campaigns
carriers carts catalog claims comments compliance contracts coupons customers deliveries deploys discounts
documents emails events experiments exports flags forecasts geo imports insurance inventory invoices jobs
ledger loyalty messaging notifications offers orders partners payments payroll permits pricing profiles
projects purchasing quality refunds regions reports returns reviews routing search shipping
"""
ENTITY_NAMES = """
account action batch category channel entry group item label line log member note option period plan policy
process record relation request result role rule section setting slot source state status step tag target task
template term token type unit version
"""
APPS, ENTITIES = APP_NAMES.split(), ENTITY_NAMES.split()
IN_APP = 6  # entities of an app; each has a module in each of LAYERS
LAYERS = ("admin", "models", "selectors", "serializers", "services", "views")

PROJECT = {
    ".env": """\
DJANGO_SETTINGS_MODULE=config.settings.dev
SECRET_KEY=not-secret
AWS_DEFAULT_REGION=eu-central-1
AWS_ACCESS_KEY_ID=none
AWS_SECRET_ACCESS_KEY=none
FLAGS_URL=http://127.0.0.1:9/flags
""",
    ".gitignore": "__pycache__/\n*.sqlite3\n",
    "manage.py": """\
#!/usr/bin/env python
import os
import sys

from dotenv import load_dotenv


def main():
    load_dotenv(os.path.join(os.path.dirname(os.path.abspath(__file__)), ".env"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
""",
    "pyproject.toml": """\
[project]
name = "company"
version = "1.0"

[tool.pytest.ini_options]
DJANGO_SETTINGS_MODULE = "config.settings.test"
pythonpath = ["."]
addopts = "--nomigrations"
testpaths = ["apps"]
""",
    "config/__init__.py": 'from .celery import app as celery_app\n\n__all__ = ["celery_app"]\n',
    "config/celery.py": """\
import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
app = Celery("company")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
""",
    "config/settings/__init__.py": "",
    "config/settings/base.py": """\
import os
from pathlib import Path

from dotenv import load_dotenv

BASE_DIR = Path(__file__).resolve().parent.parent.parent
load_dotenv(BASE_DIR / ".env")

SECRET_KEY = os.environ.get("SECRET_KEY", "not-secret")
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
STATIC_URL = "/static/"
SITE_ID = 1
FLAGS_URL = os.environ.get("FLAGS_URL", "http://127.0.0.1:9/flags")

DJANGO_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sites",
    "django.contrib.staticfiles",
]
THIRD_PARTY_APPS = [
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "graphene_django",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.github",
    "allauth.socialaccount.providers.google",
]
LOCAL_APPS = [
    "core.apps.CoreConfig",
{local_apps}
]
INSTALLED_APPS = DJANGO_APPS + THIRD_PARTY_APPS + LOCAL_APPS

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "core.middleware.RequestIdMiddleware",
]
TEMPLATES = [
    {{
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {{
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        }},
    }},
]
DATABASES = {{"default": {{"ENGINE": "django.db.backends.sqlite3", "NAME": BASE_DIR / "db.sqlite3"}}}}
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
REST_FRAMEWORK = {{
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_PERMISSION_CLASSES": ["core.permissions.IsEmployee"],
}}
SPECTACULAR_SETTINGS = {{"TITLE": "Company", "VERSION": "1.0"}}
GRAPHENE = {{"SCHEMA": "config.schema.schema"}}
CELERY_TASK_ALWAYS_EAGER = True
""",
    "config/settings/dev.py": """\
from .base import *  # noqa: F403

DEBUG = True
INTERNAL_IPS = ["127.0.0.1"]
INSTALLED_APPS += ["debug_toolbar"]  # noqa: F405
MIDDLEWARE.insert(0, "debug_toolbar.middleware.DebugToolbarMiddleware")  # noqa: F405
""",
    "config/settings/prod.py": """\
import sentry_sdk

from .base import *  # noqa: F403

DEBUG = False
sentry_sdk.init(dsn=None)
""",
    "config/settings/test.py": """\
from .base import *  # noqa: F403

DEBUG = False
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
""",
    "config/wsgi.py": """\
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.prod")
application = get_wsgi_application()
""",
    "config/urls.py": """\
from django.conf import settings
from django.contrib import admin
from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView
from graphene_django.views import GraphQLView

from config.schema import schema

urlpatterns = [
    path("admin/", admin.site.urls),
    path("accounts/", include("allauth.urls")),
    path("graphql/", csrf_exempt(GraphQLView.as_view(graphiql=settings.DEBUG, schema=schema))),
    path("api/schema/", SpectacularAPIView.as_view(), name="schema"),
    path("api/docs/", SpectacularSwaggerView.as_view(url_name="schema"), name="docs"),
{url_lines}
]

if settings.DEBUG:
    import debug_toolbar

    urlpatterns.append(path("__debug__/", include(debug_toolbar.urls)))
""",
    "config/schema.py": """\
import graphene

{schema_imports}


class Query(
{schema_bases}
    graphene.ObjectType,
):
    pass


schema = graphene.Schema(query=Query)
""",
    "apps/__init__.py": "",
    "core/__init__.py": "",
    "core/apps.py": """\
from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "core"

    def ready(self):
        from core.registry import autodiscover

        autodiscover()
""",
    "core/registry.py": """\
from django.utils.module_loading import autodiscover_modules

HANDLERS = {}


def handler(event):
    def decorate(function):
        HANDLERS.setdefault(event, []).append(function)
        return function

    return decorate


def dispatch(event, **payload):
    return [function(**payload) for function in HANDLERS.get(event, [])]


def autodiscover():
    autodiscover_modules("handlers")
""",
    "core/models.py": """\
from django.db import models
from django.utils import timezone

from utils import short_id


class TimeStamped(models.Model):
    created = models.DateTimeField(default=timezone.now, editable=False)
    updated = models.DateTimeField(auto_now=True)
    reference = models.CharField(max_length=12, default=short_id)

    class Meta:
        abstract = True
""",
    "core/permissions.py": """\
from rest_framework.permissions import IsAuthenticated


class IsEmployee(IsAuthenticated):
    pass
""",
    "core/middleware.py": """\
from utils import short_id


class RequestIdMiddleware:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.id = short_id()
        return self.get_response(request)
""",
    "utils/__init__.py": """\
from .dates import *  # noqa: F403
from .excel import *  # noqa: F403
from .frames import *  # noqa: F403
from .http import *  # noqa: F403
from .ids import *  # noqa: F403
from .money import *  # noqa: F403
from .pdf import *  # noqa: F403
from .storage import *  # noqa: F403
""",
    "utils/dates.py": """\
from datetime import timedelta

from django.utils import timezone

__all__ = ["days_ago"]


def days_ago(days):
    return timezone.now() - timedelta(days=days)
""",
    "utils/excel.py": """\
from io import BytesIO

from openpyxl import Workbook
from openpyxl.styles import Font

__all__ = ["to_workbook"]


def to_workbook(rows):
    book = Workbook()
    for row in rows:
        book.active.append(list(row))
    for cell in book.active[1]:
        cell.font = Font(bold=True)
    file = BytesIO()
    book.save(file)
    return file.getvalue()
""",
    "utils/frames.py": """\
import numpy as np
import pandas as pd

__all__ = ["moving_average", "to_frame"]


def to_frame(rows):
    return pd.DataFrame.from_records(rows)


def moving_average(values, days=7):
    return np.convolve(values, np.ones(days), "valid") / days
""",
    "utils/http.py": """\
import requests
from requests.adapters import HTTPAdapter

__all__ = ["get_json", "session"]


class Retrying(HTTPAdapter):
    def __init__(self, **kwargs):
        super().__init__(max_retries=3, **kwargs)


def session():
    result = requests.Session()
    result.mount("https://", Retrying())
    return result


def get_json(url):
    return session().get(url, timeout=5).json()
""",
    "utils/ids.py": """\
import secrets

__all__ = ["chunks", "short_id"]


def short_id():
    return secrets.token_hex(6)


def chunks(values, size):
    for start in range(0, len(values), size):
        yield values[start : start + size]
""",
    "utils/money.py": """\
from decimal import ROUND_HALF_UP, Decimal

__all__ = ["rounded"]


def rounded(value):
    return Decimal(value).quantize(Decimal("0.01"), ROUND_HALF_UP)
""",
    "utils/pdf.py": """\
from io import BytesIO

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen import canvas

__all__ = ["to_pdf"]


def to_pdf(lines, size=A4):
    file = BytesIO()
    page = canvas.Canvas(file, pagesize=size)
    for number, line in enumerate(lines):
        page.drawString(40, size[1] - 40 - 14 * number, line)
    page.save()
    return file.getvalue()
""",
    "utils/storage.py": """\
import boto3
from botocore.exceptions import ClientError

__all__ = ["presigned", "upload"]

s3 = boto3.client("s3")


def upload(key, body):
    try:
        s3.put_object(Bucket="company", Key=key, Body=body)
    except ClientError:
        return False
    return True


def presigned(key):
    return s3.generate_presigned_url("get_object", Params={"Bucket": "company", "Key": key})
""",
}

APP = {
    "__init__.py": "",
    "apps.py": """\
from django.apps import AppConfig


class {App}Config(AppConfig):
    name = "apps.{app}"
    label = "{app}"

    def ready(self):
        from . import signals  # noqa: F401
{ready}
""",
    "urls.py": """\
from rest_framework.routers import DefaultRouter

from .views import *  # noqa: F403

router = DefaultRouter()
{routes}
urlpatterns = router.urls
""",
    "signals.py": """\
from django.db.models.signals import post_save
from django.dispatch import receiver

from core.registry import dispatch

from .models import {First}


@receiver(post_save, sender={First})
def {first}_saved(sender, instance, created, **kwargs):
    dispatch("{app}.{first}.saved", instance=instance, created=created)
""",
    "handlers.py": """\
from core.registry import handler


@handler("{other}.{other_first}.saved")
def on_{other}(instance, created, **payload):
    from apps.{app}.services import refresh_{first}  # circular

    if created:
        refresh_{first}(instance.pk)
""",
    "tasks.py": """\
from celery import shared_task

from utils import chunks

from .selectors import *  # noqa: F403


@shared_task
def refresh_{app}():
    return [len(part) for part in chunks(list(active_{first}()), 100)]  # noqa: F405
""",
    "schema.py": """\
import graphene
from graphene_django import DjangoObjectType

from .models import *  # noqa: F403
{types}

class {App}Query(graphene.ObjectType):
{fields}
""",
    "tests/__init__.py": "",
    "tests/test_{app}.py": """\
from unittest import mock

from apps.{app}.models import {First}
from apps.{app}.serializers import {First}Serializer
from apps.{app}.services import label_{first}


def test_label():
    assert label_{first}({First}(name="one", amount=2)) == "one: 2.00"


def test_serializer():
    assert set({First}Serializer({First}(name="one")).data) >= {{"name", "amount"}}


@mock.patch("apps.{app}.services.{first}.rounded", return_value="much")
def test_label_of_much(rounded):
    assert label_{first}({First}(name="one")) == "one: much"
""",
}
ENTITY = {
    "models": """\
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models import TimeStamped

__all__ = ["{Entity}", "{Entity}State"]


class {Entity}State(models.TextChoices):
    DRAFT = "draft", _("Draft")
    ACTIVE = "active", _("Active")
    CLOSED = "closed", _("Closed")


class {Entity}(TimeStamped):
    name = models.CharField(_("name"), max_length=100)
    state = models.CharField(max_length=10, choices={Entity}State.choices, default={Entity}State.DRAFT)
    amount = models.DecimalField(max_digits=10, decimal_places=2, default=0)
    {relation}

    class Meta:
        ordering = ["name"]
        verbose_name = _("{entity}")

    def __str__(self):
        return self.name
""",
    "admin": """\
from django.contrib import admin

from ..models import {Entity}

__all__ = ["{Entity}Admin"]


@admin.register({Entity})
class {Entity}Admin(admin.ModelAdmin):
    list_display = ["name", "state", "amount"]
    list_filter = ["state"]
    search_fields = ["name"]
""",
    "serializers": """\
from rest_framework import serializers

from utils import rounded

from ..models import {Entity}

__all__ = ["{Entity}Serializer"]


class {Entity}Serializer(serializers.ModelSerializer):
    label = serializers.SerializerMethodField()

    class Meta:
        model = {Entity}
        fields = ["id", "name", "state", "amount", "label"]

    def get_label(self, instance) -> str:
        return f"{{instance.name}}: {{rounded(instance.amount)}}"
""",
    "selectors": """\
from utils import days_ago

from ..models import {Entity}

__all__ = ["active_{entity}", "recent_{entity}"]


def active_{entity}():
    return {Entity}.objects.filter(state="active")


def recent_{entity}(days=30):
    return active_{entity}().filter(created__gte=days_ago(days))
""",
    "services": """\
import logging

from utils import rounded

from ..models import {Entity}

__all__ = ["label_{entity}", "refresh_{entity}"]
logger = logging.getLogger(__name__)


def label_{entity}(instance):
    return f"{{instance.name}}: {{rounded(instance.amount)}}"


def refresh_{entity}(pk):
    from apps.{other}.services import label_{other_entity}  # circular

    logger.info("%s is new", label_{other_entity}({Entity}.objects.get(pk=pk)))
""",
    "views": """\
from drf_spectacular.utils import extend_schema
from rest_framework import viewsets
from rest_framework.decorators import action
from rest_framework.response import Response

from ..models import {Entity}
from ..selectors import recent_{entity}
from ..serializers import {Entity}Serializer
from ..services import label_{entity}

__all__ = ["{Entity}ViewSet"]


class {Entity}ViewSet(viewsets.ModelViewSet):
    queryset = {Entity}.objects.all()
    serializer_class = {Entity}Serializer
    filterset_fields = ["state"]

    @extend_schema(responses={Entity}Serializer(many=True))
    @action(detail=False)
    def recent(self, request):
        return Response([label_{entity}(instance) for instance in recent_{entity}()])
""",
}

# What single teams have added: by file, in an app that is named there. Tests of some patch what they import.
ADDED = {
    "apps/billing/gateway.py": """\
import stripe


class Gateway:
    def charge(self, amount, token):
        return stripe.Charge.create(amount=amount, currency="eur", source=token)

    def refund(self, charge):
        return stripe.Refund.create(charge=charge)
""",
    "apps/billing/tests/test_gateway.py": """\
from unittest import mock

from apps.billing.gateway import Gateway


@mock.patch("stripe.Charge.create")
def test_charge(create):
    Gateway().charge(100, "tok")
    create.assert_called_once_with(amount=100, currency="eur", source="tok")
""",
    "apps/notifications/sms.py": """\
from twilio.rest import Client


def send_sms(number, text):
    return Client("AC0", "secret").messages.create(to=number, from_="+490", body=text)
""",
    "apps/notifications/tests/test_sms.py": """\
from unittest import mock

from apps.notifications.sms import send_sms


@mock.patch("apps.notifications.sms.Client")
def test_send(client):
    send_sms("+491", "hello")
    client.return_value.messages.create.assert_called_once()
""",
    "apps/exports/spreadsheets.py": """\
import openpyxl
import pandas as pd

from utils import to_workbook


def export(rows):
    return to_workbook(pd.DataFrame(rows).itertuples())


def read(file):
    return openpyxl.load_workbook(file).active.values
""",
    "apps/exports/tests/test_spreadsheets.py": """\
from io import BytesIO

from apps.exports.spreadsheets import export, read


def test_round_trip():
    assert [row[1] for row in read(BytesIO(export([{"a": 1}, {"a": 2}])))] == [1, 2]
""",
    "apps/pricing/rates.py": """\
from decimal import Decimal
from pathlib import Path

import pandas as pd

from utils import rounded

RATES = pd.read_csv(Path(__file__).with_name("rates.csv"))
TABLE = {
    (row.country, row.category): rounded(Decimal(row.rate) * (100 + step) / 100)
    for row in RATES.itertuples()
    for step in range(20)
}


def rate(country, category):
    return TABLE[country, category]
""",
    "apps/pricing/tests/test_rates.py": """\
from apps.pricing.rates import rate


def test_rate():
    assert rate(1, 1) > 0
""",
    "apps/search/synonyms.py": """\
import re

WORDS = [f"{first}{second}" for first in "bdfgklmnprst" for second in ("ade", "ion", "ing", "ers", "est", "ably")]
PATTERNS = {
    f"{word}{end}": re.compile(rf"\\b({word}|{end}{word})(s|es|ed|{end})?\\b[-_ ]*(\\d{{1,3}}|{end})?", re.I)
    for word in WORDS
    for end in ("al", "ic")
}


def words_in(text):
    return {word for word, pattern in PATTERNS.items() if pattern.search(text)}
""",
    "apps/search/tests/test_synonyms.py": """\
from apps.search.synonyms import words_in


def test_words():
    assert "badeal" in words_in("the bades")
""",
    "apps/geo/cities.py": """\
import json
from pathlib import Path

CITIES = {}


def load():
    with open(Path(__file__).with_name("cities.json")) as file:
        for city in json.load(file):
            CITIES.setdefault(city["name"].lower()[:3], []).append((city["lat"], city["lon"], city["name"]))
    for found in CITIES.values():
        found.sort()


def near(name):
    return CITIES.get(name.lower()[:3], [])
""",
    "apps/geo/tests/test_cities.py": """\
from apps.geo.cities import near


def test_near():
    assert near("cit")
""",
    "apps/flags/client.py": """\
import time
from urllib.error import URLError
from urllib.request import urlopen

FLAGS = {}


def fetch(url, attempts=3):
    for _ in range(attempts):
        try:
            with urlopen(url, timeout=1) as response:
                FLAGS.update(line.split("=") for line in response.read().decode().split())
            return
        except URLError:
            time.sleep(0.1)
""",
    "apps/deploys/version.py": """\
import subprocess

VERSION = None


def read_version():
    global VERSION
    result = subprocess.run(["git", "rev-parse", "HEAD"], capture_output=True, text=True)
    VERSION = result.stdout.strip() or "unknown"
""",
}
READY = {
    "flags": "from django.conf import settings\n\nfrom .client import fetch\n\nfetch(settings.FLAGS_URL)",
    "geo": "from .cities import load\n\nload()",
    "deploys": "from .version import read_version\n\nread_version()",
}
# Who imports what single teams have added, in the module of an app's first entity, and what uses it there.
IMPORTERS = {
    "apps/billing/services/{}.py": (
        "from ..gateway import Gateway",
        "def charge(instance, token):\n    return Gateway().charge(instance.amount, token)",
    ),
    "apps/notifications/services/{}.py": (
        "from ..sms import send_sms",
        "def remind(instance, number):\n    return send_sms(number, instance.name)",
    ),
    "apps/exports/services/{}.py": (
        "from ..spreadsheets import export",
        "def exported(instances):\n    return export([vars(instance) for instance in instances])",
    ),
    "apps/pricing/services/{}.py": (
        "from ..rates import rate",
        "def price(instance, country, category):\n    return instance.amount * rate(country, category)",
    ),
    "apps/search/selectors/{}.py": (
        "from ..synonyms import words_in",
        "def matching(text):\n    return sorted(words_in(text))",
    ),
}


def files(count: int) -> Iterator[tuple[str, str]]:
    """The path and the text of each file of a project of count apps."""
    chance = random.Random(count)
    names = APPS[:count]
    entities = {app: sorted(chance.sample(ENTITIES, IN_APP)) for app in names}
    project = {
        "local_apps": "\n".join(f'    "apps.{app}.apps.{title(app)}Config",' for app in names),
        "url_lines": "\n".join(f'    path("api/{app}/", include("apps.{app}.urls")),' for app in names),
        "schema_imports": "\n".join(f"from apps.{app}.schema import {title(app)}Query" for app in names),
        "schema_bases": "\n".join(f"    {title(app)}Query," for app in names),
    }
    for path, text in PROJECT.items():
        yield path, text.format_map(project) if any(f"{{{name}}}" in text for name in project) else text
    for app in names:
        yield from files_of(app, entities, chance)
    for path, text in ADDED.items():
        if path.split("/")[1] in names:
            yield path, text
    if "pricing" in names:
        rows = (f"{country},{category},{chance.random():.4f}" for country in range(80) for category in range(40))
        yield "apps/pricing/rates.csv", "\n".join(["country,category,rate", *rows]) + "\n"
    if "geo" in names:
        rows = (
            f'{{"name": "{chance.choice(["City", "Town", "Port"])} {number}", "lat": {chance.uniform(-90, 90):.5f}, '
            f'"lon": {chance.uniform(-180, 180):.5f}}}'
            for number in range(60_000)
        )
        yield "apps/geo/cities.json", "[" + ",\n".join(rows) + "]\n"


def files_of(app: str, entities: dict[str, list[str]], chance: random.Random) -> Iterator[tuple[str, str]]:
    """The same of one app, but for what its team has added."""
    own = entities[app]
    other = chance.choice([name for name in entities if name != app] or [app])
    words = {
        "app": app,
        "App": title(app),
        "first": own[0],
        "First": title(own[0]),
        "other": other,
        "other_first": entities[other][0],
        "ready": indent(READY.get(app, ""), " " * 8),
        "routes": "\n".join(f'router.register("{name}", {title(name)}ViewSet)  # noqa: F405' for name in own) + "\n",
        "types": "".join(
            f"\n\nclass {title(app)}{title(name)}Type(DjangoObjectType):\n    class Meta:\n"
            f'        model = {title(name)}  # noqa: F405\n        fields = ["id", "name", "state", "amount"]\n'
            for name in own
        ),
        "fields": "\n".join(f"    {app}_{name} = graphene.List({title(app)}{title(name)}Type)" for name in own),
    }
    for path, text in APP.items():
        yield f"apps/{app}/{path.format_map(words)}", f"{text.format_map(words).rstrip()}\n".lstrip("\n")
    for layer in LAYERS:
        lines = "".join(f"from .{name} import *  # noqa: F403\n" for name in own)
        yield f"apps/{app}/{layer}/__init__.py", lines
    for number, name in enumerate(own):
        to = chance.choice(own[:number]) if number else chance.choice(entities[other])
        relation = f'"{app if number else other}.{title(to)}", models.CASCADE, null=True, related_name="+"'
        more = {
            "entity": name,
            "Entity": title(name),
            "other_entity": chance.choice(entities[other]),
            "relation": f"parent = models.ForeignKey({relation})",
        }
        for layer in LAYERS:
            text = ENTITY[layer].format_map(words | more)
            path = f"apps/{app}/{layer}/{name}.py"
            added = IMPORTERS.get(f"apps/{app}/{layer}/{{}}.py")
            if added and not number:
                line = next(line for line in text.splitlines() if line.startswith("from ..models"))
                text = text.replace(line, f"{line}\n{added[0]}", 1) + f"\n\n{added[1]}\n"
            yield path, text


def title(name: str) -> str:
    return name.title().replace("_", "")


def generate(directory: Path, count: int = len(APPS)) -> int:
    """Write a project of count apps into a directory, and return how many modules it has without its tests."""
    modules = 0
    for name, text in files(count):
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        modules += path.suffix == ".py" and "tests" not in path.parts
    return modules


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("directory", type=Path, help="where to write it: a new or empty directory")
    parser.add_argument(
        "--apps", type=int, default=len(APPS), choices=range(1, len(APPS) + 1), metavar="N", help="how many apps (60)"
    )
    options = parser.parse_args()
    if options.directory.exists() and (not options.directory.is_dir() or any(options.directory.iterdir())):
        sys.exit(f"{options.directory} is not an empty directory.")
    modules = generate(options.directory, options.apps)
    print(NEXT.format(modules=f"{modules:,}", apps=options.apps, needs=NEEDS, directory=options.directory), end="")


if __name__ == "__main__":
    main()
