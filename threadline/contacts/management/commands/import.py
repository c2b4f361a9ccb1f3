"""threadline import: a file of people from the command line, with the same outcome as from the page; and its undo."""  # noqa: N999

import sys
from argparse import ArgumentParser
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.db.models import Q

from threadline.accounts.countries import COUNTRIES
from threadline.accounts.models import Workspace
from threadline.contacts import alike, fields, importing, lists, naming
from threadline.contacts.importing import mapping as columns
from threadline.contacts.importing import store
from threadline.contacts.importing.run import Runner
from threadline.contacts.models import ContactList, Import
from threadline.lib import clock

_NOBODY: Final = "nobody came in with it"
_WHY_NOT: Final[dict[str, str]] = {
    Import.State.UPLOADED: "it has not begun",
    Import.State.QUEUED: "it has not begun",
    Import.State.RUNNING: "it is running; cancel it first, or wait for its end",
    Import.State.UNDONE: "it is undone already",
}


class Command(BaseCommand):
    help = (
        "Import people from a CSV or XLSX file. The columns are recognised by name and content; --map says otherwise. "
        "Rows that made no contact of their own are written into a file beside the original, with their reasons. "
        "--undo takes an import back."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "file",
            type=Path,
            nargs="?",
            help="CSV (commas, semicolons or tabs, any usual encoding), XLSX, XLS or ODS; with a header",
        )
        parser.add_argument("--workspace", default="", help="name or id; not needed when there is one")
        parser.add_argument("--list", default="", metavar="NAME", help="put everybody on this list; made if need be")
        parser.add_argument("--country", default="", help="of numbers without a country code, such as US")
        parser.add_argument(
            "--map",
            action="append",
            default=[],
            metavar="COLUMN=WHAT",
            help=f"WHAT is one of {', '.join(columns.OWN)}, the name of a custom field, or - to leave the column out",
        )
        parser.add_argument("--known", default="update", choices=Import.Known.values, help="people known already")
        parser.add_argument("--rejects", type=Path, metavar="FILE", help="where the other rows go")
        parser.add_argument(
            "--undo",
            metavar="ID",
            help="take back the import with this id (imp_…): whom it made is deleted, whom it changed is as before",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["undo"]:
            self._undo(_to_undo(options))
        elif options["file"] is None:
            raise CommandError("Name the file to import, or --undo with the id of an import.")
        else:
            self._import(options)

    def _import(self, options: dict[str, Any]) -> None:
        workspace = _workspace(options["workspace"])
        path: Path = options["file"]
        country, list_name = _country(workspace, options["country"]), _list_name(options["list"])
        try:
            with path.open("rb") as stream:
                import_ = store.open(workspace, None, path.name, stream, country)
            _begin(import_, options["map"], list_name, options["known"])
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}") from None
        except (importing.BadFile, importing.BadMapping) as bad:
            raise CommandError(bad.sentence) from None
        self._follow(import_)
        self._report(import_, options["rejects"] or path.with_name(f"{path.stem}-rejects.csv"))
        if import_.state != Import.State.DONE:
            raise CommandError(import_.problem or "The import was called off; what went in before stays.")

    def _undo(self, import_: Import) -> None:
        """Take it back; one that was interrupted in this goes on."""
        if import_.state != Import.State.UNDOING and not importing.undo(import_, None):
            raise CommandError(f"--undo {import_.public_id}: {_WHY_NOT.get(import_.state, _NOBODY)}")
        self._follow(import_)
        if import_.state != Import.State.UNDONE:
            raise CommandError(import_.problem or "The import could not be undone to its end.")
        self.stdout.write(
            f"Undone. Deleted again: {import_.undone_people}, kept because merged or changed since: "
            f"{import_.undone_kept}, as before: {import_.undone_changes}"
        )

    def _follow(self, import_: Import) -> None:
        """Work it off here, unless the worker is quicker; say how far it is."""
        runner = Runner(only=import_.id)
        while import_.state in (Import.State.QUEUED, Import.State.RUNNING, Import.State.UNDOING):
            runner.step_or_wait()
            import_.refresh_from_db()
            if sys.stderr.isatty():
                self.stderr.write(f"\r{_so_far(import_)}", ending="")
        if sys.stderr.isatty():
            self.stderr.write("")

    def _report(self, import_: Import, rejects: Path) -> None:
        counts = ("created", "updated", "merged", "skipped", "invalid")
        self.stdout.write(
            f"{import_.rows_done} rows: " + ", ".join(f"{getattr(import_, name)} {name}" for name in counts)
        )
        if import_.rows.exists():
            with rejects.open("w", encoding="utf-8-sig", newline="") as file:
                file.writelines(importing.rejects(import_))
            self.stdout.write(f"Rows that made no contact of their own: {rejects}")
        if import_.rows_done:
            self.stdout.write(f"To take it back: threadline import --undo {import_.public_id}")


