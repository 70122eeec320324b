"""How the site is translated: the page, the command and what readers get say the same."""

import json
import re

import pytest
from django.utils import timezone

from takatuf.config.command import main
from takatuf.translation.models import PublicText
from takatuf.translation.queries import shown_texts
from takatuf.translation.services import Shipped, put_texts


def numbers_of(html):
    """The rows of the table: language code → its figures in order of the columns."""
    rows = {}
    for row in re.findall(r"<tr>(.*?)</tr>", html.split("<tbody>")[1].split("</tbody>")[0], re.S):
        name = re.search(r'<th scope="row"><span>(.*?)</span>', row)[1]
        cells = re.findall(r'data-label="([^"]+)">(?:<bdi>)?([\d,–]+)', row)
        rows[name] = {label: number.replace(",", "") for label, number in cells}
    return rows


def test_the_page_and_the_command_agree(db, client, capsys):
    put_texts(
        "pages",
        [Shipped("page/parity/a", {"en": "Light the hall", "fr": "Éclairez"}, "en")],
        now=timezone.now(),
    )
    html = client.get("/en/languages/").content.decode()
    assert main(["translate", "status", "--json"]) == 0
    told = {one["language"]: one for one in json.loads(capsys.readouterr().out)["languages"]}
    rows = numbers_of(html)

    for code, name in (("ar", "Arabic"), ("fr", "French"), ("nb", "Norwegian Bokmål")):
        row, states = rows[name], told[code]["by_state"]
        assert int(row["Draft"]) == states["draft"]
        assert int(row["Missing"]) == states["missing"]
        assert sum(states.values()) == told[code]["texts"]
    assert rows["French"]["Departs from the glossary"] == str(told["fr"]["glossary_departures"])
    assert told["nb"]["glossary_departures"] is None
    assert rows["Norwegian Bokmål"]["Departs from the glossary"] == "–"
    assert told["ar"]["interface"]["missing"] == 0
    assert told["nb"]["scope"] == "public"
    read = shown_texts("", "ar").values()
    assert told["ar"]["by_state"]["draft"] == sum(
        one.language == "ar" and one.state == "draft" for one in read
    )
    assert told["ar"]["texts"] == PublicText.objects.filter(withdrawn=False).count()


@pytest.mark.parametrize("language", ["ar", "en", "fr", "nb"])
def test_the_glossary_is_read_in_every_language_and_searched_folded(db, client, language):
    html = client.get(f"/{language}/languages/glossary/").content.decode()
    assert "الاستقطاب" in html
    assert "coordinateur de la réponse" in html
    few = client.get(f"/{language}/languages/glossary/?q=إستقطاب").content.decode()
    assert "الاستقطاب" in few
    assert "coordinateur" not in few
    none = client.get(f"/{language}/languages/glossary/?q=<b>x").content.decode()
    assert "<b>x" not in none
    assert 'class="empty' in none


def test_a_file_of_a_translator_comes_in_by_the_command(db, tmp_path, capsys):
    put_texts("pages", [Shipped("page/po/a", {"en": "Light the hall"}, "en")], now=timezone.now())
    path = tmp_path / "nb.po"
    assert main(["translate", "export", "--lang", "nb", "--kind", "page", "--out", str(path)]) == 0
    path.write_text(path.read_text().replace('hall"\nmsgstr ""', 'hall"\nmsgstr "Tenn lys %(x)s"'))
    capsys.readouterr()

    assert main(["translate", "import", str(path), "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert [fault["code"] for fault in told["faults"]] == ["places"]
    assert told["faults"][0]["line"] > 5

    path.write_text(path.read_text().replace(" %(x)s", ""))
    assert main(["translate", "import", str(path), "--check"]) == 0
    assert shown_texts(["page/po/a"], "nb")["page/po/a"].language == "en"
    assert main(["translate", "import", str(path), "--lang", "fr"]) == 1
    assert main(["translate", "import", str(path)]) == 0
    assert shown_texts(["page/po/a"], "nb")["page/po/a"].words == "Tenn lys"
    assert main(["translate", "export", "--lang", "tlh"]) == 1
