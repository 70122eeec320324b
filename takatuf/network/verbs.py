"""The sentences of this room's acts, as a coordinator would say them aloud."""

from django.utils.translation import gettext_lazy as _

from takatuf.foundation.roles import Role
from takatuf.network.vocabulary import AgencyKind, Level, Listing

VERBS = {
    "city.added": _("%(actor)s took in the city %(city)s (%(country)s)."),
    "application.received": _(
        "An application to join was received (%(country)s, %(level)s); its address is confirmed."
    ),
    "application.withdrawn": _("The applicant withdrew an application to join (%(country)s)."),
    "application.asked": _(
        "%(actor)s asked an applicant who wants to join for more (%(country)s)."
    ),
    "application.answered": _("An applicant who wants to join answered (%(country)s)."),
    "application.approved": _(
        "%(actor)s said yes to an application to join (%(country)s): %(reason)s"
    ),
    "application.approved_alone": _(
        "%(actor)s alone said yes to an application to join (%(country)s), because nobody else "
        "was there; a second person looks at it later: %(reason)s"
    ),
    "application.approval_taken_back": _(
        "%(actor)s took back their yes to an application to join (%(country)s)."
    ),
    "application.refused": _("%(actor)s refused an application to join (%(country)s): %(reason)s"),
    "application.taken_up": _("%(actor)s took a refused application up again (%(country)s)."),
    "application.looked_at_again": _(
        "%(actor)s looked at what one person approved alone (%(country)s): %(reason)s"
    ),
    "application.admitted": _("%(city)s (%(country)s) was admitted on its application."),
    "city.listed": _(
        "%(actor)s chose what the public list of members shows of the city: %(listing)s."
    ),
    "agency.created": _("%(actor)s added the agency “%(agency)s” (%(kind)s, %(level)s)."),
    "agency.edited": _("%(actor)s changed the agency “%(agency)s”."),
    "agency.retired": _("%(actor)s retired the agency “%(agency)s”; it is not called any more."),
    "agency.restored": _("%(actor)s brought back the agency “%(agency)s”."),
    "organisation.named": _("%(actor)s noted that “%(organisation)s” is also called “%(name)s”."),
    "organisation.unnamed": _(
        "%(actor)s noted that “%(name)s” is no name of “%(organisation)s” any more."
    ),
    "organisation.edited": _(
        "%(actor)s changed what is known of the organisation “%(organisation)s”."
    ),
    "organisation.merged": _(
        "%(actor)s said that “%(gone)s” is the same organisation as “%(organisation)s”; %(count)s "
        "of its activities moved there."
    ),
    "organisation.parted": _(
        "%(actor)s said that “%(gone)s” is not the same organisation as “%(organisation)s”; "
        "%(count)s activities moved back."
    ),
    "organisation.kept_apart": _(
        "%(actor)s said that “%(organisation)s” and “%(other)s” are two different organisations."
    ),
    "organisation.names_read": _(
        "%(actor)s read a list of names of organisations: %(new)s new names, %(proposed)s pairs "
        "proposed as one."
    ),
    "post.given": _("%(actor)s gave %(person)s the post of %(role)s at “%(agency)s”."),
    "post.accepted": _("%(actor)s accepted the post of %(role)s at “%(agency)s”."),
    "post.declined": _("%(actor)s declined the post of %(role)s at “%(agency)s”."),
    "post.changed": _("%(actor)s changed the post of %(person)s at “%(agency)s”."),
    "post.ended": _("%(actor)s ended the post of %(person)s as %(role)s at “%(agency)s”."),
    "rota.set": _("%(actor)s set the duty rota of %(person)s at “%(agency)s”."),
    "contact.corrected": _("%(actor)s corrected how %(person)s is called and reached."),
    "person.appointed": _("%(actor)s appointed %(person)s as %(role)s of the installation."),
    "appointment.ended": _("%(actor)s ended the appointment of %(person)s as %(role)s."),
    "password_link.made": _("%(actor)s made a link with which %(person)s chooses a new password."),
    "areas.imported": _(
        "%(actor)s read the districts from a file: %(new)s new, %(updated)s updated, "
        "%(unchanged)s unchanged, %(rejected)s rejected."
    ),
    "partners.imported": _(
        "%(actor)s read the partners from a file: %(new)s new, %(updated)s updated, "
        "%(unchanged)s unchanged, %(rejected)s rejected."
    ),
}

LABELS = {
    "kind": dict(AgencyKind.choices),
    "level": dict(Level.choices),
    "listing": dict(Listing.choices),
    "role": dict(Role.choices),
}
