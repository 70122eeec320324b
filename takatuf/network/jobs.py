"""What the worker does here: forget applicants when their time is over."""

from __future__ import annotations

from datetime import datetime, timedelta

from takatuf.network import rules
from takatuf.network.models import Application, ProofDocument
from takatuf.network.vocabulary import ApplicationState


def forget_applicants(now: datetime) -> bool:
    """Delete what nobody confirmed, the documents of what is settled, and in the end who
    applied; the application itself stays, as country, authority and judgements.

    Never says that there is more: one statement each forgets all.
    """
    Application.objects.filter(
        state=ApplicationState.UNCONFIRMED, sent_at__lt=now - 2 * rules.CONFIRM_WITHIN
    ).delete()
    settled = Application.objects.filter(settled_at__isnull=False)
    old = settled.filter(settled_at__lt=now - rules.DOCUMENT_KEPT)
    ProofDocument.objects.filter(application__in=old).delete()
    settled.exclude(email="").filter(settled_at__lt=now - rules.APPLICANT_KEPT).update(
        contact_name="",
        office="",
        email="",
        letter_reference="",
        question="",
        answer="",
        by_hand="",
    )
    marked = Application.objects.exclude(sender="").filter(sent_at__lt=now - timedelta(days=2))
    marked.update(sender="")
    return False
