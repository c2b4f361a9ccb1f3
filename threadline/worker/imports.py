"""Imports run in a child of the worker."""

from threadline.contacts import importing
from threadline.worker.children import Child

run = Child("importrows", importing.BELL, importing.waiting).run
