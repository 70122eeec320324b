from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from takatuf.accounts.models import Receipt
from takatuf.accounts.receipts import KEPT, once
from takatuf.foundation.errors import Refused


def make(made):
    made.append(uuid4())
    return made[-1]


def test_a_request_with_one_key_is_carried_out_once(amina):
    made, now = [], timezone.now()
    first = once(amina.pk, "k", request=b"a", act=lambda: make(made), now=now)
    second = once(amina.pk, "k", request=b"a", act=lambda: make(made), now=now)
    assert (first, second) == ((made[0], False), (made[0], True))
    assert len(made) == 1


def test_a_key_serves_one_request_and_one_person(amina, farid):
    made, now = [], timezone.now()
    once(amina.pk, "k", request=b"a", act=lambda: make(made), now=now)
    with pytest.raises(Refused) as refusal:
        once(amina.pk, "k", request=b"b", act=lambda: make(made), now=now)
    assert refusal.value.code == "key-reused"
    once(farid.pk, "k", request=b"b", act=lambda: make(made), now=now)
    assert len(made) == 2


def test_a_refused_request_leaves_no_receipt(amina):
    def refuse():
        raise Refused("no")

    with pytest.raises(Refused):
        once(amina.pk, "k", request=b"a", act=refuse, now=timezone.now())
    assert not Receipt.objects.exists()


def test_receipts_are_not_kept_for_ever(amina):
    now = timezone.now()
    once(amina.pk, "old", request=b"a", act=uuid4, now=now - KEPT - timedelta(days=1))
    once(amina.pk, "new", request=b"a", act=uuid4, now=now)
    assert Receipt.objects.count() == 1
