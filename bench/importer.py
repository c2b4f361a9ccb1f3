"""One measured import, as the worker's child does it: `python -m bench.importer FILE [VERDICTS]`. Prints JSON."""

import json
import resource
import sys
import time
from pathlib import Path
from typing import Any

import django


def main(file: str, verdicts: str = "") -> dict[str, Any]:
    """Import a file of bench.leads into a new list of a new workspace; every row must have the library's verdict."""
    from django.core.management import call_command

    from threadline.accounts.models import Workspace
    from threadline.contacts import importing, lists
    from threadline.contacts.importing import store
    from threadline.lib import clock

    workspace = Workspace.objects.create(name=file)
    with Path(file).open("rb") as stream:
        import_ = store.open(workspace, None, "leads.csv", stream, "US")
    into = lists.create(workspace, "Leads", None, clock.now())
    importing.begin(import_, ["phone", "first_name", "last_name"], into)
    started, processor = time.perf_counter(), time.process_time()
    call_command("importrows")
    took, processor = time.perf_counter() - started, time.process_time() - processor
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    import_.refresh_from_db()
    counts = [import_.created, import_.updated, import_.merged, import_.skipped, import_.invalid]
    if import_.state != "done" or sum(counts) != import_.rows_done:
        raise SystemExit(f"the import ended as {import_.state}: {counts} of {import_.rows_done} rows")
    if verdicts:
        _compare(import_, Path(verdicts).read_text().split("\n")[:-1])
    rows = import_.rows_done
    return {"rate": rows / took, "processor_us": processor / rows * 1e6, "memory_mb": memory, "counts": counts}


def _compare(import_: Any, said: list[str]) -> None:
    from threadline.contacts.models import Contact

    people = Contact.objects.filter(workspace=import_.workspace)
    ours = set(people.values_list("phone", flat=True).iterator())
    if ours != set(filter(None, said)) or import_.into.size != len(ours) or import_.created != len(ours):
        raise SystemExit(f"{len(ours)} people, but the library calls {len(set(filter(None, said)))} numbers valid")
    refused = set(import_.rows.filter(verdict="invalid").values_list("number", flat=True).iterator())
    if refused != {number for number, one in enumerate(said, 1) if not one} or import_.rows_done != len(said):
        raise SystemExit("the rows that were refused are not those that the library refuses")


if __name__ == "__main__":
    django.setup()
    sys.stdout.write(json.dumps(main(*sys.argv[1:])) + "\n")
