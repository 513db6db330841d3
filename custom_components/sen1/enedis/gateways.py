"""Two gateways to what Enedis knows of a meter: one question in two shapes, and what is answered.

An answer is read no further than one is long, and nothing of it is logged.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
import re
from typing import Any

import aiohttp
from homeassistant.util import dt as dt_util
from homeassistant.util.json import JSON_DECODE_EXCEPTIONS, json_loads
import jwt


class GatewayName(StrEnum):
    """The gateways."""

    CONSO_API = "conso_api"
    MY_ELECTRICAL_DATA = "my_electrical_data"


@dataclass(frozen=True, slots=True)
class Manner:
    """How a gateway is asked, and how often it may be."""

    path: str
    key: str
    """What the key is sent as."""
    a_day: int
    """Questions that we ask at most: fewer than it bears, for those of the forms."""
    refusals: tuple[int, ...]
    """Statuses that say that the key is void."""
    page: str
    """Where the household gets its key."""


CONSO_PATH = "/{kind}?prm={prm}&start={begin}&end={end}"
DATA_PATH = "/{kind}/{prm}/start/{begin}/end/{end}{cache}"
CONSO_PAGE, DATA_PAGE = "https://conso.boris.sh", "https://www.myelectricaldata.fr"

MANNERS: Mapping[GatewayName, Manner] = {
    GatewayName.CONSO_API: Manner(CONSO_PATH, "Bearer {key}", 1000, (401,), CONSO_PAGE),
    GatewayName.MY_ELECTRICAL_DATA: Manner(DATA_PATH, "{key}", 45, (401, 403), DATA_PAGE),
}

BASES: dict[GatewayName, str] = {
    GatewayName.CONSO_API: f"{CONSO_PAGE}/api",
    GatewayName.MY_ELECTRICAL_DATA: DATA_PAGE,
}

AGENT = "SEN1-Home-Assistant (+https://github.com/consometers/sen1-home-assistant)"
# What is compressed is longer than it comes.
HEADERS = {"User-Agent": AGENT, "Accept-Encoding": "identity"}

LARGEST = 1_000_000
"""Bytes of an answer: three years of days have 130,000, and so has a week of ten minutes."""

PATIENCE = aiohttp.ClientTimeout(total=60, sock_connect=10)

QUOTA_MOST = timedelta(days=7)
"""A moment before which not to ask that is later cannot be meant."""


class EnedisStatus(StrEnum):
    """How it stands, the most important first."""

    KEY_REFUSED = "key_refused"
    CONSENT_ENDED = "consent_ended"
    BANNED = "banned"
    OTHER_METER = "other_meter"
    QUOTA = "quota"
    GATEWAY_DOWN = "gateway_down"
    SILENT = "silent"
    WAITING = "waiting"
    FILLING = "filling"
    LATE = "late"
    NO_CURVE = "no_curve"
    OK = "ok"


@dataclass(eq=False)
class EnedisError(Exception):
    """There is no answer, and what that means; `until` is when a quota is over, if told."""

    status: EnedisStatus
    until: datetime | None = None


class PastEnds(Exception):
    """Enedis has nothing from so long ago."""


@dataclass(frozen=True, slots=True)
class EnedisGateway:
    """One of them with a key."""

    client: aiohttp.ClientSession
    way: GatewayName
    key: str
    cache: bool = False
    """Whether the gateway may keep the answers."""

    async def async_ask(self, kind: str, prm: str, begin: int, end: int) -> list[Any]:
        """Return the rows of a kind of data of the days [begin, end), none where there are none.

        Raises EnedisError or PastEnds.
        """
        manner = MANNERS[self.way]
        first, last = date.fromordinal(begin), date.fromordinal(end)
        cache = "/cache" if self.cache else ""
        path = manner.path.format(kind=kind, prm=prm, begin=first, end=last, cache=cache)
        headers = HEADERS | {"Authorization": manner.key.format(key=self.key)}
        content = b""
        try:
            async with self.client.get(
                BASES[self.way] + path, headers=headers, timeout=PATIENCE, allow_redirects=False
            ) as response:
                async for chunk in response.content.iter_chunked(65_536):
                    content += chunk
                    if len(content) > LARGEST:
                        raise EnedisError(EnedisStatus.GATEWAY_DOWN)
        except (aiohttp.ClientError, TimeoutError) as error:
            raise EnedisError(EnedisStatus.GATEWAY_DOWN) from error
        if response.status == 200:
            return _rows(content, prm)
        return _refused(manner, response.status, content.decode(errors="replace"))


def _rows(content: bytes, prm: str) -> list[Any]:
    try:
        answer = json_loads(content)
    except JSON_DECODE_EXCEPTIONS as error:
        raise EnedisError(EnedisStatus.GATEWAY_DOWN) from error
    match answer:
        case {"meter_reading": {"interval_reading": list() as rows, **said}} | {
            "interval_reading": list() as rows,
            **said,
        }:
            if said.get("usage_point_id", prm) == prm:
                return rows
            raise EnedisError(EnedisStatus.OTHER_METER)
    raise EnedisError(EnedisStatus.GATEWAY_DOWN)


def _refused(manner: Manner, status: int, text: str) -> list[Any]:
    """Return no rows where Enedis has none; else raise what it says, by status and words."""

    def says(words: str) -> bool:
        return re.search(words, text, re.IGNORECASE) is not None

    if status == 429 or says("nextAccessTime"):
        raise EnedisError(EnedisStatus.QUOTA, next_access(text))
    if says("history deadline|last activation date"):
        raise PastEnds
    if says("no_data_found|no measure found"):
        return []
    if says(r"\bbanned\b"):
        raise EnedisError(EnedisStatus.BANNED)
    if status == 409 or (status != 401 and says("consent")):
        raise EnedisError(EnedisStatus.CONSENT_ENDED)
    if status in manner.refusals:
        raise EnedisError(EnedisStatus.KEY_REFUSED)
    # A 403 without a word may be of any machine on the way.
    raise EnedisError(EnedisStatus.GATEWAY_DOWN)


def next_access(text: str) -> datetime | None:
    """Return when Enedis may be asked again, if a text says so: in JSON, or in JSON within JSON.

    It stands there as `2026-Dec-02 00:00:00+0000 UTC`, or in ISO 8601.
    """
    found = re.search(r'nextAccessTime\\*"\s*:\s*\\*"([^"\\]{10,40})', text)
    told, now = found[1].removesuffix(" UTC") if found else "", dt_util.utcnow()
    try:
        moment: datetime | None = datetime.strptime(told, "%Y-%b-%d %H:%M:%S%z")
    except ValueError:
        moment = dt_util.parse_datetime(told)
    moment = None if moment is None else moment.replace(tzinfo=moment.tzinfo or UTC)
    return moment if moment is not None and now < moment < now + QUOTA_MOST else None


def prms_in(key: str) -> list[str]:
    """Return the meters that a key of Conso API names, a JWT read without a check; [] of others."""
    try:
        claims = jwt.decode(key, options={"verify_signature": False})
    except jwt.PyJWTError:
        return []
    return list(dict.fromkeys(re.findall(r"(?<!\d)\d{14}(?!\d)", str(claims))))
