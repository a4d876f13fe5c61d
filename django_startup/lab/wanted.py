"""Which fixes of a profile are to be written, and which are left out though they could move."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import replace
from operator import attrgetter
from pathlib import Path

from django_startup.exceptions import UsageError
from django_startup.imports.fixes import find_moves
from django_startup.imports.graph import Statement
from django_startup.imports.inquiry import Inquiry
from django_startup.lab.editable import why_not_to_edit
from django_startup.profile.parts import MOVES, Fix
from django_startup.profile.profile import StartupProfile
from django_startup.profile.trial import RefusedFix, Style
from django_startup.text import short_file


class Wanted:
    """
    The fixes that move imports by a style, of a profile of the project in directory.

    Attributes:
        names: The subjects of those that are wanted; empty for all.
        stays: Why a line stays that a trial has let move, by file and line.
        left_out: What could move and is left where it is, with the reason.
        small: What saves too little to be written by itself.

    Raises UsageError for a name that none of the fixes has.
    """

    def __init__(
        self,
        profile: StartupProfile,
        directory: Path,
        names: Sequence[str] = (),
        style: Style = Style.FUNCTION,
    ) -> None:
        self.style = style
        self.profile = profile
        self.directory = directory
        self.inquiry = Inquiry(profile, directory)
        self.names = frozenset(names)
        self.stays: dict[tuple[str, int], str] = {}
        self.left_out: list[RefusedFix] = []
        self.small: tuple[Fix, ...] = ()
        self.files: dict[str, str] = {}
        fixes = moving(profile)
        check_names(names, [fix.subject for fix in fixes])
        self.wanted = [fix for fix in fixes if not names or fix.subject in self.names]

    def choose(self) -> StartupProfile:
        """
        The profile with what is to be tried as its only fixes that move imports.

        Without what is left out, others may have to move more: they are chosen anew. What saves little goes along with
        larger ones only, unless it was asked for by its name: figures vary from one profile to the next, and of a
        project that was fixed there is always something that comes to the least that counts. Raises UsageError where
        one was asked for and is left out.
        """
        known = [left.fix.subject for left in self.left_out]
        for fix in self.wanted:
            reasons = (self.why_to_leave(door.file, door.line, door.readers) for door in fix.doors)
            reason = next(filter(None, reasons), "")
            if reason and fix.subject in self.names and not self.stays:
                raise UsageError(f"--only {fix.subject}: {reason}. No file was changed.")
            if reason and fix.subject not in known:
                self.left_out.append(RefusedFix(fix, reason, tried=False))
        profile = self.chosen_anew() if self.names or self.left_out else self.profile
        if not self.names and not any(fix.kind == MOVES for fix in profile.fixes):
            self.small = tuple(moving(profile))
            profile = replace(profile, advice=replace(profile.advice, smaller=unmoving(profile.advice.smaller)))
        return profile

    def chosen_anew(self) -> StartupProfile:
        found, small = find_moves(self.profile, self.inquiry, self.names, self.may_move)
        fixes = sorted((*found, *unmoving(self.profile.fixes)), key=attrgetter("saving_ns"), reverse=True)
        smaller = (*small, *unmoving(self.profile.advice.smaller))
        return replace(self.profile, fixes=tuple(fixes), advice=replace(self.profile.advice, smaller=smaller))

    def leave(self, fix: Fix, reason: str) -> None:
        """Let the lines of a fix stay from now on."""
        self.left_out.append(RefusedFix(fix, reason, tried=False))
        self.stays.update({(door.file, door.line): reason for door in fix.doors})

    def may_move(self, statement: Statement) -> bool:
        readers = self.inquiry.verdicts.of(statement).readers
        return not self.why_to_leave(statement.file, statement.line, readers)

    def why_to_leave(self, file: str, line: int, readers: Sequence[str]) -> str:
        """Why a line is not moved, as a sentence without a full stop; empty where it is."""
        if readers and self.style is Style.FUNCTION:  # what is lazy is still there by its name
            return to_change_as_well(readers)
        if file not in self.files:
            self.files[file] = why_not_to_edit(self.directory / file, self.directory)
        reason = self.files[file]
        return self.stays.get((file, line), "") or (f"{short_file(file)} {reason}" if reason else "")


def moving(profile: StartupProfile) -> list[Fix]:
    """The fixes of a profile that move imports, those that save little last."""
    return [fix for fix in (*profile.fixes, *profile.advice.smaller) if fix.kind == MOVES]


def unmoving(fixes: Sequence[Fix]) -> tuple[Fix, ...]:
    """Fixes of other kinds."""
    return tuple(fix for fix in fixes if fix.kind != MOVES)


def to_change_as_well(readers: Sequence[str]) -> str:
    """Why an import is left where other lines have to change with it; empty for no such lines."""
    more = f" and {len(readers) - 1:,} more" if len(readers) > 1 else ""
    return f"{readers[0]}{more}: change that as well" if readers else ""


def check_names(names: Sequence[str], known: Sequence[str]) -> None:
    """Raise UsageError for a name that is not known, with those that are."""
    for name in names:
        if name not in known:
            if not known:
                raise UsageError(f"--only {name}: no import of this project was found that can move.")
            similar = difflib.get_close_matches(name, known, n=1)
            hint = f"did you mean {similar[0]}?" if similar else f"there are {', '.join(dict.fromkeys(known))}."
            raise UsageError(f"--only {name}: no fix of this name moves imports; {hint}")
