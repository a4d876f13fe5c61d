"""
What the body of a module may get at in others, as it was before it ran: see reach.py. For the evidence boot only.

Values are known by their identities, so nothing is kept alive.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from typing import Any

    from django_startup.probe.places import Place
    from django_startup.probe.shared_state import SharedState


identity = object.__hash__  # id() raises an audit event, which every hook of the program is called for


class Difference:
    """
    How a place is different.

    Attributes:
        name: Of what is different in a namespace; None for a container as a whole.
        values: Those that have come in place of others.
        was_none: It was None before.
        is_less: Something is gone.
    """

    __slots__ = ("is_less", "name", "place", "values", "was_none")

    def __init__(
        self, place: "Place", name: "str | None", values: "list[Any]", was_none: bool, is_less: bool = False
    ) -> None:
        self.place = place
        self.name = name
        self.values = values
        self.was_none = was_none
        self.is_less = is_less


class Snapshot:
    """
    Attributes:
        named, stored: What the code names, and the attributes that it may store.
        stored_here: Those of them that the code of the module itself stores, without the functions that it calls.
        stored_by_methods: Packages, and what methods which it calls may store of objects of their classes.
        stored_first: Those of them that code of the project's stores while it is imported.
        set_only: The attributes that functions store which it calls for that.
        owned: The names that functions which it calls may store in their own modules.
        stores_items, stores_names: It may put something under a key, or by a name that is made while it runs.
        wholes: Places that may have been meant, by their numbers, each with the identities of keys and values.
        singles: Other namespaces that have a name of stored, each with the identity of the value.
    """

    def __init__(self, state: "SharedState") -> None:
        self.state = state
        self.named: set[str] = set()
        self.stored: set[str] = set()
        self.stored_here: set[str] = set()
        self.stored_by_methods: set[tuple[str, str]] = set()
        self.stored_first: set[str] = set()
        self.set_only: set[str] = set()
        self.owned: set[str] = set()
        self.stores_items = self.stores_names = False
        self.known = 0
        self.wholes: dict[int, tuple[Place, Any]] = {}
        self.singles: dict[tuple[int, str], tuple[Place, int]] = {}

    def widen(
        self,
        named: "set[str]",
        stored: "set[str]",
        stores_items: bool = False,
        stores_names: bool = False,
        owned: "Collection[str]" = (),
        set_only: "Collection[str]" = (),
    ) -> None:
        """
        Take in what further code may get at, and the places that are new: namespaces where it may store by names that
        are made while it runs, containers where it may store under keys. owned: what functions that it calls may store
        in their own modules; set_only: what they store of others, if that is all that they do.
        """
        self.set_only.update(set_only)
        state, wholes, singles = self.state, self.wholes, self.singles
        is_more = (stores_items and not self.stores_items) or (stores_names and not self.stores_names)
        self.stores_items = self.stores_items or stores_items
        self.stores_names = self.stores_names or stores_names
        has_new = len(state.places) > self.known
        if self.stores_items or self.stores_names:
            known = set() if is_more else self.named
            for name in self.named | named if has_new or is_more else named - self.named:
                for place in reversed(state.by_path.get(name, ())):
                    if place.number < self.known and name in known:
                        break
                    is_meant = self.stores_names if place.is_namespace else self.stores_items
                    if is_meant and place.number not in wholes:
                        wholes[place.number] = place, place.identities()
        if has_new:
            names = self.stored.union(self.owned, stored, owned)
        else:
            names = stored.union(owned).difference(self.stored, self.owned)
        for name in names:
            for place in reversed(state.by_name.get(name, ())):
                if place.number < self.known and (name in self.stored or name in self.owned):
                    break
                singles[place.number, name] = place, identity(place.thing.get(name))
        for package, name in self.stored_by_methods if has_new else ():
            for place in reversed(state.objects.get(package, ())):
                if place.number < self.known:
                    break
                if name in place.thing:
                    singles[place.number, name] = place, identity(place.thing[name])
        for name in self.stored_first if has_new else ():
            for place in reversed(state.scalars.get(name, ())):
                if place.number < self.known:
                    break
                singles[place.number, name] = place, identity(place.thing.get(name))
        self.named |= named
        self.stored |= stored
        self.owned.update(owned)
        self.known = len(state.places)

    def widen_by_methods(self, stored: "set[str]", own: "set[tuple[str, str]]") -> None:
        """Take in the attributes of others that methods may store, and those of their own objects by package."""
        for package, name in own - self.stored_by_methods:
            for place in self.state.objects.get(package, ()):
                if name in place.thing:
                    self.singles[place.number, name] = place, identity(place.thing[name])
        self.stored_by_methods |= own
        self.widen(set(), stored)

    def stores(self, place: "Place", name: str) -> bool:
        """Whether the code may store something by a name."""
        return name in self.stored or (place.maker, name) in self.stored_by_methods

    def renew(self) -> None:
        """Everything is now as it was before."""
        for number, (place, _) in self.wholes.items():
            self.wholes[number] = place, place.identities()
        for key, (place, _) in self.singles.items():
            self.singles[key] = place, identity(place.thing.get(key[1]))

    def differences(self) -> "Iterator[Difference]":
        """What has changed but for what was added; it counts as known from now on."""
        for number, (place, before) in self.wholes.items():
            now = place.identities()
            if now != before:
                self.wholes[number] = place, now
                if before is not None and now is not None:
                    yield from self.compared(place, *before, *now)
        for (number, name), (place, before) in self.singles.items():
            value = place.thing.get(name)
            if identity(value) != before:
                self.singles[number, name] = place, identity(value)
                if number not in self.wholes:
                    is_less = name not in place.thing
                    yield Difference(place, name, [] if is_less else [value], before == identity(None), is_less)

    def compared(
        self, place: "Place", keys: "Any", ids: "Any", keys_now: "Any", ids_now: "Any"
    ) -> "Iterator[Difference]":
        values = place.values()
        if place.is_sequence:
            known = {*ids}
            come = [value for value in values if identity(value) not in known]
            if len(ids) == len(ids_now) and (come or place.base is not set):  # else all are in another order
                yield Difference(place, None, come or values, False)
            return
        before = dict(zip(keys, ids))  # noqa: B905
        replaced = {
            key: value
            for key, value in zip(keys_now, values)  # noqa: B905
            if identity(value) != before.get(key, identity(value))
        }
        gone = before.keys() - {*keys_now}
        if place.is_namespace:
            for name, value in replaced.items():
                yield Difference(place, name, [value], before[name] == identity(None))
            for name in gone:
                yield Difference(place, name, [], False, True)
        elif replaced or gone:
            yield Difference(place, None, [*replaced.values()], False, bool(gone))
