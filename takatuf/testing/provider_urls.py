"""The addresses of the sign-in server of `takatuf.testing.provider`, and what it tells."""

from __future__ import annotations

import json
import os
from typing import Any

from allauth.idp.oidc.adapter import DefaultOIDCAdapter
from django.urls import include, path

from takatuf.testing.provider import STARTED_WITH

PEOPLE = json.loads(os.environ.get(STARTED_WITH, '{"people": []}'))["people"]
CLAIMS = {username: claims for username, _email, _verified, claims in PEOPLE}


class TellsMore(DefaultOIDCAdapter):
    """Says of a person whatever the test wants it to say, right or wrong."""

    def get_claims(self, purpose: Any, user: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        claims = super().get_claims(purpose, user, *args, **kwargs)
        if user.get_username() == "two-people" and purpose == "id_token":
            del claims["email"]  # then it is asked for beside the token
        return {**claims, **CLAIMS[user.get_username()].get(purpose, {})}


urlpatterns = [
    path("accounts/", include("allauth.account.urls")),
    path("", include("allauth.idp.urls")),
]
