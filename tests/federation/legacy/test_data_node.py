"""What data nodes are asked and answer, read as the deployed ones write it."""

from datetime import datetime
from pathlib import Path
from xml.etree import ElementTree
from xml.etree.ElementTree import Element
from zoneinfo import ZoneInfo

import pytest

from custom_components.sen1.federation.legacy.data_node import (
    PARIS,
    describe,
    given_of,
    identifiers_of,
    page_of,
    reason_of,
    request_for,
    seconds_of,
)
from custom_components.sen1.federation.legacy.data_node_client import middle_of
from custom_components.sen1.federation.legacy.feed import Content, FeedQuantity, FeedReason
from custom_components.sen1.federation.legacy.feeds import Ends, ends_of, points_of
from custom_components.sen1.history.points import Point
from custom_components.sen1.protocol.errors import PayloadRefused, RequestFailed
from custom_components.sen1.protocol.model import Reading
from testbed.data_node import DataConnectNode, meta_of

PRM = "urn:dev:prm:09111642617347"
DAY = datetime(2022, 2, 2, tzinfo=PARIS).timestamp()
NOW = datetime(2026, 11, 24, tzinfo=PARIS).timestamp()
R50 = Path(__file__).parents[4] / "shared" / "enedis" / "r50_day.xml"


def envelope(records: str, meta: str = "<meta/>") -> Element:
    """Return a push as it comes over the wire."""
    return ElementTree.fromstring(
        f'<quoalise xmlns="urn:quoalise:0"><data>{meta}'
        f'<sensml xmlns="urn:ietf:params:xml:ns:senml">{records}</sensml></data></quoalise>'
    )


R151 = envelope(
    f'<senml bn="{PRM}_consumption/energy/active/index" bt="1643756400.0" bu="Wh"'
    ' n="/distributor/base" v="9744495.0"/><senml v="9744495.0"/>'
    '<senml n="/provider/base" v="9744495.0"/>',
    '<meta><measurement name="active-energy-index" direction="consumption" quantity="energy"'
    ' type="electrical" unit="Wh" sampling-interval="P1D"/></meta>',
)
R171 = envelope(
    '<senml bn="urn:dev:prm:30001642617347_consumption/energy/active/index" bt="1643852276.0"'
    ' bu="Wh" n="/distributor/hph" v="429229000.0"/>'
    '<senml n="/distributor/hce" v="60091000.0"/><senml n="/distributor/hch" v="175013000.0"/>'
    '<senml n="/distributor/hpe" v="129034000.0"/><senml v="793367000.0"/>'
)


def test_an_index_of_r151_is_read_with_its_tariff_classes() -> None:
    given = given_of(R151, NOW)
    index = f"{PRM}_consumption/energy/active/index"
    assert set(given) == {index, f"{index}/distributor/base", f"{index}/provider/base"}
    for pack in given.values():
        assert pack.readings == [Reading(DAY, 9744495.0)]
        assert pack.description.quantity is FeedQuantity.INDEX_CONSUMED
        assert pack.description.content is Content.INDEX
        assert pack.description.unit == "Wh"
    assert given[f"{index}/provider/base"].description.detail == "provider/base"


def test_the_classes_of_r171_add_up_to_its_sum() -> None:
    given = given_of(R171, NOW)
    values = {name.rpartition("/")[2]: pack.readings[0].value for name, pack in given.items()}
    total = values.pop("index")
    assert sum(float(value) for value in values.values()) == total == 793367000


with_golden_day = pytest.mark.skipif(
    not R50.exists(), reason="the reference is not beside the project"
)


def golden_day() -> list[float]:
    """Return the powers of the half-hours of 2 February 2022, as Enedis published them."""
    return [int(value.text or 0) for value in ElementTree.parse(R50).getroot().iter("V")]


@with_golden_day
def test_the_golden_day_comes_to_its_energy() -> None:
    values = golden_day()
    assert (len(values), sum(values)) == (48, 41362)
    name = f"{PRM}_consumption/power/active/raw"
    first = f'<senml bn="{name}" bt="{DAY}" bu="W" v="{values[0]}.0"/>'
    rest = "".join(f'<senml t="{1800.0 * n}" v="{v}.0"/>' for n, v in enumerate(values) if n)
    meta = '<meta><measurement name="active-power" unit="W" sampling-interval="PT30M"/></meta>'
    pack = given_of(envelope(first + rest, meta), NOW)[name]
    assert pack.readings[0] == Reading(datetime.fromisoformat("2022-02-01T23:00Z").timestamp(), 476)
    samples = [(reading.time, float(reading.value)) for reading in pack.readings]
    points = points_of(samples, pack.description, None, PARIS)
    assert sum(point.value * point.seconds / 3600 for point in points) == 20681
    assert points[-1].end == DAY + 86400


