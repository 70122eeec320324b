"""The guide and the front page: read by anyone, in their language, without an account."""

import re

import pytest
from django.test import Client
from django.utils import timezone, translation

from takatuf.learning.pages import shipped_pages
from takatuf.plans.framework import framework
from takatuf.plans.services import start_plan

pytestmark = pytest.mark.django_db
LANGUAGES = ["ar", "en", "fr"]
ACTION = framework().actions[0]
LISTS = [
    "guide/",
    "guide/actions/",
    "guide/actions/?page=4",
    "guide/phase/first-hour/",
    "guide/workstream/support/?role=mayor&size=village",
    "guide/cells/first-day/support/",
    "guide/role/mayor/",
    "guide/size/village/",
    "guide/kind/threat/",
    "guide/now/?size=city&kind=threat",
    f"guide/{ACTION.code}/",
]


@pytest.fixture
def read(client):
    """A page as a stranger gets it; the test fails where it is not there."""

    def inner(path):
        answer = client.get(path)
        assert answer.status_code == 200, path
        return answer.content.decode()

    return inner


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_of_the_guide_opens_in_every_language(read, language, path):
    html = read(f"/{language}/{path}")

    assert f'<html lang="{language}"' in html
    others = set(re.findall(r'<bdi lang="(\w+)"', html)) - {language}
    assert not others, "a text of another language stands on the page"


def test_every_way_of_the_overview_leads_to_as_many_actions_as_it_says(read):
    html = read("/en/guide/")

    ways = re.findall(r'<a href="(/en/guide/[^"]+)"[^>]*>[^<]*</a>[^<]*<span[^>]*>(\d+)', html)
    assert len(ways) > 15
    for url, count in ways[::4]:
        assert f">{count} action" in read(url)


@pytest.mark.parametrize(
    "path",
    [
        "guide/phase/no-such-phase/",
        "guide/colour/red/",
        "guide/cells/first-day/no-such-stream/",
        "guide/actions/?role=emperor",
        "guide/now/?size=planet",
        "guide/leadership.first-hour.no-such-act/",
        "guide/role/operator/?kind=nonsense",
    ],
)
def test_an_address_made_by_hand_is_not_found(client, path):
    assert client.get(f"/en/{path}").status_code == 404


def test_a_choice_that_nothing_fits_says_so_and_shows_the_way_back(read):
    html = read("/en/guide/phase/prepare/?workstream=support&role=national-liaison&size=village")

    assert "No action fits all of this." in html
    assert 'href="/en/guide/actions/"' in html


def test_an_action_says_what_why_who_when_and_where_from(read):
    html = read("/en/guide/leadership.first-hour.open-log/")

    action = framework().by_code["leadership.first-hour.open-log"]
    for field in ("title", "why", "pitfall"):
        assert action.words[field]["en"] in html
    assert "within 10 minutes of the declaration" in html
    assert "Response coordinator" in html
    assert "Practice, not yet sourced" in html


def test_an_hour_after_it_happened_anyone_gets_a_list_from_one_press(client, read):
    assert 'href="/ar/guide/now/"' in read("/ar/")

    html = read("/ar/guide/now/")

    assert html.count('type="checkbox"') == 12
    assert html.index("112") < html.index('type="checkbox"'), "the emergency number comes first"
    assert "<form" not in html.partition("<main")[2], "nothing of the list is sent"
    assert not client.cookies


def test_a_page_of_the_guide_asks_the_database_little(read, django_assert_max_num_queries):
    read("/en/guide/actions/")

    for path in ("guide/", "guide/actions/", f"guide/{ACTION.code}/", "guide/now/"):
        with django_assert_max_num_queries(4):
            read(f"/en/{path}")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_front_page_tells_its_story_in_order_and_claims_no_kinship(read, language):
    html = read(f"/{language}/")
    told = shipped_pages()["front"]

    places = [html.index(told[f"{name}-title"][language]) for name in ("why", "dialogue", "guide")]
    assert places == sorted(places)
    with translation.override(language):
        assert told["credit"][language] in html
    assert html.index("/guide/now/") < places[0]


@pytest.mark.once
@pytest.mark.parametrize(
    ("page", "name"), [(page, name) for page, texts in shipped_pages().items() for name in texts]
)
def test_the_prose_that_ships_is_whole_in_every_language(page, name):
    words = shipped_pages()[page][name]

    assert all(words[language].strip() for language in LANGUAGES)
    assert not re.search(r" [:;!?»]|« ", words["fr"]), "French needs a no-break space there"
    assert re.search("[\u0600-\u06ff]", words["ar"])


@pytest.fixture
def plan(city, municipality, amina, act):
    return start_plan(act(amina), city, title="Ours", size="village", now=timezone.now())


def test_who_plans_adds_an_action_to_the_plan_from_where_it_is_read(signed_in, plan, amina):
    browser = signed_in(amina)
    code = next(one.code for one in framework().actions if one.size == "city")
    page = f"/en/guide/{code}/"
    assert "Add to our plan" in browser.get(page).content.decode()

    address = f"/en/desk/{plan.city.slug}/plans/{plan.slug}/actions/"
    answer = browser.post(address, {"code": code}, follow=True)

    assert answer.redirect_chain == [(page, 302)]
    html = answer.content.decode()
    assert "It is in the plan" in html
    assert "Add to our plan" not in html
    step = plan.steps.get(code=code)
    assert page in browser.get(f"/en/desk/{plan.city.slug}/plans/ours/steps/{step.pk}/").text
    again = browser.post(address, {"code": code}, follow=True)
    assert "This action is in the plan already." in again.content.decode()
    assert browser.post(address, {"code": "leadership.first-hour.nothing"}).status_code == 404


def test_nobody_else_is_told_of_the_plan(client, signed_in, plan, farid, stranger, amina):
    page = f"/en/guide/{ACTION.code}/"
    unsure = Client()
    unsure.force_login(amina)  # a coordinator who has set up no second step yet
    for browser in (client, signed_in(farid), signed_in(stranger), unsure):
        assert "Ours" not in browser.get(page).content.decode()
    for browser, status in ((signed_in(farid), 403), (signed_in(stranger), 404)):
        address = f"/en/desk/{plan.city.slug}/plans/{plan.slug}/actions/"
        assert browser.post(address, {"code": ACTION.code}).status_code == status
