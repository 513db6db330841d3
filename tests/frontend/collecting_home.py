"""What a home takes part in, and what it organises, as the commands tell it."""

from datetime import timedelta
from typing import Any

from .conftest import Modules
from .inviting_home import QR
from .share_home import LIVE, SHAPE, STATISTIC, TODAY, recorded
from .sharing_home import play
from .town import Town

LINK = (
    "xmpp:coop@scorff.example/sen1-1?collect;id=3f6a9c2d10b47e58;token=K7QFM2XD93TBVWHEkEEp;"
    "name=Coop%20Soleil%20du%20Scorff;title=Nos%20toits%2C%20nos%20usages;until=20280101T0000Z;"
    "key=723201724410998155320047;sen1=0"
)
ORGANISER = "Coop Soleil du Scorff"
TITLE = "Nos toits, nos usages"
UNTIL = "2028-01-01T00:00:00+01:00"
"""The end of 31 December 2027, in Paris."""

CHARTER = "What is asked is used to choose the next roof.\n\nNothing is passed on."

# The member's


def choice(of: str, title: str, **said: Any) -> dict[str, Any]:
    """Return a sensor that is proposed."""
    return {
        "id": of,
        "title": title,
        "entity_id": f"sensor.{of}",
        "statistic_id": STATISTIC,
        "unit": "kWh",
        "live_entity_id": LIVE,
    } | said


METER = choice("consumption", "Linky meter, energy taken")
CAR = choice("sensor.car", "Car", statistic_id="sensor.car")
ROOF = choice("production", "Enphase, production")


def ask(what: str, granularity: str = "PT30M", **said: Any) -> dict[str, Any]:
    """Return something that is asked, optional unless it is said."""
    choices = {"consumption": [METER, CAR], "production": [ROOF]}.get(what, [])
    return {
        "what": what,
        "granularity": granularity,
        "past_days": 0,
        "needed": False,
        "choices": choices,
        "site": None,
    } | said


CONSUMPTION = ask("consumption", needed=True)
PRODUCTION = ask("production")
SITE = ask("site", "", site={"title": "Home", "floor_area": 92, "heating": "electric", "people": 3})


def sheet(*asks: dict[str, Any], **said: Any) -> dict[str, Any]:
    """Return what an organiser says of its collection."""
    return {
        "title": TITLE,
        "reason": "Savoir quelle part de notre soleil est utilisée sur place.",
        "purpose": "investment",
        "responsible": "la coopérative, Lorient",
        "contact": "donnees@scorff.example",
        "until": UNTIL,
        "retention_days": 731,
        "gives": ["la courbe du groupe, à côté de la vôtre", "votre place parmi les membres"],
        "charter": CHARTER,
        "charter_id": "2-digest",
        "charter_version": 2,
        "charter_at": "2026-09-14T10:00:00+02:00",
        "members": 287,
        "expected": 300,
        "needs_age": False,
        "asks": list(asks or (CONSUMPTION, PRODUCTION, SITE)),
    } | said


def offer(of: dict[str, Any] | None = None, **said: Any) -> dict[str, Any]:
    """Return a link that was opened, whose sheet is here."""
    return {
        "offer_id": "o1",
        "entry_id": "a",
        "account": "Ibis",
        "organiser": ORGANISER,
        "title": TITLE,
        "state": "ready",
        "failed": None,
        "verified": True,
        "at": "2026-11-26T18:30:00+01:00",
        "sheet": of or sheet(),
    } | said


def asked_for(**said: Any) -> dict[str, Any]:
    """Return a link that was opened, whose sheet is not here."""
    return offer() | {"sheet": None, "state": "asking", "verified": False} | said


def participation(**said: Any) -> dict[str, Any]:
    """Return a collection that is taken part in."""
    return {
        "subentry_id": "p1",
        "entry_id": "a",
        "account": "Ibis",
        "title": TITLE,
        "organiser": ORGANISER,
        "number": 203,
        "name": "",
        "is_shown": False,
        "joined": "2026-11-24T18:42:00+01:00",
        "until": UNTIL,
        "state": "in",
        "charter_version": 2,
        "asks_again": None,
        "gives": [
            {
                "what": "consumption",
                "title": "Consumption of the home",
                "granularity": "PT30M",
                "publication": "k",
                "state": "active",
            }
        ],
        "receives": ["Curve of the group"],
        "notes": [],
    } | said


def told(
    *offers: dict[str, Any],
    participations: tuple[dict[str, Any], ...] = (),
    accounts: tuple[str, ...] = ("Ibis",),
    **said: Any,
) -> dict[str, Any]:
    """Return what `sen1/collection_offers` answers."""
    return {
        "accounts": [{"entry_id": title[0].lower(), "title": title} for title in accounts],
        "offers": list(offers),
        "participations": list(participations),
    } | said