def test_what_the_name_says_is_believed_before_the_meta() -> None:
    said = {"name": "energy", "direction": "production", "sampling-interval": "P1D"}
    daily = describe(f"{PRM}_consumption/energy/active/daily", said, "Wh")
    assert (daily.quantity, daily.content) == (FeedQuantity.ENERGY_CONSUMED, Content.SUM)
    voltage = describe(f"{PRM}_consumption/voltage/raw", {"name": "inductive-power"}, "V")
    assert voltage.quantity is FeedQuantity.VOLTAGE


@pytest.mark.parametrize(
    ("unit", "read"), [("Wr", "var"), ("°C", "Cel"), ("requests", "requests"), ("", None)]
)
def test_units_that_senml_lacks_are_taken_as_they_are(unit: str, read: str | None) -> None:
    name = "urn:dev:org:60060-elfe:42878"
    pack = given_of(envelope(f'<senml bn="{name}" bt="1643756400" bu="{unit}" v="3"/>'), NOW)[name]
    assert pack.description.unit == read
    assert pack.description.quantity is FeedQuantity.SERIES
    assert pack.description.detail == "42878"


@pytest.mark.parametrize(
    ("records", "reason"),
    [
        (
            '<senml bn="a1b" bt="1643756400" bu="m" v="1"/><senml u="strange" v="2"/>',
            "unknown_unit",
        ),
        ('<senml bn="a1b" bt="9999999999" v="1"/>', "future"),
        ('<senml bn="a1b" bt="943756400" v="1"/>', "past"),
        ('<senml bn="a b" bt="1643756400" v="1"/>', "bad_senml"),
        ('<senml bn="a1b" bt="1643756400" vb="true"/>', "wrong_value"),
        ('<senml bn="a1b" bt="1643756400" v="1"/>' * 5001, "too_many_records"),
    ],
)
def test_a_bad_pack_is_refused_whole(records: str, reason: str) -> None:
    with pytest.raises(PayloadRefused) as caught:
        given_of(envelope(records), NOW)
    assert caught.value.reason == reason


@pytest.mark.parametrize(
    ("said", "content"),
    [
        ({}, Content.MEAN),
        ({"aggregation": "mean"}, Content.MEAN),
        ({"aggregation": "sum"}, Content.SUM),
        ({"name": "water-index"}, Content.INDEX),
    ],
)
def test_a_series_that_its_name_does_not_explain_is_what_the_node_says(
    said: dict[str, str], content: Content
) -> None:
    described = describe("urn:dev:org:60060-elfe:42878", said, "m3")
    assert (described.quantity, described.content) == (FeedQuantity.SERIES, content)


def test_older_words_of_meta_are_understood() -> None:
    node = DataConnectNode.__new__(DataConnectNode)
    node.stamps_ends = True
    name = f"{PRM}_consumption_load"
    values = [(DAY + 1800 * n, 100.0 + n) for n in range(48)]
    element = node._envelope(name, DAY, values, is_curve=True)
    pack = given_of(element, NOW, asked_until=DAY + 86400)[name]
    # Stamped at the ends of periods, they would spill into the next day.
    assert [(r.time, r.value) for r in pack.readings] == values
    assert pack.description.interval == 1800
    node.stamps_ends = False
    element = node._envelope(name, DAY, values, is_curve=True)
    pack = given_of(element, NOW, asked_until=DAY + 86400)[name]
    assert [(r.time, r.value) for r in pack.readings] == values


def test_days_are_asked_for_in_the_words_of_each_node() -> None:
    def fields(identifier: str, zone: ZoneInfo = PARIS) -> tuple[str | None, dict[str | None, str]]:
        command = request_for(identifier, DAY, DAY + 7 * 86400, zone)
        return command.get("node"), {
            field.get("var"): field[0].text or "" for field in command.iter("{jabber:x:data}field")
        }

    curve = f"{PRM}_consumption/power/active/raw"
    assert fields(curve) == (
        "get_history",
        {
            "identifier": curve,
            "start_time": "2022-02-02T00:00:00+01:00",
            "end_time": "2022-02-09T00:00:00+01:00",
        },
    )
    days = {"start_date": "2022-02-02", "end_date": "2022-02-09"}
    for identifier, command in zip(
        identifiers_of("09111642617347"), ("get_load_curve", "get_daily"), strict=True
    ):
        asked = {"usage_point_id": "09111642617347", "direction": "consumption", **days}
        assert fields(identifier) == (command, asked)


