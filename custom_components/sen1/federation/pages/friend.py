"""The flow of a friend: who it is, what is granted and until when."""

from collections.abc import Sequence
from typing import Any

from homeassistant.config_entries import (
    SOURCE_USER,
    ConfigEntryState,
    ConfigSubentry,
    SubentryFlowResult,
)
from homeassistant.const import CONF_NAME
from homeassistant.helpers.selector import BooleanSelector, DateSelector, TextSelector
from homeassistant.util import dt as dt_util
import voluptuous as vol

from ...const import UserInput, plain
from ...fields import show_form, titled
from ...last_page import Made, async_last_page, async_next_link
from ...protocol.catalogue import Offer, OfferState
from ...protocol.errors import LinkRefused, PayloadRefused, RequestFailed
from ...protocol.follower import OVER
from ...protocol.links import Link, LinkKind, find_link
from ...protocol.model import BareJid, PublicationId
from ...protocol.term import GrantData
from ...protocol.terms import PURPOSES
from ...protocol.trust.keys import grouped
from ..config import (
    CONF_JID,
    Admission,
    FriendKind,
    circle_data,
    friend_data,
    friends_of,
    kind_of,
    new_friend,
    publications_of,
)
from ..consent.granting import check_until, end_of_input, grants_of, with_terms
from ..follow.catalogue_client import CatalogueClient
from ..follow.following import Following
from ..friends import Friends
from ..participating.offers import Offers
from ..relations.relations import Relations
from ..running import Running, Words, async_words
from ..trust.peers import Peer
from ..trust.publishing import IdentityNode
from .circle import CircleSteps, show_link
from .collection import CollectionSteps
from .data_node import DataNodeSteps
from .grant_form import PURPOSE, TERMS, grants_fields, suggested_terms, terms_shown, titles_of
from .proxy import ProxySteps

ASKED = {
    OfferState.OPEN: "friend_away",
    OfferState.PENDING: "asked",
    OfferState.REFUSED: "declined",
    OfferState.GRANTED: "granted_already",
}
"""What the household is told of a request, by what became of it."""


MENUS = {
    FriendKind.HOME: (["grants", "offers"], ["grants", "choose", "withdraw", "offers"]),
    FriendKind.CIRCLE: (["members", "grants"], ["members", "grants", "choose", "withdraw"]),
    FriendKind.COLLECTION: (["collection_sheet", "charter", "grants"],) * 2,
    FriendKind.PROXY: (["reconfigure_proxy"], ["reconfigure_proxy", "choose", "withdraw"]),
}
"""What can be changed of each kind of friend, while nothing or something is granted."""


