"""The map of the API: every address below `/api/v1/`, and one answer for all others."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.urls import URLPattern, URLResolver, re_path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from takatuf.api import (
    activities,
    alerts,
    communications,
    coverage,
    decisions,
    description,
    door,
    guide,
    handing,
    imports,
    improvements,
    incidents,
    journal,
    languages,
    library,
    meetings,
    needs,
    network,
    overlaps,
    plans,
    problems,
    promises,
    scene,
    search,
    surveys,
    who_does_what,
    who_is_who,
)

api = description.Takatuf(
    title="Takatuf",
    version="1",
    description="From the first call to a coordinated response: the same use cases and the "
    "same doors as the desk.",
    auth=[door.Token(), door.Session()],
    urls_namespace="api",
    openapi_url="/openapi.json",
    docs_url=None,
)
for room in (
    network,
    incidents,
    scene,
    handing,
    activities,
    coverage,
    imports,
    overlaps,
    who_does_what,
    who_is_who,
    needs,
    surveys,
    decisions,
    meetings,
    promises,
    communications,
    alerts,
    search,
    plans,
    improvements,
    guide,
    library,
    languages,
    journal,
):
    api.add_router("", room.router)
problems.answer_refusals(api)

app_name = "api"
urlpatterns: list[URLPattern | URLResolver] = [
    *api.urls[0],
    re_path(r"", csrf_exempt(problems.not_found), name="nothing"),
]
for pattern in urlpatterns:
    if isinstance(pattern, URLPattern):
        if pattern.name == "openapi-json":
            pattern.callback = require_safe(pattern.callback)
        # The API has a door of its own: it answers 401, where a page would send to sign in.
        pattern.callback = login_not_required(problems.in_one_voice(pattern.callback))
