from __future__ import annotations

import sysconfig
from importlib.metadata import PathDistribution
from pathlib import Path
from typing import Any

import pytest

from django_startup.measure.clocks import Clocks
from django_startup.measure.observations import Environment, LoadedApp, LoadedModule
from django_startup.measure.recording import Recording
from django_startup.profile.distributions import identity
from django_startup.profile.owners import DJANGO, NOBODY, PROJECT, STDLIB, Owner, OwnerKind, Owners

ZERO = Clocks(0, 0, 0)
STANDARD = Path(sysconfig.get_path("stdlib"))


def package(name: str) -> Owner:
    return Owner(OwnerKind.PACKAGE, name)


def install(site: Path, name: str, version: str, record: str | None, **texts: str) -> None:
    directory = site / f"{name}-{version}.dist-info"
    directory.mkdir(parents=True)
    (directory / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
    if record is not None:
        (directory / "RECORD").write_text(record)
    for text, content in texts.items():
        (directory / f"{text}.txt").write_text(content)


def owners_of(
    *modules: LoadedModule, path: tuple[Path | str, ...] = (), apps: tuple[LoadedApp, ...] = (), settings: str = ""
) -> Owners:
    environment = Environment(path=tuple(map(str, path)), django="5.2.1", settings=settings)
    return Owners.from_recording(Recording(0, ZERO, ZERO, ZERO, modules=modules, apps=apps, environment=environment))


def module(name: str, file: Path | str = "", origin: str = "", directories: tuple[str, ...] = ()) -> LoadedModule:
    return LoadedModule(name, origin, str(file), directories)


def test_files_belong_to_the_distribution_that_installed_them(tmp_path: Path) -> None:
    site = tmp_path / "site-packages"
    install(site, "google-storage", "1.0", 'google/storage/__init__.py,,\n"google/storage/a,b.py",,\n')
    install(site, "google-auth", "2.0", "google/auth.py,sha256=x,10\n")
    owners = owners_of(
        module("google"),
        module("google.storage", site / "google/storage/__init__.py"),
        module("google.storage.a", site / "google/storage/a,b.py"),
        module("google.auth", site / "google/auth.py"),
        path=(site,),
    )
    assert owners.of("google.storage") == owners.of("google.storage.a") == package("google-storage")
    assert owners.of("google.auth") == package("google-auth")
    assert owners.of("google") == NOBODY
    assert (owners.version("google-storage"), owners.version("google-auth")) == ("1.0", "2.0")


def test_the_first_directory_on_the_search_path_wins(tmp_path: Path) -> None:
    old, new = tmp_path / "a", tmp_path / "b"
    install(new, "six", "2", "six.py,,\n")
    install(old, "six", "1", "six.py,,\n")
    owners = owners_of(module("six", new / "six.py"), path=(new, old, new))
    assert owners.version("six") == "2"


def test_without_a_list_of_files_top_level_names_decide(tmp_path: Path) -> None:
    site = tmp_path / "dist-packages"
    install(site, "PyYAML", "6.0", None, top_level="_yaml\nyaml\n")
    install(site, "silent", "1.0", None)
    owners = owners_of(module("yaml.nodes", site / "yaml/nodes.py"), module("other", site / "other.py"), path=(site,))
    assert owners.of("yaml.nodes") == package("PyYAML")
    assert owners.of("other") == package("other")
    assert owners.version("other") == ""


@pytest.mark.parametrize(("directory", "owner"), [("src", PROJECT), ("site-packages/crm.egg", package("crm"))])
def test_metadata_beside_the_sources_of_an_editable_install_makes_no_package(
    tmp_path: Path, directory: str, owner: Owner
) -> None:
    sources = tmp_path / directory
    install(sources, "crm", "1.0", None, top_level="crm\n")
    owners = owners_of(module("crm.models", sources / "crm/models.py"), path=(tmp_path, sources))
    assert owners.of("crm.models") == owner


def test_a_distribution_whose_metadata_is_empty(tmp_path: Path) -> None:
    site = tmp_path / "site-packages"
    install(site, "broken", "1", "broken.py,,\n")
    (site / "broken-1.dist-info" / "METADATA").write_text("")
    assert owners_of(module("broken", site / "broken.py"), path=(site,)).of("broken") == package("unnamed")


def test_vendored_modules_are_of_who_installed_them(tmp_path: Path) -> None:
    site = tmp_path / "site-packages"
    install(site, "requests", "2", "requests/__init__.py,,\n")
    install(site, "urllib3", "2", "urllib3/__init__.py,,\n")
    alias = module("requests.packages.urllib3", site / "urllib3/__init__.py")
    owners = owners_of(module("requests", site / "requests/__init__.py"), alias, path=(site,))
    assert owners.of("requests.packages.urllib3") == package("urllib3")


def test_a_project_that_is_installed_is_the_distribution_of_its_settings(tmp_path: Path) -> None:
    site = tmp_path / "site-packages"
    install(site, "big-shop", "1.0", "big_shop/settings.py,,\nbig_shop/cart/models.py,,\n")
    modules = (
        module("big_shop.settings", site / "big_shop/settings.py"),
        module("big_shop.cart.models", site / "big_shop/cart/models.py"),
    )
    apps = (LoadedApp("big_shop.cart", "cart", "big_shop.cart", str(site / "big_shop/cart")),)
    environment = Environment(path=(str(site),), settings="big_shop.settings")
    owners = Owners.from_recording(Recording(0, ZERO, ZERO, ZERO, modules=modules, apps=apps, environment=environment))
    assert owners.of("big_shop.settings") == PROJECT
    assert owners.of("big_shop.cart.models") == Owner(OwnerKind.APP, "cart")


def test_console_scripts_are_of_who_installed_them(tmp_path: Path) -> None:
    site = tmp_path / "lib" / "python3" / "site-packages"
    install(site, "big-shop", "1.0", "../../../bin/big-shop,,\nbig_shop.py,,\n")
    script = module("__main__", tmp_path / "shop" / ".." / "bin" / "big-shop")
    assert owners_of(script, module("big_shop", site / "big_shop.py"), path=(site,)).of("__main__") == package(
        "big-shop"
    )
    script = module("__main__", tmp_path / "bin" / "manage.py")
    assert owners_of(script, module("big_shop", site / "big_shop.py"), path=(site,)).of("__main__") == PROJECT


def test_django_wherever_it_lies(tmp_path: Path) -> None:
    owners = owners_of(module("django.conf", tmp_path / "vendor/django/conf/__init__.py"))
    assert owners.of("django.conf") == DJANGO
    assert owners.version("Django") == "5.2.1"


@pytest.mark.parametrize(
    "loaded",
    [
        module("json", STANDARD / "json/__init__.py"),
        module("sys", origin="built-in"),
        module("os", STANDARD / "os.py", origin="frozen"),
        module("_io"),
    ],
    ids=lambda loaded: loaded.name,
)
def test_standard_library(loaded: LoadedModule) -> None:
    assert owners_of(loaded).of(loaded.name) == STDLIB


def test_project_and_its_apps() -> None:
    apps = (LoadedApp("shop", "shop", "shop", "/p/shop"), LoadedApp("shop.cart", "cart", "shop.cart", "/p/shop/cart"))
    owners = owners_of(
        module("shop.models", "/p/shop/models.py"),
        module("shop.cart.models", "/p/shop/cart/models.py"),
        module("shopping", "/p/shopping.py"),
        apps=apps,
    )
    assert owners.of("shop.models") == Owner(OwnerKind.APP, "shop")
    assert owners.of("shop.cart.models") == Owner(OwnerKind.APP, "cart")
    assert owners.of("shopping") == PROJECT
    assert owners.app_of("shop.cart.views") == apps[1]
    assert owners.app_of("elsewhere") is None


def test_what_was_not_loaded_in_the_end(tmp_path: Path) -> None:
    site = tmp_path / "site-packages"
    owners = owners_of(module("lib", site / "lib/__init__.py"), module("lib.moves"))
    assert owners.of("lib.missing.deep") == package("lib")
    assert owners.of("lib.moves") == package("lib")
    assert owners.of("xml.unheard_of") == STDLIB
    assert owners.of("nowhere", importer="lib") == package("lib")
    assert owners.of("nowhere") == PROJECT


def test_what_could_not_be_imported_is_nobodys(tmp_path: Path) -> None:
    site = tmp_path / "site-packages"
    owners = owners_of(
        module("lib", site / "lib/__init__.py"),
        module("google", directories=(str(site / "google"),)),
        module("google.protobuf", site / "google/protobuf/__init__.py"),
    )
    assert owners.of_missing("lib.missing") == package("lib")
    assert owners.of_missing("xml.unheard_of") == STDLIB
    assert owners.of_missing("google.appengine") == owners.of_missing("nowhere") == NOBODY


def test_namespace_packages() -> None:
    apps = (LoadedApp("apps.shop", "shop", "apps.shop", "/p/apps/shop"),)
    owners = owners_of(
        module("apps", directories=("/p/apps",)),
        module("apps.shop.models", "/p/apps/shop/models.py"),
        module("parts", directories=("/p/parts",)),
        module("parts.one", "/p/parts/one.py"),
        module("mixed", directories=("/p/mixed", "/v/site-packages/mixed")),
        module("mixed.own", "/p/mixed/own.py"),
        module("mixed.theirs", "/v/site-packages/mixed/theirs.py"),
        module("tools", directories=("/p/tools",)),
        module("tools.shop", "/p/tools/shop.py"),
        module("apps.shop", "/p/apps/shop/__init__.py"),
        module("empty", directories=("/p/empty",)),
        apps=apps,
    )
    assert owners.of("apps") == Owner(OwnerKind.APP, "shop")
    assert owners.of("parts") == owners.of("tools") == PROJECT
    assert owners.of("mixed") == owners.of("empty") == NOBODY


def test_the_project_and_one_of_its_apps_in_a_namespace_package() -> None:
    app = LoadedApp("src.shop", "shop", "src.shop", "/p/src/shop")
    modules = module("src.shop.models", "/p/src/shop/models.py"), module("src.tools", "/p/src/tools.py")
    assert owners_of(module("src", directories=("/p/src",)), *modules, apps=(app,)).of("src") == PROJECT


def test_a_namespace_package_with_a_file_that_several_distributions_install(tmp_path: Path) -> None:
    site = tmp_path / "site-packages"
    shared = {"ns": "__path__ = __import__('pkgutil').extend_path(__path__, __name__)", "cv2": "", "gone": None}
    for name, text in shared.items():
        install(site, f"{name}-one", "1", f"{name}/__init__.py,,\n{name}/one.py,,\n")
        install(site, f"{name}-two", "1", f"{name}/__init__.py,,\n{name}/two.py,,\n")
        if text is not None:
            (site / name).mkdir()
            (site / name / "__init__.py").write_text(text)
    modules = [module(name, site / name / "__init__.py") for name in shared]
    modules += [module("ns.one", site / "ns/one.py"), module("ns.two", site / "ns/two.py")]
    owners = owners_of(*modules, path=(site,))
    assert owners.of("ns") == NOBODY
    assert (owners.of("ns.one"), owners.of("ns.two")) == (package("ns-one"), package("ns-two"))
    assert owners.of("cv2").kind == owners.of("gone").kind == OwnerKind.PACKAGE


def test_a_project_whose_settings_were_put_into_its_installed_package(tmp_path: Path) -> None:
    site = tmp_path / "site-packages"
    install(site, "Weblate", "5.0", "weblate/__init__.py,,\nweblate/trans/models.py,,\n")
    install(site, "other", "1.0", "other.py,,\n")
    owners = owners_of(
        module("weblate", site / "weblate/__init__.py"),
        module("weblate.settings", site / "weblate/settings.py"),
        module("weblate.trans.models", site / "weblate/trans/models.py"),
        module("weblate.elsewhere", tmp_path / "plugins/elsewhere.py"),
        module("other", site / "other.py"),
        path=(site,),
        settings="weblate.settings",
    )
    assert owners.of("weblate") == owners.of("weblate.settings") == owners.of("weblate.trans.models") == PROJECT
    assert owners.of("weblate.elsewhere") == PROJECT
    assert owners.of("other") == package("other")


def test_settings_that_no_distribution_installed_are_the_projects(tmp_path: Path) -> None:
    site = tmp_path / "site-packages"
    assert owners_of(module("conf", site / "conf.py"), settings="conf").of("conf") == PROJECT
    assert owners_of(module("conf", STANDARD / "conf.py"), settings="conf").of("conf") == PROJECT


def test_metadata_that_cannot_be_read() -> None:
    class Broken(PathDistribution):
        @property
        def metadata(self) -> Any:
            raise ValueError("no")

    assert identity(Broken(Path())) == ("unnamed", "")
