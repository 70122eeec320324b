"""The guide, to be read by programs: the actions of the framework in the words that stand now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from ninja import Query, Router
from pydantic import BaseModel, Field

from takatuf.api.fields import Shape
from takatuf.api.paging import Page, Paging, page_of
from takatuf.api.shapes import Words, language
from takatuf.incidents.vocabulary import Kind
from takatuf.plans.guide import guide, narrowed
from takatuf.plans.vocabulary import Phase, Size, Workstream

if TYPE_CHECKING:
    from takatuf.plans.guide import ActionShown
    from takatuf.translation.models import Shown

router = Router(tags=["Guide"])


class GuideNarrowing(BaseModel):
    """What the actions must fit."""

    phase: Phase | None = None
    workstream: Workstream | None = None
    role: str = Field("", description="Code of a role; one that no action has finds none")
    place_size: Size | None = Field(None, description="A town also does what a village does")
    kind: Kind | None = Field(None, description="Kind of incident")


class GuideActionShape(Shape):
    code: str = Field(description="Stays the same from version to version")
    workstream: str
    phase: str
    role: str
    size: str = Field(description="The smallest place that needs it")
    kinds: list[str] = Field(description="Of incidents; empty: all")
    anchor: str = Field(description="The day from which its time is counted")
    due_minutes: int | None = Field(description="After that day, before it: negative")
    repeat_days: int | None
    after: list[str] = Field(description="Codes of what comes before")
    source: str = Field(description="Empty: practice, not yet sourced")
    title: Words
    why: Words
    pitfall: Words


def _guide_words(shown: Shown) -> Words:
    return Words(words=shown.words, language=shown.language, state=str(shown.state))


def _guide_action(one: ActionShown) -> GuideActionShape:
    plain = ("code", "workstream", "phase", "role", "size", "anchor", "repeat_days", "source")
    due = one.due_within
    return GuideActionShape(
        **{name: getattr(one, name) for name in plain},
        kinds=list(one.kinds),
        after=list(one.after),
        due_minutes=None if due is None else round(due.total_seconds() / 60),
        title=_guide_words(one.title),
        why=_guide_words(one.why),
        pitfall=_guide_words(one.pitfall),
    )


@router.get("/guide", response=Page[GuideActionShape], summary="Actions of the guide")
def actions_of_the_guide(
    request: HttpRequest, paging: Query[Paging], narrowing: Query[GuideNarrowing]
) -> Any:
    """The response framework, in the order of workstream, phase and time."""
    chosen = {name.removeprefix("place_"): str(value) for name, value in narrowing if value}
    return page_of(narrowed(guide(language()).actions, **chosen), paging, _guide_action)
