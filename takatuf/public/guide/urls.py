from django.urls import path, register_converter

from takatuf.public.guide import views


class ActionCode:
    """The code of an action: workstream, phase and words, with dots between."""

    regex = r"[a-z]+\.[a-z-]+\.[a-z0-9-]+"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(ActionCode, "action")

urlpatterns = [
    path("", views.overview, name="guide"),
    path("actions/", views.actions, name="guide-actions"),
    path("guide.pdf", views.pdf, name="guide-pdf"),
    path("now/", views.now, name="guide-now"),
    path("cells/<slug:phase>/<slug:workstream>/", views.cell, name="guide-cell"),
    path("<action:code>/", views.action, name="guide-action"),
    path("<slug:by>/<slug:value>/", views.actions, name="guide-list"),
]
