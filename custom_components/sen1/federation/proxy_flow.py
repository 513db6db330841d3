"""The steps of a proxy of 2019 in a friend's flow: who it is, what it gets, who names what."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import available_timezones

from homeassistant.config_entries import ConfigSubentryFlow, SubentryFlowResult
from homeassistant.const import CONF_NAME
from homeassistant.helpers.selector import (
    ObjectSelector,
    ObjectSelectorConfig,
    ObjectSelectorField,
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    TextSelector,
)
from homeassistant.util import dt as dt_util
import voluptuous as vol

from .config import (
    CONF_JID,
    CONF_OURS,
    CONF_PUBLICATIONS,
    CONF_PURPOSE,
    CONF_RECEIVED,
    CONF_SENT,
    CONF_THEIRS,
    CONF_UNTIL,
    CONF_ZONE,
    PURPOSES,
    FriendKind,
    ProxyData,
    SentData,
    proxies_of,
    proxy_data,
    publication_data,
    publications_of,
)
from .feed import Content
from .grant_fields import ONE_YEAR, check_until, grants_of, grants_schema
from .links import parse_address
from .sen1_message import DataType

TYPES = SelectSelector(SelectSelectorConfig(options=[str(kind) for kind in DataType]))
CONTENTS = (Content.MEAN, Content.SUM, Content.INDEX)
CONTENT = SelectSelector(
    SelectSelectorConfig(
        options=[str(content) for content in CONTENTS], translation_key="feed_content"
    )
)


class ProxySteps(ConfigSubentryFlow):
    """Add a proxy of BMHS, LogNact or another of 2019; change what it gets and gives."""

    _title = ""
    _data: ProxyData
    _is_new = True

    async def async_step_proxy(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
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
                self._title = user_input.get(CONF_NAME, "").strip() or jid.partition("@")[0]
                self._data = ProxyData(
                    kind=FriendKind.PROXY,
                    jid=jid,
                    grants=grants_of(user_input, []),
                    zone=user_input[CONF_ZONE],
                    ours=user_input[CONF_OURS],
                    theirs=user_input[CONF_THEIRS],
                    sent=[],
                    received=[],
                )
                return await self.async_step_proxy_series()
        suggested = {
            CONF_UNTIL: (dt_util.now() + ONE_YEAR).date().isoformat(),
            CONF_ZONE: self.hass.config.time_zone,
        }
        fields = {vol.Required(CONF_JID): TextSelector(), vol.Optional(CONF_NAME): TextSelector()}
        return self.async_show_form(
            step_id="proxy",
            data_schema=self.add_suggested_values_to_schema(
                self._schema(fields), user_input or suggested
            ),
            errors=errors,
        )

    async def async_step_reconfigure_proxy(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Change the name, what is granted or the names of both sides."""
        subentry = self._get_reconfigure_subentry()
        data = proxy_data(subentry)
        errors: dict[str, str] = {}
        if user_input is not None and not (errors := check_proxy(user_input, await self._zones())):
            self._is_new = False
            self._title = user_input[CONF_NAME]
            self._data = ProxyData(
                kind=FriendKind.PROXY,
                jid=data["jid"],
                grants=grants_of(user_input, data["grants"]),
                zone=user_input[CONF_ZONE],
                ours=user_input[CONF_OURS],
                theirs=user_input[CONF_THEIRS],
                sent=data["sent"],
                received=data["received"],
            )
            return await self.async_step_proxy_series()
        until = min((grant["until"] for grant in data["grants"]), default=None)
        moment = datetime.fromisoformat(until) if until else dt_util.now() + ONE_YEAR
        last_day = dt_util.as_local(moment - timedelta(seconds=1)).date()
        known = {
            CONF_NAME: subentry.title,
            CONF_ZONE: data["zone"],
            CONF_OURS: data["ours"],
            CONF_THEIRS: data["theirs"],
            CONF_PUBLICATIONS: [grant["publication"] for grant in data["grants"]],
            CONF_UNTIL: last_day.isoformat(),
            CONF_PURPOSE: data["grants"][0]["purpose"] if data["grants"] else PURPOSES[0],
        }
        return self.async_show_form(
            step_id="reconfigure_proxy",
            data_schema=self.add_suggested_values_to_schema(
                self._schema({vol.Required(CONF_NAME): TextSelector()}), user_input or known
            ),
            errors=errors,
        )

    async def async_step_proxy_series(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Ask how each series is named in the dialect, both ways."""
        if user_input is not None:
            data = {
                **self._data,
                CONF_SENT: user_input.get(CONF_SENT, []),
                CONF_RECEIVED: user_input.get(CONF_RECEIVED, []),
            }
            if self._is_new:
                return self.async_create_entry(
                    title=self._title, data=data, unique_id=f"2019 {self._data['jid']}"
                )
            return self.async_update_and_abort(
                self._get_entry(), self._get_reconfigure_subentry(), title=self._title, data=data
            )
        suggested = {
            CONF_SENT: self._data["sent"] + self._proposed(),
            CONF_RECEIVED: self._data["received"],
        }
        schema = vol.Schema(
            {
                vol.Optional(CONF_SENT): _mapping_rows(
                    "mapping_sent", "name", {"publication": self._granted(), **_names()}
                ),
                vol.Optional(CONF_RECEIVED): _mapping_rows(
                    "mapping_received",
                    "title",
                    {"title": TextSelector(), **_names(), "content": CONTENT},
                ),
            }
        )
        return self.async_show_form(
            step_id="proxy_series",
            data_schema=self.add_suggested_values_to_schema(schema, suggested),
        )

    def _schema(self, fields: dict[Any, Any]) -> vol.Schema:
        return vol.Schema(
            {
                **fields,
                vol.Required(CONF_THEIRS): TextSelector(),
                vol.Required(CONF_OURS): TextSelector(),
                vol.Required(CONF_ZONE): TextSelector(),
                **grants_schema(self._get_entry()),
            }
        )

    async def _zones(self) -> set[str]:
        return await self.hass.async_add_executor_job(available_timezones)

    def _granted(self) -> SelectSelector:
        publications = publications_of(self._get_entry())
        options = [
            SelectOptionDict(value=grant["publication"], label=subentry.title)
            for grant in self._data["grants"]
            if (subentry := publications.get(grant["publication"])) is not None
        ]
        return SelectSelector(SelectSelectorConfig(options=options))

    def _proposed(self) -> list[SentData]:
        """Return a first mapping of what is granted and has none, to be corrected."""
        publications = publications_of(self._get_entry())
        mapped = {row["publication"] for row in self._data["sent"]}
        return [
            SentData(
                publication=grant["publication"],
                username=self._get_entry().data[CONF_JID],
                name=publications[grant["publication"]].title,
                unit=publication_data(publications[grant["publication"]])["measurement"].get(
                    "unit", ""
                ),
                type=DataType.NUMERIC,
            )
            for grant in self._data["grants"]
            if grant["publication"] in publications and grant["publication"] not in mapped
        ]


def check_proxy(user_input: dict[str, Any], zones: set[str]) -> dict[str, str]:
    """Return the errors of a form: a zone there is not, an end that cannot be."""
    if user_input[CONF_ZONE] not in zones:
        return {CONF_ZONE: "no_time_zone"}
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
