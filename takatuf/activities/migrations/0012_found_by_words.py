import takatuf.foundation.folded
from django.db import migrations

FIELD = takatuf.foundation.folded.FoldedField(
    blank=True, default="", editable=False, of=("title", "titles", "sector", "subsector")
)


def fold(apps, schema_editor):
    """What stands already is found by its words too."""
    Activity = apps.get_model("activities", "Activity")
    some = []
    for one in Activity.objects.only(*FIELD.of).iterator(1_000):
        one.folded = FIELD.folded(one)
        some.append(one)
        if len(some) == 1_000:
            Activity.objects.bulk_update(some, ["folded"])
            some = []
    Activity.objects.bulk_update(some, ["folded"])


class Migration(migrations.Migration):
    dependencies = [("activities", "0011_counted_in_an_index")]

    operations = [
        migrations.AddField(model_name="activity", name="folded", field=FIELD),
        migrations.RunPython(fold, migrations.RunPython.noop, elidable=True),
    ]
