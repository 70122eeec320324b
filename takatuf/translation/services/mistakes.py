"""What readers report: kept once, bounded, settled by a reviewer, opened again."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from takatuf.accounts.rules import checked_email
from takatuf.foundation.actors import VISITOR, Actor
from takatuf.foundation.errors import Refused
from takatuf.foundation.ids import uuid7
from takatuf.foundation.text import clean_text
from takatuf.journal.services import INSTALLATION, record
from takatuf.translation import rules
from takatuf.translation.access import check_may_review
from takatuf.translation.first import FIRST
from takatuf.translation.models import Mistake
from takatuf.translation.vocabulary import Outcome


class NewMistake(NamedTuple):
    """What somebody sent by the public form. `sender` is a keyed hash of the day and the
    network that it came from, `once` the form that it was written in."""

    wrong: str
    language: str
    once: UUID
    should_read: str = ""
    page: str = ""
    text_key: str = ""
    email: str = ""
    answer_language: str = ""
    sender: str = ""
    hasty: bool = False


@transaction.atomic
def keep_mistake(new: NewMistake, *, now: datetime) -> tuple[Mistake, bool]:
    """Keep what a reader reports, and whether it is new: the same form twice is one report.

    Raises `Refused` with the field for words that will not do, and with the codes
    `too-many-from-here` and `too-many-today` when more came in a day than anybody reads.
    """
    known = Mistake.objects.filter(once=new.once).first()
    if known is not None:
        return known, False
    mistake = Mistake(
        once=new.once,
        page=new.page,
        text_key=new.text_key,
        language=new.language,
        wrong=_report_words(new.wrong, "wrong"),
        should_read=_report_words(new.should_read, "should_read"),
        email=_reporter(new.email),
        answer_language=new.answer_language if new.email else "",
        sender=new.sender,
        hasty=new.hasty,
        reported_at=now,
    )
    if not mistake.wrong:
        raise Refused(_("Write what is wrong."), code="wrong-missing", field="wrong")
    _check_not_flooded(new.sender, now)
    try:
        with transaction.atomic():
            mistake.save(force_insert=True)
    except IntegrityError:  # the same form came twice in one moment
        return Mistake.objects.get(once=new.once), False
    _record_mistake(VISITOR, "mistake.reported", mistake, now)
    return mistake, True


def _check_not_flooded(sender: str, now: datetime) -> None:
    """Counted in the table itself: neither a second process nor a restart forgets."""
    of_the_day = Mistake.objects.filter(reported_at__gt=now - timedelta(days=1), first="")
    if sender and of_the_day.filter(sender=sender).count() >= rules.MISTAKES_FROM_ONE:
        raise Refused(
            _(
                "Many reports came from your network today. Your words are still in the form: "
                "send them tomorrow."
            ),
            code="too-many-from-here",
        )
    if of_the_day.count() >= rules.MISTAKES_FROM_ALL:
        raise Refused(
            _(
                "More reports came today than we can read. Your words are still in the form: "
                "send them tomorrow."
            ),
            code="too-many-today",
        )


def _report_words(text: str, field: str) -> str:
    try:
        words = clean_text(text)
    except Refused as reason:
        reason.field = field
        raise
    if len(words) > rules.LONGEST_REPORT:
        raise Refused(
            _("Make it shorter: at most %(most)s characters fit.") % {"most": rules.LONGEST_REPORT},
            code="too-long",
            field=field,
        )
    return words


def _reporter(email: str) -> str:
    return checked_email(email) if email.strip() else ""


@transaction.atomic
def settle_mistake(
    actor: Actor, mistake: Mistake, *, outcome: str, reason: str, now: datetime
) -> Mistake:
    """Say what became of a report. Whoever is not told that it was mended is told why.

    Raises `Refused` where it was settled meanwhile, and where the reason is missing.
    """
    check_may_review(actor)
    mistake = Mistake.objects.select_for_update().get(pk=mistake.pk)
    if outcome not in Outcome.values or outcome == Outcome.OPEN:
        raise Refused(_("Choose from the list."), code="outcome", field="outcome")
    if not mistake.is_open:
        raise Refused(
            _("Somebody settled this report already. Open it again to change that."),
            code="settled-already",
        )
    try:
        reason = clean_text(reason)
    except Refused as refusal:
        refusal.field = "reason"
        raise
    if outcome == Outcome.DECLINED and not reason:
        raise Refused(
            _("Write why it stays as it is: whoever reported it is told."),
            code="no-reason",
            field="reason",
        )
    if len(reason) > rules.LONGEST_REASON:
        raise Refused(
            _("Make it shorter: at most %(most)s characters fit.") % {"most": rules.LONGEST_REASON},
            code="too-long",
            field="reason",
        )
    mistake.state, mistake.reason = outcome, reason
    mistake.settled_by_id, mistake.settled_at = actor.person_id, now
    mistake.save(update_fields=["state", "reason", "settled_by", "settled_at"])
    _record_mistake(actor, "mistake.settled", mistake, now, outcome=outcome)
    return mistake


@transaction.atomic
def reopen_mistake(actor: Actor, mistake: Mistake, *, now: datetime) -> Mistake:
    """Put a settled report back into the queue."""
    check_may_review(actor)
    mistake = Mistake.objects.select_for_update().get(pk=mistake.pk)
    if not mistake.is_open:
        mistake.state, mistake.reason = Outcome.OPEN, ""
        mistake.settled_by, mistake.settled_at = None, None
        mistake.save(update_fields=["state", "reason", "settled_by", "settled_at"])
        _record_mistake(actor, "mistake.reopened", mistake, now)
    return mistake


def load_first_reports(now: datetime) -> int:
    """Put the reports that ship into the queue, each once; how many were new.

    One that a person settled stays settled: set-up closes nothing and opens nothing again.
    """
    known = set(Mistake.objects.filter(first__in=FIRST).values_list("first", flat=True))
    new = [
        Mistake(once=uuid7(), first=slug, language="ar", reported_at=now)
        for slug in FIRST
        if slug not in known
    ]
    Mistake.objects.bulk_create(new, ignore_conflicts=True)
    return len(new)


def _record_mistake(
    actor: Actor, verb: str, mistake: Mistake, now: datetime, **facts: object
) -> None:
    record(
        actor,
        verb,
        log=INSTALLATION,
        thing=f"mistake:{mistake.pk}",
        at=now,
        facts={"text": mistake.text_key, "language": mistake.language, **facts},
    )
