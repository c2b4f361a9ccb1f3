"""Imports for tests: a file as text or bytes, run to its end in this thread."""

import io
from typing import Any

from threadline.accounts.models import Workspace
from threadline.contacts import importing
from threadline.contacts.importing import mapping, store
from threadline.contacts.models import ContactList, Import


def upload(workspace: Workspace, content: str | bytes, country: str = "US", filename: str = "people.csv") -> Import:
    """A stored file that waits for its columns."""
    data = content.encode() if isinstance(content, str) else content
    return store.open(workspace, None, filename, io.BytesIO(data), country)


def begin(import_: Import, into: ContactList | None = None, known: str = "update", **renamed: str) -> None:
    """Begin with the suggested columns; `renamed` maps a header to something else."""
    suggested = mapping.suggest(import_.headers, store.samples(import_), import_.country)
    chosen = [renamed.get(header, target) for header, target in zip(import_.headers, suggested, strict=True)]
    importing.begin(import_, chosen, into, known)


def finish(import_: Import) -> Import:
    """Run every import there is; returns this one as it is then."""
    while importing.step():
        pass
    import_.refresh_from_db()
    return import_


def run(workspace: Workspace, content: str | bytes, into: ContactList | None = None, **options: Any) -> Import:
    """Upload, begin and finish."""
    country = options.pop("country", "US")
    import_ = upload(workspace, content, country)
    begin(import_, into, **options)
    return finish(import_)
