"""Enphase gateways: recorded ones played back, and one driven by a household's day.

Both answer as a gateway does, over HTTPS with a certificate of their own making and a token
(firmware from 7), or over HTTP with a digest (before). Both count what they are asked, and can be
slow, away, cut in the middle of an answer, or change their token.
"""

from abc import ABC, abstractmethod
import asyncio
from base64 import urlsafe_b64encode
from collections import Counter, deque
from collections.abc import Iterator
import contextlib
from dataclasses import dataclass
from datetime import date
import hashlib
import hmac
import json
from pathlib import Path
import re
import secrets
import ssl
import tempfile
import time
from typing import Any, Self
import zlib

from aiohttp import web
from envoy_utils.envoy_utils import EnvoyUtils

from .certificates import CertificateAuthority
from .household import SECOND, Household, local, moment
from .process import LOOPBACK, free_port

type Json = Any

REALM = "enphaseenergy.com"
YEAR_S = 365 * 86400
REPORT_S = 300
"""Between two reports of an inverter to its gateway."""


def token(secret: bytes, serial: str, *, lasts_s: float = YEAR_S, user: str = "owner") -> str:
    """Make a token as Enphase does: signed by who made it, for one gateway, until a time."""
    now = int(time.time())
    claims = {
        "aud": serial,
        "iss": "Entrez",
        "enphaseUser": user,
        "exp": now + int(lasts_s),
        "iat": now - max(0, -int(lasts_s)) - 1,
    }
    body = ".".join(_encoded(json.dumps(part)) for part in ({"alg": "HS256"}, claims))
    return f"{body}.{_encoded(hmac.digest(secret, body.encode(), 'sha256'))}"


def _encoded(part: str | bytes) -> str:
    data = part.encode() if isinstance(part, str) else part
    return urlsafe_b64encode(data).rstrip(b"=").decode()