def half_hours() -> dict[str, Any]:
    """Return what `sen1/values` answers of yesterday: half-hours as kW, 11.4 kWh in all."""
    rising, evening = range(13, 17), range(36, 44)
    kw = [1.2 if i in rising else 1.5 if i in evening else 0 for i in range(48)]
    rest = (22.8 - sum(kw)) / kw.count(0)
    values = [one or rest for one in kw]
    return {
        "begins": list(range(48)),
        "end": 48,
        "unit": {STATISTIC: "kW"},
        "values": {STATISTIC: values},
        "partial": {},
        "of_days": {},
        "is_amount": {},
    }


# What comes back

CURVE = "sen1:friend_curve"
"""The statistic of the group's mean."""

OWN = "sen1:site0_consumed"


def member_town(**statistics: str) -> Town:
    """Return a home that has these statistics, and the device of a participation."""
    town = Town(1)
    town.sites[0]["statistics"] = statistics or {"consumed": OWN}
    town.devices["collection"] = {
        "id": "collection",
        "primary_config_entry": "a",
        "name": TITLE,
        "identifiers": [["sen1", "p1"]],
    }
    return town


def give(town: Town, key: str, name: str, state: float | str, **attributes: Any) -> str:
    """Give something back to a member; return its entity."""
    return town.add(
        0, key, state, device="collection", friendly_name=f"{TITLE} {name}", **attributes
    )


def give_curve(town: Town, **said: Any) -> str:
    """Give the group's mean back."""
    told = {"group": True, "direction": "consumption", "statistic": CURVE}
    told |= {"unit_of_measurement": "kWh"}
    return give(town, "curve", "Curve of the group", 0.8, **(told | said))


def week(mine: float | None = 0.5, group: float | None = 0.75, known: int = 336) -> dict[str, Any]:
    """Return what `sen1/values` answers: half-hours of seven days, kW; so many are known."""

    def of(kw: float | None, count: int) -> list[float | None]:
        return [kw if i < count else None for i in range(336)]

    return {
        "unit": {OWN: "kW", CURVE: "kW"},
        "values": {OWN: of(mine, 336), CURVE: of(group, known)},
        "partial": {},
        "of_days": {},
        "is_amount": {},
    }


def homes(count: int, **said: Any) -> list[dict[str, Any]]:
    """Return homes of a ranking: that of number n uses 40.5 + n kWh/m² and has place n."""
    return [
        {
            "number": n,
            "name": "",
            "value": 40.5 + n,
            "rank": n,
            "team": None,
            "coverage": None,
            "week": None,
            "is_checked": None,
        }
        | said
        for n in range(1, count + 1)
    ]


def give_board(town: Town, *ranked: dict[str, Any], number: int | None = None, **said: Any) -> str:
    """Give a ranking back, in which this home has a number."""
    mine = next((home for home in ranked if home["number"] == number), None)
    board = {
        "kind": "ranking",
        "collection": "3f6a9c2d10b47e58",
        "title": TITLE,
        "unit": "kWh/m²",
        "at": 1_795_600_000.0,
        "is_final": False,
        "homes": list(ranked),
        "teams": [],
        "rule": "",
        "value": None,
        "count": len(ranked),
        "coverage": None,
        "through": "2026-11-25",
    } | said
    place = "unknown" if mine is None else mine["rank"]
    of = len([home for home in ranked if home["rank"]])
    return give(town, "place", "Ranking, own place", place, board=board, mine=mine, of=of)


def participate(
    modules: Modules,
    code: str,
    known: dict[str, Any],
    *,
    answers: dict[str, Any] | None = None,
    **said: Any,
) -> Any:
    """Return what a body returns on the member's page."""
    more = {"sen1/values": half_hours()} | recorded() | (answers or {})
    return play(
        modules,
        code,
        name="participate",
        answers={"sen1/collection_offers": known} | more,
        **said,
    )


# The organiser's


def member(number: int, state: str = "up_to_date", **said: Any) -> dict[str, Any]:
    """Return a member without a name, of whom all arrives."""
    return {
        "number": number,
        "name": "",
        "since": "2026-10-03T10:00:00+02:00",
        "shares": 2,
        "last": "2026-11-26T18:30:00+01:00",
        "coverage": 100,
        "state": state,
        "matched": None,
        "lacks": None,
        "charter_version": 2,
        "gives": ["consumption"],
        "entities": [f"sensor.member_{number}"],
    } | said


def silent(number: int, days: int, **said: Any) -> dict[str, Any]:
    """Return a member of whom nothing has come for so many days."""
    last = f"2026-11-{26 - days:02}T04:10:00+01:00"
    lacks = {"reason": "offline", "since": last}
    return member(number, "silent", last=last, coverage=70, lacks=lacks) | said


