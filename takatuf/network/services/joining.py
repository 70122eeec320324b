"""Applications to join: sent by a stranger, confirmed, judged by two people, settled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import IntegrityError, transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from takatuf.accounts.rules import checked_email, sends_letters
from takatuf.foundation.actors import VISITOR, Actor
from takatuf.foundation.crypto import seal_bytes
from takatuf.foundation.errors import Refused
from takatuf.foundation.text import clean_text, search_key
from takatuf.journal.services import INSTALLATION, record
from takatuf.network import rules
from takatuf.network.access import APPLYING, check_may_admit
from takatuf.network.exchange.proofs import checked_proof
from takatuf.network.lookalike import domain_of, host_of, is_of
from takatuf.network.models import Application, City, Judgement, ProofDocument
from takatuf.network.places import countries_in
from takatuf.network.queries import approvals_of, secretariat
from takatuf.network.vocabulary import ApplicationState, Applying, Proof, Verdict


@dataclass(frozen=True)
class NewApplication:
    """What an applicant sent by the public form. `document` is the file's bytes; `sender` a
    keyed hash of the day and the network, `once` the form that it was written in."""

    authority: str
    level: str
    country: str
    website: str
    contact_name: str
    office: str
    email: str
    proof: str
    language: str
    once: UUID
    document: bytes = b""
    letter_reference: str = ""
    sender: str = ""
    hasty: bool = False


# What an applicant does; nobody has signed in, the link is the proof


@transaction.atomic
def keep_application(new: NewApplication, *, now: datetime) -> tuple[Application, bool]:
    """Keep what an applicant sends, and whether it is new: the same form twice is one.

    Until the address is confirmed the secretariat does not see it. Raises `Refused` with the
    field, and with the codes `too-many-from-here`, `too-many-to-address`, `too-many-today`.
    """
    known = Application.objects.filter(once=new.once).first()
    if known is not None:
        return known, False
    application = _checked(new, now)
    _check_not_flooded(application, now)  # before anything that costs more
    kind = _checked_document(new, application)
    try:
        with transaction.atomic():
            application.save(force_insert=True)
    except IntegrityError:  # the same form came twice in one moment
        return Application.objects.get(once=new.once), False
    if kind:
        _put_document(application, kind, new.document, now)
    return application, True


@transaction.atomic
def confirm_address(application: Application, *, now: datetime) -> Application:
    """Whoever holds the link from the letter has the mailbox: the secretariat sees the
    application from now on. A second press changes nothing. Raises `Refused` when it is late."""
    application = _locked(application)
    if application.state != ApplicationState.UNCONFIRMED:
        return application
    if not sends_letters():
        raise Refused(
            _("The secretariat confirms your address, because no letter can leave from here."),
            code="no-mail-server",
        )
    if now - application.sent_at > rules.CONFIRM_WITHIN:
        raise Refused(_("This link is too old. Send the application again."), code="too-late")
    return _confirmed(VISITOR, application, now)


def _confirmed(actor: Actor, application: Application, now: datetime) -> Application:
    application.state, application.confirmed_at = ApplicationState.WAITING, now
    application.save(update_fields=["state", "confirmed_at", "by_hand"])
    _note(actor, "application.received", application, now)
    return application


@transaction.atomic
def withdraw_application(application: Application, *, now: datetime) -> Application:
    """The applicant does not want to join any more; what they sent is deleted in its time."""
    application = _locked(application)
    if not application.is_open:
        raise Refused(_("This application is settled already."), code="settled-already")
    was_seen = application.state != ApplicationState.UNCONFIRMED
    _settle(application, ApplicationState.WITHDRAWN, now)
    if was_seen:
        _note(VISITOR, "application.withdrawn", application, now)
    return application


@transaction.atomic
def answer_question(
    application: Application, *, words: str, document: bytes = b"", now: datetime
) -> Application:
    """What the applicant adds to what they were asked. Who had said yes judges anew: they
    judged less than what is there now."""
    application = _locked(application)
    if application.state != ApplicationState.ASKED:
        raise Refused(_("Nothing is asked of you at the moment."), code="not-asked")
    application.answer = _words(words, "words", rules.APPLICATION_LENGTHS["words"])
    if not application.answer and not document:
        raise Refused(_("Write an answer, or send a document."), code="words", field="words")
    if document:
        _put_document(application, checked_proof(document), document, now)
    application.state = ApplicationState.WAITING
    application.save(update_fields=["answer", "state"])
    _void(application)
    _note(VISITOR, "application.answered", application, now)
    return application


# What the secretariat does


@transaction.atomic
def confirm_by_hand(
    actor: Actor, application: Application, *, reason: str, now: datetime
) -> Application:
    """Take an application up whose address was checked in another way, where no letter leaves."""
    check_may_admit(actor)
    application = _locked(application)
    if application.state != ApplicationState.UNCONFIRMED or sends_letters():
        raise Refused(
            _("The applicant confirms this address by the letter that was sent to it."),
            code="by-letter",
        )
    application.by_hand = _reason(reason)
    return _confirmed(actor, application, now)


@transaction.atomic
def ask_applicant(
    actor: Actor, application: Application, *, question: str, now: datetime
) -> Application:
    """Ask the applicant for more; the application waits for them."""
    check_may_admit(actor)
    application = _open(application)
    application.question = _reason(question, "question", _("Write what you want to know."))
    application.answer, application.state = "", ApplicationState.ASKED
    application.save(update_fields=["question", "answer", "state"])
    _note(actor, "application.asked", application, now)
    return application


@transaction.atomic
def judge_yes(
    actor: Actor,
    application: Application,
    *,
    reason: str,
    alone: str = "",
    proposal: Mapping[str, Any] | None = None,
    now: datetime,
) -> tuple[Application, bool]:
    """Say yes, with the reason and the city that would be made; True when all have said so.

    Two different people must. Where the secretariat has one person only, `alone` says why they
    decide alone; it is journalled, and put before a second person later.
    """
    check_may_admit(actor)
    application = _open(application)
    reason = _reason(reason)
    given = approvals_of(application)
    if actor.person_id in {judgement.person_id for judgement in given}:
        raise Refused(
            _("You have said yes already. Another person of the secretariat must say so too."),
            code="same-person",
        )
    alone = _words(alone, "alone", rules.APPLICATION_LENGTHS["words"])
    if alone and [person.pk for person in secretariat()] != [actor.person_id]:
        raise Refused(
            _("The secretariat has other people: let one of them say yes as well."),
            code="not-alone",
            field="alone",
        )
    alone = "" if given else alone
    Judgement.objects.create(
        application=application,
        person_id=actor.person_id,
        verdict=Verdict.YES,
        reason=reason,
        alone=alone,
        at=now,
    )
    if proposal:
        application.proposal = dict(proposal)
        application.save(update_fields=["proposal"])
    private = {"reason": reason}
    if alone:
        _note(actor, "application.approved_alone", application, now, private=private)
    else:
        _note(actor, "application.approved", application, now, private=private)
    return application, bool(alone) or len(given) + 1 >= rules.APPROVALS_NEEDED


@transaction.atomic
def take_back_yes(actor: Actor, application: Application, *, now: datetime) -> Application:
    """Take one's own yes back, as long as nobody else has said it."""
    check_may_admit(actor)
    application = _open(application)
    own = application.judgements.filter(person=actor.person_id, verdict=Verdict.YES, void=False)
    if own.update(void=True):
        _note(actor, "application.approval_taken_back", application, now)
    return application


