"""How far each language is, to be read by programs: the account of the public page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from ninja import Router
from pydantic import Field

from takatuf.api.fields import Shape
from takatuf.translation.standing import standing

if TYPE_CHECKING:
    from takatuf.translation.standing import Standing

router = Router(tags=["Languages"])


class InterfaceShape(Shape):
    total: int = Field(description="Sentences; of a public language those of the public pages")
    translated: int
    missing: int


class LanguageShape(Shape):
    language: str = Field(description="BCP 47")
    own_name: str
    scope: str = Field(description="whole: the system speaks it; public: the public pages alone")
    texts: int
    by_state: dict[str, int] = Field(
        description="source, machine, draft, reviewed, approved, behind, missing"
    )
    approved_alone: int = Field(description="By the person who wrote them")
    glossary_departures: int | None = Field(
        description="Texts; null where the glossary has not got the language"
    )
    interface: InterfaceShape


def _language(one: Standing) -> LanguageShape:
    shown = one.interface
    return LanguageShape(
        language=one.code,
        own_name=one.own_name,
        scope="whole" if one.whole else "public",
        texts=one.texts,
        by_state=one.by_state,
        approved_alone=one.alone,
        glossary_departures=one.departures,
        interface=InterfaceShape(
            total=shown.total, translated=shown.translated, missing=shown.missing
        ),
    )


@router.get("/languages", response=list[LanguageShape], summary="How far each language is")
def languages(request: HttpRequest) -> Any:
    """The installed languages with their public texts by state; the numbers of the page *How
    this site is translated* and of `takatuf translate status`."""
    return [_language(one) for one in standing()]
