"""Where the tests find third-party sample files, which are read in place and never copied."""

import os
from pathlib import Path


def samples_folder() -> Path:
    """The folder that TAKATUF_SAMPLES names, else `shared/samples` beside the repository.

    It need not exist: a test that needs it says so and is skipped, or fails with CI set.
    """
    named = os.environ.get("TAKATUF_SAMPLES")
    return Path(named) if named else Path(__file__).parents[3] / "shared" / "samples"
