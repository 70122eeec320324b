"""What is sent from the side-by-side page: words, a press, a reason."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from takatuf.translation.beside import Beside
from takatuf.translation.services.versions import MOST_REASON
from takatuf.ui.forms import WordsArea
from takatuf.ui.reading import direction_of


class Acted(forms.Form):
    """Which text, as it was seen. A page has several of one text: what is hidden has no id."""

    key = forms.CharField(widget=forms.HiddenInput({"id": False}))
    seen = forms.CharField(widget=forms.HiddenInput({"id": False}))

    def __init__(self, data: Any = None, *, one: Beside, index: int, language: str) -> None:
        super().__init__(
            data,
            prefix=f"t{index}",
            initial={"key": one.key, "seen": one.mark, "words": one.version.words},
        )


class WriteForm(Acted):
    words = forms.CharField(label=_("Version"), widget=WordsArea)

    def __init__(self, data: Any = None, *, one: Beside, index: int, language: str) -> None:
        super().__init__(data, one=one, index=index, language=language)
        self.fields["words"].widget.attrs |= {
            "lang": language,
            "dir": direction_of(language),
            "rows": min(14, max(2, len(one.source.words) // 45 + 1)),
        }


class ApproveForm(Acted):
    alone_reason = forms.CharField(
        label=_("Why do you approve it alone?"),
        required=False,
        max_length=MOST_REASON,
        widget=WordsArea({"rows": 2}),
        help_text=_("You wrote this version. Readers are told that nobody else approved it."),
    )

    def __init__(self, data: Any = None, *, one: Beside, index: int, language: str) -> None:
        super().__init__(data, one=one, index=index, language=language)
        if not one.own:
            del self.fields["alone_reason"]


class SendBackForm(Acted):
    reason = forms.CharField(
        label=_("What is to be mended?"),
        required=False,
        max_length=MOST_REASON,
        widget=WordsArea({"rows": 2}),
    )


class ApproveAllForm(forms.Form):
    """The marks of all versions on the page travel beside it, as `seen:<key>`."""

    alone_reason = forms.CharField(
        label=_("Why do you approve them alone?"),
        required=False,
        max_length=MOST_REASON,
        widget=WordsArea({"rows": 2}),
        help_text=_("You wrote some of these versions. Readers are told so."),
    )

    def __init__(self, data: Any = None, *, own: bool) -> None:
        super().__init__(data, prefix="all")
        if not own:
            del self.fields["alone_reason"]
