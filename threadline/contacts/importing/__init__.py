"""A CSV becomes people: store.open, begin, then step after step until every row is accounted for."""

from threadline.contacts.importing.errors import BadFile, BadMapping
from threadline.contacts.importing.queueing import BELL, begin, cancel
from threadline.contacts.importing.rejected import rejects
from threadline.contacts.importing.run import step, waiting
from threadline.contacts.importing.undoing import begin as undo

__all__ = ["BELL", "BadFile", "BadMapping", "begin", "cancel", "rejects", "step", "undo", "waiting"]
