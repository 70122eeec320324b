"""Many rows at once."""

import pytest
from django.db import connection

from takatuf.foundation.rows import learn_sizes, write_rows
from takatuf.journal.models import Log

pytestmark = pytest.mark.django_db


def test_the_database_knows_how_much_was_written_when_it_was_told_to_look():
    names = ("name", "size", "edge", "last_hash")
    write_rows(Log, names, [(f"rows:{number}", 0, "", "") for number in range(700)])
    learn_sizes(Log)
    assert Log.objects.filter(name__startswith="rows:").count() == 700
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT reltuples FROM pg_class WHERE relname = %s", [Log._meta.db_table]
            )
            assert cursor.fetchone()[0] >= 700
