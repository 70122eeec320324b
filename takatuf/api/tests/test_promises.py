"""The register of promises for programs."""

from takatuf.api.tests.conftest import problem_of

DUE = "2031-03-01T10:00:00+02:00"


def test_a_promise_is_made_moved_given_worded_and_kept(
    amina_calls, farid_calls, stranger_calls, incident, fire, city
):
    promise = {
        "city": city.slug, "incident": str(incident.pk), "text": "A hall", "due_at": DUE,
        "promised_to": "The association",
    }  # fmt: skip
    made = amina_calls.post("/promises", promise, **{"Idempotency-Key": "1"})
    assert made.status_code == 201, made.content
    one = f"/promises/{made.json()['id']}"
    assert amina_calls.get(f"/log/{made.json()['entry']}").json()["promised_to"]
    problem_of(stranger_calls.get(one), 404)
    problem_of(farid_calls.post(f"{one}/settle", {"outcome": "kept", "note": "x"}), 403)
    problem_of(amina_calls.post(f"{one}/move", {"due_at": DUE, "reason": "x"}), 409, "same-day")

    later = "2031-09-01T10:00:00+02:00"
    moved = amina_calls.post(f"{one}/move", {"due_at": later, "reason": "The frost"}).json()
    assert [move["reason"] for move in moved["moves"]] == ["The frost"]
    given = amina_calls.post(f"{one}/give", {"agency": str(fire.pk), "role": "liaison"}).json()
    assert given["agency"]["name"] == fire.name
    words = amina_calls.send("PUT", f"{one}/words", {"words": "A hall for all"}).json()
    assert words["shown_words"] == "A hall for all"
    ended = farid_calls.post(f"{one}/settle", {"outcome": "kept", "note": "It stands"}).json()
    assert ended["state"] == "kept"

    listed = amina_calls.get(f"/promises?city={city.slug}&which=kept").json()
    assert listed["total_items"] == 1
    assert len(amina_calls.get(f"/promises/quarters?city={city.slug}").json()) == 8
    problem_of(farid_calls.get(f"/promises/quarters?city={city.slug}"), 403)
    problem_of(stranger_calls.get(f"/promises?city={city.slug}"), 404)
