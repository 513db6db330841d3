"""The parts of an account, and in which order it sees to them."""

import asyncio
from collections import Counter
from dataclasses import dataclass
from functools import partial

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant

from ..protocol.budget import Budgets
from ..protocol.model import BareJid, PublicationId
from .config import CONF_JID
from .consent.addresses import Addresses
from .consent.chores import Chores
from .consent.circles import Circles
from .consent.members import Memberships
from .consent.parting import Partings
from .consent.policy import Policy
from .consent.post import Post
from .consent.questions import Questions
from .consent.relations import Relations
from .consent.reminder import Reminder
from .consent.told import ToldGrants
from .context import AccountContext
from .follow.catalogue_client import CatalogueClient
from .follow.following import Following
from .follow.history_client import HistoryClient
from .follow.presences import Presences
from .follow.recording import Recording
from .follow.retention import Retention
from .friends import Friends
from .inviting.invitations import Invitations
from .inviting.wishes import AskedWishes
from .journal.journal import Journal
from .legacy.data_nodes import DataNodes
from .legacy.feeds import Feeds
from .legacy.proxies import Proxies
from .moving import Moving
from .organising.challenge.challenges import Challenges
from .organising.collections import Collections
from .organising.expected import ExpectedMembers
from .organising.giving import FollowedMembers, giving_of, givings_of_sensors
from .organising.groups.groups import Groups
from .organising.registers import Registers
from .own_server import OwnServer
from .part import Part
from .participating.offers import Offers
from .participating.own_challenges import OwnChallenges
from .participating.own_shares import OwnShares
from .participating.participations import Participations
from .publish.affiliations import Affiliations
from .publish.catalogue_server import CatalogueServer
from .publish.commands import CommandServer
from .publish.grant_announcer import GrantAnnouncer
from .publish.history_server import HistoryServer
from .publish.items import SignedItems
from .publish.publication import Publication
from .publish.publications import Publishing
from .publish.pushes import Pushes
from .publish.reconciler import Reconciler
from .publish.sender import Sender
from .receipts.receipts import Receipts
from .receipts.records import compared
from .store import AccountStore
from .trust.own import OwnKeys
from .trust.publishing import IdentityNode
from .trust.statements import Statements
from .trust.trust import Trust
from .xmpp.session import Session


def context_of(
    hass: HomeAssistant, entry: ConfigEntry, store: AccountStore, own: OwnKeys, session: Session
) -> AccountContext:
    """Return what all parts of an account are made with."""
    budgets = Budgets()
    trust = Trust(hass, entry, session, store)
    jid = BareJid(entry.data[CONF_JID])
    statements = Statements(hass, jid, store, own, trust, budgets)
    identity = IdentityNode(hass, entry, session, statements, trust)

    def refused_elsewhere() -> Counter[str]:
        return session.door.refused + trust.refused

    chores, told, memberships = Chores(store), ToldGrants(store), Memberships(entry, store)
    journal = Journal(hass, entry, store, trust, statements, identity, refused_elsewhere)
    post = Post(session, trust, statements, journal, store)
    partings = Partings(chores, told, journal)
    return AccountContext(
        hass,
        entry,
        session,
        store,
        budgets,
        trust,
        statements,
        identity,
        chores,
        told,
        memberships,
        journal,
        partings,
        post,
    )


@dataclass(frozen=True, slots=True)
class _Consent:
    """Who is who, and who may have what."""

    addresses: Addresses
    circles: Circles
    relations: Relations
    policy: Policy
    questions: Questions
    wishes: AskedWishes
    publications: dict[PublicationId, Publication]


@dataclass(frozen=True, slots=True)
class _Exchange:
    """What comes, and what goes."""

    recording: Recording
    history: HistoryClient
    following: Following
    presences: Presences
    retention: Retention
    catalogue_client: CatalogueClient
    announcer: GrantAnnouncer
    publishing: Publishing
    affiliations: Affiliations
    reconciler: Reconciler
    pushes: Pushes
    history_server: HistoryServer
    catalogue_server: CatalogueServer
    feeds: Feeds
    proxies: Proxies
    sender: Sender


