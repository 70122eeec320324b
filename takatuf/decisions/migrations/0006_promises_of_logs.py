from typing import Any

from django.db import migrations

from takatuf.foundation.ids import uuid7


def register_promises(apps: Any, schema_editor: Any) -> None:
    """Every promise that stands in a log comes into its city's register, in the order of writing."""
    LogEntry, Promise = apps.get_model("decisions", "LogEntry"), apps.get_model("decisions", "Promise")
    numbers: dict[Any, int] = {}
    made = []
    standing = LogEntry.objects.filter(kind="promise", struck_by=None, promise=None)
    for entry in standing.select_related("incident").order_by("recorded_at", "id").iterator():
        city = entry.incident.city_id
        numbers[city] = numbers.get(city, 0) + 1
        made.append(
            Promise(
                id=uuid7(),
                city_id=city,
                number=numbers[city],
                incident_id=entry.incident_id,
                entry_id=entry.pk,
                text=entry.text,
                language=entry.language,
                promised_to=entry.promised_to,
                promised_by=entry.decider,
                agency_id=entry.agency_id,
                made_at=entry.happened_at,
                due_at=entry.due_at,
                state=entry.outcome or "open",
                settled_at=entry.settled_at,
                note=entry.settled_note,
                created_at=entry.recorded_at,
            )
        )
    Promise.objects.bulk_create(made, batch_size=500)


class Migration(migrations.Migration):
    dependencies = [
        ("decisions", "0005_promises_kept"),
    ]

    operations = [
        migrations.RunPython(register_promises, migrations.RunPython.noop),
    ]
