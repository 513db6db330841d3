"""What the gateways answer, and what nobody should: each is read or refused, and never too long."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
import json
from typing import Any

from aiohttp import ClientSession, web
from freezegun.api import FrozenDateTimeFactory
import pytest

from custom_components.sen1.enedis import gateways
from custom_components.sen1.enedis.gateways import (
    LARGEST,
    EnedisError,
    EnedisGateway,
    EnedisStatus,
    GatewayName,
    PastEnds,
    next_access,
    prms_in,
)
from testbed.enedis import DAY, SimulatedEnedis, Truth
from testbed.process import LOOPBACK, free_port

from .conftest import TODAY, local

WEEK = (TODAY - 7 * DAY).toordinal(), TODAY.toordinal()


async def ask(enedis: SimulatedEnedis, way: GatewayName, kind: str, *span: int) -> list[Any]:
    key = enedis.conso_key if way is GatewayName.CONSO_API else enedis.key
    async with ClientSession() as client:
        return await EnedisGateway(client, way, key).async_ask(kind, enedis.prm, *span)


@pytest.mark.parametrize("way", GatewayName)
async def test_both_answer_the_same(enedis: SimulatedEnedis, way: GatewayName) -> None:
    rows = await ask(enedis, way, "daily_consumption", *WEEK)
    days = [date.fromordinal(day) for day in range(*WEEK)]
    assert [row["value"] for row in rows] == [str(Truth().day(day)) for day in days]
    assert len(await ask(enedis, way, "consumption_load_curve", *WEEK)) == 7 * 48
    # The end is not in it, and there is no more than there is.
    assert len(await ask(enedis, way, "consumption_load_curve", WEEK[0], WEEK[0] + 1)) == 48
    assert await ask(enedis, way, "daily_production", *WEEK) == []


@pytest.mark.parametrize("way", GatewayName)
async def test_where_the_past_ends_is_told_apart(enedis: SimulatedEnedis, way: GatewayName) -> None:
    for back, kind in ((1096, "daily_consumption"), (731, "consumption_load_curve")):
        with pytest.raises(PastEnds):
            await ask(enedis, way, kind, WEEK[1] - back, WEEK[1] - back + 1)
    enedis.faults.activated = TODAY - 3 * DAY
    with pytest.raises(PastEnds):
        await ask(enedis, way, "daily_consumption", *WEEK)


LIKE_ENEDIS = {"usage_point_id": "1", "interval_reading": [{"value": "1", "date": "2026-01-01"}]}


@pytest.mark.parametrize(
    ("response", "status"),
    [
        (lambda: web.Response(text="<html>"), EnedisStatus.GATEWAY_DOWN),
        (lambda: web.Response(body=b"\xff\xfe"), EnedisStatus.GATEWAY_DOWN),
        (lambda: web.Response(text="[" * 100_000), EnedisStatus.GATEWAY_DOWN),
        (lambda: web.json_response([]), EnedisStatus.GATEWAY_DOWN),
        (lambda: web.json_response({"meter_reading": None}), EnedisStatus.GATEWAY_DOWN),
        (lambda: web.json_response({"interval_reading": {}}), EnedisStatus.GATEWAY_DOWN),
        (
            lambda: web.Response(text=json.dumps(LIKE_ENEDIS) + " " * LARGEST),
            EnedisStatus.GATEWAY_DOWN,
        ),
        (
            lambda: web.Response(status=302, headers={"Location": "http://other.test/"}),
            EnedisStatus.GATEWAY_DOWN,
        ),
        (lambda: web.Response(status=418), EnedisStatus.GATEWAY_DOWN),
        (lambda: web.Response(status=400, text="invalid_request"), EnedisStatus.GATEWAY_DOWN),
        (lambda: web.Response(status=401), EnedisStatus.KEY_REFUSED),
        (lambda: web.Response(status=409), EnedisStatus.CONSENT_ENDED),
        (lambda: web.Response(status=500, text="no valid consent"), EnedisStatus.CONSENT_ENDED),
        (lambda: web.Response(status=429), EnedisStatus.QUOTA),
        (lambda: web.Response(status=500, text='"nextAccessTime": ""'), EnedisStatus.QUOTA),
        (lambda: web.Response(status=403, text="You are banned."), EnedisStatus.BANNED),
        (lambda: web.Response(status=403), EnedisStatus.GATEWAY_DOWN),
        (lambda: web.Response(status=403, text="<h1>Access denied"), EnedisStatus.GATEWAY_DOWN),
        (lambda: web.json_response(LIKE_ENEDIS), EnedisStatus.OTHER_METER),
    ],
)
async def test_whatever_comes_is_an_answer_or_a_reason(
    monkeypatch: pytest.MonkeyPatch, response: Callable[[], web.Response], status: EnedisStatus
) -> None:
    async def handle(request: web.Request) -> web.Response:
        assert request.headers["Accept-Encoding"] == "identity"
        return response()

    application, port = web.Application(), free_port()
    application.router.add_get("/{path:.*}", handle)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, LOOPBACK, port).start()
    monkeypatch.setitem(gateways.BASES, GatewayName.CONSO_API, f"http://{LOOPBACK}:{port}")
    async with ClientSession() as client:
        gateway = EnedisGateway(client, GatewayName.CONSO_API, "a key")
        with pytest.raises(EnedisError) as told:
            await gateway.async_ask("daily_consumption", "09111642617347", *WEEK)
    assert told.value.status is status
    await runner.cleanup()


@pytest.mark.parametrize(
    ("told", "hours"),
    [
        ("2026-Nov-21 00:00:00+0000 UTC", 14),
        ("2026-11-21T00:00:00+01:00", 13),
        ("2026-11-21T00:00:00Z", 14),
        ("2026-11-21 00:00:00", 14),
        ("2026-Nov-19 00:00:00+0000 UTC", None),
        ("2036-11-21T00:00:00Z", None),
        ("tomorrow morning", None),
        ("soon", None),
    ],
)
def test_when_to_ask_again_is_read_wherever_it_stands(
    freezer: FrozenDateTimeFactory, told: str, hours: int | None
) -> None:
    now = local(TODAY, 11)
    assert datetime.now(UTC) == now
    fault = {"fault": {"nextAccessTime": told, "code": 900800}}
    wanted = None if hours is None else now + timedelta(hours=hours)
    for text in (
        json.dumps(fault),
        json.dumps({"detail": json.dumps(fault)}),
        json.dumps({"detail": json.dumps(fault, separators=(",", ":"))}),
    ):
        assert next_access(text) == wanted


def test_a_key_names_its_meters() -> None:
    two = SimulatedEnedis(production_prm="30002630202020")
    assert prms_in(two.conso_key) == ["09111642617347", "30002630202020"]
    assert prms_in(SimulatedEnedis().conso_key) == ["09111642617347"]
    for key in ("", "a.b.c", "09111642617347", "é"):
        assert prms_in(key) == []
