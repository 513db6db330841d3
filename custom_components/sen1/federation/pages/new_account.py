"""Start sharing: what the home is called, the link it was sent, and where its address is made."""

from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from functools import partial
import secrets
from ssl import SSLContext
from typing import Any

from homeassistant.config_entries import ConfigFlowResult, ConfigSubentryData
from homeassistant.const import CONF_NAME, CONF_PASSWORD
from homeassistant.data_entry_flow import section
from homeassistant.helpers.selector import (
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    TextSelector,
)
from homeassistant.util import dt as dt_util, slugify
from slixmpp import JID
import voluptuous as vol

from ...const import DOMAIN, FRIEND, UserInput, plain
from ...fields import EMAIL, show_form
from ...last_page import Made, async_last_page
from ...protocol.errors import JoiningError, LinkError, LinkRefused, LoginRefused, Refusal
from ...protocol.links import Link, LinkKind, find_link, parse_address
from ...protocol.model import BareJid
from ..config import CONF_JID, CONF_LINK, FriendData
from ..running import Words, async_words
from ..xmpp.credentials import Credentials
from ..xmpp.registration import change_password, make_password, register
from .account import (
    ADVANCED_SCHEMA,
    PASSWORD,
    AccountFlow,
    async_checked,
    async_tried,
    link_data,
    new_account,
)
from .server_list import Server, Servers, async_servers

INVITER = "inviter"
OWN = "own"

NUMBERED = 3
"""How many homes of one name are told apart by a small number."""

MOST_LETTERS = 40
"""Of the part of an address that a home's name becomes."""

NAMELESS = ("", "unknown")
"""What Home Assistant makes of a name without a letter."""

FIELD_OF_REFUSAL = {
    "cannot_connect": "where",
    "registration_closed": "where",
    "registration_elsewhere": "where",
    "invitation_needed": "where",
    "too_many_registrations": "where",
    "name_taken": CONF_NAME,
    "invitation_refused": CONF_LINK,
    "password_kept": CONF_LINK,
}
"""The field that is wrong, for each reason no address is made; others are the whole form's."""

OWN_SCHEMA = vol.Schema({vol.Optional(CONF_JID): EMAIL, vol.Optional(CONF_PASSWORD): PASSWORD})

type Errors = dict[str, str]
"""Why a form is shown again, by field."""


