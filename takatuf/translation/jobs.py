"""What the worker does here: forget who reported a mistake, ask the machine."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from takatuf.translation import rules
from takatuf.translation.models import Mistake
from takatuf.translation.services import translate_next_text
from takatuf.translation.vocabulary import Outcome


def forget_reporters(now: datetime) -> bool:
    """Drop the addresses of reporters whose answer is old enough, and the marks of networks.

    Never says that there is more: one statement each forgets all.
    """
    answered = ~Q(state=Outcome.OPEN) & Q(settled_at__lt=now - rules.REPORTER_KEPT)
    forgotten = answered | Q(reported_at__lt=now - rules.UNANSWERED_KEPT)
    Mistake.objects.exclude(email="").filter(forgotten).update(email="", answer_language="")
    old = Mistake.objects.exclude(sender="").filter(reported_at__lt=now - rules.SENDER_KEPT)
    old.update(sender="")
    return False


def translate_next(now: datetime) -> bool:
    """Have the machine translate one public text. False: none is asked for, or none answers."""
    return translate_next_text(now)
