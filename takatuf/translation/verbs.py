"""The sentences of this room's acts, as a coordinator would say them aloud."""

from django.conf import settings
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from takatuf.translation.vocabulary import Outcome
from takatuf.ui.reading import language_name

language_in_words = lazy(language_name, str)

VERBS = {
    "machine.asked": _(
        "%(actor)s asked the machine for the language %(language)s; texts: %(count)s, sent to: "
        "%(place)s."
    ),
    "machine.stopped": _(
        "%(actor)s stopped the machine in the language %(language)s; texts: %(done)s of %(total)s."
    ),
    "machine.finished": _(
        "The machine is through with the language %(language)s; texts: %(done)s of %(total)s."
    ),
    "machine.given_up": _(
        "The machine did not answer any more in the language %(language)s; texts: %(done)s of "
        "%(total)s."
    ),
    "mistake.reported": _("A reader reported a mistake in a public text."),
    "mistake.settled": _("%(actor)s settled a reported mistake: %(outcome)s."),
    "mistake.reopened": _("%(actor)s opened a reported mistake again."),
    "text.source_written": _("%(actor)s rewrote the source of the public text %(text)s."),
    "text.version_written": _(
        "%(actor)s wrote a version of the public text %(text)s in this language: %(language)s."
    ),
    "text.version_reviewed": _(
        "%(actor)s reviewed the version of the public text %(text)s in this language: %(language)s."
    ),
    "text.version_approved": _(
        "%(actor)s approved the version of the public text %(text)s in this language: %(language)s."
    ),
    "text.version_approved_alone": _(
        "%(actor)s approved their own version of the public text %(text)s alone, in this language: "
        "%(language)s. Reason: “%(reason)s”"
    ),
    "text.version_sent_back": _(
        "%(actor)s made the version of the public text %(text)s a draft again, in this language: "
        "%(language)s. Reason: “%(reason)s”"
    ),
    "texts.approved": _(
        "%(actor)s read the page %(page)s side by side and approved what waited there "
        "(%(language)s, texts: %(count)s, alone: %(alone)s)."
    ),
    "texts.imported": _(
        "%(actor)s took in versions of public texts from a file (%(language)s, texts: %(count)s)."
    ),
}

LABELS = {
    "outcome": dict(Outcome.choices),
    "language": {code: language_in_words(code) for code, _name in settings.LANGUAGES},
}