class JoiningFlow(AccountFlow):
    """Add a sharing account. Nothing is shared by it, nor with whoever invited."""

    _pending: dict[str, Any] | None = None
    """Of an entry whose address is made, or may be: the server's answer was lost."""
    _detail = ""
    """What the server said of its refusal."""

    async def async_step_account(self, user_input: UserInput = None) -> ConfigFlowResult:
        """Ask for all at once; make the address, or log in with one's own."""
        servers = await async_servers(self.hass)
        errors: Errors = {}
        if user_input is not None:
            link, errors = _link_in(user_input)
            if not errors:
                errors = await self._async_join(user_input, link)
            if not errors:
                return await self._async_end(user_input, link)
        typed = user_input or {CONF_NAME: self.hass.config.location_name}
        return show_form(
            self,
            "account",
            _fields(servers.known, typed),
            typed,
            errors,
            {
                "servers": servers_text(servers, await async_words(self.hass)),
                "detail": self._detail,
            },
        )

    async def _async_join(self, user_input: dict[str, Any], link: Link | None) -> Errors:
        """Get an address where the form says, and keep its data; return the errors."""
        self._detail = ""
        where, own = user_input["where"], user_input["own"]
        gives_address = link is not None and link.kind in (
            *(LinkKind.INVITATION, LinkKind.ACCOUNT, LinkKind.SERVER),
        )
        if where == INVITER and not gives_address and own.get(CONF_JID):
            # Nothing else can be meant by an address that was typed.
            where = OWN
        if where == OWN:
            return await self._async_take_own(own, user_input, link)
        if where != INVITER:
            return await self._async_get(where, link, user_input)
        if link is None:
            return {CONF_LINK: "link_needed"}
        if not gives_address:
            is_collection = link.kind is LinkKind.COLLECTION
            key = "collection_gives_no_address" if is_collection else "inviter_gives_no_address"
            return {CONF_LINK: key}
        return await self._async_get(_server_of(link), link, user_input)

    async def _async_take_own(
        self, own: Mapping[str, str], user_input: dict[str, Any], link: Link | None
    ) -> Errors:
        """Log in with the address one has."""
        if not own.get(CONF_JID) or not own.get(CONF_PASSWORD):
            return {"own": "own_needed"}
        if link is not None and link.address == parse_address(own[CONF_JID]):
            return {CONF_LINK: "own_address"}
        errors = await self._async_check({**user_input, **own}, new_account())
        # A section's fields show no error: it stands above them all.
        of_section = (CONF_JID, CONF_PASSWORD)
        return {"own" if field in of_section else field: key for field, key in errors.items()}

    async def _async_get(
        self, domain: str, link: Link | None, user_input: dict[str, Any]
    ) -> Errors:
        """Get a new address on a server, by the link if it is of that server, and log in."""
        try:
            if not await self._async_is_there(domain, user_input):
                if link is not None and _server_of(link) != domain:
                    link = None
                await self._async_make(domain, link, user_input)
                assert self._pending is not None  # just made
                self._data = await async_checked(self.hass, self._pending)
        except LinkError as error:
            return {FIELD_OF_REFUSAL.get(error.key, "base"): error.key}
        except JoiningError as error:
            self._detail = error.detail
            return {FIELD_OF_REFUSAL.get(error.key, "base"): error.key}
        return {}

    async def _async_is_there(self, domain: str, user_input: dict[str, Any]) -> bool:
        """Log in at a server with what was made there before, if that was; raises LinkError."""
        known = self._pending
        if known is None or JID(known[CONF_JID]).domain != domain:
            return False
        self._pending = _reached(known, user_input)
        try:
            self._data = await async_checked(self.hass, self._pending)
        except LoginRefused:
            self._pending = None
        return self._pending is not None

    async def _async_make(self, domain: str, link: Link | None, user_input: dict[str, Any]) -> None:
        """Make an address, or make that of a link one's own; raises LinkError, JoiningError."""
        account = new_account() | {CONF_PASSWORD: make_password()}
        if link is not None and link.login is not None:
            login = link.login
            data = _reached(account | {CONF_JID: login.jid}, user_input)
            try:
                await self._async_try(
                    data,
                    partial(change_password, password=data[CONF_PASSWORD]),
                    data | {CONF_PASSWORD: login.password},
                )
            except LoginRefused:
                # Whoever used the link before changed it.
                raise JoiningError(Refusal.INVITATION_REFUSED) from None
            return
        token = link.token if link is not None and link.gives_account else ""
        kept = link.jid.local if link is not None and link.action == "register" else ""
        for name in _names(user_input[CONF_NAME], kept):
            jid = BareJid(f"{name}@{domain}")
            if self.hass.config_entries.async_entry_for_domain_unique_id(DOMAIN, jid):
                continue
            data = _reached(account | {CONF_JID: jid}, user_input)
            try:
                await self._async_try(data, partial(register, token=token), data)
            except JoiningError as error:
                if error.key is not Refusal.NAME_TAKEN:
                    raise
            else:
                return
        raise JoiningError(Refusal.NAME_TAKEN)

    async def _async_try(
        self,
        data: dict[str, Any],
        talk: Callable[[Credentials, SSLContext], Awaitable[None]],
        logs_in_as: Mapping[str, Any],
    ) -> None:
        """Talk to a server of what is then there; it stays noted where the answer is lost."""
        self._pending = data
        try:
            await async_tried(self.hass, logs_in_as, talk)
        except JoiningError, LoginRefused:
            self._pending = None
            raise

    async def _async_end(self, user_input: dict[str, Any], link: Link | None) -> ConfigFlowResult:
        """Add the entry, with whoever invited as a friend; say what is done and what comes next."""
        jid = self._data[CONF_JID]
        await self.async_set_unique_id(jid)
        self._abort_if_unique_id_configured()
        inviter = _inviter(link)
        now = dt_util.now()
        told = {
            "address": plain(jid),
            "home": plain(user_input[CONF_NAME].strip()),
            "time": f"{now:%H:%M}",
        }
        made = Made.ACCOUNT
        if inviter is not None:
            told["friend"] = plain(inviter["title"])
            is_verified = "fingerprint" in inviter["data"]
            made = Made.ACCOUNT_INVITED if is_verified else Made.ACCOUNT_BEFRIENDED
        data = self._data | {CONF_NAME: user_input[CONF_NAME].strip()}
        if link is not None and link.kind is LinkKind.COLLECTION:
            # It is opened once the account runs.
            data[CONF_LINK] = user_input[CONF_LINK]
            told |= {"friend": plain(link.name or link.jid.bare), "title": plain(link.title)}
            made = Made.ACCOUNT_OFFERED
        return self.async_create_entry(
            title=await self._title(),
            data=data,
            subentries=[] if inviter is None else [inviter],
            **await async_last_page(self.hass, made, told),
        )


