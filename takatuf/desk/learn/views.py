from __future__ import annotations

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from takatuf.desk.learn.parts import parts_of_learn, waiting_in_learn
from takatuf.desk.shortcuts import Request, desk_page


@require_safe
def learn(request: Request) -> HttpResponse:
    """What of the place Learn is the reader's; nothing of it for anybody else."""
    parts = list(parts_of_learn(request.actor))
    if not parts:
        raise Http404
    return desk_page(
        request,
        "desk/learn/learn.html",
        here="learn",
        page_title=_("Learn"),
        parts=parts,
        waiting={line.url: line.number for line in waiting_in_learn(request.actor)},
    )