@pytest.mark.parametrize(
    ("condition", "text", "code", "reason"),
    [
        ("not-authorized", "Unknown user home@x.test", "", FeedReason.NO_CONSENT),
        ("not-authorized", "No consent registered for P", "", FeedReason.NO_CONSENT),
        (
            "not-authorized",
            "Consent registered for P is not valid yet",
            "",
            FeedReason.CONSENT_NOT_BEGUN,
        ),
        (
            "not-authorized",
            "Consent registered for P is no longer valid",
            "",
            FeedReason.CONSENT_EXPIRED,
        ),
        ("bad-request", "Unexpected record identifer ('X', …)", "", FeedReason.UNKNOWN_SERIES),
        ("bad-request", "X measurement is not known", "", FeedReason.UNKNOWN_SERIES),
        ("undefined-condition", "User J is not allowed to access P", "", FeedReason.NO_CONSENT),
        ("undefined-condition", "…", "ADAM-ERR0123", FeedReason.BEFORE_ACTIVATION),
        (
            "undefined-condition",
            "… the meter's last activation date",
            "",
            FeedReason.BEFORE_ACTIVATION,
        ),
        (
            "undefined-condition",
            "Une erreur technique est survenue",
            "SGT500",
            FeedReason.SOURCE_FAILED,
        ),
        ("service-unavailable", "", "", FeedReason.AWAY),
        ("timeout", "", "", FeedReason.AWAY),
        ("remote-server-not-found", "", "", FeedReason.AWAY),
    ],
)
def test_each_refusal_has_a_meaning(
    condition: str, text: str, code: str, reason: FeedReason
) -> None:
    assert reason_of(RequestFailed(condition, text, code)) is reason


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("PT30M", 1800), ("PT10M", 600), ("P1D", 86400), ("1800", 1800), ("", None), ("odd", None)],
)
def test_periods_are_read_in_both_ways(text: str, seconds: float | None) -> None:
    assert seconds_of(text) == seconds


def test_only_a_page_that_is_encrypted_is_shown() -> None:
    answer = Element("command")
    form = ElementTree.SubElement(answer, "{jabber:x:data}x", {"type": "result"})
    field = ElementTree.SubElement(form, "{jabber:x:data}field", {"var": "authorize_uri"})
    value = ElementTree.SubElement(field, "{jabber:x:data}value")
    value.text = "http://node.test/authorize"
    with pytest.raises(PayloadRefused):
        page_of(answer)
    value.text = "https://node.test/authorize?id=1"
    assert page_of(answer) == value.text
    # It is shown in Markdown.
    for hostile in ("https://node.test/)[here](https://evil.test", "https://node.test/ <b>"):
        value.text = hostile
        with pytest.raises(PayloadRefused):
            page_of(answer)


def test_an_index_counts_each_period_once_in_whatever_order_it_comes() -> None:
    description = describe(f"{PRM}_consumption/energy/active/index", {}, "Wh")
    days = [DAY + 86400 * n for n in range(6)]
    values = [(day, 1000.0 * n * n) for n, day in enumerate(days)]
    ends: Ends | None = None
    found: dict[float, Point] = {}
    for batch in (values[2:4], values[4:], values[:2], values[1:3]):
        for point in points_of(batch, description, ends, PARIS):
            assert found.setdefault(point.begin, point) == point
        ends = ends_of(batch, ends)
    assert {begin: point.value for begin, point in found.items()} == {
        day: 1000.0 * ((n + 1) ** 2 - n**2) for n, day in enumerate(days[:-1])
    }


def test_a_meter_that_begins_anew_counts_nothing_backwards() -> None:
    description = describe(f"{PRM}_consumption/energy/active/index", {}, "Wh")
    points = points_of([(DAY, 5000), (DAY + 86400, 20)], description, None, PARIS)
    assert points == []


@pytest.mark.parametrize(("days", "count"), [(400, 1), (401, 0)])
def test_an_index_is_not_spread_over_more_than_400_days(days: int, count: int) -> None:
    description = describe(f"{PRM}_consumption/energy/active/index", {}, "Wh")
    samples = [(DAY, 5000.0), (DAY + days * 86400, 9000.0)]
    assert len(points_of(samples, description, None, PARIS)) == count


def test_a_maximum_stands_for_its_day() -> None:
    description = describe(f"{PRM}_consumption/power/apparent/max", {}, "VA")
    (point,) = points_of([(DAY + 76515, 3839)], description, None, PARIS)
    assert (point.begin, point.seconds, point.value) == (DAY, 86400, 3839)


@pytest.mark.parametrize("days", [2, 3, 7])
@pytest.mark.parametrize("first", ["2026-03-28", "2026-10-24", "2026-06-01"])
def test_a_period_is_cut_at_a_midnight(first: str, days: int) -> None:
    begin = datetime.fromisoformat(first).replace(tzinfo=PARIS)
    end = begin.replace(day=begin.day + days) if begin.day + days < 29 else None
    last = (end or datetime.fromtimestamp(begin.timestamp() + days * 86400, PARIS)).replace(
        hour=0, tzinfo=PARIS
    )
    middle = middle_of(begin.timestamp(), last.timestamp(), PARIS, whole_days=True)
    assert middle is not None
    assert datetime.fromtimestamp(middle, PARIS).hour == 0
    assert middle_of(begin.timestamp(), begin.timestamp() + 86400, PARIS, whole_days=True) is None


def test_meta_of_the_testbed_is_that_of_the_node() -> None:
    assert meta_of(PRM, name="active-power")[0][0].get("value") == "09111642617347"
