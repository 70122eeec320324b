from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("journal", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Hold",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("log", models.CharField(max_length=60)),
                ("about", models.CharField(max_length=60)),
                ("since", models.DateTimeField()),
            ],
            options={
                "db_table": "journal_hold",
                "constraints": [models.UniqueConstraint(fields=("log", "about"), name="journal_hold_once")],
            },
        ),
    ]
