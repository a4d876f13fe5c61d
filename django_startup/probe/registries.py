"""
What importing has registered: models, signal receivers, system checks, admin classes, URL names, template tags, Celery
tasks. For the evidence boot only, after the clocks have stopped.

Each entry leaves a record "G": module is the one that defined the entry, of what it is registered with (a receiver's
signal, an admin class's model), by the module that was being imported then, where registrars.py knows it. A registry
that cannot be read leaves a record "X", with the reason.
"""

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

Entry = tuple[str, str, str, str]
Notes = dict[tuple[int, object], str]  # Registrars.by


def loaded(name: str) -> "Any":
    """A module, if the boot has loaded it: nothing is imported here that the project did not."""
    return sys.modules.get(name)


def named(thing: "Any") -> str:
    """module.qualname of a function or class; of anything else its type's."""
    thing = thing if hasattr(thing, "__qualname__") else type(thing)
    return f"{thing.__module__}.{thing.__qualname__}"


def module_of(thing: "Any") -> str:
    return str(getattr(thing, "__module__", "") or "")


class Registries:
    """
    Reads what has been registered.

    by: who registered what, see Registrars. peek is the function attributes() of attributes.py.
    """

    def __init__(self, by: Notes, peek: "Callable[[object], dict[str, Any]]") -> None:
        self.by = by
        self.peek = peek

    def write(self, journal: "Any", until: str, redact: "Callable[[str], str]") -> None:
        """
        Write the registries that a boot to the target until has filled; of one that cannot be read a record "X".

        redact takes what may be secret out of the text of an exception.
        """
        journal.write_all(self.records(until, redact))

    def records(self, until: str, redact: "Callable[[str], str]") -> "Iterator[list[str]]":
        """The same as records."""
        if until == "settings":
            return
        readers = {
            "models": self.models,
            "receivers": self.receivers,
            "checks": self.checks,
            "admin": self.admin,
            "template_tags": self.template_tags,
            "celery_tasks": self.celery_tasks,
        }
        if until in ("urls", "checks"):
            readers["url_names"] = self.url_names
        for registry, read in readers.items():
            try:
                entries = sorted(set(read()))
            except Exception as error:
                yield ["X", registry, redact(f"{type(error).__name__}: {error}")]
                continue
            yield from (["G", registry, *entry] for entry in entries)

    def modules(self) -> "Iterator[tuple[str, dict[str, Any]]]":
        """The names in sys.modules and what each module has, without running any code of what lies there."""
        known: Any = sys.modules  # where projects put other things than modules by their names
        for name, module in list(known.items()):
            if type(name) is str:
                yield name, {key: value for key, value in self.peek(module).items() if type(key) is str}

    def models(self) -> "Iterator[Entry]":
        for model in loaded("django.apps").apps.get_models(include_auto_created=True, include_swapped=True):
            module = model.__module__
            yield model._meta.label, model._meta.app_label, module, self.by.get((id(model._meta.apps), model), module)

    def receivers(self) -> "Iterator[Entry]":
        """Every receiver of every Signal that is alive, under the name that its module has for the signal."""
        import gc
        import weakref

        dispatcher = loaded("django.dispatch.dispatcher")
        if dispatcher is None:
            return
        names: dict[int, tuple[bool, str]] = {}
        for module_name, values in self.modules():
            for attribute, value in values.items():
                if issubclass(type(value), dispatcher.Signal):
                    name = (vars(value).get("_startup_module") != module_name, f"{module_name}.{attribute}")
                    names[id(value)] = min(name, names.get(id(value), name))
        senders = {
            id(model): model._meta.label for model in loaded("django.apps").apps.get_models(include_auto_created=True)
        }
        for signal in gc.get_objects():
            if not issubclass(type(signal), dispatcher.Signal):
                continue
            for key, receiver, *_ in signal.receivers:
                function = receiver() if isinstance(receiver, weakref.ReferenceType) else receiver
                if function is not None:
                    _, of = names.get(id(signal), (True, "a signal without a name"))
                    defined = module_of(function)
                    with_sender = f"{of} {senders.get(key[1], '')}".strip()
                    yield named(function), with_sender, defined, self.by.get((id(signal), key), defined)

    def checks(self) -> "Iterator[Entry]":
        registry = loaded("django.core.checks.registry")
        if registry is not None:
            for check in (*registry.registry.registered_checks, *registry.registry.deployment_checks):
                check = getattr(check, "check", check)
                module = module_of(check)
                tags = " ".join(sorted(map(str, getattr(check, "tags", ()))))
                yield named(check), tags, module, self.by.get((id(registry.registry), check), module)

    def admin(self) -> "Iterator[Entry]":
        sites = loaded("django.contrib.admin.sites")
        for site in sites.all_sites if sites is not None else ():
            for model, model_admin in site._registry.items():
                module = module_of(type(model_admin))
                yield (
                    named(type(model_admin)),
                    f"{site.name} {model._meta.label}",
                    module,
                    self.by.get((id(site), model), module),
                )

    def url_names(self) -> "Iterator[Entry]":
        """Every named URL with its namespaces, its route, and the URLconf module that lists it."""
        from django.conf import settings
        from django.urls import get_resolver

        if not getattr(settings, "ROOT_URLCONF", None):
            return
        waiting: list[tuple[Any, str, str, str]] = [(get_resolver(), "", "", str(settings.ROOT_URLCONF))]
        while waiting:
            resolver, namespaces, route, above = waiting.pop()
            urlconf = resolver.urlconf_name
            module = urlconf if isinstance(urlconf, str) else getattr(urlconf, "__name__", above)
            for pattern in resolver.url_patterns:
                path = route + str(pattern.pattern)
                if hasattr(type(pattern), "url_patterns"):
                    inner = f"{namespaces}{pattern.namespace}:" if pattern.namespace else namespaces
                    waiting.append((pattern, inner, path, str(module)))
                elif pattern.name:
                    yield f"{namespaces}{pattern.name}", path, str(module), str(module)

    def template_tags(self) -> "Iterator[Entry]":
        """The tags and filters of the libraries that have been loaded."""
        template = loaded("django.template")
        if template is None:
            return
        for name, values in self.modules():
            register = values.get("register") if ".templatetags." in name else None
            if isinstance(register, template.Library):
                for entry in (*register.tags, *register.filters):
                    yield str(entry), name.rpartition(".")[2], name, name

    def celery_tasks(self) -> "Iterator[Entry]":
        celery = loaded("celery._state")
        for app in list(celery._apps) if celery is not None else ():
            app.finalize(auto=True)
            for name, task in app._tasks.items():
                module = module_of(task)
                yield str(name), str(app.main or ""), module, self.by.get((id(app), name), module)
