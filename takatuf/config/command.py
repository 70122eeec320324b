"""The `takatuf` command: reads the line, runs one command, answers in words or in JSON.

Exit status 0: done. 1: refused with a reason, or a check that found a fault. 2: wrong usage.
With `--json`, standard output holds one JSON document and nothing else.
"""

import contextlib
import json
import os
import sys
import traceback
from collections.abc import Sequence

from takatuf.config.commands import Answer, language_of_the_environment, parser, speak, start


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command line. Returns the exit status; wrong usage exits with 2 by itself."""
    args = parser().parse_args(argv)
    args.language = args.language or language_of_the_environment(os.environ)
    sys.stderr.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    try:
        with contextlib.redirect_stdout(sys.stderr):
            start(args)
            answer = args.run(args)
    except KeyboardInterrupt:
        return 1
    except Exception as error:
        # The settings themselves may be at fault; the refusal is said all the same.
        with contextlib.suppress(Exception):
            speak(args.language)
        code, message = _refusal(error)
        answer = Answer({"refused": {"code": code, "message": message}}, message, fault=True)
        if not args.json:
            print(message, file=sys.stderr)
            return 1
    _say(answer, as_json=args.json)
    return 1 if answer.fault else 0


def _refusal(error: Exception) -> tuple[str, str]:
    """A code and words for what went wrong; what nobody foresaw is also traced to stderr."""
    from django.utils.translation import gettext as _

    from takatuf.config.faults import refusal_of

    if refusal := refusal_of(error):
        return refusal
    traceback.print_exception(error)
    return "fault", _("Something went wrong that nobody foresaw: %(problem)s") % {
        "problem": f"{type(error).__name__}: {error}"
    }


def _say(answer: Answer, *, as_json: bool) -> None:
    for warning in answer.warnings:
        print(warning, file=sys.stderr)
    text = (
        json.dumps(answer.document, ensure_ascii=False, indent=2, default=str)
        if as_json
        else answer.text
    )
    if text:
        # Half a character from a broken shell is a legal escape in JSON, and no fault of ours.
        sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr]
        try:
            print(text, flush=True)
        except BrokenPipeError:
            # Whoever read the answer (`head`) has seen enough; what was done is done.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def run() -> None:
    """The entry point of `.venv/bin/takatuf`."""
    sys.exit(main())


if __name__ == "__main__":
    run()
