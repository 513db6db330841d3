"""The steps of a proxy of 2019 in a friend's flow: who it is, what it gets, who names what."""

from collections.abc import Sequence
from typing import Any
from zoneinfo import available_timezones

from homeassistant.config_entries import SOURCE_USER, SubentryFlowResult
from homeassistant.const import CONF_NAME
from homeassistant.helpers.selector import (
    ObjectSelector,
    ObjectSelectorConfig,
    ObjectSelectorField,
    SelectSelector,
    SelectSelectorConfig,
    TextSelector,
)
import voluptuous as vol

from ...const import UserInput
from ...fields import show_form, titled, worded
from ...last_page import Made, async_last_page
from ...protocol.legacy.sen1_message import DataType
from ...protocol.links import parse_address
from ...protocol.model import BareJid
from ..config import (
    CONF_JID,
    FriendKind,
    ProxyData,
    ReceivedData,
    SentData,
    proxies_of,
    proxy_data,
    publication_data,
    publications_of,
)
from ..consent.granting import check_until, grants_of
from ..legacy.feed import Content
from .grant_form import GrantSteps, grants_fields, suggested_terms, titles_of

TYPES = SelectSelector(SelectSelectorConfig(options=[str(kind) for kind in DataType]))
CONTENT = worded("feed_content", (Content.MEAN, Content.SUM, Content.INDEX))


class ProxySteps(GrantSteps):
    """Add a proxy of BMHS, LogNact or another of 2019; change what it gets and gives."""

    _name: str
    _proxy: ProxyData | None = None
    """What is said of a proxy so far, while the steps lead to the names of its series."""

    async def async_step_proxy(self, user_input: UserInput = None) -> SubentryFlowResult:
        """Ask who it is and what is granted to it; nothing is ticked."""
        errors: dict[str, str] = {}
        if user_input is not None:
            jid = parse_address(user_input[CONF_JID])
            known = {proxy_data(s)["jid"] for s in proxies_of(self._get_entry()).values()}
            if jid is None:
                errors[CONF_JID] = "invalid_address"
            elif jid in known:
                errors[CONF_JID] = "already_friend"
            elif not (errors := check_proxy(user_input, await self._zones())):
                self._name = user_input.get(CONF_NAME, "").strip() or jid.partition("@")[0]
                self._grants = grants_of(user_input, [])
                self._proxy = _proxy(user_input, jid)
                return await self._settle()
        suggested = suggested_terms() | {"zone": self.hass.config.time_zone}
        fields = {vol.Required(CONF_JID): TextSelector(), vol.Optional(CONF_NAME): TextSelector()}
        return show_form(self, "proxy", self._fields(fields), user_input or suggested, errors)

    async def async_step_reconfigure_proxy(
        self, user_input: UserInput = None
    ) -> SubentryFlowResult:
        """Change the name, what is granted or the names of both sides."""
        subentry = self._get_reconfigure_subentry()
        data = proxy_data(subentry)
        errors: dict[str, str] = {}
        if user_input is not None and not (errors := check_proxy(user_input, await self._zones())):
            self._name = user_input[CONF_NAME]
            self._grants = grants_of(user_input, data["grants"])
            self._proxy = _proxy(user_input, data["jid"], data["sent"], data["received"])
            return await self._settle()
        known = suggested_terms() | {
            **data,
            CONF_NAME: subentry.title,
            "publications": [grant["publication"] for grant in data["grants"]],
        }
        fields = self._fields({vol.Required(CONF_NAME): TextSelector()})
        return show_form(self, "reconfigure_proxy", fields, user_input or known, errors)

    async def async_step_proxy_series(self, user_input: UserInput = None) -> SubentryFlowResult:
        """Ask how each series is named in the dialect, both ways."""
        assert self._proxy is not None  # the step before made it
        if user_input is not None:
            data = {
                **self._proxy,
                "grants": self._grants,
                "sent": user_input.get("sent", []),
                "received": user_input.get("received", []),
            }
            if self.source == SOURCE_USER:
                return self.async_create_entry(
                    title=self._name,
                    data=data,
                    unique_id=f"2019 {self._proxy['jid']}",
                    **await async_last_page(self.hass, Made.PROXY),
                )
            return self.async_update_and_abort(
                self._get_entry(), self._get_reconfigure_subentry(), title=self._name, data=data
            )
        suggested = {
            "sent": self._proxy["sent"] + self._proposed(self._proxy["sent"]),
            "received": self._proxy["received"],
        }
        granted = titled(titles_of(self._get_entry(), self._grants), mode=None)
        fields = {
            vol.Optional("sent"): _mapping_rows(
                "mapping_sent", "name", {"publication": granted, **_names()}
            ),
            vol.Optional("received"): _mapping_rows(
                "mapping_received",
                "title",
                {"title": TextSelector(), **_names(), "content": CONTENT},
            ),
        }
        return show_form(self, "proxy_series", fields, suggested, {})

    def _fields(self, named: dict[Any, Any]) -> dict[Any, Any]:
        return {
            **named,
            vol.Required("theirs"): TextSelector(),
            vol.Required("ours"): TextSelector(),
            vol.Required("zone"): TextSelector(),
            **grants_fields(self._get_entry(), with_past=False),
        }

    async def _zones(self) -> set[str]:
        return await self.hass.async_add_executor_job(available_timezones)

    def _proposed(self, sent: list[SentData]) -> list[SentData]:
        """Return a first mapping of what is granted and has none, to be corrected."""
        publications = publications_of(self._get_entry())
        mapped = {row["publication"] for row in sent}
        return [
            SentData(
                publication=key,
                username=self._get_entry().data[CONF_JID],
                name=publications[key].title,
                unit=publication_data(publications[key])["measurement"].get("unit", ""),
                type=DataType.NUMERIC,
            )
            for grant in self._grants
            if (key := grant["publication"]) in publications and key not in mapped
        ]


def _proxy(
    user_input: dict[str, Any],
    jid: BareJid,
    sent: Sequence[SentData] = (),
    received: Sequence[ReceivedData] = (),
) -> ProxyData:
    """Return what a form says of a proxy, whose grants are kept apart until they are settled."""
    return ProxyData(
        kind=FriendKind.PROXY,
        jid=jid,
        grants=[],
        zone=user_input["zone"],
        ours=user_input["ours"],
        theirs=user_input["theirs"],
        sent=list(sent),
        received=list(received),
    )


def check_proxy(user_input: dict[str, Any], zones: set[str]) -> dict[str, str]:
    """Return the errors of a form: a zone there is not, an end that cannot be."""
    if user_input["zone"] not in zones:
        return {"zone": "no_time_zone"}
    return check_until(user_input)


def _names() -> dict[str, Any]:
    """Return the fields that tell a series in the dialect."""
    texts = {key: TextSelector() for key in ("username", "name", "metaname", "unit")}
    return {**texts, "type": TYPES}


def _mapping_rows(key: str, label: str, fields: dict[str, Any]) -> ObjectSelector:
    return ObjectSelector(
        ObjectSelectorConfig(
            fields={
                name: ObjectSelectorField(
                    selector=selector.serialize()["selector"],
                    required=name not in ("metaname", "unit"),
                )
                for name, selector in fields.items()
            },
            multiple=True,
            label_field=label,
            description_field="username",
            translation_key=key,
        )
    )
