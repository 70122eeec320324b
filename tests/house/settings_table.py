"""Write docs/reference/settings.md from the table in the code."""

from pathlib import Path

from takatuf.config.environment import SETTINGS, Setting

DOCUMENT = Path(__file__).parents[2] / "docs" / "reference" / "settings.md"
HEAD = """# Settings

Every setting is an environment variable; an empty one counts as unset. This table is written
from `takatuf/config/environment.py` by `.venv/bin/python -m tests.house.settings_table`, and a
test holds the two together.

| variable | default | meaning |
|---|---|---|
"""


def row(setting: Setting) -> str:
    default = f"`{setting.default}`" if setting.default else "*empty*"
    return f"| `{setting.name}` | {default} | {setting.meaning.replace('|', chr(92) + '|')} |\n"


def table() -> str:
    return HEAD + "".join(row(setting) for setting in SETTINGS.values())


if __name__ == "__main__":
    DOCUMENT.parent.mkdir(parents=True, exist_ok=True)
    DOCUMENT.write_text(table())
