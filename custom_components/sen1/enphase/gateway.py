"""One gateway: found, logged in to, read; its token renewed."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
import json
from typing import Any, Self

import aiohttp
from awesomeversion import AwesomeVersion
from homeassistant.util import dt as dt_util
from pyenphase import EnvoyData, EnvoyTokenAuth
from pyenphase.const import (
    AUTH_TOKEN_MIN_VERSION,
    ENDPOINT_URL_METERS,
    ENDPOINT_URL_METERS_READINGS,
    URL_AUTH_CHECK_JWT,
)

from .claims import Claims, NotAToken, claims_of
from .const import CONF_PASSWORD, CONF_TOKEN, CONF_USERNAME
from .envoy import PacedEnvoy
from .faults import (
    LIBRARY_ERRORS,
    NEEDS_THE_OWNER,
    REFUSED,
    GatewayError,
    GatewayFault,
    fault_of,
    fault_of_login,
)
from .readings import EnvoyMeters, meters_of

OLDEST = AwesomeVersion("3.8")
"""Older firmware tells what it knows to people only, on pages: 3.7 does, 3.8 is the first that was
seen to answer programs."""
FIND_S = 25
"""A gateway that is there answers in a second or two; pyenphase alone would try for minutes."""
READ_S = 120
"""A round is at most some fifteen requests, one after the other; one that hangs ends it sooner."""
READINGS_S = 15
CLOUD_S = 30
RETRY_RENEWAL = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Login:
    """What opens a gateway.

    Firmware from 7 wants a token; with the Enlighten login it can be renewed. Older ones want a
    name and a password of their own; without, those they were made with.
    """

    username: str | None = None
    password: str | None = None
    token: str | None = None

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Self:
        """Return what an entry keeps."""
        return cls(data.get(CONF_USERNAME), data.get(CONF_PASSWORD), data.get(CONF_TOKEN))

    @property
    def data(self) -> dict[str, str]:
        """Return what an entry is to keep."""
        said = {CONF_USERNAME: self.username, CONF_PASSWORD: self.password, CONF_TOKEN: self.token}
        return {key: value for key, value in said.items() if value}

    @property
    def can_renew(self) -> bool:
        """Return whether a token can be had without its owner."""
        return bool(self.username and self.password)


class Gateway:
    """Reads one gateway; each method raises GatewayError with what is wrong."""

    def __init__(self, host: str, client: aiohttp.ClientSession, login: Login) -> None:
        self.host = host
        self.login = login
        self.envoy = PacedEnvoy(host, client)
        self._client = client
        self._renew_from = dt_util.utcnow()

    @property
    def serial(self) -> str:
        """Return the gateway's own number, once found."""
        assert self.envoy.serial_number is not None  # `find` makes sure
        return self.envoy.serial_number

    @property
    def firmware(self) -> str:
        """Return the version of the gateway's firmware."""
        return str(self.envoy.firmware)

    @property
    def wants_token(self) -> bool:
        """Return whether the firmware wants a token, or else a password."""
        return bool(self.envoy.firmware >= AUTH_TOKEN_MIN_VERSION)

    @property
    def claims(self) -> Claims | None:
        """Return what the token in use says of itself; an old firmware has none."""
        return claims_of(self.login.token) if self.wants_token and self.login.token else None

    async def find(self) -> None:
        """Learn which gateway this is; anybody may ask it that."""
        try:
            async with asyncio.timeout(FIND_S):
                await self.envoy.setup()
        except (SyntaxError, ValueError, AttributeError) as err:
            raise GatewayError(GatewayFault.NOT_A_GATEWAY) from err
        except LIBRARY_ERRORS as err:
            raise GatewayError(fault_of(err)) from err
        if self.envoy.serial_number is None or self.envoy.firmware is None:
            raise GatewayError(GatewayFault.NOT_A_GATEWAY)
        if self.envoy.firmware < OLDEST:
            raise GatewayError(GatewayFault.TOO_OLD)

    async def log_in(self) -> None:
        """Make the gateway accept us, with a new token if the one we have does not do."""
        if not self.wants_token:
            await self._authenticate(self.login.username, self.login.password)
            return
        if self.login.token is not None:
            try:
                self._check(self.login.token)
                await self._authenticate(token=self.login.token)
            except GatewayError as err:
                if not self.login.can_renew or err.fault not in NEEDS_THE_OWNER:
                    raise
            else:
                return
        await self._renew()

    async def renew_if_due(self) -> bool:
        """Ask for the next token when the end of this one is near; tell whether there is one.

        Without the Enlighten login, or while it fails, the old one serves to its end.
        """
        claims = self.claims
        now = dt_util.utcnow()
        if claims is None or not self.login.can_renew:
            return False
        if now < max(claims.renewed_from, self._renew_from):
            return False
        self._renew_from = now + RETRY_RENEWAL
        await self._renew()
        return True

    async def read(self) -> EnvoyData:
        """Return all that the gateway tells now."""
        data = await self._logged_in(self.envoy.update, READ_S)
        self.envoy.has_batteries = bool(data.encharge_inventory)
        return data

    async def read_meters(self) -> EnvoyMeters:
        """Return what its meters measure now: one request. Needs `read` to have been there."""

        async def readings() -> EnvoyMeters:
            response = await self.envoy.request(ENDPOINT_URL_METERS_READINGS)
            data = self.envoy.data
            assert data is not None  # the first round came before
            return meters_of(
                json.loads(await response.read()),
                data.raw[ENDPOINT_URL_METERS],
                self.envoy.phase_count,
            )

        return await self._logged_in(readings, READINGS_S)

    async def _logged_in[T](self, ask: Callable[[], Awaitable[T]], within_s: float) -> T:
        """Ask, and once more after a new login: gateways forget theirs when they restart."""
        try:
            try:
                async with asyncio.timeout(within_s):
                    return await ask()
            except REFUSED:
                await self.log_in()
            async with asyncio.timeout(within_s):
                return await ask()
        except REFUSED as err:
            raise GatewayError(self._refusal) from err
        except LIBRARY_ERRORS as err:
            raise GatewayError(fault_of(err)) from err

    @property
    def _refusal(self) -> GatewayFault:
        return GatewayFault.TOKEN_REFUSED if self.wants_token else GatewayFault.PASSWORD_REFUSED

    def _check(self, token: str) -> None:
        """Refuse a token that cannot be right before the gateway does."""
        try:
            claims = claims_of(token)
        except NotAToken as err:
            raise GatewayError(GatewayFault.NOT_A_TOKEN) from err
        if claims.serial not in (None, self.serial):
            raise GatewayError(GatewayFault.TOKEN_OF_ANOTHER)
        if claims.ends <= dt_util.utcnow():
            raise GatewayError(GatewayFault.TOKEN_EXPIRED)

    async def _authenticate(
        self, username: str | None = None, password: str | None = None, token: str | None = None
    ) -> None:
        try:
            async with asyncio.timeout(FIND_S):
                await self.envoy.authenticate(username, password, token)
        except REFUSED as err:
            if token is not None and not await self._is_refused(token):
                raise GatewayError(GatewayFault.NOT_READY) from err
            raise GatewayError(self._refusal) from err
        except LIBRARY_ERRORS as err:
            raise GatewayError(fault_of(err)) from err

    async def _is_refused(self, token: str) -> bool:
        """Tell a refusal from a gateway that is not ready: pyenphase says the same of both."""
        url = f"https://{self.host}{URL_AUTH_CHECK_JWT}"
        try:
            async with (
                asyncio.timeout(READINGS_S),
                self._client.get(url, headers={"Authorization": f"Bearer {token}"}) as answer,
            ):
                return answer.status in (401, 403)
        except aiohttp.ClientError, TimeoutError:
            return False

    async def _renew(self) -> None:
        """Obtain a token with the Enlighten login, and use it."""
        cloud = EnvoyTokenAuth(self.host, self.login.username, self.login.password, self.serial)
        try:
            async with asyncio.timeout(CLOUD_S):
                await cloud.refresh()
        except REFUSED as err:
            raise GatewayError(fault_of_login(err)) from err
        except LIBRARY_ERRORS as err:
            raise GatewayError(GatewayFault.CLOUD_UNREACHABLE) from err
        token = cloud.token.strip()
        self._check(token)
        await self._authenticate(token=token)
        self.login = replace(self.login, token=token)