class Gateway(ABC):
    """A server that answers as a gateway; what it tells is for those below it to say."""

    def __init__(self, serial: str, firmware: str) -> None:
        self.serial = serial
        self.firmware = firmware
        self.port = free_port()
        self.requests: Counter[str] = Counter()
        """How often each path was asked, refused or not."""
        self.slow_s = 0.0
        """How long each answer takes."""
        self._cut: str | None = None
        self.most_at_once = 0
        """How many requests it ever had to deal with at the same time."""
        self._at_once = 0
        self.status: int | None = None
        """Answer all with this instead."""
        self.filling = 0
        self.is_filling_deflated = False
        """Answer all with so many bytes of nothing instead, be they deflated."""
        self.not_ready: set[str] = set()
        """Paths that are answered as a gateway does which has just started."""
        self.user = "installer"
        self.password = EnvoyUtils.get_password(serial, self.user)
        """What opens one with an old firmware: what it was made with."""
        self.token = ""
        self.rotate()
        self._runner: web.AppRunner | None = None

    @property
    def host(self) -> str:
        """Return the address, as its owner would type it."""
        return f"{LOOPBACK}:{self.port}"

    @property
    def wants_token(self) -> bool:
        """Return whether the firmware is one of those with a token."""
        return int(self.firmware.split(".")[0]) >= 7

    def cut_off(self, path: str | None) -> None:
        """Break off in the middle of each answer to this path from now on."""
        self._cut = path

    def rotate(self) -> None:
        """Accept a new token and no other."""
        self._secret = secrets.token_bytes(16)
        self.token = token(self._secret, self.serial)

    def make_token(self, **how: Any) -> str:
        """Accept another token, made as said, and no other."""
        self.token = token(self._secret, self.serial, **how)
        return self.token

    async def __aenter__(self) -> Self:
        """Begin to answer."""
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Answer no more."""
        await self.stop()

    async def start(self) -> None:
        """Begin to answer, at the same address as before."""
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._handle)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        context = server_context() if self.wants_token else None
        await web.TCPSite(self._runner, LOOPBACK, self.port, ssl_context=context).start()

    async def stop(self) -> None:
        """Be away, as a gateway is when its power is cut."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    @abstractmethod
    def content(self, path: str) -> bytes | None:
        """Return what there is at a path, the query included; None is 404."""

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        self.requests[request.path_qs] += 1
        self._at_once += 1
        self.most_at_once = max(self.most_at_once, self._at_once)
        try:
            return await self._answer(request)
        finally:
            self._at_once -= 1

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        path = request.path_qs
        if self.slow_s:
            await asyncio.sleep(self.slow_s)
        if self.status is not None:
            return web.Response(status=self.status)
        if self.filling:
            return await self._fill(request)
        if path in self.not_ready:
            return web.Response(status=503)
        if path != "/info" and not self._accepts(request):
            challenge = f'Digest realm="{REALM}", qop="auth", nonce="{secrets.token_hex(8)}"'
            headers = {} if self.wants_token else {"WWW-Authenticate": challenge}
            return web.Response(status=401, headers=headers)
        if path == "/auth/check_jwt":
            answer = web.Response(text="<!DOCTYPE html><h2>Valid token.</h2>")
            answer.set_cookie("sessionId", secrets.token_hex(8))
            return answer
        body = self.content(path)
        if body is None:
            return web.Response(status=404)
        if path == self._cut:
            return await self._break_off(request, body)
        kind = "text/xml" if path == "/info" else "application/json"
        return web.Response(body=body, content_type=kind)

    async def _fill(self, request: web.Request) -> web.StreamResponse:
        deflate = zlib.compressobj(wbits=31)
        encoding = {"Content-Encoding": "gzip"} if self.is_filling_deflated else {}
        answer = web.StreamResponse(headers=encoding)
        await answer.prepare(request)
        with contextlib.suppress(ConnectionError):
            for _ in range(self.filling // 1_000_000):
                part = bytes(1_000_000)
                await answer.write(deflate.compress(part) if self.is_filling_deflated else part)
            if self.is_filling_deflated:
                await answer.write(deflate.flush())
        return answer

    async def _break_off(self, request: web.Request, body: bytes) -> web.StreamResponse:
        answer = web.StreamResponse(headers={"Content-Length": str(len(body))})
        await answer.prepare(request)
        await answer.write(body[: len(body) // 2])
        assert request.transport is not None
        request.transport.abort()
        return answer

    def _accepts(self, request: web.Request) -> bool:
        said = request.headers.get("Authorization", "")
        if self.wants_token:
            return said == f"Bearer {self.token}"
        given = dict(re.findall(r'(\w+)="?([^",]+)"?', said))
        try:
            known = _md5(self.user, REALM, self.password)
            asked = _md5(request.method, given["uri"])
            parts = [given[name] for name in ("nonce", "nc", "cnonce", "qop")]
            return hmac.compare_digest(given["response"], _md5(known, *parts, asked))
        except KeyError:
            return False


def _md5(*parts: str) -> str:
    return hashlib.md5(":".join(parts).encode(), usedforsecurity=False).hexdigest()


def server_context() -> ssl.SSLContext:
    """Return what a server needs to speak TLS with a certificate that nobody can verify."""
    certificate, key = CertificateAuthority("Enphase").issue("envoy.local")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "both.pem"
        path.write_text(certificate + key)
        context.load_cert_chain(path)
    return context


class RecordedGateway(Gateway):
    """A gateway that gives the recorded answers of a folder, one file a path (`/` is `_`)."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        info = (folder / "info").read_text()
        serial, firmware = (
            re.search(rf"<{tag}>[DR]?([0-9.]+)</{tag}>", info) for tag in ("sn", "software")
        )
        assert serial is not None
        assert firmware is not None
        super().__init__(serial[1].strip(), firmware[1])

    def content(self, path: str) -> bytes | None:
        """Return the recorded answer, if it was a good one."""
        name = path.removeprefix("/").replace("/", "_")
        for file in (name.replace("?", "_").replace("=", "_"), name.partition("?")[0]):
            recorded, log = self.folder / file, self.folder / f"{file}_log.json"
            if recorded.is_file():
                code = json.loads(log.read_text())["code"] if log.is_file() else 200
                return recorded.read_bytes() if code < 300 else None
        return None

    def document(self, path: str) -> Json:
        """Return a recorded document, read."""
        body = self.content(path)
        return None if body is None else json.loads(body)


@dataclass(slots=True)
class Energy:
    """An energy counted in W·µs."""

    total: int
    today: int = 0

    def add(self, amount: int) -> None:
        self.total += amount
        self.today += amount

    @property
    def wh(self) -> float:
        return self.total / (3600 * SECOND)

    @property
    def today_wh(self) -> float:
        return self.today / (3600 * SECOND)


@dataclass(slots=True)
class Inverter:
    """One inverter: its share of the panels, and what it last reported."""

    serial: str
    share: float = 1
    is_silent: bool = False
    at: int = 0
    """Seconds since the epoch."""
    watts: int = 0
    most: int = 0


MEGA = 1_000_000 * 3600 * SECOND
"""A megawatt-hour."""


class SimulatedGateway(Gateway):
    """A gateway on the panels and at the grid connection of a simulated household.

    Without meters it tells only what the inverters report. `nightly` makes it go away for ten
    minutes at 23:00, household's time, as real ones do. While it `mistakes_days`, it tells each
    lifetime also as the energy of today and of the last seven days, as firmware 8.3.5433 can.
    """

    def __init__(
        self,
        household: Household,
        *,
        serial: str = "122300000042",
        firmware: str = "8.2.4345",
        inverters: int = 8,
        phases: int = 1,
        has_meters: bool = True,
        batteries: int = 0,
        nightly: bool = False,
    ) -> None:
        super().__init__(serial, firmware)
        self.household = household
        self.phases = phases
        self.has_meters = has_meters
        self.batteries = batteries
        self.nightly = nightly
        self.inverters = [Inverter(f"4822000{number:05}") for number in range(1, inverters + 1)]
        self.produced = Energy(9 * MEGA)
        self.used = Energy(21 * MEGA)
        self.imported = Energy(15 * MEGA)
        self.exported = Energy(3 * MEGA)
        self.week: deque[tuple[int, int]] = deque(maxlen=7)
        """Produced and used of the last days."""
        self.mistakes_days = False
        self._stalled_at: int | None = None
        midnight = local(household.begin).replace(hour=0, minute=0, second=0)
        self._at = moment(midnight)
        self._day: date = midnight.date()
        self._count(household.begin, 60 * SECOND)

    def add_inverter(self, serial: str) -> Inverter:
        """Hang one more on the same panels."""
        self.inverters.append(inverter := Inverter(serial))
        return inverter

    def stall(self) -> None:
        """Go on answering, with what is measured now for ever."""
        self._stalled_at = self.household.now()

    def resume(self) -> None:
        """Measure again."""
        self._stalled_at = None

    @property
    def now(self) -> int:
        """Return the moment that is told, simulated time."""
        return self.household.now() if self._stalled_at is None else self._stalled_at

    @property
    def _told_s(self) -> int:
        """What its clock shows, seconds since the epoch: while it measures, that goes on."""
        at = self.household.clock() if self._stalled_at is None else self._stalled_at
        return at // SECOND

    @property
    def truth(self) -> dict[str, float]:
        """Return what is true at the moment that is told, by the key of our sensors."""
        self._count(self.now, SECOND)
        production, net = self.household.solar_watts(self.now), self.household.watts(self.now)
        return {
            "production_power": production,
            "consumption_power": production + net,
            "net_power": net,
            "import_power": max(net, 0),
            "export_power": max(-net, 0),
            "production_lifetime": round(self.produced.wh),
            "production_today": round(self.produced.today_wh),
            "consumption_lifetime": round(self.used.wh),
            "grid_import": round(self.imported.wh),
            "grid_export": round(self.exported.wh),
        }

    def content(self, path: str) -> bytes | None:
        """Return what a gateway tells of the household."""
        self._count(self.now, SECOND)
        if path == "/info":
            return self._info().encode()
        documents = {
            "/ivp/meters": self._meters,
            "/ivp/meters/readings": self._readings,
            "/production.json?details=1": self._production,
            "/api/v1/production": self._summary,
            "/api/v1/production/inverters": self._inverters,
            "/ivp/ensemble/inventory": self._inventory,
            "/ivp/ensemble/power": self._battery_power,
            "/ivp/ensemble/secctrl": self._battery_aggregate,
        }
        if path not in documents:
            return None
        return json.dumps(documents[path]()).encode()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        day = local(self.household.now())
        if self.nightly and (day.hour, day.minute // 10) == (23, 0):
            assert request.transport is not None
            request.transport.abort()
            return web.Response()
        return await super()._answer(request)

    # What is counted

    def _count(self, until: int, length: int) -> None:
        for segment in self.household.segments(self._at, until, length):
            if (day := local(segment.begin).date()) != self._day:
                self._day = day
                self.week.append((self.produced.today, self.used.today))
                for energy in (self.produced, self.used, self.imported, self.exported):
                    energy.today = 0
            lasts = segment.end - segment.begin
            production = self.household.solar_watts(segment.begin)
            self.produced.add(production * lasts)
            self.used.add((production + segment.watts) * lasts)
            self.imported.add(max(segment.watts, 0) * lasts)
            self.exported.add(max(-segment.watts, 0) * lasts)
        for number, inverter in enumerate(self.inverters):
            self._report(inverter, REPORT_S * number // len(self.inverters), until)
        self._at = max(self._at, until)

    def _report(self, inverter: Inverter, offset: int, until: int) -> None:
        """Let an inverter report each five minutes while the sun shines on its panel."""
        last = (until // SECOND - offset) // REPORT_S * REPORT_S + offset
        first = max(inverter.at + REPORT_S, last - 86400)
        for at in range(last, first - 1, -REPORT_S):
            if (production := self.household.solar_watts(at * SECOND)) and not inverter.is_silent:
                inverter.at = at
                inverter.watts = round(inverter.share * production / len(self.inverters))
                inverter.most = max(inverter.most, inverter.watts)
                return

    # What is told

    def _info(self) -> str:
        return (
            f"<?xml version='1.0' encoding='UTF-8'?><envoy_info><time>{self._told_s}</time>"
            f"<device><sn>{self.serial}</sn><pn>800-00654-r08</pn>"
            f"<software>D{self.firmware}</software>"
            f"<imeter>{json.dumps(self.has_meters)}</imeter></device></envoy_info>"
        )

    def _meters(self) -> Json:
        if not self.has_meters:
            return []
        mode = {1: "single", 2: "split", 3: "three"}[self.phases]
        return [
            {
                "eid": eid,
                "state": "enabled",
                "measurementType": kind,
                "phaseMode": mode,
                "phaseCount": self.phases,
                "meteringStatus": "normal",
                "statusFlags": [],
            }
            for eid, kind in ((704643328, "production"), (704643584, "net-consumption"))
        ]

    def _readings(self) -> Json:
        if not self.has_meters:
            return []
        truth = self.truth
        rows = (
            (704643328, truth["production_power"], self.produced.wh, 0.0),
            (704643584, truth["net_power"], self.imported.wh, self.exported.wh),
        )
        return [
            {
                **self._reading(eid, watts, delivered, received, 1),
                "channels": [
                    self._reading(eid + phase, watts, delivered, received, self.phases)
                    for phase in range(1, self.phases + 1)
                ],
            }
            for eid, watts, delivered, received in rows
        ]

    def _reading(
        self, eid: int, watts: float, delivered: float, received: float, parts: int
    ) -> Json:
        volts = 230.0 * (self.phases if parts == 1 else 1)
        return {
            "eid": eid,
            "timestamp": self._told_s,
            "actEnergyDlvd": delivered / parts,
            "actEnergyRcvd": received / parts,
            "activePower": watts / parts,
            "apparentPower": abs(watts) / parts,
            "pwrFactor": 1.0 if watts >= 0 else -1.0,
            "voltage": volts,
            "current": abs(watts) / parts / 230,
            "freq": 50.0,
        }

    def _production(self) -> Json:
        inverters = {
            "type": "inverters",
            "activeCount": len(self.inverters),
            "readingTime": self._told_s,
            "wNow": sum(inverter.watts for inverter in self.inverters),
            "whLifetime": round(self.produced.wh),
        }
        if not self.has_meters:
            return {"production": [inverters]}
        truth = self.truth
        produced, used = (
            sum(day) / (3600 * SECOND) for day in zip(*self.week, (0, 0), strict=True)
        )
        return {
            "production": [
                inverters,
                self._eim("production", truth["production_power"], self.produced, produced),
            ],
            "consumption": [
                self._eim("total-consumption", truth["consumption_power"], self.used, used),
                self._eim("net-consumption", truth["net_power"], self.imported, 0),
            ],
        }

    def _eim(self, kind: str, watts: float, energy: Energy, week_wh: float) -> Json:
        def part(of: int) -> Json:
            today, week = energy.today_wh, week_wh
            if self.mistakes_days:
                today = week = energy.wh
            return {
                "wNow": watts / of,
                "whLifetime": energy.wh / of,
                "whToday": today / of,
                "whLastSevenDays": week / of,
            }

        lines = [part(self.phases)] * self.phases if self.phases > 1 else []
        return {
            "type": "eim",
            "activeCount": 1,
            "measurementType": kind,
            "readingTime": self._told_s,
            **part(1),
            **({"lines": lines} if lines else {}),
        }

    def _summary(self) -> Json:
        return {
            "wattHoursToday": round(self.produced.today_wh),
            "wattHoursSevenDays": round(sum(day for day, _ in self.week) / (3600 * SECOND)),
            "wattHoursLifetime": round(self.produced.wh),
            "wattsNow": sum(inverter.watts for inverter in self.inverters),
        }

    def _inverters(self) -> Json:
        return [
            {
                "serialNumber": inverter.serial,
                "lastReportDate": inverter.at,
                "devType": 1,
                "lastReportWatts": inverter.watts,
                "maxReportWatts": inverter.most,
            }
            for inverter in self.inverters
        ]

    def _inventory(self) -> Json:
        devices = [
            {
                "part_num": "830-00703-r67",
                "serial_num": serial,
                "installed": 1600000000,
                "admin_state": 6,
                "admin_state_str": "ENCHG_STATE_READY",
                "created_date": 1600000000,
                "img_load_date": 1600000000,
                "img_pnum_running": "2.6.5973_rel/22.11",
                "bmu_fw_version": "2.1.34",
                "communicating": True,
                "comm_level_sub_ghz": 5,
                "comm_level_2_4_ghz": 5,
                "dc_switch_off": False,
                "encharge_capacity": 3500,
                "encharge_rev": 1,
                "last_rpt_date": self._told_s,
                "led_status": 17,
                "maxCellTemp": 25,
                "percentFull": 65,
                "temperature": 21,
            }
            for serial in self._battery_serials()
        ]
        return [{"type": "ENCHARGE", "devices": devices}] if devices else []

    def _battery_power(self) -> Json:
        return {
            "devices:": [
                {
                    "serial_num": serial,
                    "apparent_power_mva": 510000,
                    "real_power_mw": 500000,
                    "soc": 65,
                }
                for serial in self._battery_serials()
            ]
        }

    def _battery_aggregate(self) -> Json:
        capacity = 3500 * self.batteries
        return {
            "ENC_agg_soc": 65,
            "ENC_agg_avail_energy": capacity * 65 // 100,
            "ENC_agg_backup_energy": capacity // 10,
            "Enc_max_available_capacity": capacity,
            "adjusted_backup_soc": 10,
            "configured_backup_soc": 10,
        }

    def _battery_serials(self) -> Iterator[str]:
        return (f"122200000{number:03}" for number in range(1, self.batteries + 1))


class Enlighten:
    """The cloud that makes tokens for who has the login, in its two steps."""

    user = "owner@example.org"
    password = "sun"

    def __init__(self, gateway: Gateway) -> None:
        self.gateway = gateway
        self.wants_two_steps = False
        self.status: int | None = None
        """Answer with this instead."""
        self.lasts_s: float = YEAR_S
        self.asked = 0
        self.made = 0
        self.port = free_port()
        self._runner: web.AppRunner | None = None

    @property
    def url(self) -> str:
        """Return where it answers."""
        return f"http://{LOOPBACK}:{self.port}"

    async def __aenter__(self) -> Self:
        """Begin to answer."""
        app = web.Application()
        app.router.add_post("/login/login.json", self._log_in)
        app.router.add_post("/tokens", self._make)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, LOOPBACK, self.port).start()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Answer no more."""
        with contextlib.suppress(AttributeError):
            assert self._runner is not None
            await self._runner.cleanup()

    async def _log_in(self, request: web.Request) -> web.Response:
        self.asked += 1
        if self.status is not None:
            return web.Response(status=self.status)
        form = await request.post()
        if (form.get("user[email]"), form.get("user[password]")) != (self.user, self.password):
            return web.Response(status=401, text="Unauthorized")
        if self.wants_two_steps:
            return web.json_response({"message": "mfa"})
        return web.json_response({"session_id": "a-session", "is_consumer": True})

    async def _make(self, request: web.Request) -> web.Response:
        asked = await request.json()
        if (asked["session_id"], asked["serial_num"]) != ("a-session", self.gateway.serial):
            return web.Response(status=400)
        self.made += 1
        return web.Response(text=self.gateway.make_token(lasts_s=self.lasts_s))
