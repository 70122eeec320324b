"""`takatuf person …`: let people in, and help those who cannot get in; for the operator."""

import argparse

from takatuf.config.commands import Answer, Subparsers, group, leaf, person_named


def add_parser(sub: Subparsers) -> None:
    people = group(sub, "person", "Let a person in, or help one who cannot get in")
    made = leaf(
        people,
        "password-link",
        "Make a link with which a person chooses a password, once",
        password_link,
    )
    made.add_argument("email", metavar="EMAIL")
    made = leaf(
        people,
        "remove-second-step",
        "Take away a second step whose telephone and recovery codes are lost",
        remove_second_step,
    )
    made.add_argument("email", metavar="EMAIL")
    made.add_argument("--reason", required=True, help="for the record")
    made = leaf(
        people,
        "unlink-sign-in",
        "Take away the link of an account to the server at which the person signs in",
        unlink_sign_in,
    )
    made.add_argument("email", metavar="EMAIL")
    made.add_argument("--reason", required=True, help="for the record")
    made = leaf(people, "close", "Let a person in no longer", close)
    made.add_argument("email", metavar="EMAIL")
    made = leaf(people, "open", "Let a person in again whose account was closed", open_again)
    made.add_argument("email", metavar="EMAIL")
    for name, summary, run in [
        ("appoint", "Give a person a role in the installation itself", appoint),
        ("dismiss", "Take back a role in the installation", dismiss),
    ]:
        made = leaf(people, name, summary, run)
        made.add_argument("email", metavar="EMAIL")
        made.add_argument("--role", required=True, choices=("operator", "secretariat"))


def password_link(args: argparse.Namespace) -> Answer:
    from django.utils import timezone
    from django.utils.translation import gettext as _

    from takatuf.foundation.actors import COMMAND
    from takatuf.network.services import make_password_link

    person = person_named(args.email)
    link = make_password_link(COMMAND, person, now=timezone.now())
    words = _("Once, within three days, a password can be set at: %(link)s")
    return Answer({"email": person.email, "password_link": link}, words % {"link": link})


def remove_second_step(args: argparse.Namespace) -> Answer:
    from django.utils import timezone
    from django.utils.translation import gettext as _

    from takatuf.accounts.services import reset_second_factor
    from takatuf.foundation.actors import COMMAND

    person = person_named(args.email)
    reset_second_factor(COMMAND, person, reason=args.reason, now=timezone.now())
    words = _("The second step of %(name)s is gone; they set up a new one at the next sign-in.")
    return Answer({"email": person.email, "second_step": False}, words % {"name": person.name})


def unlink_sign_in(args: argparse.Namespace) -> Answer:
    from django.utils import timezone
    from django.utils.translation import gettext as _

    from takatuf.accounts.services import unlink_sign_in as unlink
    from takatuf.foundation.actors import COMMAND

    person = person_named(args.email, closed=True)
    unlink(COMMAND, person, reason=args.reason, now=timezone.now())
    words = _("The account of %(name)s is linked to no other sign-in any more.")
    return Answer({"email": person.email, "linked": False}, words % {"name": person.name})


def close(args: argparse.Namespace) -> Answer:
    from django.utils import timezone
    from django.utils.translation import gettext as _

    from takatuf.accounts.services import close_account
    from takatuf.foundation.actors import COMMAND

    person = close_account(COMMAND, person_named(args.email, closed=True), timezone.now())
    words = _(
        "The account of %(name)s is closed. Their sessions and keys have ended, and the actions "
        "that they held are open again for their roles."
    )
    return Answer({"email": person.email, "open": False}, words % {"name": person.name})


def open_again(args: argparse.Namespace) -> Answer:
    from django.utils import timezone
    from django.utils.translation import gettext as _

    from takatuf.accounts.services import open_account
    from takatuf.foundation.actors import COMMAND

    person = open_account(COMMAND, person_named(args.email, closed=True), timezone.now())
    words = _("The account of %(name)s is open.")
    return Answer({"email": person.email, "open": True}, words % {"name": person.name})


def appoint(args: argparse.Namespace) -> Answer:
    from django.utils import timezone
    from django.utils.translation import gettext as _

    from takatuf.foundation.actors import COMMAND
    from takatuf.foundation.roles import Role
    from takatuf.network.services import appoint as appointed
    from takatuf.network.services import make_password_link

    now = timezone.now()
    post = appointed(COMMAND, email=args.email, role=args.role, now=now)
    document = {"email": post.person.email, "role": post.role}
    text = _("%(name)s is appointed: %(role)s.") % {
        "name": post.person.name,
        "role": Role(post.role).label,
    }
    if not post.person.has_usable_password():
        document["password_link"] = make_password_link(COMMAND, post.person, now=now)
        text += "\n" + _("Once, within three days, a password can be set at: %(link)s") % {
            "link": document["password_link"]
        }
    return Answer(document, text)


def dismiss(args: argparse.Namespace) -> Answer:
    from django.utils import timezone
    from django.utils.translation import gettext as _

    from takatuf.foundation.actors import COMMAND
    from takatuf.foundation.errors import Refused
    from takatuf.foundation.roles import Role
    from takatuf.network.models import Appointment
    from takatuf.network.services import end_appointment

    person = person_named(args.email, closed=True)
    post = Appointment.objects.filter(person=person, role=args.role).first()
    words = {"name": person.name, "role": Role(args.role).label}
    if post is None:
        raise Refused(_("%(name)s is not appointed: %(role)s.") % words, code="not-appointed")
    end_appointment(COMMAND, post, now=timezone.now())
    return Answer(
        {"email": person.email, "role": None}, _("%(name)s is no longer: %(role)s.") % words
    )
