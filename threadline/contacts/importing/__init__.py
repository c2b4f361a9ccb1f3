"""A CSV becomes people: store.open, choose and check, begin, then step after step until every row is accounted for."""

from threadline.contacts.importing.checking import Check, check
from threadline.contacts.importing.errors import BadFile, BadMapping
from threadline.contacts.importing.queueing import BELL, begin, cancel, choose
from threadline.contacts.importing.rejected import rejects
from threadline.contacts.importing.run import progress, step, waiting
from threadline.contacts.importing.undoing import begin as undo

__all__ = [
    "BELL",
    "BadFile",
    "BadMapping",
    "Check",
    "begin",
    "cancel",
    "check",
    "choose",
    "progress",
    "rejects",
    "step",
    "undo",
    "waiting",
]