def _so_far(import_: Import) -> str:
    if import_.state in (Import.State.UNDOING, Import.State.UNDONE):
        return f"deleted again: {import_.undone_people:,}, as before: {import_.undone_changes:,}"
    return f"{import_.rows_done:,} rows, {100 * import_.position // max(1, import_.size)} %"


def _to_undo(options: dict[str, Any]) -> Import:
    """The import named, of the workspace named if one is."""
    wanted, named = options["undo"], options["workspace"]
    if options["file"] is not None:
        raise CommandError("--undo takes the id of an import and no file.")
    import_ = Import.objects.select_related("workspace").filter(public_id=wanted).first()
    if import_ is None:
        raise CommandError(f"--undo {wanted}: there is no such import")
    if named and _workspace(named) != import_.workspace:
        raise CommandError(f"--undo {wanted}: this import belongs to the workspace {import_.workspace.name}")
    return import_


def _begin(import_: Import, wishes: Iterable[str], list_name: str, known: str) -> None:
    """Or leave nothing behind."""
    try:
        mapping = mapped(import_, wishes)
        with transaction.atomic():
            importing.begin(import_, mapping, _list(import_.workspace, list_name), known)
    except BaseException:
        store.forget(import_)
        raise


def mapped(import_: Import, wishes: Iterable[str]) -> list[str]:
    """The suggested columns, changed by wishes such as "Mobile=phone"."""
    mapping = columns.suggest(import_.headers, store.samples(import_), import_.country)
    for wish in wishes:
        header, equals, what = (part.strip() for part in wish.partition("="))
        if not equals or header not in import_.headers:
            raise CommandError(f"--map {wish}: the columns are {', '.join(import_.headers)}")
        target = what if what in columns.OWN else columns.LEFT_OUT if what in ("", "-") else _field(what)
        mapping = [
            _field(name) if target and taken == target else taken
            for name, taken in zip(import_.headers, mapping, strict=True)
        ]
        mapping[import_.headers.index(header)] = target
    return mapping


def _field(name: str) -> str:
    return f"{columns.FIELD}{fields.key_of(name.removeprefix(columns.FIELD))}"


def _country(workspace: Workspace, wish: str) -> str:
    country = (wish or workspace.country).upper()
    if country not in COUNTRIES:
        raise CommandError(f"--country {wish}: write the two letters of a country, such as US or DE")
    return country


def _list_name(wish: str) -> str:
    try:
        return naming.clean(wish) if wish else ""
    except naming.BadName as bad:
        raise CommandError(f"--list: {bad}") from None


def _list(workspace: Workspace, name: str) -> ContactList | None:
    if not name:
        return None
    return alike.called(workspace.lists, name) or lists.create(workspace, name, None, clock.now())


def _workspace(wanted: str) -> Workspace:
    """The workspace named, or the only one there is."""
    workspaces = Workspace.objects.order_by("id")
    found = list(workspaces.filter(Q(name=wanted) | Q(public_id=wanted))[:2] if wanted else workspaces[:2])
    if len(found) == 1:
        return found[0]
    if wanted:
        raise CommandError(f"--workspace: there is no workspace {wanted}, or there are several of this name")
    raise CommandError("--workspace: there is none yet" if not found else "--workspace: there are several, name one")