def _link_in(user_input: dict[str, Any]) -> tuple[Link | None, Errors]:
    """Return the link that was pasted, if one was, and what is wrong with it."""
    text = user_input.get(CONF_LINK, "").strip()
    if not text:
        return None, {}
    try:
        return find_link(text, dt_util.utcnow().timestamp()), {}
    except LinkRefused as refusal:
        return None, {CONF_LINK: refusal.key}


def _server_of(link: Link) -> str:
    """Return the server on which a link gives an address."""
    return str((JID(link.login.jid) if link.login else link.jid).domain)


def _fields(servers: Mapping[str, Server], typed: Mapping[str, Any]) -> dict[Any, Any]:
    """Return the fields of the form; a section that has something in it is open."""
    places = [
        SelectOptionDict(value=INVITER, label=INVITER),
        *(
            SelectOptionDict(value=server.domain, label=f"{server.name} ({server.domain})")
            for server in servers.values()
        ),
        SelectOptionDict(value=OWN, label=OWN),
    ]
    where = SelectSelectorConfig(
        options=places, mode=SelectSelectorMode.LIST, translation_key="where"
    )
    is_own = typed.get("where") == OWN or bool(typed.get("own"))
    return {
        vol.Required(CONF_NAME): TextSelector(),
        vol.Optional(CONF_LINK): TextSelector(),
        vol.Required("where", default=INVITER): SelectSelector(where),
        vol.Required("own"): section(OWN_SCHEMA, {"collapsed": not is_own}),
        vol.Required("advanced"): section(
            ADVANCED_SCHEMA, {"collapsed": not typed.get("advanced")}
        ),
    }


def _names(home: str, kept: str) -> Iterator[str]:
    """Yield names for an address, the best first: `kept` is one the server may hold for us."""
    if kept:
        yield kept
    name = slugify(home, separator="-")[:MOST_LETTERS].strip("-")
    if name in NAMELESS:
        name = "home"
    yield name
    yield from (f"{name}-{number}" for number in range(2, NUMBERED + 1))
    yield f"{name}-{secrets.randbelow(9000) + 1000}"


def _reached(data: dict[str, Any], user_input: dict[str, Any]) -> dict[str, Any]:
    """Return an entry's data with where the form says that the server is."""
    typed = {CONF_PASSWORD: data[CONF_PASSWORD], "advanced": user_input["advanced"]}
    return {**data, **link_data(data[CONF_JID], typed)}


def _inviter(link: Link | None) -> ConfigSubentryData | None:
    """Return who sent the link as a friend who is granted nothing; None of other links."""
    of_nobody = (LinkKind.ACCOUNT, LinkKind.SERVER, LinkKind.COLLECTION)
    if link is None or link.kind in of_nobody:
        return None
    jid = link.address
    assert jid is not None  # the other kinds lead to one
    data: FriendData = {"jid": jid, "grants": []}
    if link.token:
        data["preauth"] = link.token
    if link.fingerprint:
        data["fingerprint"] = link.fingerprint
    title = link.name or link.jid.local
    return ConfigSubentryData(data=dict(data), subentry_type=FRIEND, title=title, unique_id=jid)


def servers_text(servers: Servers, words: Words) -> str:
    """Return what is known of each server, and of what is wrong in the household's list."""
    lines = [_server_line(server, words) for server in servers.known.values()]
    if servers.faults:
        if servers.faults[0].row:
            faults = "; ".join(
                f"{_word(words, 'row')} {fault.row}: {plain(fault.field)}"
                for fault in servers.faults
            )
            lines.append(f"{_word(words, 'left_out')} {len(servers.faults)} ({faults})")
        else:
            lines.append(_word(words, "unreadable"))
    return "\n".join(f"- {line}" for line in lines)


def _server_line(server: Server, words: Words) -> str:
    told: Iterable[tuple[str, str]] = (
        ("operator", server.operator),
        ("country", server.country),
        ("keeps", server.keeps),
        ("languages", ", ".join(server.languages)),
        ("since", str(server.since)),
        ("limits", server.limits),
    )
    facts = "; ".join(f"{_word(words, key)} {plain(value)}" for key, value in told)
    page = f"[{_word(words, 'page')}]({server.url})"
    return f"**{plain(server.name)}** ({plain(server.domain)}): {facts}; {page}"


def _word(words: Words, key: str) -> str:
    return words[f"server_list.options.{key}"]
