"""Simulations of large campaigns run in a child of the worker."""

from threadline.campaigns.simulator import asking
from threadline.worker.children import Child

run = Child("simulate", asking.BELL, asking.waiting).run
