"""What typically takes the time in a module's own code, and the functions by which it is known."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

from django_startup.text import short_file

BUILT_IN = "<built-in>"


@dataclass(frozen=True, slots=True)
class Activity:
    """
    Something that is done, and how it is known.

    Attributes:
        kind: Its name in the probe's counts.
        text: What is done, in words.
        python: A pattern that matches FUNCTION FILE, with the file as it lies in its library.
        c: A pattern that matches the name of a function written in C.
    """

    kind: str
    text: str
    python: str = "(?!)"
    c: str = "(?!)"


ACTIVITIES = (
    Activity("regex", "compile regular expressions", r"_compile re/__init__\.py|\S+ (re/_[a-z]|regex/_?r)\w+\.py"),
    Activity("dataclass", "create dataclasses", r"\S+ dataclasses\.py"),
    Activity("attrs", "create attrs classes", r"\S+ attrs?/(_make|_next_gen)\.py"),
    Activity(
        "pydantic",
        "create pydantic models",
        r"\S+ pydantic/(_internal/_(model_construction|dataclasses)|type_adapter|dataclasses)\.py"
        r"|(__new__|create_model|__init_subclass__|model_rebuild) pydantic/main\.py",
    ),
    Activity("model", "create Django models", r"__new__ django/db/models/base\.py"),
    Activity("form", "create Django forms", r"__new__ django/forms/(forms|models)\.py"),
    Activity("serializer", "create serializers", r"__new__ rest_framework/serializers\.py"),
    Activity("enum", "create enums", r"(__new__|__call__|_create_|__prepare__|_convert_) enum\.py"),
    Activity("namedtuple", "create named tuples", r"namedtuple collections/__init__\.py|_make_nmtuple typing\.py"),
    Activity("json", "parse JSON", r"\S+ json/(__init__|decoder)\.py"),
    Activity("yaml", "parse YAML", r"\S+ (yaml|ruamel/yaml)/\S+"),
    Activity("toml", "parse TOML", r"\S+ (tomllib|tomli|tomlkit)/\S+"),
    Activity("xml", "parse XML", r"\S+ xml/\S+"),
    Activity("csv", "parse CSV", r"\S+ csv\.py"),
    Activity("sleep", "sleep", c="sleep"),
    Activity("subprocess", "run other programs", r"\S+ subprocess\.py", "system|fork_exec|posix_spawn|popen|waitpid"),
    Activity(
        "tls",
        "set up TLS, with no connection yet",
        r"(__new__|create_default_context|_create_\w+_context|load_\w+) ssl\.py",
        r"_?SSLContext\.\w+",
    ),
    Activity(
        "network",
        "use the network",
        r"\S+ (socket|ssl|http/client|urllib/request)\.py|\S+ (urllib3|requests|httpx|httpcore)/\S+",
        r"(socket|_?SSLSocket)\.\w+|getaddrinfo|gethostbyname",
    ),
    Activity("sql", "query the database", r"\S+ django/db/backends/\S+"),
    Activity(
        "metadata",
        "search the installed packages",
        r"\S+ (importlib/metadata|importlib_metadata|pkg_resources)/\S+",
    ),
    Activity("translation", "load translations", r"\S+ (django/utils/translation/\S+|gettext\.py)"),
    Activity("template", "compile templates", r"\S+ (django/template|jinja2)/\S+"),
    Activity("inspect", "inspect code", r"\S+ (inspect|ast)\.py"),
    Activity(
        "file",
        "read files and directories",
        r"(read_text|read_bytes|open|iterdir|glob|rglob|exists|is_file|is_dir|stat|resolve) pathlib\S*"
        r"|\S+ (glob|linecache)\.py|decode <frozen codecs>|(walk|exists|isfile|isdir) .*\b(genericpath|os)\b.*",
        r"open|open_code|(TextIOWrapper|BufferedReader|FileIO|BytesIO)\.\w+|listdir|scandir|stat|lstat|read",
    ),
    Activity("wait", "wait for threads or descriptors", r"\S+ threading\.py", r"(\w+\.)*acquire|select|(\w+\.)?poll"),
    Activity("generated", "compile and run generated code", c="exec|eval|compile"),
)
TEXTS = {activity.kind: activity.text for activity in ACTIVITIES}


@functools.cache
def activity_of(function: str, file: str) -> Activity | None:
    """What a function is there for; None for any other."""
    for activity in ACTIVITIES:
        if file == BUILT_IN:
            found = re.fullmatch(activity.c, function)
        else:
            found = re.fullmatch(activity.python, f"{function} {short_file(file)}")
        if found:
            return activity
    return None
