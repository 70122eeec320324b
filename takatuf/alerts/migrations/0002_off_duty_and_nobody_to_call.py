from django.db import migrations, models


def forget_silence(apps, schema_editor):
    """An agency whose list named nobody was never silent: nobody was asked."""
    apps.get_model("alerts", "Call").objects.filter(asked_at=None).update(silent_at=None)


class Migration(migrations.Migration):

    dependencies = [
        ("alerts", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="delivery",
            name="off_duty",
            field=models.BooleanField(default=False),
        ),
        migrations.RunPython(forget_silence, migrations.RunPython.noop),
    ]