@transaction.atomic
def refuse_application(
    actor: Actor, application: Application, *, reason: str, now: datetime
) -> Application:
    """Refuse an application, with the reason that the applicant is told."""
    check_may_admit(actor)
    application = _open(application)
    application.refusal = _reason(reason)
    application.save(update_fields=["refusal"])
    Judgement.objects.create(
        application=application,
        person_id=actor.person_id,
        verdict=Verdict.NO,
        reason=application.refusal,
        at=now,
    )
    _settle(application, ApplicationState.REFUSED, now)
    _note(actor, "application.refused", application, now, private={"reason": application.refusal})
    return application


@transaction.atomic
def take_up_application(actor: Actor, application: Application, *, now: datetime) -> Application:
    """Put a refused application back before the secretariat; everybody judges anew."""
    check_may_admit(actor)
    application = _locked(application)
    if application.state != ApplicationState.REFUSED or not application.email:
        raise Refused(_("Only a refused application can be taken up again."), code="not-refused")
    _void(application)
    application.state, application.settled_at = ApplicationState.WAITING, None
    application.refusal = ""
    application.save(update_fields=["state", "settled_at", "refusal"])
    _note(actor, "application.taken_up", application, now)
    return application


@transaction.atomic
def look_again(actor: Actor, application: Application, *, reason: str, now: datetime) -> Judgement:
    """A second person looks at what one decided alone, and says what they found."""
    check_may_admit(actor)
    application = _locked(application)
    first = next(iter(approvals_of(application)), None)
    if application.state != ApplicationState.ADMITTED or first is None or not first.alone:
        raise Refused(_("This application was not approved by one person alone."), code="by-two")
    if first.person_id == actor.person_id:
        raise Refused(
            _("Another person must look at it than the one who approved it."), code="same-person"
        )
    judgement = Judgement.objects.create(
        application=application,
        person_id=actor.person_id,
        verdict=Verdict.LATER,
        reason=_reason(reason),
        at=now,
    )
    _note(
        actor, "application.looked_at_again", application, now, private={"reason": judgement.reason}
    )
    return judgement


def mark_admitted(actor: Actor, application: Application, city: City, *, now: datetime) -> None:
    """The last step of admission: the application knows its city. Within its transaction."""
    application.city = city
    application.save(update_fields=["city"])
    _settle(application, ApplicationState.ADMITTED, now)
    _note(actor, "application.admitted", application, now, city=city.name)


# Steps


def _locked(application: Application) -> Application:
    return Application.objects.select_for_update().get(pk=application.pk)


def _open(application: Application) -> Application:
    """The application as it is now, before the secretariat."""
    application = _locked(application)
    if application.state not in {ApplicationState.WAITING, ApplicationState.ASKED}:
        raise Refused(_("This application is settled already."), code="settled-already")
    return application


