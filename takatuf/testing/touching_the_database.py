"""pytest plugin `-p takatuf.testing.touching_the_database`: keep the tests that touch it.

The second run of the suite, on PostgreSQL, needs no test that would do there exactly what it
did on SQLite: those without a database, those marked `once`, and those in a browser.
"""

import pytest

DATABASE = {"db", "transactional_db", "django_db_setup", "django_db_serialized_rollback"}
ONCE = ("once", "browser")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    kept: list[pytest.Item] = []
    left_out: list[pytest.Item] = []
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        touches = item.get_closest_marker("django_db") or fixtures & DATABASE
        once = any(item.get_closest_marker(name) for name in ONCE)
        (kept if touches and not once else left_out).append(item)
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = kept
