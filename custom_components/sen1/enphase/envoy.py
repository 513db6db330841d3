"""pyenphase's gateway, asked at the pace at which each of its answers changes."""

import asyncio
from collections import Counter
import time
from typing import Any

import aiohttp
from homeassistant.const import EVENT_HOMEASSISTANT_CLOSE
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.helpers.aiohttp_client import HassClientResponse, async_create_clientsession
from homeassistant.helpers.singleton import singleton
from pyenphase import Envoy, EnvoyCommunicationError
from pyenphase.const import (
    ENDPOINT_URL_METERS,
    ENDPOINT_URL_METERS_READINGS as READINGS,
    URL_DEVICE_DATA,
    URL_ENCHARGE_BATTERY,
    URL_ENSEMBLE_INVENTORY,
    URL_PRODUCTION,
    URL_PRODUCTION_INVERTERS,
    URL_PRODUCTION_JSON,
    URL_PRODUCTION_V1,
)

from ..const import DOMAIN

MOVES = {READINGS, URL_PRODUCTION, URL_PRODUCTION_JSON, URL_PRODUCTION_V1}
"""Asked at each round."""

BATTERIES = {URL_ENSEMBLE_INVENTORY, URL_ENCHARGE_BATTERY}
"""Asked at each round where there are batteries: gateways without have the documents too."""

KEPT_S = {
    # The gateway itself hears its inverters every five minutes.
    URL_PRODUCTION_INVERTERS: 290,
    URL_DEVICE_DATA: 290,
    ENDPOINT_URL_METERS: 1800,
}
"""How long an answer that changes seldom is good, seconds; others an hour."""

NOT_READY = 503

REQUEST = aiohttp.ClientTimeout(total=20, sock_connect=5)
"""For one request: pyenphase would wait 45 s for a gateway that hangs."""


MOST_BYTES = 1_000_000
"""Of an answer: that of a gateway with fifty inverters has 30,000."""


class BoundedResponse(HassClientResponse):
    """An answer that is read no further than any of a gateway is long."""

    async def read(self) -> bytes:
        """Return the body; raises aiohttp.ClientPayloadError where it is too long."""
        if self._body is None:
            body = bytearray()
            try:
                async for chunk in self.content.iter_any():
                    body += chunk
                    if len(body) > MOST_BYTES:
                        raise aiohttp.ClientPayloadError("too long")
            except BaseException:
                self.close()
                raise
            self._body = bytes(body)
        return await super().read()


async def _bounded(
    request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
) -> aiohttp.ClientResponse:
    request.response_class = BoundedResponse
    return await handler(request)


@singleton(f"{DOMAIN}_gateways")
@callback
def session_for_gateways(hass: HomeAssistant) -> aiohttp.ClientSession:
    """Return what asks all gateways: whoever answers at an address may not be one.

    They sign their certificates themselves: there is nothing to verify them by. Nothing is
    inflated: a gateway need not deflate, and what comes deflated may be a thousand times as long.
    """
    session = async_create_clientsession(
        hass,
        verify_ssl=False,
        # It would end with the entry that asks first.
        auto_cleanup=False,
        auto_decompress=False,
        headers={"Accept-Encoding": "identity"},
        middlewares=(_bounded,),
    )

    @callback
    def end(_event: Event) -> None:
        session.detach()

    hass.bus.async_listen_once(EVENT_HOMEASSISTANT_CLOSE, end)
    return session


class PacedEnvoy(Envoy):
    """An Envoy that answers pyenphase itself while the last answer of the gateway still holds.

    One request at a time: a gateway is a small computer. `requests` counts them by what was asked.
    """

    def __init__(self, host: str, client: aiohttp.ClientSession) -> None:
        super().__init__(host, client, REQUEST)
        self.requests: Counter[str] = Counter()
        self.has_batteries = True
        self._turn = asyncio.Lock()
        self._kept: dict[str, tuple[float, aiohttp.ClientResponse]] = {}

    async def probe_request(  # type: ignore[override]  # a method behind its retries
        self, endpoint: str
    ) -> aiohttp.ClientResponse:
        """Ask whether the gateway has this, which an interrupted answer does not tell.

        pyenphase takes any failure for "it has not": the gateway would be read without its
        meters until the next restart.
        """
        try:
            response = await self._ask(endpoint)
        except aiohttp.ClientError as err:
            raise EnvoyCommunicationError(str(err)) from err
        if response.status == NOT_READY:
            raise EnvoyCommunicationError("not ready")
        self._keep(endpoint, response)
        return response

    async def request(
        self, endpoint: str, data: dict[str, Any] | None = None, method: str | None = None
    ) -> aiohttp.ClientResponse:
        """Return the gateway's answer, or the last one if it still holds."""
        until, kept = self._kept.get(endpoint, (0.0, None))
        if kept is not None and time.monotonic() < until:
            return kept
        response = await self._ask(endpoint, data, method)
        self._keep(endpoint, response)
        return response

    async def _ask(
        self, endpoint: str, data: dict[str, Any] | None = None, method: str | None = None
    ) -> aiohttp.ClientResponse:
        """Ask in turn, and at once a second time if the connection broke.

        pyenphase asks up to six times, with pauses that would keep a reading waiting for minutes;
        the next one is due in ten seconds.
        """
        async with self._turn:
            try:
                return await self._ask_once(endpoint, data, method)
            except TimeoutError, aiohttp.ClientConnectorError:
                raise
            except aiohttp.ClientError:
                return await self._ask_once(endpoint, data, method)

    async def _ask_once(
        self, endpoint: str, data: dict[str, Any] | None, method: str | None
    ) -> aiohttp.ClientResponse:
        self.requests[endpoint] += 1
        response = await self._request(endpoint, data, method)
        await response.read()
        return response

    def _keep(self, endpoint: str, response: aiohttp.ClientResponse) -> None:
        moves = MOVES | BATTERIES if self.has_batteries else MOVES
        if endpoint not in moves and response.ok:
            self._kept[endpoint] = (time.monotonic() + KEPT_S.get(endpoint, 3600), response)
