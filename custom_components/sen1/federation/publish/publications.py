"""What an account publishes: its publications, as the subentries say them, and their entities."""

from contextlib import ExitStack
from dataclasses import replace
from functools import partial
import math
import time
from typing import Any

from homeassistant.core import CoreState, HomeAssistant, callback
from homeassistant.helpers.start import async_at_started

from ...history.archive import async_archive
from ...history.recorder import async_is_recorded
from ...listeners import Listeners
from ...protocol.model import BareJid, Description, Granularity, PublicationId
from ...sheets import async_sheets
from ..config import PublicationData, publication_data, publications_of
from ..consent.policy import Policy
from ..context import AccountContext
from ..issues import OF_A_PUBLICATION, Issue, async_take_back, async_tell
from ..journal.journal import Journal
from ..own_words import key_of
from ..part import Part
from ..relations.group_names import given_name
from ..store import SOON, description_from_json
from ..talk.chores import Chores
from ..trust.peers import Standing
from ..trust.trust import Trust
from .grant_announcer import GrantAnnouncer
from .periodic import GivenPublication, LaterPublication, PeriodicPublication
from .publication import BoardPublication, Publication, Publications
from .reconciler import Reconciler
from .sender import Sender
from .source import find_source, provenance_of, told_later


class Publishing(Part):
    """Make, change and end the publications; tell the user whose entity is gone."""

    def __init__(self, context: AccountContext) -> None:
        super().__init__(context)
        self._trust, self._chores, self._journal = context[Trust], context[Chores], context[Journal]
        self.publications, self._policy = context[Publications], context[Policy]
        self._announcer, self._reconciler = context[GrantAnnouncer], context[Reconciler]
        self._sender = context[Sender]
        self._described: dict[str, dict[str, Any]] = self._store.kept("descriptions", {})
        """Publication → the description last told, to know when its revision must rise."""
        self.changed = Listeners[()]()
        """Of what is published, and of what is told of it."""
        self._pasts = ExitStack()
        """What ends the listening to the pasts of publications."""
        self._undo = ExitStack()

    async def async_load(self) -> None:
        """Look for entities once all can be there."""

        @callback
        def check(_hass: HomeAssistant) -> None:
            for publication in self.publications.values():
                self._check_source(publication)

        # Until then an integration may not have made its entities yet.
        self._undo.callback(async_at_started(self._hass, check))
        self._undo.callback(async_sheets(self._hass).listeners.add(self._on_sheets))

    async def async_stop(self) -> None:
        """Watch nothing."""
        self._undo.close()
        self._pasts.close()
        for publication in self.publications.values():
            publication.stop()

    @callback
    def apply(self) -> None:
        """Take over the publications as the subentries say them now."""
        wanted = publications_of(self._entry)
        for publication_id in self.publications.keys() - wanted.keys():
            publication = self.publications.pop(publication_id)
            publication.stop()
            self._chores.delete(publication.node)
            async_take_back(self._hass, publication_id, *OF_A_PUBLICATION)
            self._policy.forget(publication_id)
            self._journal.disclosures.forget_publication(publication_id)
            self._described.pop(publication_id, None)
        for publication_id, subentry in wanted.items():
            data = publication_data(subentry)
            description = self._description(publication_id)
            if (running := self.publications.get(publication_id)) is not None:
                is_past_changed = data.get("past") != running.data.get("past")
                if running.configure(data, description):
                    # What the other entity measured before it was chosen is not for friends.
                    self._sender.begin_anew(publication_id)
                if is_past_changed:
                    self._announce_past(running)
                continue
            publication = _kind(data)(
                self._hass, data, description, self._policy, self._sender.wake, self._take_source
            )
            self.publications[publication_id] = publication
            publication.start()
            self._check_source(publication)
        self._listen_to_pasts()
        self.changed.tell()

    @callback
    def known(self, jid: BareJid) -> None:
        """Say again what who has no key may have been told before that was known."""
        if self._trust.standing(jid) is Standing.KEYLESS:
            for publication in self.publications.values():
                if jid in publication.receivers:
                    publication.say_again()

    def diagnostics(self) -> dict[str, Any]:
        """Return how each publication is."""
        return {"publications": [each.diagnostics() for each in self.publications.values()]}

    @callback
    def _take_source(self, publication: Publication) -> None:
        """Keep what finds an entity again; see to it that one that is back is opened."""
        subentry = publications_of(self._entry).get(publication.id)
        if subentry is None:
            # Removed just now; that is still to be applied.
            return
        self._check_source(publication)
        self._hass.config_entries.async_update_subentry(
            self._entry, subentry, data=publication.data
        )
        if not publication.is_open:
            self._reconciler.wake()

    def _check_source(self, publication: Publication) -> None:
        """Tell the user when an entity is gone, or what a cut loses cannot be sent afterwards."""
        if "board" in publication.data:
            # Its entity comes and goes with its collection, and only the newest is ever sent.
            return
        entity_id = publication.entity_id
        if entity_id is not None:
            async_take_back(self._hass, publication.id, Issue.SOURCE_MISSING)
        elif self._hass.state is CoreState.running and given_name(publication.data) is None:
            # The mean of a group comes and goes with its collection.
            async_tell(self._hass, self._entry, Issue.SOURCE_MISSING, publication.id)
        if entity_id is None or async_is_recorded(self._hass, entity_id):
            async_take_back(self._hass, publication.id, Issue.NOT_RECORDED)
        else:
            async_tell(self._hass, self._entry, Issue.NOT_RECORDED, publication.id)

    def _description(self, publication_id: PublicationId) -> Description:
        """Return a publication's description; its revision rises when it changed."""
        subentry = publications_of(self._entry)[publication_id]
        data = publication_data(subentry)
        content: dict[str, Any] = {
            "name": data["name"],
            "title": subentry.title,
            "unit": data["unit"],
            "measurement": dict(data["measurement"]),
            "granularity": str(data["granularity"]),
        }
        if called := key_of(self._hass, subentry.title):
            content["called"] = called
        if project := data.get("project"):
            content["project"] = dict(project)
        known = self._described.get(publication_id)
        if sheet := self._sheet(data, known and known.get("site")):
            content["site"] = sheet
        entity = find_source(self._hass, data)
        origin = None if entity is None else provenance_of(self._hass, self._entry, entity)
        is_nameless = data.get("is_nameless", False)
        if is_nameless and origin is not None:
            # Of what a friend lent the friend is told, and not who passed it on.
            origin = replace(origin, via="") if origin.via else None
        if origin is not None:
            content["provenance"] = origin.said()
        elif known and "provenance" in known and not is_nameless:
            content["provenance"] = known["provenance"]
        revision = known["revision"] if known else 1
        content["changed"] = known.get("changed") if known else None
        if known and {"changed": None, **known, "revision": 0} != {**content, "revision": 0}:
            if self._announcer.is_seen(publication_id, revision):
                content["changed"] = None
            revision += 1
        content["revision"] = revision
        self._described[publication_id] = content
        self._store.save_within(SOON)
        return description_from_json(content)

    def _sheet(self, data: PublicationData, known: dict[str, Any] | None) -> dict[str, Any] | None:
        """Return what is told of the site of a publication; what was, while it does not run."""
        site = data.get("site")
        if not site or self._hass.config_entries.async_get_entry(site["entry_id"]) is None:
            return None
        sheet = async_sheets(self._hass).of(site["entry_id"])
        if sheet is None:
            return known
        if not site["tells_commune"]:
            sheet = replace(sheet, commune="")
        if sheet.yearly is None and known:
            # After a start it is worked out anew.
            sheet = replace(sheet, yearly=known.get("yearly"))
        said, only = sheet.said(), site.get("only")
        return said if only is None else {key: said[key] for key in said if key in only}

    @callback
    def _on_sheets(self) -> None:
        """Describe anew what tells of a site that is another than it was."""
        is_changed = False
        for publication_id in publications_of(self._entry).keys() & self.publications.keys():
            publication = self.publications[publication_id]
            known = self._described[publication_id].get("site")
            if self._sheet(publication.data, known) != known:
                publication.describe(self._description(publication_id))
                is_changed = True
        if is_changed:
            self._reconciler.wake()

    def _listen_to_pasts(self) -> None:
        self._pasts.close()
        for publication in self.publications.values():
            if past := publication.past:
                announce = partial(self.announce, publication)
                self._pasts.callback(async_archive(self._hass).listeners[past].add(announce))

    def _announce_past(self, publication: Publication) -> None:
        """Tell all who are granted a publication that all its past may be another now."""
        begins = [
            grant.begin
            for jid in self._policy.grantees
            for grant in self._policy.granted_to(jid).values()
            if grant.publication == publication.id and grant.begin is not None
        ]
        if begins:
            self.announce(publication, min(begins), time.time())

    def announce(self, publication: Publication, begin: float, end: float) -> None:
        """Tell all who are granted a publication that its past changed: they ask for it anew."""
        known = self._described[publication.id]
        earlier = known.get("changed")
        if earlier and not self._announcer.is_seen(publication.id, known["revision"]):
            begin, end = min(begin, earlier[0]), max(end, earlier[1])
        # Stamps are written to the millisecond, which must not leave out a reading.
        known["changed"] = [math.floor(begin), math.ceil(end)]
        known["revision"] += 1
        self._store.save_within(SOON)
        publication.describe(description_from_json(known))
        self._announcer.news.set()


def _kind(data: PublicationData) -> type[Publication]:
    """Return how a publication makes readings of its entity's states."""
    if "board" in data:
        return BoardPublication
    if data["granularity"] == Granularity.LIVE:
        return Publication
    if told_later(data) is not None:
        return LaterPublication
    return PeriodicPublication if given_name(data) is None else GivenPublication
