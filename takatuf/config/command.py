"""The `takatuf` command."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "takatuf.config.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
