"""Enedis behind its two gateways, and a meter whose truth is known: what a home is told each day.

All that both do wrong can be switched on: rows twice or with the newest first, holes, a step that
changes, values that are corrected or late, quotas, and every refusal in Enedis's words. It counts
what it is asked, and refuses what is above its limits.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
import importlib.util
import json
import os
import secrets
import sys
import time
from types import ModuleType
from typing import Any, Self
from zlib import crc32

from aiohttp import web
import jwt

from .household import PARIS
from .process import LOOPBACK, free_port

type Json = Any

ENVIRONMENT = "SEN1_TEST_ENEDIS"
"""Tells a Home Assistant of the testbed where the gateways are, as JSON."""

GATEWAYS = "custom_components.sen1.enedis.gateways"

DAY = timedelta(days=1)
FIVE_MINUTES = 300

DAYS, CURVES, HIGHEST = (
    {"daily_consumption", "daily_production"},
    {"consumption_load_curve", "production_load_curve"},
    {"consumption_max_power"},
)

THERE_AT = 8
"""The hour at which a day is there on the next one."""

SPAN = {"days": 1095, "curve": 7}
"""Days of a question at most."""

CONSO_A_SECOND, CONSO_AN_HOUR, MY_ELECTRICAL_DATA_A_DAY = 5, 10_000, 50


def midnight(day: date) -> float:
    """Return when a day begins, Unix seconds."""
    return datetime(day.year, day.month, day.day, tzinfo=PARIS).timestamp()


@dataclass(frozen=True)
class Truth:
    """What a meter counted: a mean power for each five minutes, of which any mean is whole W."""

    seed: int = 1
    is_roof: bool = False

    def watts(self, at: float) -> int:
        """Return the mean power of the five minutes that begin then."""
        return _watts(self, int(at) // FIVE_MINUTES)

    def energy(self, begin: float, end: float) -> float:
        """Return what was counted in [begin, end), Wh."""
        return sum(w * FIVE_MINUTES for _, w in self.steps(begin, end)) // 3600

    def steps(self, begin: float, end: float) -> Iterator[tuple[float, int]]:
        """Yield when each five minutes of [begin, end) begin, and their mean power."""
        for at in range(int(begin), int(end), FIVE_MINUTES):
            yield float(at), self.watts(at)

    def day(self, day: date) -> int:
        """Return what was counted in a day of France, Wh."""
        return _day_of(self, day)


@cache
def _watts(truth: Truth, number: int) -> int:
    hour = _hour(number * FIVE_MINUTES // 3600)
    chance = crc32(f"{truth.seed}/{number}".encode()) / 2**32
    if truth.is_roof:
        return 12 * round(chance * 20 * max(0, 6 - abs(13 - hour)))
    return 12 * round(8 + chance * (150 if hour in (7, 12, 19, 20) else 20))


@cache
def _hour(number: int) -> int:
    """Return the hour of the day in France that an hour since 1970 is."""
    return datetime.fromtimestamp(number * 3600, PARIS).hour


@cache
def _day_of(truth: Truth, day: date) -> int:
    return int(truth.energy(midnight(day), midnight(day + DAY)))


@dataclass
class Faults:
    """What Enedis and a gateway do wrong; nothing, unless said."""

    twice: bool = False
    newest_first: bool = False
    garbage: bool = False
    """Rows of which none can be."""
    holes: Callable[[float], bool] = lambda begin: False
    """Whether the curve has no interval that begins then."""
    minutes: Callable[[float], int] = lambda begin: 30
    """How long the interval of the curve is in which a time lies."""
    says_minutes: bool = True
    status: int | None = None
    """Answer all with it."""
    cut: bool = False
    quota: int | None = None
    """How many questions Enedis answers in a day."""
    quota_in_detail: bool = False
    banned: bool = False
    consent_ended: bool = False
    other_meter: bool = False
    curve_since: date | None = date(2000, 1, 1)
    """When the curve was switched on; None: it is not."""
    activated: date = date(2000, 1, 1)
    days_back: int = 1095
    curve_back: int = 730
    corrected: Mapping[date, int] = field(default_factory=dict)
    """Days → after how many days Enedis has their true values; before, a tenth is missing."""
    late: Mapping[date, int] = field(default_factory=dict)
    """Days → how many more days they take."""


class SimulatedEnedis:
    """Both gateways of one household, over plain HTTP on the loopback."""

    def __init__(
        self,
        *,
        prm: str = "09111642617347",
        production_prm: str | None = None,
        seed: int = 1,
        bought: Truth | None = None,
        clock: Callable[[], float] = lambda: time.time(),
    ) -> None:
        """`production_prm` is that of what is sold; None: nothing is."""
        self.prm = prm
        self.production_prm = production_prm
        self.bought, self.sold = bought or Truth(seed), Truth(seed + 1, is_roof=True)
        self.faults = Faults()
        self.port = free_port()
        self._clock = clock
        self.conso_key = self.make_key()
        self.key = "b3BlbnNlc2FtZQ=="
        """Of MyElectricalData."""
        self.asked: defaultdict[date, Counter[str]] = defaultdict(Counter)
        """Questions of each day, by kind, refused or not."""
        self.questions: list[tuple[str, date, date]] = []
        self.too_many = 0
        """Questions above a limit of a gateway, or while banned or before a quota is over."""
        self.answered: set[str] = set()
        """Kinds of which there was something to tell."""
        self.cached = 0
        self.agents: set[str] = set()
        self._seconds = Counter[int]()
        self._runner: web.AppRunner | None = None

    @property
    def bases(self) -> dict[str, str]:
        """Return where the gateways are, by their names."""
        url = f"http://{LOOPBACK}:{self.port}"
        return {"conso_api": f"{url}/api", "my_electrical_data": url}

    @property
    def environment(self) -> dict[str, str]:
        """Return what tells a Home Assistant of the testbed where they are."""
        return {ENVIRONMENT: json.dumps(self.bases)}

    @property
    def today(self) -> date:
        return datetime.fromtimestamp(self._clock(), PARIS).date()

    def make_key(self) -> str:
        """Make a key of Conso API for the household's meters, and accept no other."""
        prms = list(dict.fromkeys([self.prm, self.production_prm or self.prm]))
        now = int(self._clock())
        claims = {"sub": prms, "iat": now, "exp": now + 3 * 365 * 86400}
        self.conso_key = jwt.encode(claims, secrets.token_hex(32), "HS256")
        return self.conso_key

    async def __aenter__(self) -> Self:
        """Begin to answer."""
        app = web.Application()
        app.router.add_get("/api/{kind}", self._conso)
        app.router.add_get("/{kind}/{prm}/start/{start}/end/{end}", self._my_electrical_data)
        app.router.add_get("/{kind}/{prm}/start/{start}/end/{end}/cache", self._my_electrical_data)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, LOOPBACK, self.port).start()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Answer no more."""
        if self._runner is not None:
            await self._runner.cleanup()

    async def _conso(self, request: web.Request) -> web.StreamResponse:
        self.agents.add(request.headers["User-Agent"])
        second = int(self._clock())
        self._seconds[second] += 1
        an_hour = sum(n for at, n in self._seconds.items() if at > second - 3600)
        if self._seconds[second] > CONSO_A_SECOND or an_hour > CONSO_AN_HOUR:
            self.too_many += 1
        kind, query = request.match_info["kind"], request.query
        self._count(kind, query["start"], query["end"])
        if request.headers.get("Authorization") != f"Bearer {self.conso_key}":
            return _error(401, "Invalid token", None)
        return await self._respond(request, kind, query["prm"], query["start"], query["end"])

    async def _my_electrical_data(self, request: web.Request) -> web.StreamResponse:
        kind, prm, start, end = (request.match_info[k] for k in ("kind", "prm", "start", "end"))
        self._count(kind, start, end)
        self.cached += request.path.endswith("/cache")
        if sum(self.asked[self.today].values()) > MY_ELECTRICAL_DATA_A_DAY:
            self.too_many += 1
            return self._over_quota()
        if request.headers.get("Authorization") != self.key:
            return web.json_response({"detail": "Token invalid!"}, status=403)
        if self.faults.consent_ended:
            return web.json_response({"detail": "Consent has expired."}, status=409)
        return await self._respond(request, kind, prm, start, end, wrapped=True)

    def _count(self, kind: str, start: str, end: str) -> None:
        self.asked[self.today][kind] += 1
        self.questions.append((kind, date.fromisoformat(start), date.fromisoformat(end)))

    async def _respond(
        self,
        request: web.Request,
        kind: str,
        prm: str,
        start: str,
        end: str,
        *,
        wrapped: bool = False,
    ) -> web.StreamResponse:
        faults, begin, until = self.faults, date.fromisoformat(start), date.fromisoformat(end)
        if faults.status is not None:
            return _error(faults.status, "Internal error", None)
        if faults.banned:
            return _error(403, "Forbidden", "this client is banned")
        if faults.consent_ended:
            return _error(403, "Forbidden", "the consent of the user has ended")
        if faults.quota is not None and sum(self.asked[self.today].values()) > faults.quota:
            return self._over_quota()
        span = SPAN["curve"] if kind in CURVES else SPAN["days"]
        if not begin < until <= self.today or (until - begin).days > span:
            return _error(400, "Bad request", "invalid_request")
        if prm not in (self.prm, self.production_prm):
            return _error(401, "Unauthorized PRM", None)
        back = faults.curve_back if kind in CURVES else faults.days_back
        if begin < self.today - back * DAY:
            words = "The start date must be greater than the history deadline."
            return _error(400, "Bad request", words)
        if begin < faults.activated:
            words = "The requested period cannot be anterior to the meter's last activation date"
            return _error(400, "Bad request", words)
        rows = list(self._rows(kind, prm, begin, until))
        if not rows:
            words = "no measure found for this usage point"
            return _error(404, "Not found", words, code="no_data_found")
        self.answered.add(kind)
        return await self._send(request, self._reading(kind, prm, start, end, rows), wrapped)

    def _reading(self, kind: str, prm: str, start: str, end: str, rows: list[Json]) -> Json:
        if self.faults.garbage:
            rows = [*GARBAGE, *rows]
        if self.faults.twice:
            rows = [row for row in rows for _ in range(2 if crc32(str(row).encode()) % 3 else 1)]
        if self.faults.newest_first:
            rows = rows[::-1]
        return {
            "usage_point_id": "00000000000000" if self.faults.other_meter else prm,
            "start": start,
            "end": end,
            "quality": "BRUT",
            "reading_type": {
                "unit": "W" if kind in CURVES else "Wh" if kind in DAYS else "VA",
                "measurement_kind": "power" if kind in CURVES else "energy",
                "aggregate": "average" if kind in CURVES else "sum",
            },
            "interval_reading": rows,
        }

    async def _send(self, request: web.Request, reading: Json, wrapped: bool) -> web.StreamResponse:
        answer = {"meter_reading": reading} if wrapped else reading
        if not self.faults.cut:
            return web.json_response(answer)
        body = json.dumps(answer).encode()
        response = web.StreamResponse(headers={"Content-Length": str(len(body))})
        await response.prepare(request)
        await response.write(body[: len(body) // 2])
        assert request.transport is not None
        request.transport.abort()
        return response

    def _over_quota(self) -> web.Response:
        """Refuse until the next day, as Enedis does: each try counts."""
        moment = datetime.fromtimestamp(midnight(self.today + DAY), UTC)
        fault = {
            "fault": {
                "code": 900800,
                "message": "Message throttled out",
                "description": "You have exceeded your quota",
                "nextAccessTime": f"{moment:%Y-%b-%d %H:%M:%S+0000 UTC}",
            }
        }
        body = {"detail": json.dumps(fault)} if self.faults.quota_in_detail else fault
        return web.json_response(body, status=429)

    def is_there(self, day: date) -> bool:
        """Return whether Enedis has a day's values by now."""
        there = midnight(day + DAY + self.faults.late.get(day, 0) * DAY) + THERE_AT * 3600
        return self._clock() >= there

    def _rows(self, kind: str, prm: str, begin: date, end: date) -> Iterator[Json]:
        is_sold = "production" in kind
        if prm != (self.production_prm if is_sold else self.prm):
            return
        truth = self.sold if is_sold else self.bought
        for day in (begin + n * DAY for n in range((end - begin).days)):
            if not self.is_there(day):
                continue
            after = self.faults.corrected.get(day, 0)
            is_true = self._clock() >= midnight(day + (after + 1) * DAY)
            if kind in DAYS:
                energy = truth.day(day) if is_true else truth.day(day) * 9 // 10
                yield {"value": str(energy), "date": day.isoformat()}
            elif kind in HIGHEST:
                steps = truth.steps(midnight(day), midnight(day + DAY))
                watts, at = max((watts, -at) for at, watts in steps)
                yield {"value": str(watts), "date": _local(-at)}
            elif self.faults.curve_since is not None and day >= self.faults.curve_since:
                yield from self._curve(truth, day, is_true=is_true)

    def _curve(self, truth: Truth, day: date, *, is_true: bool) -> Iterator[Json]:
        begin, end = midnight(day), midnight(day + DAY)
        while begin < end:
            minutes = self.faults.minutes(begin)
            until = begin + minutes * 60
            if not self.faults.holes(begin):
                watts = int(truth.energy(begin, until) * 60 / minutes)
                said = {"interval_length": f"PT{minutes}M"} if self.faults.says_minutes else {}
                yield {
                    "value": str(watts if is_true else watts * 9 // 10),
                    "date": _local(until),
                    "measure_type": "B",
                    **said,
                }
            begin = until


GARBAGE: list[Json] = [
    None,
    {},
    {"value": "12"},
    {"date": "2026-01-01"},
    {"value": "-40", "date": "2026-01-02"},
    {"value": "nan", "date": "2026-01-03"},
    {"value": "inf", "date": "2026-01-04 00:30:00"},
    {"value": "1e30", "date": "2026-01-05 00:30:00"},
    {"value": True, "date": "2026-01-06"},
    {"value": "70", "date": "yesterday"},
    {"value": "70", "date": "1970-01-01"},
    {"value": "70", "date": "9999-12-31 23:59:59"},
    {"value": "70", "date": "2026-01-01T00:00:00Z"},
    {"value": ["70"], "date": 20260101},
]
"""Rows that say nothing, whatever was asked."""


def _local(at: float) -> str:
    return f"{datetime.fromtimestamp(at, PARIS):%Y-%m-%d %H:%M:%S}"


def _error(status: int, message: str, words: str | None, code: str = "error") -> web.Response:
    body: Json = {"status": status, "message": message}
    if words is not None:
        body["error"] = {"error": code, "error_description": words}
    return web.json_response(body, status=status)


class _Pointing:
    """Has a Home Assistant ask the gateways of the testbed, once it imports what asks them."""

    def find_spec(self, name: str, path: object = None, target: object = None) -> Any:
        if name != GATEWAYS:
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        assert spec is not None
        assert spec.loader is not None
        run = spec.loader.exec_module

        def and_point(module: ModuleType) -> None:
            run(module)
            vars(module)["BASES"] |= json.loads(os.environ[ENVIRONMENT])

        spec.loader.exec_module = and_point  # type: ignore[method-assign]
        return spec


def point_gateways() -> None:
    """Have this Home Assistant ask the gateways that its environment names, if it names any."""
    if ENVIRONMENT in os.environ:
        sys.meta_path.insert(0, _Pointing())
