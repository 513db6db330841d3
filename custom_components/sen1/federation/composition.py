"""The parts of an account: their order, what they tell each other, what is asked of them."""

from .consent.policy import Policy
from .consent.reminder import Reminder
from .context import AccountContext
from .follow.catalogue_client import CatalogueClient
from .follow.following import Following
from .follow.history_client import HistoryClient
from .follow.presences import Presences
from .follow.recording import Recording
from .follow.retention import Retention
from .friends import Friends
from .inviting import commands as inviting
from .inviting.invitations import Invitations
from .inviting.wishes import AskedWishes
from .journal.journal import Journal
from .legacy.data_nodes import DataNodes
from .legacy.feeds import Feeds
from .legacy.proxies import Proxies
from .moving import Moving
from .organising import commands as organising
from .organising.challenge import commands as challenge
from .organising.challenge.challenges import Challenges
from .organising.collections import Collections
from .organising.expected import ExpectedMembers
from .organising.groups.groups import Groups
from .organising.registers import Registers
from .own_server import OwnServer
from .part import Part
from .participating import commands as participating
from .participating.offers import Offers
from .participating.own_challenges import OwnChallenges
from .participating.own_shares import OwnShares
from .participating.participations import Participations
from .publish.affiliations import Affiliations
from .publish.catalogue_server import CatalogueServer
from .publish.commands import CommandServer
from .publish.grant_announcer import GrantAnnouncer
from .publish.history_server import HistoryServer
from .publish.publications import Publishing
from .publish.pushes import Pushes
from .publish.reconciler import Reconciler
from .publish.sender import Sender
from .receipts.receipts import Receipts
from .relations.addresses import Addresses
from .relations.circles import Circles
from .relations.members import Memberships
from .relations.relations import Relations
from .talk.chores import Chores
from .talk.post import Post
from .talk.told import ToldGrants
from .trust.publishing import IdentityNode
from .trust.trust import Trust

PARTS: tuple[type[Part], ...] = (
    *(Trust, IdentityNode, Chores, ToldGrants, Memberships),
    # Before whatever enters something, and so stopped after it.
    *(Journal, Post),
    # Who is one of these is known before anything is granted to them.
    *(Addresses, Circles, Participations, Collections),
    *(Challenges, Groups, Offers, ExpectedMembers, Registers, OwnShares, OwnChallenges),
    *(Relations, Policy, Reminder),
    # What is taken back is entered before anybody is parted from.
    *(GrantAnnouncer, Publishing),
    *(Recording, HistoryClient, Following, Presences, Retention),
    *(Friends, Invitations, AskedWishes),
    *(DataNodes, Proxies, Feeds),
    # After the publications: what is asked of those that are gone is forgotten.
    *(HistoryServer, CatalogueServer, CatalogueClient),
    *(Receipts, Moving, CommandServer, OwnServer),
    *(Pushes, Sender, Affiliations, Reconciler),
)
"""In the order in which they load, apply and are told; they stop in the reverse order. Where
another order would lose something it says so."""

COMMANDS = (*inviting.COMMANDS, *participating.COMMANDS, *organising.COMMANDS, *challenge.COMMANDS)
"""What the dashboard may ask of one room of these alone."""


def parts_of(context: AccountContext) -> tuple[Part, ...]:
    """Return the parts of an account; those that must not know each other are joined here."""
    parts = tuple(context[kind] for kind in PARTS)
    served = {name: each for part in parts for name, each in part.answers.items()}
    context[CommandServer].served = served
    context[Participations].admitted.add(context[GrantAnnouncer].known)
    _watch_invitations(context)
    return parts


def _watch_invitations(context: AccountContext) -> None:
    """Have it noted how far those are who came with a link."""
    invitations, reconciler = context[Invitations], context[Reconciler]
    note = invitations.note_readings
    reconciler.has_told = context[AskedWishes].has_told
    reconciler.rosters.add(invitations.take_roster)
    reconciler.outlived.add(invitations.close)
    invitations.changed.add(reconciler.wake)
    context[Following].came.add(lambda series, _readings, _is_again: note([series.key[0]]))
    context[HistoryClient].came.add(lambda series, _readings: note([series.key[0]]))
    context[HistoryServer].gave.add(lambda jid, _, readings: note([jid] if readings else []))
    context[Affiliations].found.add(lambda jid, _, readings: note([jid] if readings else []))
    context[Sender].published.add(
        lambda publication, item: note(publication.receivers if item.readings else [])
    )
