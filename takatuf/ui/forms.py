"""How a form looks: one renderer for every form of the house."""

from django.forms.renderers import DjangoTemplates


class Renderer(DjangoTemplates):
    """Django's renderer; templates of the `ui` room come first."""