def parts_of(context: AccountContext) -> tuple[Part, ...]:
    """Return the parts of an account, in the order in which they load, apply and are told.

    They stop in the reverse order. Where another order would lose something it says so.
    """
    hass, entry, store = context.hass, context.entry, context.store
    consent = _consent_of(context)
    exchange = _exchange_of(context, consent)
    invitations = Invitations(context, consent.relations)
    collections, participations, *organised = _collecting_of(context, consent, exchange)
    friends = Friends(
        context,
        consent.policy,
        invitations,
        consent.circles,
        collections,
        participations,
        exchange.following,
        exchange.presences,
        exchange.retention,
        exchange.catalogue_client,
        exchange.reconciler,
    )
    moving = Moving(
        context,
        consent.addresses,
        consent.circles,
        consent.policy,
        consent.relations,
        friends,
        exchange.reconciler,
        (participations.admitted, collections.came),
    )
    receipts, commands = _receipts_of(context, consent, exchange, collections)
    _watch_invitations(invitations, exchange)
    return (
        *(context.trust, context.identity, context.chores, context.told, context.memberships),
        # Before whatever enters something, and so stopped after it.
        context.journal,
        context.post,
        # Who is one of these is known before anything is granted to them.
        *(consent.addresses, consent.circles, participations, collections, *organised),
        *(consent.relations, consent.policy, Reminder(hass, entry, store)),
        # What is taken back is entered before anybody is parted from.
        *(exchange.announcer, exchange.publishing),
        *(exchange.recording, exchange.history, exchange.following, exchange.presences),
        exchange.retention,
        *(friends, invitations, consent.wishes),
        *(DataNodes(context, exchange.feeds), exchange.proxies, exchange.feeds),
        # After the publications: what is asked of those that are gone is forgotten.
        *(exchange.history_server, exchange.catalogue_server, exchange.catalogue_client),
        *(receipts, moving, commands, OwnServer(context.session)),
        *(exchange.pushes, exchange.sender, exchange.affiliations, exchange.reconciler),
    )


def _consent_of(context: AccountContext) -> _Consent:
    entry, store, trust = context.entry, context.store, context.trust
    publications: dict[PublicationId, Publication] = {}
    addresses = Addresses(store)
    circles = Circles(entry, store, context.chores, context.partings, addresses)
    relations = Relations(
        entry, store, trust, context.chores, context.journal, circles, context.memberships
    )
    context.journal.relations = relations
    return _Consent(
        addresses,
        circles,
        relations,
        Policy(entry, publications, circles, relations, context.memberships, store, trust),
        Questions(context.session, trust, context.statements, context.journal),
        AskedWishes(entry, store),
        publications,
    )


def _exchange_of(context: AccountContext, consent: _Consent) -> _Exchange:
    hass, entry, store = context.hass, context.entry, context.store
    policy, publications = consent.policy, consent.publications
    recording = Recording(hass, context.memberships.called)
    history = HistoryClient(consent.questions, recording, context.journal)
    presences = Presences(context, consent.relations, history)
    following = Following(context, history, recording, presences)
    news, signed = asyncio.Event(), SignedItems(context.trust, context.statements)
    pushes = Pushes(context, policy, presences.clients)
    announcer = GrantAnnouncer(
        context, publications, policy, consent.relations, pushes, presences.clients, news
    )
    affiliations = Affiliations(context, publications, policy, signed)
    feeds = Feeds(hass, entry, store)
    proxies = Proxies(context, feeds, policy)
    to_others = (pushes.push, proxies.send)
    sender = Sender(context, publications, affiliations, signed, to_others)
    reconciler = Reconciler(
        context,
        publications,
        policy,
        consent.addresses,
        consent.circles,
        announcer,
        news,
        affiliations,
        sender,
        following,
        consent.wishes.has_told,
    )
    sender.node_changed.add(reconciler.wake)
    return _Exchange(
        recording,
        history,
        following,
        presences,
        Retention(context, following, history),
        CatalogueClient(context, consent.questions, history.addresses),
        announcer,
        Publishing(context, publications, policy, announcer, reconciler.wake, sender),
        affiliations,
        reconciler,
        pushes,
        HistoryServer(context, publications, policy, pushes),
        CatalogueServer(context, publications, policy),
        feeds,
        proxies,
        sender,
    )


