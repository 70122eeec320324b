"""What can be wrong with a log, a checkpoint or a bundle: a code, and a sentence about it.

The sentences stand here in English, because a bundle is verified without Django; whoever has
a catalogue at hand gives its `gettext` to `sentence_of`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple


def gettext_noop(words: str) -> str:
    """The words as they are, marked for the catalogues."""
    return words


WORDS = {
    # An entry of a log.
    "missing": gettext_noop("Entry %(entry)s is missing: entry %(next)s comes next."),
    "cut-off": gettext_noop("Entry %(entry)s is lost: the log had %(size)s entries."),
    "cut-off-after-signing": gettext_noop(
        "Entry %(entry)s is lost: a checkpoint was signed over %(size)s entries."
    ),
    "slipped-in": gettext_noop("Entry %(entry)s was slipped in: the log has %(size)s entries."),
    "out-of-place": gettext_noop("In the place of entry %(entry)s stands entry %(found)s."),
    "of-another-log": gettext_noop("Entry %(entry)s belongs to another log: %(log)s."),
    "out-of-form": gettext_noop("Entry %(entry)s is out of form."),
    "not-canonical": gettext_noop("The bytes of entry %(entry)s are not in their canonical form."),
    "bytes-changed": gettext_noop(
        "The bytes of entry %(entry)s were changed: they do not have the hash kept with them."
    ),
    "column-changed": gettext_noop(
        "The column %(column)s of entry %(entry)s does not say what its bytes say."
    ),
    "rewritten": gettext_noop(
        "Entry %(entry)s was rewritten: the next entry remembers another one before itself."
    ),
    "last-rewritten": gettext_noop(
        "Entry %(entry)s was rewritten: the head of the log remembers another one."
    ),
    "rewritten-after-signing": gettext_noop(
        "Entry %(entry)s, or one up to %(last)s, was rewritten after a checkpoint was signed."
    ),
    "back-dated": gettext_noop(
        "Entry %(entry)s was back-dated: it was recorded before the entry before it."
    ),
    "unsigned": gettext_noop("Entry %(entry)s and what follows stand under no signature."),
    # What stands beside an entry.
    "beside-changed": gettext_noop(
        "What stands beside entry %(entry)s as “%(part)s” is not what its hash stands for."
    ),
    "beside-closed": gettext_noop(
        "What stands beside entry %(entry)s was changed, or its key is not here."
    ),
    "name-gone": gettext_noop(
        "A name beside entry %(entry)s is gone, and no entry records that it was erased."
    ),
    "text-gone": gettext_noop(
        "A text beside entry %(entry)s is gone, and no entry records that it was erased."
    ),
    "beside-nothing": gettext_noop(
        "Something stands beside entry %(entry)s, and there is no such entry."
    ),
    # The head of a log and its checkpoints.
    "head-gone": gettext_noop("The head of the log is gone."),
    "head-changed": gettext_noop("The head of the log was changed: it does not fit its entries."),
    "checkpoint-changed": gettext_noop(
        "The checkpoint over %(size)s entries was changed in its row."
    ),
    "checkpoint-not-believed": gettext_noop(
        "The checkpoint over %(size)s entries cannot be believed."
    ),
    "note-not-believed": gettext_noop("A checkpoint cannot be believed."),
    "checkpoint-of-no-log": gettext_noop(
        "A checkpoint is for a log that the bundle does not hold: %(log)s."
    ),
    # Why a note is not believed.
    "no-checkpoint": gettext_noop("It is no checkpoint."),
    "no-note": gettext_noop("It is no signed note."),
    "note-out-of-form": gettext_noop("It holds something that no note may hold."),
    "too-many-signatures": gettext_noop("It has too many signatures."),
    "signature-out-of-form": gettext_noop("A line of signature is out of form."),
    "signature-wrong": gettext_noop("The signature of %(name)s does not fit the text."),
    "signed-by-nobody": gettext_noop("No key that is trusted here signed it."),
    "note-of-another-log": gettext_noop("It is of another log."),
    "no-key": gettext_noop("This is no Ed25519 verifier key: %(key)s"),
    "no-key-name": gettext_noop("This is not the name of a key: %(name)s"),
    # A file for an inquiry.
    "not-in-the-tree": gettext_noop("Entry %(entry)s does not stand in the signed tree."),
    "part-changed": gettext_noop("%(name)s was changed after it was taken out."),
    "part-missing": gettext_noop("%(name)s is missing."),
    "part-strange": gettext_noop("%(name)s was not taken out; somebody added it."),
    "entries-differ": gettext_noop(
        "There are %(found)s entries, and %(told)s were taken out: some are missing or added."
    ),
    "not-as-taken-out": gettext_noop(
        "The journal remembers other files than these: they are not as they were taken out."
    ),
    # Why a file is no bundle.
    "no-bundle": gettext_noop("It is no bundle of the journal."),
    "bundle-of-another-form": gettext_noop("It is a bundle of another form: %(form)s."),
    "breaks-off": gettext_noop("In it, %(name)s breaks off in the middle of a line."),
}


class Fault(NamedTuple):
    """What is wrong, as a code of `WORDS` with the values of its sentence; the first entry that
    it concerns, where it is an entry; and the fault behind it, where there is one."""

    entry: int | None
    code: str
    values: Mapping[str, object] = {}
    because: Fault | None = None


class Faulty(Exception):
    """Something does not hold; says in English what, and keeps the fault."""

    def __init__(self, code: str, /, entry: int | None = None, **values: object) -> None:
        self.fault = Fault(entry, code, values)
        super().__init__(sentence_of(self.fault))


def sentence_of(fault: Fault, gettext: Callable[[str], str] = str) -> str:
    """What is wrong, in whole sentences of the language that `gettext` speaks."""
    said = gettext(WORDS[fault.code]) % {"entry": fault.entry, **fault.values}
    return f"{said} {sentence_of(fault.because, gettext)}" if fault.because else said


def report_of(fault: Fault | None, gettext: Callable[[str], str] = str) -> dict[str, Any]:
    """A fault as reports tell it: `code` for a program, `why` for a person; empty for none."""
    if fault is None:
        return {"code": "", "why": ""}
    return {"code": fault.code, "why": sentence_of(fault, gettext)}
