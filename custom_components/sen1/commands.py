"""The commands by which the pages ask: who may, what a question holds, how a refusal is said."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date
from functools import wraps
from inspect import isawaitable
from typing import Any, NamedTuple

from homeassistant.components.websocket_api.connection import ActiveConnection
from homeassistant.components.websocket_api.const import (
    ERR_HOME_ASSISTANT_ERROR,
    WebSocketCommandHandler,
)
from homeassistant.components.websocket_api.decorators import async_response, websocket_command
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError, Unauthorized
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.typing import VolDictType
import voluptuous as vol

from .const import DOMAIN
from .roles import ROLES, Asker, Role
from .texts import async_texts

type Asked = dict[str, Any]
"""What is asked, as its schema has it."""

DAY_TEXT = vol.All(str, cv.date, date.isoformat)
"""A day as it is kept, in ISO 8601."""

ASKER = "asker"
"""Who asks, in what is asked."""

type Answer = Mapping[str, Any] | Sequence[Mapping[str, Any]] | None

type Act = Callable[[HomeAssistant, Asked], Answer | Awaitable[Answer]]


class Command(NamedTuple):
    """What a command is, for who asks by another way than Home Assistant's connection."""

    schema: vol.Schema
    async_answer: Callable[[HomeAssistant, Asker, Asked], Awaitable[Any]]
    """Raises Unauthorized, Refused."""


COMMANDS_BY_TYPE: dict[str, Command] = {}
"""All commands, by their types."""


class Refused(ServiceValidationError):
    """What was asked is not done; `key` says why, as the texts have it."""

    def __init__(self, key: str, code: str = ERR_HOME_ASSISTANT_ERROR, **placeholders: str) -> None:
        super().__init__(
            translation_domain=DOMAIN, translation_key=key, translation_placeholders=placeholders
        )
        self.key, self.code, self.placeholders = key, code, placeholders


def command(
    name: str,
    fields: VolDictType | None = None,
    *,
    who: Role = Role.ADMINISTRATOR,
    of: str | None = None,
) -> Callable[[Act], WebSocketCommandHandler]:
    """Make the command `sen1/NAME` of what answers it, or raises Refused.

    Who asks has this role at least for the place that the field `of` names, without one for any
    place: such an answer leaves out what is not for the asker. Why something is refused is said in
    the `language` that is asked for, or in the household's.
    """

    def make(act: Act) -> WebSocketCommandHandler:
        async def answered(hass: HomeAssistant, asker: Asker, message: Asked) -> Answer:
            if not asker.may(who, message[of] if of else None):
                raise Unauthorized
            told = act(hass, message | {ASKER: asker})
            return await told if isawaitable(told) else told

        @async_response
        @wraps(act)
        async def answer(
            hass: HomeAssistant, connection: ActiveConnection, message: dict[str, Any]
        ) -> None:
            asker = hass.data[ROLES].of(connection.user)
            try:
                told = await answered(hass, asker, message)
            except Refused as refusal:
                connection.send_error(
                    message["id"],
                    refusal.code,
                    await async_why(hass, refusal, message.get("language")),
                    translation_domain=DOMAIN,
                    translation_key=refusal.key,
                    translation_placeholders=refusal.placeholders,
                )
            else:
                connection.send_result(message["id"], told)

        schema: VolDictType = {
            vol.Required("type"): f"{DOMAIN}/{name}",
            vol.Optional("language"): str,
            **(fields or {}),
        }
        COMMANDS_BY_TYPE[f"{DOMAIN}/{name}"] = Command(vol.Schema(schema), answered)
        return websocket_command(schema)(answer)

    return make


async def async_why(hass: HomeAssistant, refusal: Refused, language: str | None) -> str:
    """Return why something is refused, in words."""
    texts = await async_texts(hass, "exceptions", language)
    return texts[f"{refusal.key}.message"].format(**refusal.placeholders)
