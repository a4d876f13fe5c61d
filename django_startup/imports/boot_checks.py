"""
What a boot has shown that keeps an import where it is, although the text of its file lets it move. Each check takes the
verdicts on one profile, an import, and what its text says.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from django_startup.imports.deferral import Deferral
from django_startup.imports.finding import Finding
from django_startup.imports.graph import Statement
from django_startup.imports.readers.sentences import what_keeps
from django_startup.profile.reasons import Reason

if TYPE_CHECKING:
    from django_startup.imports.verdicts import Verdicts


def failed_when_tried(verdicts: Verdicts, statement: Statement, written: Deferral) -> Finding | None:
    """The project was booted with it moved, alone or with others, and was not the same."""
    for refused in verdicts.subjects.profile.trial.refused:
        if any((door.file, door.line) == (statement.file, statement.line) for door in refused.fix.doors):
            return Finding(Reason.TRIED, refused.sentence)
    return None


def ran_at_start(verdicts: Verdicts, statement: Statement, written: Deferral) -> Finding | None:
    """One of its names was used before the target: the module would be imported all the same."""
    for use in written.uses:
        for scope in use.scopes:
            ran = verdicts.ran_at(statement.file, scope, use.line)
            if ran is not None:
                caller = f", called by {ran.caller}" if ran.caller else ""
                return Finding(Reason.RUNS_AT_START, f"used at start, in {use.function}{caller}")
    return None


def has_no_room(verdicts: Verdicts, statement: Statement, written: Deferral) -> Finding | None:
    """What uses its names is a lambda, which holds no statement."""
    for use in written.uses:
        if not use.has_room:
            return Finding(Reason.USED_IN_LAMBDA, f"used in {use.function}, which has no room for an import")
    return None


def is_evaluated(verdicts: Verdicts, statement: Statement, written: Deferral) -> Finding | None:
    """An annotation with one of its names was evaluated, which needs the module in this file's namespace."""
    for annotation in written.annotations:
        for evaluated in verdicts.evaluated.get((statement.file, annotation.name), ()):
            caller = f", by {evaluated.caller}" if evaluated.caller else ""
            sentence = f"used at start: annotation of {annotation.of}, line {annotation.line}, is evaluated{caller}"
            return Finding(Reason.EVALUATED_ANNOTATION, sentence)
        for ran in verdicts.annotation_functions.get(statement.file, ()):
            if ran.reaches(annotation.line):
                sentence = f"used at start: annotation of {annotation.of}, line {annotation.line}, is evaluated"
                return Finding(Reason.EVALUATED_ANNOTATION, f"{sentence}, by {ran.caller}" if ran.caller else sentence)
    return None


def may_be_evaluated(verdicts: Verdicts, statement: Statement, written: Deferral) -> Finding | None:
    """Another file hands on what has the annotation, or evaluates those of classes that it is given."""
    for annotation in written.annotations:
        doubt = verdicts.evaluators.doubt(statement.file, annotation)
        if doubt:
            sentence = f"used in annotation of {annotation.of}, line {annotation.line}, which may be evaluated: {doubt}"
            return Finding(Reason.EVALUATED_ANNOTATION, sentence)
    return None


def may_have_run(verdicts: Verdicts, statement: Statement, written: Deferral) -> Finding | None:
    """Nobody knows whether the functions that use its names ran."""
    problem = verdicts.subjects.profile.ran.problem
    return Finding(Reason.NOT_WATCHED, problem) if problem and written.uses else None


def is_read_elsewhere(verdicts: Verdicts, statement: Statement, written: Deferral) -> Finding | None:
    """Another file that the boot has loaded takes a name that it binds from its module."""
    return what_keeps(verdicts.read_by(statement, written.names, loaded=True), verdicts.directory)


def registers_something(verdicts: Verdicts, statement: Statement, written: Deferral) -> Finding | None:
    """A module that only it brings in registers something, which would be missing until the import runs."""
    loss = verdicts.loss(verdicts.savings.lost_without([statement]))
    return Finding(Reason.REGISTERS, f"{loss}, which must happen at start") if loss else None


def may_register(verdicts: Verdicts, statement: Statement, written: Deferral) -> Finding | None:
    """A registry could not be read, so nobody knows whether something behind the import is in it."""
    for registry in verdicts.subjects.profile.unreadable:
        return Finding(Reason.MAY_REGISTER, f"it is not known what it registers: {registry.sentence}")
    return None


def turns_a_cycle(verdicts: Verdicts, statement: Statement, written: Deferral) -> Finding | None:
    """Modules that import each other would be entered from another side, from which that may fail."""
    turned = verdicts.cycles.turned_by(statement, frozenset(verdicts.savings.lost_without([statement])))
    return Finding(Reason.TURNS_A_CYCLE, turned) if turned else None


# In this order: the first that finds something is the verdict.
CHECKS: tuple[Callable[[Verdicts, Statement, Deferral], Finding | None], ...] = (
    failed_when_tried,
    ran_at_start,
    has_no_room,
    is_evaluated,
    may_be_evaluated,
    may_have_run,
    is_read_elsewhere,
    registers_something,
    may_register,
    turns_a_cycle,
)
