"""Why an import can move into the functions that use it, or why it cannot, as a value that programs can decide by."""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """The kind of a verdict on an import. A sentence beside it says the rest: which function, which line."""

    # It can move.
    USED_IN_FUNCTIONS = "used-in-functions"
    USED_IN_ANNOTATIONS = "used-in-annotations"  # it can stand under TYPE_CHECKING

    # The text of its file keeps it where it is: where it stands.
    INSIDE_FUNCTION = "inside-function"
    INSIDE_TRY = "inside-try"
    INSIDE_WITH = "inside-with"
    INSIDE_CLASS = "inside-class"
    INSIDE_CONDITION = "inside-condition"
    # What it binds.
    STAR_IMPORT = "star-import"
    IN_ALL = "in-all"
    BOUND_AGAIN = "bound-again"
    # What needs its names while the file is imported.
    CALL = "call"
    BASE_CLASS = "base-class"
    DECORATOR = "decorator"
    DEFAULT = "default"
    CLASS_BODY = "class-body"
    ANNOTATION = "annotation"
    EVALUATED_ANNOTATION = "evaluated-annotation"  # by a base class or a decorator, maybe
    MODULE_LEVEL = "module-level"
    USED_IN_LAMBDA = "used-in-lambda"  # later, but it has no room for an import
    # Nothing would be gained, or nobody knows.
    UNUSED = "unused"
    IMPORTED_LAZILY = "imported-lazily"
    IMPORTED_BY_NAME = "imported-by-name"
    NO_SOURCE = "no-source"
    ASKS_FOR_URLCONF = "asks-for-urlconf"

    # What the boot has shown keeps it where it is.
    RUNS_AT_START = "runs-at-start"
    NOT_WATCHED = "not-watched"  # or what it has not shown
    IMPORTED_FROM_HERE = "imported-from-here"
    MAY_BE_READ = "may-be-read"  # from its module
    REGISTERS = "registers"
    MAY_REGISTER = "may-register"
    TURNS_A_CYCLE = "turns-a-cycle"

    # A boot with it moved has shown that it cannot.
    TRIED = "tried"

    # It is no import of the project.
    INSTALLED_APP = "installed-app"
    NAMED_IN_SETTINGS = "named-in-settings"
    CODE_OF_OTHERS = "code-of-others"
    SIDE_EFFECT = "side-effect"
    OWN_CODE = "own-code"
    FAILED_IMPORTS = "failed-imports"
    COLLECTOR = "collector"

    UNKNOWN = "unknown"  # in a profile of an earlier version, or of a later one with more reasons

    @classmethod
    def _missing_(cls, value: object) -> Reason:
        return cls.UNKNOWN

    @property
    def is_movable(self) -> bool:
        """Whether an import with this verdict can move."""
        return self in (Reason.USED_IN_FUNCTIONS, Reason.USED_IN_ANNOTATIONS)