def _settle(application: Application, state: ApplicationState, now: datetime) -> None:
    application.state, application.settled_at = state, now
    application.save(update_fields=["state", "settled_at"])


def _void(application: Application) -> None:
    application.judgements.filter(verdict=Verdict.YES, void=False).update(void=True)


def _put_document(application: Application, kind: str, data: bytes, now: datetime) -> None:
    sealed = seal_bytes(data)
    ProofDocument.objects.update_or_create(
        application=application,
        defaults={"kind": kind, "size": len(data), "sealed": sealed, "sent_at": now},
    )


def _checked(new: NewApplication, now: datetime) -> Application:
    lengths = rules.APPLICATION_LENGTHS
    authority = _line(new.authority, "authority", lengths["authority"])
    country = new.country.strip().upper()
    if country not in countries_in("en"):
        raise Refused(_("Choose the country from the list."), code="country", field="country")
    if new.level not in Applying.values:
        raise Refused(_("Choose the level from the list."), code="level", field="level")
    if new.proof not in Proof.values:
        raise Refused(_("Choose from the list."), code="proof", field="proof")
    email = checked_email(new.email)
    website = _website(new.website)
    if new.proof == Proof.DOMAIN and not is_of(domain_of(email), host_of(website)):
        raise Refused(
            _(
                "Your address is not at the domain of your website. Write the address that is, "
                "or choose another proof."
            ),
            code="other-domain",
            field="proof",
        )
    letter = ""
    if new.proof == Proof.LETTER:
        letter = _line(new.letter_reference, "letter_reference", lengths["letter"])
    return Application(
        once=new.once,
        authority=authority,
        folded=f"{country.lower()} {rules.folded_authority(search_key(authority))}"[:200],
        level=new.level,
        country=country,
        website=website,
        contact_name=_line(new.contact_name, "contact_name", lengths["name"]),
        office=_line(new.office, "office", lengths["office"]),
        email=email,
        email_mark=salted_hmac(APPLYING, email).hexdigest()[:32],
        language=new.language,
        proof=new.proof,
        letter_reference=letter,
        sender=new.sender,
        hasty=new.hasty,
        sent_at=now,
    )


def _checked_document(new: NewApplication, application: Application) -> str:
    if application.proof != Proof.DOCUMENT:
        return ""
    if not new.document:
        raise Refused(_("Choose the file."), code="proof", field="document")
    return checked_proof(new.document)


def _check_not_flooded(application: Application, now: datetime) -> None:
    """Counted in the table itself: neither a second process nor a restart forgets."""
    today = Application.objects.filter(sent_at__gt=now - timedelta(days=1))
    from_here = today.filter(sender=application.sender)
    if application.sender and from_here.count() >= rules.FROM_ONE_NETWORK:
        raise Refused(
            _("Several applications came from your network today. Send this one tomorrow."),
            code="too-many-from-here",
        )
    if today.filter(email_mark=application.email_mark).count() >= rules.FROM_ONE_ADDRESS:
        raise Refused(
            _("We wrote to this address today already. Look for our letter, or try tomorrow."),
            code="too-many-to-address",
            field="email",
        )
    if today.count() >= rules.FROM_ALL:
        raise Refused(
            _("More applications came today than we can check. Send this one tomorrow."),
            code="too-many-today",
        )


def _words(text: str, field: str, most: int) -> str:
    try:
        words = clean_text(text)
    except Refused as refusal:
        refusal.field = field
        raise
    if len(words) > most:
        raise Refused(
            _("Make it shorter: at most %(most)s characters fit.") % {"most": most},
            code="too-long",
            field=field,
        )
    return words


def _line(text: str, field: str, most: int) -> str:
    line = " ".join(_words(text, field, most).split())
    if not line:
        raise Refused(_("Fill this in."), code="missing", field=field)
    return line


def _reason(text: str, field: str = "reason", missing: str = "") -> str:
    reason = _words(text, field, rules.APPLICATION_LENGTHS["words"])
    if not reason:
        raise Refused(missing or _("Write the reason."), code="no-reason", field=field)
    return reason


def _website(text: str) -> str:
    """The address of a site, with its scheme. `Refused` for anything that is none."""
    text = _words(text, "website", 200)
    text = text if "://" in text else f"https://{text}"
    try:
        URLValidator(schemes=["http", "https"])(text)
        parts = urlsplit(text)
        good = bool(parts.hostname) and "@" not in parts.netloc
    except (ValidationError, ValueError):
        good = False
    if not good or len(text) > 200:
        raise Refused(
            _("Write the address of your website, as in https://www.our-town.example"),
            code="website",
            field="website",
        )
    return text


def _note(
    actor: Actor,
    verb: str,
    application: Application,
    now: datetime,
    private: Mapping[str, str] | None = None,
    **facts: object,
) -> None:
    """The country and the level alone: a stranger's words stand in no record before two people
    have read them."""
    record(
        actor,
        verb,
        log=INSTALLATION,
        thing=application.about,
        at=now,
        facts={"country": application.country, "level": application.level, **facts},
        private=private,
    )
