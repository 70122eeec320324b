from django.db import migrations, models


def name_pages(apps, schema_editor):
    PublicText = apps.get_model("translation", "PublicText")
    texts = list(PublicText.objects.only("id", "key"))
    for text in texts:
        text.page = text.key.rpartition("/")[0]
    PublicText.objects.bulk_update(texts, ["page"], batch_size=200)


class Migration(migrations.Migration):

    dependencies = [
        ("translation", "0003_mistakes"),
    ]

    operations = [
        migrations.AddField(
            model_name="publictext",
            name="page",
            field=models.CharField(db_index=True, default="", max_length=160),
            preserve_default=False,
        ),
        migrations.RunPython(name_pages, migrations.RunPython.noop, elidable=True),
    ]
