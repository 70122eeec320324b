"""One's own posts: what is offered, what one holds."""

import pytest
from django.utils import timezone

from takatuf.network.services import give_post

ACCOUNT = "/en/desk/account/"


@pytest.fixture
def offer(act, amina, fire, stranger):
    post = give_post(
        act(amina), fire, email=stranger.email, name="As typed", role="mayor",
        phone="+962790000099", call_order=1, now=timezone.now(),
    )  # fmt: skip
    return post.person


def test_an_offer_says_who_offers_what_and_what_follows(desk_of, stranger, offer, fire):
    page = desk_of(stranger).get(ACCOUNT).content.decode()
    for words in ("Posts offered to you", "Marsa Noor", fire.name, "Mayor", "As typed",
                  "needs the second step", "Municipality of Elsewhere"):  # fmt: skip
        assert words in page


def test_accepting_leads_to_the_desk_of_the_city(desk_of, stranger, offer):
    browser = desk_of(stranger)
    page = browser.post(f"{ACCOUNT}offers/{offer.pk}/accept/", follow=True).content.decode()
    assert "You serve Marsa Noor now" in page
    assert "A city offers you a post" not in page
    assert browser.get("/en/desk/marsa-noor/contacts/").status_code == 200


def test_whoever_is_offered_nothing_sees_their_posts(desk_of, farid, offer):
    page = desk_of(farid).get(ACCOUNT).content.decode()
    assert "Posts offered to you" not in page
    assert "Partner liaison" in page
    browser = desk_of(farid)
    for act in ("accept", "decline"):
        assert browser.post(f"{ACCOUNT}offers/{offer.pk}/{act}/").status_code == 404


def test_ones_own_page_costs_few_statements(desk_of, stranger, offer, statements_of):
    count, _page = statements_of(desk_of(stranger), ACCOUNT)
    assert count <= 8
