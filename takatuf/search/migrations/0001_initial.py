from django.db import migrations, models

KINDS = [
    ("framework", "Guide"),
    ("card", "Library"),
    ("dialogue", "Dialogues"),
    ("page", "Pages of this site"),
    ("member", "Members"),
    ("report", "What cities say"),
]
# What Django's models cannot say: the words of each document as the database searches them.
WORDS = {
    "sqlite": [
        "CREATE VIRTUAL TABLE search_words USING fts5("
        "title, body, tokenize = \"unicode61 remove_diacritics 0 tokenchars '_'\")"
    ],
    "postgresql": [
        "CREATE TABLE search_words "
        "(id bigint PRIMARY KEY, title tsvector NOT NULL, words tsvector NOT NULL)",
        "CREATE INDEX search_words_titled ON search_words USING gin (title)",
        "CREATE INDEX search_words_found ON search_words USING gin (words)",
    ],
}


def lay_out(apps, schema_editor):
    for statement in WORDS[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def take_away(apps, schema_editor):
    schema_editor.execute("DROP TABLE search_words")


class Migration(migrations.Migration):

    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name='Document',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=KINDS, max_length=12)),
                ('key', models.CharField(max_length=160)),
                ('language', models.CharField(max_length=8)),
                ('stamp', models.CharField(max_length=64)),
                ('meaning', models.BinaryField(null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('kind', 'key', 'language'), name='document_once')],
            },
        ),
        migrations.CreateModel(
            name='Shelf',
            fields=[
                ('kind', models.CharField(choices=KINDS, max_length=12, primary_key=True, serialize=False)),
                ('mark', models.CharField(blank=True, max_length=200)),
                ('edition', models.PositiveIntegerField(default=0)),
            ],
        ),
        migrations.RunPython(lay_out, take_away),
    ]
