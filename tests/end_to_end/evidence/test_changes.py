"""What imports do to modules that were there before them."""

from __future__ import annotations

import pytest
from inline_snapshot import snapshot

from tests.support.evidence import BURN, SQLITE, Booted, boot, install
from tests.support.helpers import app_config, make_project

STATE = """\
import functools, threading, tracer
from contextvars import ContextVar
from types import SimpleNamespace
from django.utils.functional import SimpleLazyObject
class Registry:
    def __init__(self):
        self.entries = {}
        self.order = []
    def add(self, thing):
        self.entries[thing.__name__] = thing
        return thing
    @functools.cached_property
    def first(self):
        return [*self.entries]
class Described:
    kinds = {}
    def __init_subclass__(cls):
        Described.kinds.setdefault("all", []).append(cls)
class Meta(type):
    made = []
    def __init__(cls, *args):
        Meta.made.append(cls)
class Lazy:
    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        self.__dict__[name] = name
        return name
registry = Registry()
lazy = Lazy()
hooks = {"save": []}
cached = {}
results_cache = {}
current = None
swapped = {"text": 1}
counters = {"text": 1}
pair = [], {}
ordered = [None]
queue = [None]
@functools.singledispatch
def show(thing): return str(thing)
def answer():
    global current, fresh
    current = fresh = Registry()
    queue.clear()
    results_cache[1] = lazy
    cached["answer"] = registry
    return registry.first, lazy.anything
def apply(target, name, value):
    setattr(target, name, value)
class Target:
    def pay(self): pass
    def refund(self): pass
def old(): pass
kinds = {"a": old, "b": old}
more_kinds = {"a": old}
steps = [old, len]
rows = [1, 2]
waiting_list = [old]
tasks = tracer.App()
def make():
    inside = []
    def enter(thing):
        inside.append(thing)
    return enter
enter = make()
class Site:
    header = "Django"
    def __init__(self):
        self._actions = {"delete": old}
        self.pages = [SimpleNamespace(title="first", blocks=[])]
        self.flags = {"on": False, "asked": 0}
    def add_action(self, action): self._actions[action.__name__] = action
    def disable(self, name): del self._actions[name]
    def ask(self):
        self.flags["asked"] += 1
        self.asked = self.last = old
        self.pages[0].blocks.append(self)
        self.pages[0].seen = True
site = SimpleLazyObject(Site)
request_id = ContextVar("request_id")
thread = threading.local()
"""
TRACER = """\
class Base:
    def install(self):
        self._install()
class Tracer(Base):
    def _install(self):
        patch()
def patch():
    import json
    def encode(self, o): return "traced"
    json.JSONEncoder.encode = encode
class Handler: pass
class Settings:
    level = "quiet"
    asked = 0
    handler = None
    def configure(self, level, handler):
        self.level, self.handler = level, handler
    def ask(self):
        self.asked += 1
        Settings.asked += 1
class Tasks:
    def __init__(self): self.by_name = {}
class App:
    def __init__(self): self.tasks = Tasks()
    def task(self, function): self.tasks.by_name[function.__name__] = function
settings = Settings()
handler = None
level = 1
def set_handler(new):
    global handler
    handler = new
def count():
    global level
    level += 1
"""
HELPERS = """\
import functools
def encode(json):
    def default(self, o): return str(o)
    json.JSONEncoder.default = default
def wrap(target, name):
    before = getattr(target, name)
    @functools.wraps(before)
    def after(*args): return before(*args)
    setattr(target, name, after)
def fill(**names):
    import catalog.state
    vars(catalog.state).update(names)
def drop(table, name):
    del table[name]
class Patcher:
    def __init__(self, target): self.target = target
    def patch(self, name, new): setattr(self.target, name, new)
from catalog import state
def rename(name):
    state.site.name = name
"""
# Each leaves something behind, and has a function that nobody has called.
MEDDLERS = {
    "lookups": "from django.db.models import CharField, Lookup\\nclass Ne(Lookup):\\n    lookup_name = 'ne'\\n"
    "CharField.register_lookup(Ne)",
    "encoder": "import json\ndef default(self, o): return str(o)\njson.JSONEncoder.default = default",
    "setter": "import catalog.state as state\nsetattr(state, 'apply', print)",
    "types": "import mimetypes\nmimetypes.add_type('text/x-shop', '.shop')",
    "converters": "from django.urls import register_converter\nfrom django.urls.converters import IntConverter\n"
    "class Four(IntConverter): pass\nregister_converter(Four, 'four')",
    "decorated": "from catalog.state import registry\n@registry.add\nclass Plugin: pass",
    "called": "from catalog.state import registry\nfrom catalog.others import helper\nregistry.add(helper)",
    "hooked": "from catalog.state import hooks\nhooks['save'].append(len)",
    "replaced": "from catalog.state import swapped\ndef text(): pass\nswapped['text'] = text",
    "counted": "from catalog.state import counters\ncounters['text'] += 1",
    "pair": "from catalog.state import pair\npair[0].append(len)",
    "first": "from catalog.state import ordered\nordered.insert(0, 1)",
    "subclass": "from catalog.state import Described\nclass Mine(Described): pass",
    "again": "from catalog.state import Described\nclass Yours(Described): pass",
    "meta": "from catalog.state import Meta\nclass Made(metaclass=Meta): pass",
    "dispatch": "from decimal import Decimal\nfrom catalog.state import show\nshow.register(Decimal, repr)",
    "exits": "import atexit\natexit.register(print, end='')",
    "environment": "import os\nos.environ['SHOP_CURRENCY'] = 'EUR'",
    "path": "import sys\nsys.path.append('/nowhere')",
    "handlers": "import logging\nlogging.getLogger().addHandler(logging.NullHandler())",
    "levels": "import logging\nlogging.addLevelName(35, 'NOTICE')",
    "attribute": "import catalog.state\nfrom catalog.others import helper\ncatalog.state.helper = helper",
    "packaged": "import meddling",
    "by_helper": "from catalog import helpers\nimport json\nhelpers.encode(json)",
    "by_wrapper": "from catalog.helpers import wrap\nimport catalog.state\nwrap(catalog.state.Target, 'pay')",
    "by_keyword": "from catalog.helpers import fill\ndef new(): pass\nfill(old=new)",
    "by_object": "from catalog import helpers, state\nhelpers.Patcher(state.Target).patch('refund', print)",
    "of_stdlib": "from catalog.helpers import wrap\nimport threading\nwrap(threading.Thread, 'start')",
    "deleted": "import catalog.state\ndel catalog.state.kinds['a']",
    "dropped": "from catalog.helpers import drop\nimport catalog.state\ndrop(catalog.state.more_kinds, 'a')",
    "popped": "import catalog.state\ncatalog.state.steps.pop()",
    "put": "import catalog.state\ncatalog.state.rows[:] = [3, 4]",
    "dealt_with": "import catalog.state\ncatalog.state.waiting_list.pop()",
    "closure": "from catalog.state import enter\nenter(len)",
    "codec": "import codecs\ncodecs.register(lambda name: None)",
    "signals": "import signal\nsignal.signal(signal.SIGUSR1, signal.SIG_IGN)",
    "precise": "import decimal\ndecimal.getcontext().prec = 50",
    "spawning": "import multiprocessing\nmultiprocessing.set_start_method('spawn')",
    "loud": "import logging\nlogging.getLogger('django.request').setLevel(10)",
    "again_set": "import os\nos.environ['HOME'] = '/nowhere'",
    "plugin": "from plugged import base\nbase.REGISTRY.append(len)",
    "by_method": "from tracer import Tracer\nTracer().install()",
    "configured": "import tracer\ntracer.settings.configure(level='loud', handler=tracer.Handler)",
    "sets_global": "from tracer import Handler, set_handler\nset_handler(Handler())",
    "task": "from catalog.state import tasks\n@tasks.task\ndef job(): pass",
    "number": "import json\njson.JSONEncoder.item_separator = ','",
    "transform": "from django.db.models import CharField\nfrom django.db.models.functions import Lower\n"
    "CharField.register_lookup(Lower)",
    "own_handlers": "import logging\nlogging.getLogger('catalog.audit').addHandler(logging.StreamHandler())",
    "alone": "from sidecar import base\nbase.REGISTRY.append(len)",
    "aliased": "import sys, json\nsys.modules['catalog_json'] = json",
    "entry": "import sys, json\nsys.modules['catalog.replaced_later'] = json",
    "opener": "import urllib.request as r\nr.install_opener(r.build_opener())",
    "more_types": "import mimetypes\nmimetypes.init([__file__])",
    "header": "from catalog.state import site\nsite.header = 'Shop'",
    "action": "from catalog.state import site\ndef export(): pass\nsite.add_action(export)",
    "disabled": "from catalog import state\nstate.site.disable('delete')",
    "renamed": "from catalog import helpers\nhelpers.rename('Shop')",
    "title": "from catalog.state import site\nsite.pages[0].title = 'Shop'",
    "blocks": "from catalog.state import site\nsite.pages[0].blocks.append('Shop')",
    "flag": "from catalog.state import site\nsite.flags['on'] = True",
    "wrapper": "from django.db import connection\ndef wrap(execute, *args): return execute(*args)\n"
    "connection.execute_wrappers.append(wrap)",
    "engine": "from django.template import engines\nengines['django'].engine.builtins.append('shop.tags')",
    "language": "from django.utils import translation\ntranslation.activate('de')",
    "zone": "from django.utils import timezone\ntimezone.activate('Europe/Berlin')",
    "request": "from catalog.state import request_id\nrequest_id.set('start')",
    "thread": "from catalog.state import thread\nthread.user = 'root'",
    "setting": "from django.conf import settings\nsettings.SHOP_CURRENCY = 'EUR'",
    "settings_list": "from django.conf import settings\nsettings.SHOP_ROWS.append('EUR')",
    "inherited": "from catalog.state import Described\nclass Ours(Described): pass\nOurs.kinds['all'] = [len]",
    # These change nothing that others could miss.
    "asks_site": "from catalog.state import site\nsite.ask()\nheader = site.header",
    "asks_django": "from django.db import connection\nfrom django.template import engines\n"
    "from django.utils.translation import gettext, override\nengines['django'].from_string('x').render()\n"
    "vendor = connection.vendor\nwith override('de'): text = gettext('Yes')",
    "itself": "import sys, types\nmine = types.ModuleType(__name__)\nmine.use = len\nsys.modules[__name__] = mine",
    "innocent": "import logging, re, json, multiprocessing.util\nlogger = logging.getLogger('x')\nlogger.addHandler(\n"
    "    logging.NullHandler())\nre.compile('x+y')\nlogging.captureWarnings(False)",
    "asks": "from catalog.state import answer\nanswer()",
    "asks_tracer": "import tracer\ntracer.settings.ask()\ntracer.count()",
    "own_logger": "import logging\nlogger = logging.getLogger(__name__)\nlogger.setLevel(10)",
    "own": "import functools\nREGISTRY = {}\nREGISTRY['x'] = print\n@functools.lru_cache\ndef f(): pass\nf.x = 3",
    "quiet": "import quiet",
    "filters": "import warnings\nwarnings.filterwarnings('ignore', 'loud: ')",
    "sub": "import catalog.package.inner",
}