WAITING = member(
    296,
    "waiting",
    name="Marie Kerdoncuff",
    last=None,
    coverage=None,
    lacks={"reason": "no_value", "since": "2026-11-24T10:00:00+01:00"},
)
PAUSED = member(
    112,
    "paused",
    last="2026-11-20T18:30:00+01:00",
    lacks={"reason": "by_member", "since": "2026-11-20T18:30:00+01:00"},
)


def village(count: int = 287) -> list[dict[str, Any]]:
    """Return members: eleven are silent, five wait, three pause, the others are up to date."""
    others = iter(n for n in range(1, count + 14) if n not in (1, 41, 112, 187, 233, 296))
    return [
        silent(41, 9),
        silent(
            187,
            6,
            name="Yann Le Bris",
            lacks={"reason": "meter", "since": "2026-11-20T04:10:00+01:00"},
        ),
        silent(233, 3),
        *(silent(next(others), 2) for _ in range(8)),
        WAITING,
        *(WAITING | {"number": next(others), "name": ""} for _ in range(4)),
        PAUSED,
        *(PAUSED | {"number": next(others)} for _ in range(2)),
        member(1, name="Anne Riou", shares=10),
        *(member(next(others)) for _ in range(count - 20)),
    ]


def absent(count: int = 13) -> list[dict[str, Any]]:
    """Return rows of the list that have not come."""
    names = ("Jean Caradec", "Lucie Hénaff", "Erwan Péron", "Mairie, M. Tanguy")
    return [
        {
            "row": row,
            "number": 300 + row if row else 17,
            "name": names[row] if row < len(names) else f"Voisin {row}",
            "shares": 1 + row % 3,
        }
        for row in range(count)
    ]


def collection(*members: dict[str, Any], **said: Any) -> dict[str, Any]:
    """Return a collection; its counts are those of its members."""
    missing = said.get("absent", absent())
    states = [one["state"] for one in members]
    shares = sum(one["shares"] or 0 for one in members)
    return {
        "subentry_id": "c1",
        "entry_id": "a",
        "account": ORGANISER,
        "title": TITLE,
        "reason": "",
        "purpose": "investment",
        "responsible": "la coopérative, Lorient",
        "begin": "2026-10-02T00:00:00+02:00",
        "until": UNTIL,
        "charter_version": 2,
        "charter_at": "2026-09-14T10:00:00+02:00",
        "link": LINK,
        "qr": QR,
        "text": {
            "en": f"Hello,\nopen this link:\n{LINK}",
            "fr": f"Bonjour,\nouvrez ce lien :\n{LINK}",
        },
        "gives": [],
        "asks": [],
        "counts": {
            "came": len(members),
            "expected": len(members) + len(missing),
            "up_to_date": states.count("up_to_date"),
            "silent": states.count("silent"),
            "waiting": states.count("waiting"),
            "paused": states.count("paused"),
        },
        "shares": {"came": shares, "all": shares + sum(one["shares"] for one in missing)},
        "coverage": 94,
        "imported_at": "2026-10-02T10:00:00+02:00",
        "members": list(members),
        "absent": missing,
    } | said


def collect(
    modules: Modules,
    code: str,
    *collections: dict[str, Any],
    answers: dict[str, Any] | None = None,
    town: Town | None = None,
    **said: Any,
) -> Any:
    """Return what a body returns on the organiser's page."""
    known = {"sen1/collections": {"collections": list(collections)}}
    return play(
        modules, code, name="collection", answers=known | (answers or {}), town=town, **said
    )


# The group

GAP = range(74, 81)
"""The hours of a Sunday, from 2 to 9 o'clock, of which less came."""


def group(of: int = 287, **said: Any) -> dict[str, Any]:
    """Return what `sen1/collection_group` answers of the last seven days of so many homes.

    One uses 19.1 kWh a day, by `SHAPE`; 62 % of them were heard in the gap.
    """
    begin = TODAY - timedelta(days=7)
    rows: list[list[Any]] = []
    median = []
    for hour in range(168):
        reporting = round(of * 0.62) if hour in GAP else of
        kwh = 19.1 * SHAPE[hour % 24] / sum(SHAPE)
        at = int((begin + timedelta(hours=hour)).timestamp())
        rows.append([at, round(kwh * reporting, 3), reporting, None, None, None, None])
        median.append(round(kwh * 0.9, 4))
    ends = [(begin + timedelta(hours=hour)).isoformat() for hour in (GAP.start, GAP.stop)]
    total = sum(row[1] for row in rows)
    return {
        "what": "consumption",
        "of": of,
        "hours": rows,
        "median": median,
        "total_kwh": total,
        "per_home_day_kwh": 19.1,
        "costs": None,
        "gaps": [{"begin": ends[0], "end": ends[1], "coverage": 0.62}],
    } | said


ASKS = [{"what": "consumption", "granularity": "PT30M", "past_days": 0, "needed": True}]
ASKS_BOTH = [*ASKS, ASKS[0] | {"what": "production", "needed": False}]
