"""The sentences of this room's acts, as a coordinator would say them aloud."""

from django.utils.translation import gettext_lazy as _

from takatuf.communications.vocabulary import CODES, Audience, code_label
from takatuf.foundation.roles import Role

VERBS = {
    "report.drafted": _("%(actor)s drafted situation report %(number)s from the picture."),
    "report.edited": _("%(actor)s edited “%(section)s” in situation report %(number)s."),
    "report.scope_set": _(
        "%(actor)s set for whom situation report %(number)s is and in which languages: "
        "%(audience)s · %(languages)s."
    ),
    "report.figure_set": _(
        "%(actor)s set the key figure “%(figure)s” in situation report %(number)s to %(value)s."
    ),
    "report.figure_removed": _(
        "%(actor)s removed the key figure “%(figure)s” from situation report %(number)s."
    ),
    "report.sent_for_approval": _("%(actor)s sent situation report %(number)s for approval."),
    "report.sent_back": _("%(actor)s sent situation report %(number)s back: %(note)s"),
    "report.approved": _(
        "%(actor)s approved situation report %(number)s. Fingerprint of its content: %(content)s"
    ),
    "report.approved_alone": _(
        "%(actor)s approved situation report %(number)s alone, as the city had nobody else who "
        "may, because: %(reason)s Fingerprint of its content: %(content)s"
    ),
    "report.confirmed": _("%(actor)s confirmed situation report %(number)s as second person."),
    "report.objected": _("%(actor)s objected to situation report %(number)s: %(note)s"),
    "report.withdrawn": _("%(actor)s withdrew situation report %(number)s, because: %(note)s"),
}


class _Sections(dict[str, str]):
    """The names of the sections, said in whichever language is read."""

    def __contains__(self, code: object) -> bool:
        return code in CODES

    def __getitem__(self, code: str) -> str:
        return code_label(code)


LABELS = {
    "section": _Sections(),
    "audience": dict(Audience.choices),
    "role": dict(Role.choices),
}
