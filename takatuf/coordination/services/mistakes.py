"""Mistakes in public texts: a reader reports one, a reviewer settles it, the reader is told."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from takatuf.alerts.queries import letters_about
from takatuf.alerts.services import take_back_mail, write_mail
from takatuf.foundation.actors import Actor
from takatuf.translation import services as translation
from takatuf.translation.models import Mistake
from takatuf.translation.services import NewMistake
from takatuf.translation.vocabulary import Outcome

QUEUE = "mistakes"
NEWS, ANSWER = "coordination/letters/mistakes_wait", "coordination/letters/mistake_settled"
# The reviewers' letter waits, so that a flood is one letter; the reader's, so that a slip of
# the finger can be taken back before anybody reads it.
NEWS_AFTER, ANSWER_AFTER = timedelta(minutes=15), timedelta(minutes=10)
ANSWERED = frozenset({Outcome.MENDED, Outcome.DECLINED, Outcome.DUPLICATE})


@transaction.atomic
def report_mistake(new: NewMistake, *, now: datetime) -> Mistake:
    """Keep what a reader reports and tell the configured address that something waits."""
    mistake, is_new = translation.keep_mistake(new, now=now)
    if is_new and settings.MISTAKES_TO and not _news_waits():
        write_mail(
            NEWS,
            to=settings.MISTAKES_TO,
            language=settings.LANGUAGE_CODE,
            about=QUEUE,
            context={"link": f"{settings.BASE_URL}/{settings.LANGUAGE_CODE}/desk/learn/mistakes/"},
            now=now,
            after=NEWS_AFTER,
        )
    return mistake


@transaction.atomic
def answer_mistake(
    actor: Actor, mistake: Mistake, *, outcome: str, reason: str, now: datetime
) -> Mistake:
    """Settle a report; whoever wished for an answer gets one in their language, in ten minutes."""
    mistake = translation.settle_mistake(actor, mistake, outcome=outcome, reason=reason, now=now)
    if mistake.email and outcome in ANSWERED:
        write_mail(
            ANSWER,
            to=mistake.email,
            language=mistake.answer_language,
            about=_about(mistake),
            context={
                "outcome": outcome,
                "reason": mistake.reason,
                "page": f"{settings.BASE_URL}{mistake.page}" if mistake.page else "",
            },
            now=now,
            after=ANSWER_AFTER,
        )
    return mistake


@transaction.atomic
def take_up_mistake(actor: Actor, mistake: Mistake, *, now: datetime) -> Mistake:
    """Open a settled report again; an answer that has not left does not leave."""
    mistake = translation.reopen_mistake(actor, mistake, now=now)
    take_back_mail(_about(mistake))
    return mistake


def _about(mistake: Mistake) -> str:
    return f"mistake:{mistake.pk}"


def _news_waits() -> bool:
    return letters_about(QUEUE).filter(sent_at=None, given_up_at=None).exists()
