"""Where somebody begins who was handed a link, because no letter can be sent.

The page is the same for somebody new and for somebody who has an account that the city which
hands the link over cannot know of; whoever opens it learns nothing by that.
"""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from takatuf.accounts.forms import NewPasswordForm
from takatuf.accounts.services import begin_with
from takatuf.foundation.errors import NotFound, Refused
from takatuf.network.access import handed_for


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: HttpRequest, token: str) -> HttpResponse:
    """Choose a password; or sign in, and find there what one was offered."""
    sign_in = f"{reverse('account_login')}?{urlencode({'next': reverse('desk:account')})}"
    # 200 also where something needs mending: a log of refusals would hold the link.
    status, form = 200, None
    try:
        handed = handed_for(token, timezone.now())
    except NotFound:
        status = 404
    else:
        form = NewPasswordForm(request.POST or None, user=handed.person)
        if request.method == "POST" and form.is_valid():
            try:
                begin_with(handed, form.cleaned_data["password1"], timezone.now())
            except Refused as refusal:
                form.add_error(None, ValidationError(str(refusal)))
            else:
                messages.success(request, _("Your password is set. Sign in with it."))
                return redirect(sign_in)
    context = {"form": form, "sign_in": sign_in, "page_title": _("Choose a password")}
    response = render(request, "public/begin/begin.html", context, status=status)
    add_never_cache_headers(response)
    response["X-Robots-Tag"] = "noindex"
    return response