class FriendFlow(DataNodeSteps, CircleSteps, CollectionSteps, ProxySteps):
    """Add a friend, and say what the friend may receive and until when."""

    _name: str
    _jid: BareJid
    _friend_link: Link
    _chosen: PublicationId
    _offers: list[Offer]

    async def async_step_user(self, user_input: UserInput = None) -> SubentryFlowResult:
        """Offer the two directions, their link here or ours there; and the older nodes."""
        options = ["address", "show", "circle", "collection", "data_node", "proxy"]
        return self.async_show_menu(step_id="user", menu_options=options)

    async def async_step_show(self, user_input: UserInput = None) -> SubentryFlowResult:
        """Show this home's link and its picture, until the household goes back."""
        if user_input is not None:
            return await self.async_step_user()
        if self._get_entry().state is not ConfigEntryState.LOADED:
            return self.async_abort(reason="not_connected")
        account: Running = self._get_entry().runtime_data
        return show_link(self, "show", account[IdentityNode].link())

    async def async_step_address(self, user_input: UserInput = None) -> SubentryFlowResult:
        """Ask for the friend's address or link and what is granted; nothing is ticked."""
        errors: dict[str, str] = {}
        entry = self._get_entry()
        if user_input is not None:
            try:
                link = find_link(user_input[CONF_JID], dt_util.utcnow().timestamp())
                if link.fingerprint and entry.state is not ConfigEntryState.LOADED:
                    # Whose key it is says an account that runs.
                    return self.async_abort(reason="not_connected")
                if link.kind is LinkKind.COLLECTION:
                    return await self._open_collection(link, user_input[CONF_JID])
                self._friend_link, jid = link, self._friend_in(link)
            except LinkRefused as refusal:
                errors[CONF_JID] = refusal.key
            else:
                errors = check_until(user_input)
            if not errors:
                self._jid = jid
                typed = user_input.get(CONF_NAME, "").strip()
                self._name = typed or self._friend_link.name or self._friend_link.jid.local
                self._grants = grants_of(user_input, [])
                # Whose a link is, and which key, is not seen at a glance.
                return await (
                    self.async_step_whose() if self._friend_link.fingerprint else self._settle()
                )
        fields = {vol.Required(CONF_JID): str, vol.Optional(CONF_NAME): TextSelector()}
        fields |= grants_fields(entry)
        return show_form(self, "address", fields, user_input or suggested_terms(), errors)

    async def _open_collection(self, link: Link, text: str) -> SubentryFlowResult:
        """Have the household asked whether it takes part; raises LinkRefused."""
        self._get_entry().runtime_data[Offers].open(text)
        told = {"friend": plain(link.name or link.jid.bare), "title": plain(link.title)}
        told["next"] = await async_next_link(self.hass, Made.ACCOUNT_OFFERED)
        return self.async_abort(reason="offered", description_placeholders=told)

    def _friend_in(self, link: Link) -> BareJid:
        """Return the address of one who can become a friend; raises LinkRefused."""
        entry = self._get_entry()
        if (jid := link.address) is None:
            raise LinkRefused("invalid_address")
        if jid == entry.data[CONF_JID]:
            raise LinkRefused("own_address")
        if link.fingerprint:
            known: Peer | None = entry.runtime_data.trust.peers.get(jid)
            keys = known.keys if known else None
            if keys is not None and keys.fingerprint != link.fingerprint:
                raise LinkRefused("wrong_key")
        if jid in friends_of(entry):
            raise LinkRefused("already_friend")
        return jid

    async def async_step_whose(self, user_input: UserInput = None) -> SubentryFlowResult:
        """Show whose the link is, and the key that comes with it."""
        if user_input is not None:
            return await self._settle()
        key = " ".join(grouped(self._friend_link.fingerprint))
        placeholders = {"friend": plain(self._name), "address": plain(self._jid), "key": key}
        return show_form(self, "whose", {}, placeholders=placeholders)

    async def async_step_reconfigure(self, user_input: UserInput = None) -> SubentryFlowResult:
        """Offer what can be changed."""
        subentry = self._get_reconfigure_subentry()
        self._name = subentry.title
        if (kind := kind_of(subentry)) is FriendKind.DATA_NODE:
            return await self.async_step_reconfigure_data_node()
        if kind is FriendKind.PARTICIPATION:
            if not self._current():
                return self.async_abort(reason="nothing_given")
            return await self.async_step_choose()
        return self.async_show_menu(
            step_id="reconfigure",
            menu_options=MENUS[kind][bool(self._current())],
            description_placeholders={"about": await self._about(kind)},
        )

    async def _about(self, kind: FriendKind) -> str:
        """Return where a friend is, and whether it came there from elsewhere."""
        if kind is not FriendKind.HOME:
            return ""
        data = friend_data(self._get_reconfigure_subentry())
        address = plain(data["jid"])
        if (move := data.get("moved")) is None:
            return address
        at = dt_util.as_local(dt_util.utc_from_timestamp(move["at"]))
        words = await async_words(self.hass)
        told = words["friend_note.options.moved"]
        return told.format(address=address, old=plain(move["old"]), date=at.date().isoformat())

    async def async_step_grants(self, user_input: UserInput = None) -> SubentryFlowResult:
        """Change the name or what is granted; what is no longer ticked is withdrawn at once."""
        errors: dict[str, str] = {}
        granted = self._current()
        subentry = self._get_reconfigure_subentry()
        if kind_of(subentry) is FriendKind.COLLECTION:
            return await self.async_step_collection_gives()
        if user_input is not None:
            errors = check_until(user_input)
            if not errors and kind_of(subentry) is FriendKind.CIRCLE:
                errors = self._private(circle_data(subentry), user_input)
        if user_input is not None and not errors:
            if forgotten := user_input.get("forgotten"):
                friends = self._get_entry().runtime_data[Friends]
                friends.async_forget_series(friend_data(subentry)["jid"], forgotten)
            self._name = user_input[CONF_NAME]
            self._grants = grants_of(user_input, granted)
            return await self._settle()
        known = suggested_terms() | {
            CONF_NAME: self._name,
            "publications": [grant["publication"] for grant in granted],
        }
        fields = {vol.Required(CONF_NAME): TextSelector(), **grants_fields(self._get_entry())}
        if kind_of(subentry) is FriendKind.HOME:
            fields |= self._forgotten_fields(subentry)
        return show_form(self, "grants", fields, user_input or known, errors)

    async def async_step_choose(self, user_input: UserInput = None) -> SubentryFlowResult:
        """Choose the grant to look at."""
        if user_input is not None:
            self._chosen = user_input["publication"]
            return await self.async_step_terms()
        choice = titled(titles_of(self._get_entry(), self._current()))
        return show_form(self, "choose", {vol.Required("publication"): choice}, errors={})

    async def async_step_terms(self, user_input: UserInput = None) -> SubentryFlowResult:
        """Change one grant: its end, its purpose, or let it rest for a while."""
        errors: dict[str, str] = {}
        granted = {grant["publication"]: grant for grant in self._current()}
        grant = granted[self._chosen]
        if user_input is not None and not (errors := check_until(user_input)):
            changed = with_terms(grant, user_input)
            self._grants = [changed if g is grant else g for g in granted.values()]
            return await self._settle()
        fields = {**TERMS, vol.Required("paused", default=False): BooleanSelector()}
        shown = user_input or terms_shown(grant)
        series = publications_of(self._get_entry())[self._chosen].title
        return show_form(self, "terms", fields, shown, errors, {"series": series})

    async def async_step_withdraw(self, user_input: UserInput = None) -> SubentryFlowResult:
        """Take everything back at once, when this is confirmed."""
        if user_input is None:
            return show_form(self, "withdraw", {}, placeholders={"friend": plain(self._name)})
        self._grants = []
        return await self._save()

    async def async_step_offers(self, user_input: UserInput = None) -> SubentryFlowResult:
        """Show what the friend offers and how far we are with it; ask for one of the series."""
        if self._get_entry().state is not ConfigEntryState.LOADED:
            return self.async_abort(reason="not_connected")
        errors: dict[str, str] = {}
        catalogue_client: CatalogueClient = self._get_entry().runtime_data[CatalogueClient]
        friend = friend_data(self._get_reconfigure_subentry())["jid"]
        if user_input is None:
            try:
                self._offers = await catalogue_client.offers(friend)
            except RequestFailed, PayloadRefused:
                return self.async_abort(reason="friend_away")
        if not self._offers:
            return self.async_abort(reason="nothing_offered")
        if user_input is not None and not (errors := check_until(user_input)):
            chosen = user_input["publication"]
            offer = next(offer for offer in self._offers if offer.publication == chosen)
            until = end_of_input(user_input).timestamp()
            try:
                state = await catalogue_client.ask(friend, offer, user_input["purpose"], until)
            except RequestFailed, PayloadRefused:
                return self.async_abort(reason="friend_away")
            return self.async_abort(reason=ASKED[state])
        words = await async_words(self.hass)
        return show_form(
            self,
            "offers",
            _wish_fields(self._offers, words),
            user_input or suggested_terms(),
            errors,
            {"friend": plain(self._name), "offers": _offers_text(self._offers, words)},
        )

    def _current(self) -> list[GrantData]:
        """Return what is granted, of the series there still are."""
        publications = publications_of(self._get_entry())
        grants = friend_data(self._get_reconfigure_subentry())["grants"]
        return [grant for grant in grants if grant["publication"] in publications]

    async def _save(self) -> SubentryFlowResult:
        """Write what was decided, after what must first be asked or shown of some kinds."""
        if self._proxy is not None:
            return await self.async_step_proxy_series()
        if self._collection is not None:
            return await self._save_collection()
        if self._circle is not None:
            is_open = self._circle["admission"] in (Admission.INVITATION, Admission.EVERYONE)
            # The link holds our key, which an account that does not run has not loaded.
            has_link = is_open and self._get_entry().state is ConfigEntryState.LOADED
            return await (self.async_step_circle_link() if has_link else self._create_circle())
        if self.source == SOURCE_USER:
            data = new_friend(self._get_entry(), self._jid)
            data["grants"] = self._grants
            if token := self._friend_link.token:
                data["preauth"] = token
            if fingerprint := self._friend_link.fingerprint:
                is_new = self._get_entry().runtime_data[Relations].is_new(self._jid)
                data["fingerprint"] = fingerprint if is_new else ""
            made = Made.GRANTED_FRIEND if self._grants else Made.FRIEND
            page = await async_last_page(self.hass, made)
            return self.async_create_entry(title=self._name, data=data, unique_id=self._jid, **page)
        return self.async_update_and_abort(
            self._get_entry(),
            self._get_reconfigure_subentry(),
            title=self._name,
            data_updates={"grants": self._grants},
        )

    def _forgotten_fields(self, subentry: ConfigSubentry) -> dict[Any, Any]:
        """Return the field of the friend's series that are over, if there are any."""
        entry = self._get_entry()
        if entry.state is not ConfigEntryState.LOADED:
            return {}
        of_friend = entry.runtime_data[Following].series.get(friend_data(subentry)["jid"], {})
        over: dict[str, str] = {
            publication: series.description.title
            for publication, series in of_friend.items()
            if series.status in OVER
        }
        if not over:
            return {}
        return {vol.Optional("forgotten", default=list): titled(over, multiple=True)}


def _wish_fields(offers: Sequence[Offer], words: Words) -> dict[Any, Any]:
    """Return the fields of a request: which series, what for, until when."""
    titles: dict[str, str] = {offer.publication: _label(offer, words) for offer in offers}
    return {
        vol.Required("publication"): titled(titles),
        vol.Required("purpose", default=PURPOSES[0]): PURPOSE,
        vol.Required("until"): DateSelector(),
    }


def _offers_text(offers: Sequence[Offer], words: Words) -> str:
    """Return the catalogue as a list, with how far we are with each series."""
    states = {
        offer.state: words.get(f"offer_state.options.{offer.state}", offer.state)
        for offer in offers
    }
    return "\n".join(f"- {plain(_label(offer, words))}: {states[offer.state]}" for offer in offers)


def _label(offer: Offer, words: Words) -> str:
    granularity = offer.granularity.lower()
    return f"{offer.title} ({words.get(f'granularity.options.{granularity}', granularity)})"
