"""Who does what at the desk: the list, seen by everybody at the incident."""


def who_does_what(language="en"):
    return f"/{language}/desk/marsa-noor/incidents/1/who-does-what/"


def test_a_list_that_is_empty_says_what_will_stand_there(desk_of, farid, incident):
    page = desk_of(farid).get(who_does_what()).content.decode()
    assert "Nobody has told yet what they do." in page
    assert "Show everything that goes on" not in page


def test_the_list_of_another_agencys_incident_is_not_found(desk_of, chen, incident):
    assert desk_of(chen).get(who_does_what()).status_code == 404
