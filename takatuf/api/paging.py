"""Long lists come page by page, in the envelope of HSDS 3."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

from django.db.models import QuerySet
from pydantic import BaseModel, Field

from takatuf.api.fields import Shape
from takatuf.foundation.lists import slim, stretch

T = TypeVar("T")


class Paging(BaseModel):
    """Which page of a list, and how long the pages are."""

    page: int = Field(1, ge=1, le=100_000, description="Counts from 1")
    size: int = Field(50, ge=1, le=100, description="Things on a page")


class Page(Shape, Generic[T]):
    """One page of a list."""

    total_items: int
    total_pages: int
    page_number: int
    size: int = Field(description="Things on this page")
    first_page: bool
    last_page: bool
    empty: bool
    contents: list[T]


def page_of(
    found: QuerySet[Any] | Sequence[Any],
    paging: Paging,
    shape: Callable[[Any], T],
    *,
    prepare: Callable[[list[Any]], object] | None = None,
    beside: Sequence[str] = (),
    keys_first: bool = False,
) -> dict[str, Any]:
    """The page asked for: two statements for a queryset, however long the list is.

    `beside` as in `slim`; `keys_first` where no index gives the order, see `stretch`.

    `prepare` is given the page's things before they are shaped, to look up together what
    each of them needs.
    """
    total = found.count() if isinstance(found, QuerySet) else len(found)
    pages = -(-total // paging.size)
    start = (paging.page - 1) * paging.size
    if isinstance(found, QuerySet):
        found = slim(found, beside)
    things: list[Any] = []
    if start < total and keys_first and isinstance(found, QuerySet):
        things = list(stretch(found, start, start + paging.size))
    elif start < total:
        things = list(found[start : start + paging.size])
    if prepare is not None:
        prepare(things)
    return {
        "total_items": total,
        "total_pages": pages,
        "page_number": paging.page,
        "size": len(things),
        "first_page": paging.page == 1,
        "last_page": paging.page >= pages,
        "empty": not things,
        "contents": [shape(thing) for thing in things],
    }
