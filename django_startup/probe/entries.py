"""How an entry is run: as the interpreter does, in a fresh __main__, with nothing of the probe's left there."""

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def main_module(**names: "Any") -> dict[str, "Any"]:
    """A fresh __main__ in place of the probe's own; returns its namespace."""
    main = type(sys)("__main__")
    main.__dict__.update({"__builtins__": sys.modules["builtins"], **names})
    sys.modules["__main__"] = main
    return main.__dict__


def run_script(path: str) -> None:
    """Run a file, or the __main__ of a directory or zip archive, the way `python PATH` does."""
    path = os.path.join(os.getcwd(), path)
    spec = sys.modules["_frozen_importlib_external"].PathFinder.find_spec("__main__", [path])
    if spec is not None:
        sys.path.insert(0, path)
        code = spec.loader.get_code("__main__")
        exec(code, main_module(__file__=spec.origin, __package__="", __spec__=spec, __loader__=spec.loader))
        return
    if not sys.flags.safe_path:
        sys.path.insert(0, os.path.dirname(os.path.realpath(path)))
    # By a loader, so that an overlay counts.
    text = sys.modules["_frozen_importlib_external"].SourceFileLoader("__main__", path).get_data(path)
    code = compile(text, path, "exec")
    exec(code, main_module(__file__=path, __cached__=None))


def run_module(name: str) -> None:
    """Run a package's __main__, or a module, the way `python -m NAME` does."""
    if not sys.flags.safe_path:
        sys.path.insert(0, os.getcwd())
    spec = module_spec(name)
    if spec is not None and spec.submodule_search_locations is not None:
        name = f"{name}.__main__"
        spec = module_spec(name)
    package = name.rpartition(".")[0]
    if spec is None or spec.loader is None:
        raise ImportError(f"No module named {name}", name=name)
    code = spec.loader.get_code(name)
    sys.argv[0] = spec.origin
    exec(code, main_module(__file__=spec.origin, __package__=package, __spec__=spec, __loader__=spec.loader))


def module_spec(name: str) -> "Any":
    """The spec of a module, whose packages are imported; None where there is none."""
    package = name.rpartition(".")[0]
    search = __import__(package, fromlist=["__path__"]).__path__ if package else None
    return sys.modules["_frozen_importlib_external"].PathFinder.find_spec(name, search)


def run_settings(entry: str) -> None:
    """Set Django up without an entry script, from what DJANGO_SETTINGS_MODULE names."""
    if not sys.flags.safe_path:
        sys.path.insert(0, os.getcwd())
    import django

    django.setup()


def run_site(entry: str) -> None:
    """Do what an interpreter does before its entry, and did not do here (python -S)."""
    import site

    site.main()


RUNNERS = {"script": run_script, "module": run_module, "settings": run_settings, "site": run_site}
