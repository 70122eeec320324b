"""What a log line never holds: an address that is somebody's key, nor a stranger's long words."""

import logging
import re

# Behind these words stands a token that lets its holder in (`public.context.KEYED`).
KEYS = re.compile(r"(/(?:answer|application|begin|partner)/)[^/\s]+")
LONGEST = 500  # characters of a line; tracebacks stand apart from it


class Discreet(logging.Filter):
    """Blots the tokens out of each line and cuts it. Lets every line through."""

    def filter(self, record: logging.LogRecord) -> bool:
        line = record.getMessage()
        told = KEYS.sub(r"\1…", line)
        if len(told) > LONGEST:
            told = f"{told[:LONGEST]}…"
        if told != line:
            record.msg, record.args = told, None
        return True
