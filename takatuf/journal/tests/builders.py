"""A small journal to be read, tampered with and handed out."""

from django.utils import timezone

from takatuf.foundation.actors import Actor, Post
from takatuf.foundation.ids import uuid7
from takatuf.journal.services import PersonRef, record

CITY = uuid7()
LOG = f"city:{CITY}"


def someone(name, *roles, city=CITY):
    key = uuid7()
    return Actor(
        f"person:{key}", name, key, frozenset(Post(city, uuid7(), str(role)) for role in roles)
    )


def tell(actor, number=0, log=LOG, **more):
    return record(
        actor,
        more.pop("verb", "call.answered"),
        log=log,
        thing=f"call:{number}",
        about="incident:1",
        at=more.pop("at", timezone.now()),
        facts={"number": number, "agency": "الدفاع المدني"},
        **more,
    )


def fill(count=8, log=LOG):
    """A log of some entries by one person about another."""
    amina, bilal = someone("Amina Saïd"), someone("بلال")
    for number in range(count):
        tell(
            amina,
            number,
            log,
            people={"person": PersonRef(bilal.person_id, bilal.name)},
            private={"text": f"Seen at gate {number}"},
        )
    return amina, bilal
