"""The models and their migrations agree, and Django's own checks find nothing."""

import pytest
from django.core.management import call_command


@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_djangos_checks_find_nothing():
    call_command("check", fail_level="WARNING")
