"""Imports for tests: a file as text or bytes, run to its end in this thread."""

import io
import zipfile
from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape

from django.core.files.storage import default_storage

from threadline.accounts.models import Workspace
from threadline.contacts import importing
from threadline.contacts.importing import mapping, store
from threadline.contacts.models import ContactList, Import


def upload(workspace: Workspace, content: str | bytes, country: str = "US", filename: str = "people.csv") -> Import:
    """A stored file that waits for its columns."""
    data = content.encode() if isinstance(content, str) else content
    return store.open(workspace, None, filename, io.BytesIO(data), country)


def stored() -> set[str]:
    """The names of the files that are kept, of other tests, too."""
    return set(default_storage.listdir(store.FOLDER)[1]) if default_storage.exists(store.FOLDER) else set()


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


def xlsx(rows: Sequence[Sequence[Any]], *, hidden_first: bool = False) -> bytes:
    """A workbook as spreadsheet programs write it, with a hidden sheet in front of the rows if wanted."""
    sheets = ([("Notes", "hidden", [["Not for you"]])] if hidden_first else []) + [("People", "visible", rows)]
    named = "".join(
        f'<sheet name="{name}" sheetId="{n}" state="{state}" r:id="rId{n}"/>'
        for n, (name, state, _rows) in enumerate(sheets, 1)
    )
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    packages = "http://schemas.openxmlformats.org/package/2006"
    links = "".join(
        f'<Relationship Id="rId{n}" Type="{kind}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in range(1, len(sheets) + 1)
    )
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("[Content_Types].xml", f'<Types xmlns="{packages}/content-types"/>')
        office = f'<Relationship Id="rId1" Type="{kind}/officeDocument" Target="xl/workbook.xml"/>'
        book.writestr("_rels/.rels", f'<Relationships xmlns="{packages}/relationships">{office}</Relationships>')
        book.writestr(
            "xl/workbook.xml", f'<workbook xmlns="{main}" xmlns:r="{kind}"><sheets>{named}</sheets></workbook>'
        )
        book.writestr(
            "xl/_rels/workbook.xml.rels", f'<Relationships xmlns="{packages}/relationships">{links}</Relationships>'
        )
        for n, (_name, _state, filled) in enumerate(sheets, 1):
            lines = "".join(f"<row>{''.join(map(_cell, row))}</row>" for row in filled)
            book.writestr(
                f"xl/worksheets/sheet{n}.xml", f'<worksheet xmlns="{main}"><sheetData>{lines}</sheetData></worksheet>'
            )
    return packed.getvalue()


def _cell(value: str | float | bool) -> str:
    if isinstance(value, bool):
        return f'<c t="b"><v>{int(value)}</v></c>'
    if isinstance(value, str):
        return f'<c t="inlineStr"><is><t>{escape(value)}</t></is></c>'
    return f"<c><v>{value}</v></c>"