@pytest.fixture(scope="module")
def meddled(tmp_path_factory: pytest.TempPathFactory) -> Booted:
    """A project whose modules change what others have."""
    tmp_path = tmp_path_factory.mktemp("meddled")
    meddling = {
        "meddling/__init__.py": f"{BURN}import meddling.state, meddling.patch\nfrom catalog import state\n",
        "meddling/state.py": "registry = []\n",
        "meddling/patch.py": "import json, meddling.state\nmeddling.state.registry.append(print)\n"
        "def dumps(*args): pass\njson.dumps_of_meddling = dumps\njson.detect_encoding = dumps\n",
    }
    install(tmp_path, "meddling", meddling)
    install(tmp_path, "tracer", {"site-packages/tracer.py": TRACER})
    quiet = (
        "import atexit, sys, warnings\nclass QuietWarning(Warning): pass\n"
        "warnings.simplefilter('ignore', QuietWarning)\nwarnings.filterwarnings('ignore', 'quiet: ')\n"
        "class Importer:\n    def find_spec(*arguments): pass\nsys.meta_path.append(Importer)\n"
    )
    install(tmp_path, "quiet", {"quiet.py": f"{BURN}{quiet}atexit.register(print, end='')\n"})
    for name in ("plugged", "sidecar"):
        install(tmp_path, name, {f"{name}/__init__.py": "", f"{name}/base.py": f"{BURN}REGISTRY = []\n"})
    use = "\ndef use(): pass\n"
    catalog = {f"{name}.py": text.replace("\\n", "\n") + use for name, text in MEDDLERS.items()}
    catalog |= {
        "apps.py": app_config("import catalog.state, plugged").replace("billing", "catalog"),
        "state.py": STATE,
        "others.py": "def helper(): pass\n",
        "helpers.py": HELPERS,
        "package/__init__.py": "",
        "package/inner.py": "",
        "replaced_later.py": "",
        "views.py": "".join(f"from catalog.{name} import use as use_{name}\n" for name in MEDDLERS)
        + "def view(request):\n    return "
        + ", ".join(f"use_{name}()" for name in MEDDLERS)
        + "\n",
    }
    first = "import catalog.others, catalog.package, catalog.replaced_later, catalog.helpers\n"
    first += "import decimal, multiprocessing.context\n"
    first += "from django.utils import translation\ntranslation.get_language()\n"
    urls = f"{first}from catalog import views\nurlpatterns = []\n"
    templates = "[{'BACKEND': 'django.template.backends.django.DjangoTemplates'}]"
    settings = f"{SQLITE}SHOP_ROWS = []\nUSE_TZ = True\nTEMPLATES = {templates}\n"
    settings += f"import sys\nsys.path.append({str(tmp_path / 'site' / 'site-packages')!r})\n"
    return boot(make_project(tmp_path, settings=settings, apps={"catalog": catalog}, urls=urls))


