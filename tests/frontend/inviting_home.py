"""What a home of a page has invited, as `sen1/invitations` tells it."""

from typing import Any

from .conftest import Modules
from .sharing_home import play

LINK = (
    "xmpp:ibis@scorff.example?roster;preauth=K7QF-M2XD-93TB-VWHE;ibr=y;name=Foyer%20Ibis;"
    "until=20261203T1900Z;key=723201724410998155320047;sen1=0"
)
UNTIL = "2026-12-03T19:00:00+00:00"
"""A Thursday, 20:00 in Paris."""

SIDE = 57
"""Modules of a code that holds such a link."""

QR = ["".join("01"[(x * 7 + y * 11 + x * y) % 3 % 2] for x in range(SIDE)) for y in range(SIDE)]


def invitation(label: str, **said: Any) -> dict[str, Any]:
    """Return an invitation that was sent, of which nothing came yet."""
    return {
        "id": label.lower().replace(" ", "-"),
        "label": label,
        "link": LINK,
        "qr": QR,
        "until": UNTIL,
        "uses": 1,
        "gives_account": True,
        "made": "2026-11-26T17:42:00+00:00",
        "opened": None,
        "accepted": None,
        "first": None,
        "expected": None,
        "friend_id": None,
        "offers": [{"title": "Consumption of the home", "granularity": "P1D"}],
        "asks": [{"what": "consumption", "granularity": "P1D"}],
        "state": "open",
    } | said


SENT = invitation("Famille Le Goff")
ACCEPTED = invitation(
    "École de Lanveur",
    made="2026-11-24T08:03:00+00:00",
    opened="2026-11-24T16:30:00+00:00",
    accepted="2026-11-25T07:12:00+00:00",
    expected="2026-11-26T23:10:00+00:00",
    friend_id="school",
    uses=0,
    state="done",
)
DONE = invitation(
    "Foyer Dune",
    made="2026-11-18T19:11:00+00:00",
    opened="2026-11-18T19:40:00+00:00",
    accepted="2026-11-18T19:46:00+00:00",
    first="2026-11-18T23:06:00+00:00",
    friend_id="dune",
    uses=0,
    state="done",
)


def inviting(*invitations: dict[str, Any], **said: Any) -> dict[str, Any]:
    """Return an account of a home that is known, and that publishes two other series."""
    return {
        "entry_id": "a",
        "title": "ibis@scorff.example",
        "name": "Foyer Ibis",
        "address": "ibis@scorff.example",
        "server": "scorff.example",
        "can": "address",
        "offers": [
            {
                "what": "consumption",
                "title": "Consumption of the home",
                "granularities": ["P1D", "PT1H", "live"],
                "shared_as": {},
            },
            {
                "what": "per_area",
                "title": "Consumption per square metre",
                "granularities": ["P1Y"],
                "shared_as": {"P1D": "area"},
            },
        ],
        "series": [
            {"publication": "car", "title": "My car", "granularity": "P1D"},
            {"publication": "roof", "title": "Production of my roof", "granularity": "PT1H"},
        ],
        "asks": [
            *({"what": "consumption", "granularity": detail} for detail in ("P1D", "PT1H", "live")),
            {"what": "production", "granularity": "P1D"},
            {"what": "per_area", "granularity": "P1Y"},
        ],
        "invitations": list(invitations),
    } | said


def invite(
    modules: Modules,
    code: str,
    *accounts: dict[str, Any],
    made: dict[str, Any] | None = None,
    answers: dict[str, Any] | None = None,
    **said: Any,
) -> Any:
    """Return what a body returns on the page of invitations.

    What is invited there becomes `made`, the first of the first account.
    """
    known = {"accounts": list(accounts)}
    more: dict[str, Any] = {}
    if made and accounts:
        first, *others = accounts
        changed = first | {"invitations": [made, *first["invitations"]]}
        more["sen1/invite"] = {"accounts": [changed, *others], "id": made["id"]}
    told = {"sen1/invitations": known} | more | (answers or {})
    return play(modules, code, name="invite", answers=told, **said)