def _collecting_of(
    context: AccountContext, consent: _Consent, exchange: _Exchange
) -> tuple[Collections, Participations, *tuple[Part, ...]]:
    hass, following = context.hass, exchange.following
    expected = ExpectedMembers(context.entry, context.store, context.memberships)
    collections = Collections(context, expected)
    offers = Offers(context, consent.questions, consent.policy, consent.relations)
    participations = Participations(
        context, consent.questions, consent.relations, consent.addresses, offers
    )
    participations.admitted.add(exchange.announcer.known)
    groups = Groups(
        context,
        collections.changed,
        lambda member, what: giving_of(hass, member, what, following.series.get(member.jid, {})),
        lambda refs: givings_of_sensors(hass, refs, following.all_series()),
    )
    following.listeners.add(lambda _publisher, _series: groups.wake())
    exchange.retention.erasing.add(lambda _publisher, _publication: groups.wake())
    given = FollowedMembers(hass, following.series)
    challenges = Challenges(hass, context.entry, context.store, context.memberships, given)
    challenges.reteamed.add(collections.tell_again)
    for changed in (collections.changed, collections.applied):
        changed.add(challenges.look)
    return (
        collections,
        participations,
        challenges,
        groups,
        offers,
        expected,
        Registers(context, collections, expected),
        OwnShares(context, participations),
        OwnChallenges(context, participations),
    )


def _receipts_of(
    context: AccountContext, consent: _Consent, exchange: _Exchange, collections: Collections
) -> tuple[Receipts, CommandServer]:
    """Have what goes and comes kept, and answered for."""
    receipts = Receipts(
        context,
        consent.publications,
        consent.policy,
        exchange.following,
        exchange.presences,
        consent.questions,
    )
    serving = (exchange.history_server, exchange.catalogue_server, collections, receipts)
    commands = CommandServer(context, consent.relations, serving)
    records = receipts.records
    exchange.reconciler.held.add(receipts.note_held)
    exchange.affiliations.found.add(
        lambda jid, publication, readings: records.gave(
            jid, publication.id, compared(publication.description, readings)
        )
    )
    exchange.sender.published.add(
        lambda publication, item: records.sent(
            publication.id, publication.receivers, compared(publication.description, item.readings)
        )
    )
    exchange.history_server.gave.add(records.gave)
    exchange.following.came.add(
        lambda series, readings, is_again: records.came(
            *series.key, compared(series.description, readings), is_again=is_again
        )
    )
    exchange.history.came.add(lambda series, readings: records.came(*series.key, readings))
    exchange.retention.erasing.add(records.forget)
    commands.answered.add(partial(receipts.note_answer, ours=True))
    consent.questions.answered.add(partial(receipts.note_answer, ours=False))
    return receipts, commands


def _watch_invitations(invitations: Invitations, exchange: _Exchange) -> None:
    """Have it noted how far those are who came with a link."""
    note, reconciler = invitations.note_readings, exchange.reconciler
    reconciler.rosters.add(invitations.take_roster)
    reconciler.outlived.add(invitations.close)
    invitations.changed.add(reconciler.wake)
    exchange.following.came.add(lambda series, _readings, _is_again: note([series.key[0]]))
    exchange.history.came.add(lambda series, _readings: note([series.key[0]]))
    exchange.history_server.gave.add(lambda jid, _, readings: note([jid] if readings else []))
    exchange.affiliations.found.add(lambda jid, _, readings: note([jid] if readings else []))
    exchange.sender.published.add(
        lambda publication, item: note(publication.receivers if item.readings else [])
    )