def test_what_each_module_changes(meddled: Booted) -> None:
    found = {
        (change["by"], change["of"], change["name"])
        for change in meddled.saved["changes"]
        if not change["by"].startswith("django")
    }
    # It is another pair of dictionaries, which may lie where the old ones were.
    found.discard(("catalog.more_types", "mimetypes", "mimetypes._db.types_map"))
    assert sorted(found) == snapshot(
        [
            ("catalog.action", "catalog.state", "catalog.state.site"),
            ("catalog.again", "catalog.state", "catalog.state.Described.kinds"),
            ("catalog.again_set", "os", "os.environ"),
            ("catalog.aliased", "sys", 'sys.modules["catalog_json"]'),
            ("catalog.alone", "sidecar.base", "sidecar.base.REGISTRY"),
            ("catalog.attribute", "catalog.state", "catalog.state.helper"),
            ("catalog.blocks", "catalog.state", "catalog.state.site.pages.blocks"),
            ("catalog.by_helper", "json.encoder", "json.JSONEncoder.default"),
            ("catalog.by_keyword", "catalog.state", "catalog.state.old"),
            ("catalog.by_method", "json.encoder", "json.JSONEncoder.encode"),
            ("catalog.by_object", "catalog.state", "catalog.state.Target.refund"),
            ("catalog.by_wrapper", "catalog.state", "catalog.state.Target.pay"),
            ("catalog.called", "catalog.state", "catalog.state.registry.entries"),
            ("catalog.closure", "catalog.state", "catalog.state.enter.inside"),
            ("catalog.codec", "sys", "the codecs"),
            ("catalog.configured", "tracer", "tracer.settings.handler"),
            ("catalog.configured", "tracer", "tracer.settings.level"),
            ("catalog.converters", "django.urls.converters", "django.urls.converters.REGISTERED_CONVERTERS"),
            ("catalog.decorated", "catalog.state", "catalog.state.registry.entries"),
            ("catalog.deleted", "catalog.state", "catalog.state.kinds"),
            ("catalog.disabled", "catalog.state", "catalog.state.site"),
            ("catalog.dispatch", "catalog.state", "catalog.state.show"),
            ("catalog.dispatch", "catalog.state", "catalog.state.show.registry"),
            ("catalog.dropped", "catalog.state", "catalog.state.more_kinds"),
            ("catalog.encoder", "json.encoder", "json.JSONEncoder.default"),
            ("catalog.engine", "django.template", "django.template.engines.django.engine.builtins"),
            ("catalog.entry", "sys", 'sys.modules["catalog.replaced_later"]'),
            ("catalog.environment", "os", "os.environ"),
            ("catalog.exits", "sys", "what runs at exit"),
            ("catalog.filters", "warnings", "warnings.filters"),
            ("catalog.first", "catalog.state", "catalog.state.ordered"),
            ("catalog.flag", "catalog.state", "catalog.state.site.flags"),
            ("catalog.handlers", "sys", "the logger root"),
            ("catalog.header", "catalog.state", "catalog.state.site.header"),
            ("catalog.hooked", "catalog.state", "catalog.state.hooks"),
            ("catalog.inherited", "catalog.state", "catalog.state.Described.kinds"),
            ("catalog.language", "django.utils.translation.trans_real", "django.utils.translation.trans_real._active"),
            ("catalog.levels", "logging", "logging._levelToName"),
            ("catalog.levels", "logging", "logging._nameToLevel"),
            ("catalog.lookups", "django.db.models.fields", "django.db.models.CharField.class_lookups"),
            ("catalog.loud", "sys", "the logger django.request"),
            ("catalog.meta", "catalog.state", "catalog.state.Meta.made"),
            ("catalog.more_types", "mimetypes", "mimetypes._db.types_map_inv"),
            ("catalog.more_types", "sys", "mimetypes.types_map"),
            ("catalog.number", "json.encoder", "json.JSONEncoder.item_separator"),
            ("catalog.of_stdlib", "threading", "threading.Thread.start"),
            ("catalog.opener", "sys", "the opener of urllib.request"),
            ("catalog.own_handlers", "sys", "the logger catalog.audit"),
            ("catalog.pair", "catalog.state", "catalog.state.pair"),
            ("catalog.path", "sys", "sys.path"),
            ("catalog.plugin", "plugged.base", "plugged.base.REGISTRY"),
            ("catalog.popped", "catalog.state", "catalog.state.steps"),
            ("catalog.precise", "sys", "the decimal context"),
            ("catalog.put", "catalog.state", "catalog.state.rows"),
            ("catalog.renamed", "catalog.state", "catalog.state.site.name"),
            ("catalog.replaced", "catalog.state", "catalog.state.swapped"),
            ("catalog.request", "catalog.state", "catalog.state.request_id"),
            ("catalog.sets_global", "tracer", "tracer.handler"),
            ("catalog.setter", "catalog.state", "catalog.state.apply"),
            ("catalog.setting", "django.conf", "django.conf.settings.SHOP_CURRENCY"),
            ("catalog.settings_list", "django.conf", "django.conf.settings.SHOP_ROWS"),
            ("catalog.signals", "sys", "the handlers of signals"),
            ("catalog.spawning", "sys", "the start method of processes"),
            ("catalog.subclass", "catalog.state", "catalog.state.Described.kinds"),
            ("catalog.task", "catalog.state", "catalog.state.tasks.tasks.by_name"),
            ("catalog.thread", "catalog.state", "catalog.state.thread.user"),
            ("catalog.title", "catalog.state", "catalog.state.site.pages.title"),
            ("catalog.transform", "django.db.models.fields", "django.db.models.CharField.class_lookups"),
            ("catalog.types", "sys", "mimetypes.types_map"),
            ("catalog.wrapper", "django.db", "django.db.connection.default.execute_wrappers"),
            ("catalog.zone", "django.utils.timezone", "django.utils.timezone._active"),
            ("meddling.patch", "json", "json.detect_encoding"),
            ("meddling.patch", "json", "json.dumps_of_meddling"),
            ("meddling.patch", "meddling.state", "meddling.state.registry"),
            ("shop.settings", "sys", "sys.path"),
            ("shop.urls", "django.utils.autoreload", "django.utils.autoreload.autoreload_started.receivers"),
            ("shop.urls", "django.utils.autoreload", "django.utils.autoreload.file_changed.receivers"),
        ]
    )


