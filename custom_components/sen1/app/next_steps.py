"""What comes next and what is waited for, on the dashboard: answered to administrators."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import asdict, dataclass
import time

from homeassistant.core import HomeAssistant, callback

from ..commands import Answer, Asked, command
from ..const import CONF_KIND, DOMAIN, Kind
from ..federation.config import friends_of, participation_data
from ..federation.follow.following import Following
from ..federation.follow.series import Series
from ..federation.inviting.invitations import Invitations, first_due
from ..federation.inviting.kept import InvitationState, state_of
from ..federation.inviting.wishes import AskedWishes
from ..federation.own_words import in_words
from ..federation.participating.joining import is_another_charter, is_asked_again
from ..federation.participating.kept import organiser_of, sheet_of
from ..federation.participating.offers import Failure, Offers
from ..federation.participating.own_challenges import OwnChallenges
from ..federation.participating.own_shares import OwnShares
from ..federation.participating.participations import Participations
from ..federation.publish.reconciler import Reconciler
from ..federation.running import RunningEntry, accounts
from ..figures.const import CONF_SITE_KIND
from ..last_page import ORDER, SetUp, set_up
from ..moments import local_iso
from ..protocol.follower import DUE_AFTER, Status
from ..protocol.model import Granularity
from ..protocol.sheet import SiteKind
from .challenge.telling import async_scores


@dataclass(frozen=True, slots=True)
class NextStep:
    """A step; times are ISO 8601 with an offset."""

    step: str
    """What is set up (`SetUp`), or `invitation`, `friend`, `first_reading`; of what one is asked to
    take part in `collection`; of what one takes part in what is new of it, `charter` or, where
    that is as it was, `challenge`; of a challenge `score`; of what one is said to hold `shares`."""
    state: str
    """`done`; `waiting` for somebody else; `yours`, or yours `later`."""
    at: str | None = None
    """When it was done, or since when it is waited for."""
    expected: str | None = None
    """When it is due, or, of an invitation, until when it can be taken up."""
    friend: str | None = None
    friend_id: str | None = None
    what: str | None = None
    """Of a wish, which energy; of a first reading, its series; of an invitation, whether it was
    `sent` or `opened`; of a collection, its title; of a score, what it lacks."""
    granularity: str | None = None


@command("next_steps")
def next_steps(hass: HomeAssistant, asked: Asked) -> Answer:
    """Answer what comes next, and what is waited for."""
    language = asked.get("language")
    return [
        {**asdict(step), "what": step.what and in_words(hass, step.what, language)}
        for step in async_next_steps(hass)
    ]


@callback
def async_next_steps(hass: HomeAssistant) -> list[NextStep]:
    """Return what friends are waited for, what they wait for, and what is set up in which order."""
    now = time.time()
    rows: list[NextStep] = []
    for entry in accounts(hass):
        rows += [*_of_collections(entry), *_of_scores(hass, entry, now), *_of_account(entry, now)]
    said = {SetUp.SHARE for row in rows if row.state == "yours"}
    said |= {SetUp.FRIEND for row in rows if row.step == "invitation"}
    return [*rows, *_set_up(hass, said)]


def _of_account(entry: RunningEntry, now: float) -> Iterator[NextStep]:
    account = entry.runtime_data
    for invitation in account[Invitations].all.values():
        # Who came with one is a friend, who may be waited for in turn.
        if invitation["friend"] is None and state_of(invitation) is InvitationState.OPEN:
            yield NextStep(
                "invitation",
                "waiting",
                at=local_iso(invitation["opened"] or invitation["made"]),
                expected=local_iso(invitation["expires"]),
                friend=invitation["label"],
                what="sent" if invitation["opened"] is None else "opened",
            )
    for jid, subentry in friends_of(entry).items():
        of_whom = {"friend": subentry.title, "friend_id": subentry.subentry_id}
        if (friendship := account[Reconciler].friendship(jid)) is not None:
            answered = friendship["answered"]
            is_friend = answered is not None
            at = friendship["asked"] if answered is None else answered
            yield NextStep(
                "friend", "done" if is_friend else "waiting", at=local_iso(at), **of_whom
            )
        yield from _first_readings(account[Following].series.get(jid, {}).values(), of_whom, now)
        for wish in account[AskedWishes].of(jid):
            yield NextStep(
                SetUp.SHARE,
                "yours",
                at=local_iso(wish["at"]),
                what=wish["what"],
                granularity=wish["granularity"],
                **of_whom,
            )


def _of_collections(entry: RunningEntry) -> Iterator[NextStep]:
    """Yield what one is asked to take part in, to agree to anew, and what shares are told."""
    for offer in entry.runtime_data[Offers].all.values():
        sheet = sheet_of(offer["sheet"])
        if offer["failed"] not in (None, Failure.NO_ANSWER):
            continue
        yield NextStep(
            "collection",
            "waiting" if sheet is None else "yours",
            at=local_iso(offer["at"]),
            expected=None if sheet is None else local_iso(sheet.until),
            friend=organiser_of(offer),
            what=offer["title"] if sheet is None else sheet.title,
        )
    participations = entry.runtime_data[Participations]
    for subentry, taken in participations.parts():
        data, sheet = participation_data(subentry), sheet_of(taken["sheet"])
        if sheet is not None and is_asked_again(data, sheet):
            is_charter = is_another_charter(data, sheet)
            yield NextStep(
                "charter" if is_charter else "challenge",
                "yours",
                at=local_iso(sheet.charter_at) if is_charter else None,
                friend=organiser_of(taken),
                what=sheet.title,
            )
    for share in entry.runtime_data[OwnShares].all():
        if share.is_asked:
            yield NextStep(
                "shares",
                "yours",
                friend=organiser_of(participations.taken[share.subentry_id]),
                what=share.held.title,
            )


def _of_scores(hass: HomeAssistant, entry: RunningEntry, now: float) -> Iterator[NextStep]:
    """Yield each score that is not said for want of something that the household can do."""
    account = entry.runtime_data
    scores = async_scores(hass)
    for subentry_id, part in account[OwnChallenges].all().items():
        known = scores.of(subentry_id, part.challenge)
        if known is not None and known.lack is not None and now < part.challenge.final_at:
            friend = organiser_of(account[Participations].taken[subentry_id])
            yield NextStep("score", "yours", friend=friend, what=known.lack)


def _first_readings(
    series: Iterable[Series], of_whom: dict[str, str], now: float
) -> Iterator[NextStep]:
    """Yield a friend's first reading that came, or else the one that comes next."""
    series = list(series)
    came = [first for one in series if (first := one.progress.first) is not None]
    if came:
        yield NextStep("first_reading", "done", at=local_iso(min(came)), **of_whom)
        return
    waiting = [one for one in series if one.status is Status.WAITING]
    if not waiting:
        return
    due = {one.key: expected(one.description.granularity, now) for one in waiting}
    # The next one is told, of what may come at any moment first.
    soonest = min(waiting, key=lambda one: due[one.key] or 0.0)
    yield NextStep(
        "first_reading",
        "waiting",
        expected=local_iso(due[soonest.key]),
        what=soonest.description.title,
        granularity=soonest.description.granularity,
        **of_whom,
    )


def expected(granularity: Granularity, now: float) -> float | None:
    """Return when the next reading is here; None: as soon as anything changes."""
    return first_due(granularity, now - DUE_AFTER)


def _set_up(hass: HomeAssistant, said: Collection[SetUp]) -> Iterator[NextStep]:
    """Yield each step of setting up: one of each order is the household's turn.

    `said` are those of which a friend's wish or an invitation says the same, and more.
    """
    done = set_up(hass)
    entries = hass.config_entries.async_entries(DOMAIN, include_ignore=False)
    homes = [entry for entry in entries if entry.data[CONF_KIND] == Kind.HOME]
    are_roofs = homes and all(home.data.get(CONF_SITE_KIND) == SiteKind.ROOF for home in homes)
    for order in ORDER:
        turn = "yours"
        for step in order:
            if step in done:
                at = done[step]
                yield NextStep(step, "done", at=None if at is None else local_iso(at.timestamp()))
            elif step is SetUp.TARIFF and are_roofs:
                # What is bought, and at which price, is no matter of a roof.
                continue
            elif step in said:
                turn = "later"
            else:
                yield NextStep(step, turn)
                turn = "later"
