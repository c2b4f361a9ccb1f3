"""What earlier imports said about consent: those undone count as never said, and a "no" stops automatic texts."""

from django.db import migrations


def forget(apps, _editor):
    """An import that was undone used to add entries of its own that took consent back, whoever had given it."""
    undone = apps.get_model("contacts", "Import").objects.filter(state="undone").values("public_id")
    Consent = apps.get_model("compliance", "Consent")
    said = Consent.objects.filter(basis="imported", reference__in=undone)
    columns = ("workspace_id", "address", "line", "reference")
    found = list(said.order_by(*columns).values(*columns).distinct())
    Consent.objects.bulk_create([Consent(**one, given=False, basis="undone") for one in found], batch_size=1_000)


def refuse(apps, _editor):
    """See compliance.refusals; those who texted START since, or agreed otherwise, are not concerned."""
    Consent = apps.get_model("compliance", "Consent")
    OptOut = apps.get_model("compliance", "OptOut")
    undone = Consent.objects.filter(basis="undone").values("reference")
    theirs = Consent.objects.exclude(reference__in=undone).order_by("at", "id")
    last = {}
    for one in theirs.filter(given=False, basis="imported").iterator():
        last[one.workspace_id, one.address] = one
    for one in theirs.filter(given=True, basis__in=["started", "recorded", "imported"]).iterator():
        no = last.get((one.workspace_id, one.address))
        if no is not None and (no.at, no.pk) < (one.at, one.pk):
            del last[one.workspace_id, one.address]
    stops = [
        OptOut(
            workspace_id=one.workspace_id,
            line="",
            address=one.address,
            word=one.source[:40],
            evidence="import",
            reference=one.reference,
            at=one.at,
        )
        for one in last.values()
    ]
    OptOut.objects.bulk_create(stops, batch_size=1_000, ignore_conflicts=True)


class Migration(migrations.Migration):
    dependencies = [
        ("compliance", "0003_consent_undone"),
        ("contacts", "0006_undone_kept"),
    ]

    operations = [
        migrations.RunPython(forget, migrations.RunPython.noop),
        migrations.RunPython(refuse, migrations.RunPython.noop),
    ]
