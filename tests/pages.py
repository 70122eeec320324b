"""A reader of pages for story tests: it follows links and fills in forms, nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from django.test import Client


@dataclass
class Form:
    action: str = ""
    method: str = "get"
    values: dict[str, str] = field(default_factory=dict)
    fields: set[str] = field(default_factory=set)
    buttons: list[list[str]] = field(default_factory=list)  # name, value, words


class _Reader(HTMLParser):
    """The forms, the links and the words of a page."""

    def __init__(self, html):
        super().__init__()
        self.forms, self.links, self.words, self.open = [], [], [], []
        self.select = self.button = self.link = self.area = None
        self.form = None
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        at = dict(attrs)
        if tag == "form":
            self.form = Form(at.get("action") or "", (at.get("method") or "get").lower())
            self.forms.append(self.form)
        elif tag == "a":
            self.link = [at.get("href") or "", ""]
            self.links.append(self.link)
        elif self.form is not None and at.get("name"):
            name, kind = at["name"], at.get("type", "text")
            if tag == "button":
                pass
            elif tag == "select":
                self.select = name
                self.form.fields.add(name)
            elif tag == "textarea":
                self.area = name
                self.form.fields.add(name)
                self.form.values[name] = ""
            elif tag == "input":
                self.form.fields.add(name)
                if kind not in ("radio", "checkbox"):
                    self.form.values[name] = at.get("value") or ""
                elif "checked" in at:
                    self.form.values[name] = at.get("value") or "on"
        chosen = self.form is None or "selected" in at or self.select not in self.form.values
        if tag == "option" and self.select and self.form is not None and chosen:
            self.form.values[self.select] = at.get("value") or ""
        if tag == "button" and self.form is not None:
            self.button = [at.get("name") or "", at.get("value") or "", ""]
            self.form.buttons.append(self.button)

    def handle_endtag(self, tag):
        if tag == "form":
            self.form = None
        elif tag in ("select", "button", "a", "textarea"):
            setattr(self, {"a": "link", "textarea": "area"}.get(tag, tag), None)

    def handle_data(self, data):
        self.words.append(data)
        if self.button is not None:
            self.button[2] += data
        if self.link is not None:
            self.link[1] += data
        if self.area is not None and self.form is not None:
            self.form.values[self.area] += data


class Reader:
    """Somebody at a browser without JavaScript."""

    def __init__(self, **headers):
        self.client = Client(**headers)
        self.address = "/"
        self.status = 0
        self.page = _Reader("")

    def open(self, address):
        return self._took(self.client.get(urljoin(self.address, address), follow=True), address)

    def _took(self, answer, address):
        self.address = urljoin(self.address, address)
        if answer.redirect_chain:
            self.address = urlsplit(answer.redirect_chain[-1][0]).path
        self.status, self.html = answer.status_code, answer.content.decode()
        self.page = _Reader(self.html)
        return self

    @property
    def words(self):
        return " ".join(" ".join(self.page.words).split())

    def follow(self, words):
        """Press the link that holds these words."""
        for address, text in self.page.links:
            if words in text:
                return self.open(address)
        raise AssertionError(f"no link “{words}” on {self.address}: {self.page.links}")

    def press(self, words, **values):
        """Fill in the form that has this button, and press it."""
        for form in self.page.forms:
            for name, value, text in form.buttons:
                if words in " ".join(text.split()):
                    unknown = set(values) - form.fields
                    assert not unknown, f"no field {unknown} in the form of “{words}”"
                    data = form.values | values | ({name: value} if name else {})
                    to = urljoin(self.address, form.action or self.address)
                    send = self.client.get if form.method == "get" else self.client.post
                    return self._took(send(to, data, follow=True), to)
        raise AssertionError(f"no button “{words}” on {self.address}\n{self.words[:1500]}")

    def sees(self, *texts):
        for text in texts:
            assert text in self.words, f"“{text}” is not on {self.address}:\n{self.words[:2500]}"
        return self
