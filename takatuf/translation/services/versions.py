"""Who stands behind a version of a public text: written, reviewed, approved, sent back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from takatuf.foundation.actors import Actor
from takatuf.foundation.errors import NotAllowed, NotFound, Refused
from takatuf.foundation.text import clean_text
from takatuf.journal.services import INSTALLATION, record
from takatuf.translation.access import check_may_review
from takatuf.translation.exchange import fault_of, fault_words
from takatuf.translation.models import PublicText, Text, TextChange
from takatuf.translation.rules import Version, mark_of, versions_written
from takatuf.translation.vocabulary import State

MOST_REASON = 2_000


@transaction.atomic
def write_version(
    actor: Actor,
    key: str,
    language: str,
    words: str,
    *,
    seen: str,
    now: datetime,
    machine: bool = False,
) -> PublicText:
    """Write a version of a public text: a draft, or a machine's where `machine` says so.

    Written in the text's own language it is the source, and every version falls behind.
    `seen` is the mark of what the writer saw (`rules.mark_of`): where somebody else wrote
    since, the act is refused instead of overwriting theirs. Without a change nothing is
    written. Raises `Refused` where the words cannot be a version of the source.
    """
    public = _opened(actor, key, language, seen)
    text = public.text
    is_source = language == text.source_language
    words = _checked_words(text, language, words)
    version = text.versions.get(language)
    if version and version["words"] == words:
        return public
    public.text = Text.objects.create(
        owner=text.owner,
        source_language=text.source_language,
        versions=versions_written(
            text.versions,
            language,
            words,
            source_language=text.source_language,
            state=State.MACHINE.value if machine else State.DRAFT.value,
        ),
    )
    public.hands[language] = {"by": str(actor.person_id or ""), "at": now.isoformat()}
    public.save(update_fields=["text", "hands"])
    if is_source:
        _note(actor, "text.source_written", public, language, now)
    else:
        _note(actor, "text.version_written", public, language, now)
    return public


@transaction.atomic
def review_version(
    actor: Actor, key: str, language: str, *, seen: str, now: datetime
) -> PublicText:
    """Say that the version was read beside its source and is right. Somebody else than its
    writer does; of a version that was behind it says that the new source left it right."""
    public = _opened(actor, key, language, seen)
    version = _version(public, language)
    _check_a_person(actor)
    if version["state"] in {State.REVIEWED, State.APPROVED}:
        return public
    if _is_the_writer(actor, public, language):
        raise Refused(
            _("You wrote this version, so another person reviews it."), code="own-version"
        )
    _set_state(public, language, State.REVIEWED)
    public.hands[language] = public.hands.get(language, {}) | {
        "reviewed_by": str(actor.person_id),
        "reviewed_at": now.isoformat(),
    }
    public.save(update_fields=["hands"])
    _note(actor, "text.version_reviewed", public, language, now)
    return public


@transaction.atomic
def approve_version(
    actor: Actor,
    key: str,
    language: str,
    *,
    seen: str,
    now: datetime,
    alone_reason: str = "",
) -> PublicText:
    """Approve a version that another person wrote, or that ships.

    Its own writer may approve it alone with `alone_reason`, which is kept, and readers are
    told that nobody else has looked at it.
    """
    public = _opened(actor, key, language, seen)
    version = _version(public, language)
    _check_a_person(actor)
    if version["state"] == State.APPROVED:
        return public
    reason = _checked_reason(alone_reason)
    alone = _is_the_writer(actor, public, language)
    if alone and not reason:
        raise Refused(
            _(
                "You wrote this version. Another person approves it, or you say why you approve "
                "it alone."
            ),
            code="own-version",
            field="alone_reason",
        )
    reason = reason if alone else ""
    _approve(actor, public, language, reason, now)
    if alone:
        _note(actor, "text.version_approved_alone", public, language, now, reason=reason)
    else:
        _note(actor, "text.version_approved", public, language, now)
    return public


@transaction.atomic
def approve_versions(
    actor: Actor,
    page: str,
    language: str,
    *,
    seen: Mapping[str, str],
    now: datetime,
    alone_reason: str = "",
) -> int:
    """Approve all versions of one page or card at once, and answer how many they were.

    `seen` holds the mark of each version that was read, by key: one that was not on the page,
    or has changed since, refuses the whole act.
    """
    check_may_review(actor)
    _check_a_person(actor)
    _check_language(language)
    held = PublicText.objects.filter(page=page, withdrawn=False).select_related("text")
    waiting = [
        public
        for public in held.select_for_update(of=("self",)).order_by("key")
        if language != public.text.source_language
        and (version := public.text.versions.get(language))
        and version["state"] != State.APPROVED
    ]
    if not waiting:
        raise Refused(_("Nothing here waits for approval."), code="nothing-waits")
    for public in waiting:
        _check_seen(public, language, seen.get(public.key, ""))
    reason = _checked_reason(alone_reason)
    own = [public for public in waiting if _is_the_writer(actor, public, language)]
    if own and not reason:
        raise Refused(
            _(
                "You wrote some of these versions. Another person approves them, or you say why "
                "you approve them alone."
            ),
            code="own-version",
            field="alone_reason",
        )
    for public in waiting:
        alone = reason if public in own else ""
        _approve(actor, public, language, alone, now)
        verb = "text.version_approved_alone" if alone else "text.version_approved"
        _keep(actor, verb, public, language, now, alone)
    record(
        actor,
        "texts.approved",
        log=INSTALLATION,
        thing=f"texts:{page}",
        at=now,
        facts={"page": page, "language": language, "count": len(waiting), "alone": len(own)},
        private={"reason": reason} if own else {},
    )
    return len(waiting)


@transaction.atomic
def send_back_version(
    actor: Actor, key: str, language: str, *, reason: str, seen: str, now: datetime
) -> PublicText:
    """Make a version a draft again, with what is wrong with it."""
    public = _opened(actor, key, language, seen)
    _version(public, language)
    reason = _checked_reason(reason)
    if not reason:
        raise Refused(_("Say what is to be mended."), code="reason-missing", field="reason")
    _set_state(public, language, State.DRAFT)
    hand = public.hands.pop(language, {})
    if "by" in hand:  # what ships follows the product again
        public.hands[language] = {name: hand[name] for name in ("by", "at") if name in hand}
    public.save(update_fields=["hands"])
    _note(actor, "text.version_sent_back", public, language, now, reason=reason)
    return public


def _checked_words(text: Text, language: str, words: str) -> str:
    """Words that can be a version of the text, cleaned. `Refused` says why others cannot."""
    words = clean_text(words)
    if not words:
        raise Refused(_("Write the words."), code="words-missing", field="words")
    source = text.versions.get(text.source_language)
    against = source["words"] if source and language != text.source_language else words
    if wrong := fault_of(against, words, language):
        raise Refused(fault_words(*wrong), code=wrong[0], field="words")
    return words


def _opened(actor: Actor, key: str, language: str, seen: str) -> PublicText:
    """The text, held for this act alone, as the actor saw it."""
    check_may_review(actor)
    _check_language(language)
    public = (
        PublicText.objects.select_for_update(of=("self",))
        .select_related("text")
        .filter(key=key, withdrawn=False)
        .first()
    )
    if public is None:
        raise NotFound
    _check_seen(public, language, seen)
    return public


def _check_language(language: str) -> None:
    if language not in dict(settings.LANGUAGES):
        raise NotFound


def _check_seen(public: PublicText, language: str, seen: str) -> None:
    if seen != mark_of(public.text.versions, language, public.text.source_language):
        raise Refused(
            _(
                "Somebody changed this text since you opened the page. Look at it as it is now, "
                "then do it again."
            ),
            code="changed-since",
        )


def _check_a_person(actor: Actor) -> None:
    if actor.person_id is None:
        raise NotAllowed(_("A person stands behind a version, never a program."))


def _version(public: PublicText, language: str) -> Version:
    version: Version | None = public.text.versions.get(language)
    if version is None or language == public.text.source_language:
        raise Refused(_("There is no version in this language yet."), code="no-version")
    return version


def _is_the_writer(actor: Actor, public: PublicText, language: str) -> bool:
    return bool(public.hands.get(language, {}).get("by") == str(actor.person_id))


def _checked_reason(reason: str) -> str:
    reason = clean_text(reason)
    if len(reason) > MOST_REASON:
        raise Refused(
            _("This is too long: %(most)s characters at most.") % {"most": MOST_REASON},
            code="text-long",
            field="reason",
        )
    return reason


def _set_state(public: PublicText, language: str, state: State, *, alone: bool = False) -> None:
    version = Version(words=public.text.versions[language]["words"], state=state.value)
    if alone:
        version["alone"] = True
    public.text.versions[language] = version
    public.text.save(update_fields=["versions"])


def _approve(actor: Actor, public: PublicText, language: str, reason: str, now: datetime) -> None:
    _set_state(public, language, State.APPROVED, alone=bool(reason))
    public.hands[language] = public.hands.get(language, {}) | {
        "approved_by": str(actor.person_id),
        "approved_at": now.isoformat(),
        "alone": reason,
    }
    public.save(update_fields=["hands"])


def _keep(
    actor: Actor, verb: str, public: PublicText, language: str, now: datetime, reason: str = ""
) -> None:
    """One line of the text's own history, with the words as they then were."""
    TextChange.objects.create(
        public_text=public,
        language=language,
        verb=verb,
        person_id=actor.person_id,
        words=public.text.versions[language]["words"],
        reason=reason,
        at=now,
    )


def _note(
    actor: Actor, verb: str, public: PublicText, language: str, now: datetime, reason: str = ""
) -> None:
    _keep(actor, verb, public, language, now, reason)
    record(
        actor,
        verb,
        log=INSTALLATION,
        thing=f"text:{public.pk}",
        at=now,
        facts={"text": public.key, "language": language},
        private={"reason": reason} if reason else {},
    )
