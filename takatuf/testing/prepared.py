"""Data folders that all processes of one test run copy, so that each is made only once."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

# Set for the length of a test run; processes that it starts find it in their environment.
FOLDER = "PREPARED_FOR_TESTS"


@contextmanager
def shared() -> Iterator[None]:
    """A folder for what this test run prepares, gone when the block ends."""
    if FOLDER in os.environ:  # somebody above has one
        yield
        return
    with tempfile.TemporaryDirectory(prefix="takatuf-prepared-") as folder:
        os.environ[FOLDER] = folder
        try:
            yield
        finally:
            del os.environ[FOLDER]


def prepared(name: str, make: Callable[[Path], None], into: Path) -> None:
    """Fill the folder `into` as `make` would; within a test run it is made once and copied.

    The installation's secret stays behind: each copy makes one of its own.
    """
    above = os.environ.get(FOLDER)
    if above is None:
        make(into)
        return
    kept = Path(above) / name
    with (Path(above) / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # another process may be making it
        if not kept.exists():
            making = Path(above) / f"{name}.making"
            shutil.rmtree(making, ignore_errors=True)
            making.mkdir()
            make(making)
            making.rename(kept)
    shutil.copytree(kept, into, dirs_exist_ok=True, ignore=shutil.ignore_patterns("secret.key"))