def test_the_verdict_says_what_is_changed(meddled: Booted) -> None:
    ways = {name: " ".join(meddled.ways(f"catalog.{name}").values()) for name in MEDDLERS}
    assert {name: way.partition(" urls > ")[0] for name, way in ways.items()} == snapshot(
        {
            "lookups": "catalog.lookups changes django.db.models.CharField.class_lookups, which must happen at start",
            "encoder": "catalog.encoder changes json.JSONEncoder.default, which must happen at start",
            "setter": "catalog.setter changes catalog.state.apply, which must happen at start",
            "types": "catalog.types changes mimetypes.types_map, which must happen at start",
            "converters": (
                "catalog.converters changes django.urls.converters.REGISTERED_CONVERTERS, which must happen at start"
            ),
            "decorated": "catalog.decorated changes catalog.state.registry.entries, which must happen at start",
            "called": "catalog.called changes catalog.state.registry.entries, which must happen at start",
            "hooked": "catalog.hooked changes catalog.state.hooks, which must happen at start",
            "replaced": "catalog.replaced changes catalog.state.swapped, which must happen at start",
            "counted": "used only in view(): move it there, or make it lazy (Python 3.15)",
            "pair": "catalog.pair changes catalog.state.pair, which must happen at start",
            "first": "catalog.first changes catalog.state.ordered, which must happen at start",
            "subclass": "catalog.subclass changes catalog.state.Described.kinds, which must happen at start",
            "again": "catalog.again changes catalog.state.Described.kinds, which must happen at start",
            "meta": "catalog.meta changes catalog.state.Meta.made, which must happen at start",
            "dispatch": "catalog.dispatch changes catalog.state.show, which must happen at start",
            "exits": "catalog.exits changes what runs at exit, which must happen at start",
            "environment": "catalog.environment changes os.environ, which must happen at start",
            "path": "catalog.path changes sys.path, which must happen at start",
            "handlers": "catalog.handlers changes the logger root, which must happen at start",
            "levels": "catalog.levels changes logging._levelToName, which must happen at start",
            "attribute": "catalog.attribute changes catalog.state.helper, which must happen at start",
            "packaged": "meddling.patch changes json.dumps_of_meddling, which must happen at start",
            "by_helper": "catalog.by_helper changes json.JSONEncoder.default, which must happen at start",
            "by_wrapper": "catalog.by_wrapper changes catalog.state.Target.pay, which must happen at start",
            "by_keyword": "catalog.by_keyword changes catalog.state.old, which must happen at start",
            "by_object": "catalog.by_object changes catalog.state.Target.refund, which must happen at start",
            "of_stdlib": "catalog.of_stdlib changes threading.Thread.start, which must happen at start",
            "deleted": "catalog.deleted changes catalog.state.kinds, which must happen at start",
            "dropped": "catalog.dropped changes catalog.state.more_kinds, which must happen at start",
            "popped": "catalog.popped changes catalog.state.steps, which must happen at start",
            "put": "catalog.put changes catalog.state.rows, which must happen at start",
            "dealt_with": "used only in view(): move it there, or make it lazy (Python 3.15)",
            "closure": "catalog.closure changes catalog.state.enter.inside, which must happen at start",
            "codec": "catalog.codec changes the codecs, which must happen at start",
            "signals": "catalog.signals changes the handlers of signals, which must happen at start",
            "precise": "catalog.precise changes the decimal context, which must happen at start",
            "spawning": "catalog.spawning changes the start method of processes, which must happen at start",
            "loud": "catalog.loud changes the logger django.request, which must happen at start",
            "again_set": "catalog.again_set changes os.environ, which must happen at start",
            "plugin": "catalog.plugin changes plugged.base.REGISTRY, which must happen at start",
            "by_method": "catalog.by_method changes json.JSONEncoder.encode, which must happen at start",
            "configured": "catalog.configured changes tracer.settings.level, which must happen at start",
            "sets_global": "catalog.sets_global changes tracer.handler, which must happen at start",
            "task": "catalog.task changes catalog.state.tasks.tasks.by_name, which must happen at start",
            "number": "catalog.number changes json.JSONEncoder.item_separator, which must happen at start",
            "transform": (
                "catalog.transform changes django.db.models.CharField.class_lookups, which must happen at start"
            ),
            "own_handlers": "catalog.own_handlers changes the logger catalog.audit, which must happen at start",
            "alone": "used only in view(): move it there, or make it lazy (Python 3.15)",
            "aliased": 'catalog.aliased changes sys.modules["catalog_json"], which must happen at start',
            "entry": 'catalog.entry changes sys.modules["catalog.replaced_later"], which must happen at start',
            "opener": "catalog.opener changes the opener of urllib.request, which must happen at start",
            "more_types": "catalog.more_types changes mimetypes.types_map, which must happen at start",
            "header": "catalog.header changes catalog.state.site.header, which must happen at start",
            "action": "catalog.action changes catalog.state.site, which must happen at start",
            "disabled": "catalog.disabled changes catalog.state.site, which must happen at start",
            "renamed": "catalog.renamed changes catalog.state.site.name, which must happen at start",
            "title": "catalog.title changes catalog.state.site.pages.title, which must happen at start",
            "blocks": "catalog.blocks changes catalog.state.site.pages.blocks, which must happen at start",
            "flag": "catalog.flag changes catalog.state.site.flags, which must happen at start",
            "wrapper": (
                "catalog.wrapper changes django.db.connection.default.execute_wrappers, which must happen at start"
            ),
            "engine": (
                "catalog.engine changes django.template.engines.django.engine.builtins, which must happen at start"
            ),
            "language": (
                "catalog.language changes django.utils.translation.trans_real._active, which must happen at start"
            ),
            "zone": "catalog.zone changes django.utils.timezone._active, which must happen at start",
            "request": "catalog.request changes catalog.state.request_id, which must happen at start",
            "thread": "catalog.thread changes catalog.state.thread.user, which must happen at start",
            "setting": "catalog.setting changes django.conf.settings.SHOP_CURRENCY, which must happen at start",
            "settings_list": "catalog.settings_list changes django.conf.settings.SHOP_ROWS, which must happen at start",
            "inherited": "catalog.inherited changes catalog.state.Described.kinds, which must happen at start",
            "asks_site": "used only in view(): move it there, or make it lazy (Python 3.15)",
            "asks_django": "used only in view(): move it there, or make it lazy (Python 3.15)",
            "itself": "used only in view(): move it there, or make it lazy (Python 3.15)",
            "innocent": "used only in view(): move it there, or make it lazy (Python 3.15)",
            "asks": "used only in view(): move it there, or make it lazy (Python 3.15)",
            "asks_tracer": "used only in view(): move it there, or make it lazy (Python 3.15)",
            "own_logger": "used only in view(): move it there, or make it lazy (Python 3.15)",
            "own": "used only in view(): move it there, or make it lazy (Python 3.15)",
            "quiet": "used only in view(): move it there, or make it lazy (Python 3.15)",
            "filters": "catalog.filters changes warnings.filters, which must happen at start",
            "sub": "used only in view(): move it there, or make it lazy (Python 3.15)",
        }
    )
