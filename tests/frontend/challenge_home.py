"""A challenge of four teams, as a home of it and its organiser are told."""

from typing import Any

from .conftest import Modules
from .sharing_home import NOW
from .town import HASS, SHOW, Town

ORGANISER = "Association Énergies en Rade"
TITLE = "Grand défi des économies"
ME = 203
AFTER = "2026-12-30T10:00:00Z"
"""When all is over."""


def team(name: str, homes: int, of: int, value: float | None = None, **said: Any) -> dict[str, Any]:
    """Return a team of a board."""
    return {
        "name": name,
        "homes": homes,
        "of": of,
        "value": value,
        "rank": None,
        "coverage": None,
        "captain": None,
        "weeks": [],
    } | said


CORMORANS = team("Les Cormorans", 11, 12, 8.4, rank=1, coverage=0.91)
AJONCS = team(
    "Les Ajoncs", 9, 9, 6.8, rank=2, coverage=0.94, captain=12, weeks=[4.9, 6.4, 8.0, 9.3]
)
KERSABIEC = team("École de Kersabiec", 6, 6, 5.2, rank=3, coverage=0.97)
# Of fewer than five homes a board tells not even how many they are.
MERVILLE = team("Quartier Merville", 0, 0)
TEAMS = [CORMORANS, AJONCS, KERSABIEC, MERVILLE]


def home(number: int, value: float, name: str = "", **said: Any) -> dict[str, Any]:
    """Return a home of the second team, as the board has it."""
    return {
        "number": number,
        "name": name,
        "value": value,
        "rank": None,
        "team": 1,
        "coverage": 0.95,
        "week": None,
        "is_checked": None,
    } | said


HOMES = [
    home(12, 11.3, "Foyer Dune", is_checked=True),
    home(31, 9.6, "Foyer Écume"),
    home(8, 7.9),
    home(ME, 6.1),
    home(77, 5.8, "Foyer Cormoran", is_checked=False),
    home(45, 5.6),
    home(19, 5.4, "Foyer Ajonc"),
    home(102, 5.1),
    home(66, 4.4, "Foyer Sterne"),
    home(1, 9.9, "Foyer Cap", team=0),
]


def board(*teams: dict[str, Any], **said: Any) -> dict[str, Any]:
    """Return a board as an entity bears it."""
    return {
        "kind": "challenge",
        "collection": "3f6a9c2d10b47e58",
        "title": TITLE,
        "unit": "%",
        "at": 1_795_700_000.0,
        "is_final": False,
        "homes": HOMES,
        "teams": list(teams or TEAMS),
        "rule": "corrected",
        "value": 7.1,
        "count": 26,
        "coverage": 0.93,
        "through": "2026-11-25",
    } | said


def week(begin: str, expected: float, used: float, percent: float, days: int = 7) -> dict[str, Any]:
    """Return what a week of my home came to."""
    return {
        "begin": begin,
        "days": days,
        "expected_kwh": expected,
        "used_kwh": used,
        "saved_kwh": round(expected - used, 1),
        "percent": percent,
    }


WEEKS = [
    week("2026-11-02", 168.2, 162.1, 3.6),
    week("2026-11-09", 174.9, 164.9, 5.7),
    week("2026-11-16", 184.4, 169.3, 8.2),
    week("2026-11-23", 67.6, 62.7, 7.4, days=3),
]


def mine(**said: Any) -> dict[str, Any]:
    """Return what my home saved: less than last year, some of it by the weather."""
    return {
        "number": ME,
        "team": 1,
        "rank": 14,
        "is_captain": False,
        "energy": "electricity",
        "unit": "kWh",
        "value": 6.1,
        "percent": 6.1,
        "coverage": 0.95,
        "reference_kwh": 616.8,
        "expected_kwh": 595.1,
        "used_kwh": 559.0,
        "by_weather_kwh": 21.7,
        "by_us_kwh": 36.1,
        "weeks": WEEKS,
        "reason": None,
        "why": None,
    } | said


def without_score(reason: str, **said: Any) -> dict[str, Any]:
    """Return my home while it has no score, and why."""
    none = dict.fromkeys(
        ("value", "percent", "coverage", "reference_kwh", "expected_kwh", "used_kwh")
    )
    return mine(**none, by_weather_kwh=None, by_us_kwh=None, weeks=[], reason=reason) | said


def challenge(**said: Any) -> dict[str, Any]:
    """Return a challenge in its fourth week."""
    return {
        "id": "p1",
        "role": "member",
        "title": TITLE,
        "organiser": ORGANISER,
        "rule": "corrected",
        "energies": ["electricity"],
        "reference": ["2025-11-03", "2025-12-28"],
        "action": ["2026-11-02", "2026-12-27"],
        "week": 4,
        "weeks": 8,
        "through": "2026-11-25",
        "is_final": False,
        "teams": [one["name"] for one in TEAMS],
        "board": board(),
        "mine": mine(),
    } | said


def ended(**said: Any) -> dict[str, Any]:
    """Return the challenge once no score comes any more."""
    return (
        challenge(
            is_final=True,
            week=8,
            through="2026-12-27",
            board=board(is_final=True, through="2026-12-27"),
        )
        | said
    )


def member(number: int, team: int | None, name: str = "", **said: Any) -> dict[str, Any]:
    """Return a member as its organiser sees it."""
    return {
        "number": number,
        "name": name,
        "team": team,
        "is_captain": False,
        "through": "2026-11-25",
    } | said


MEMBERS = [
    member(1, 1, "Anne Riou"),
    member(12, 2, "Yann Le Bris", is_captain=True),
    member(8, 2),
    member(21, 4, through=None),
    member(30, None, "Lucie Hénaff", through=None),
]


def organised(**said: Any) -> dict[str, Any]:
    """Return the challenge as its organiser is told it."""
    return challenge(id="c1", role="organiser", mine=None, members=MEMBERS) | said


PLAY = """
    const house = hass(told, language, isAdmin);
    house.themes = { darkMode: dark };
    const calls = [];
    const failing = new Set(failures);
    house.loadBackendTranslation = async () => () => undefined;
    house.callWS = async (message) => {
        calls.push(message);
        if (failing.has(message.type)) throw new Error(message.type);
        return message.type === "sen1/challenges" ? { challenges } : {};
    };
    for (const tag of ["ha-card", "ha-icon"]) {
        if (!customElements.get(tag)) customElements.define(tag, class extends HTMLElement {});
    }
    const address = location.pathname;
    if (search) history.replaceState(null, "", search);
    document.body.style.width = `${width}px`;
    const card = await shown(name, config, house);
    const settled = async () => {
        for (let i = 0; i < 8; i += 1) await painted();
    };
    card.connect();
    await settled();
    const all = (selector) => [...card.root.querySelectorAll(selector)];
    const plain = (one) => one.textContent.replace(/\\s+/g, " ").trim();
    const read = (selector) => all(selector).map(plain);
    const named = (one) => one.getAttribute("aria-label") ?? plain(one);
    const button = (label) => all("button").find((one) => named(one).startsWith(label));
    const press = async (label) => { button(label).click(); await settled(); };
    const page = () => plain(card.frame);
    const sent = (type) => calls.filter((call) => call.type === `sen1/${type}`);
    const choose = async (element, value) => {
        element.value = value;
        element.dispatchEvent(new Event("change", {bubbles: true}));
        await settled();
    };
"""
"""What makes a card of challenges."""


def play(
    modules: Modules,
    code: str,
    *challenges: dict[str, Any],
    name: str = "challenge",
    config: dict[str, Any] | None = None,
    town: Town | None = None,
    language: str = "en-GB",
    width: int = 1000,
    dark: bool = False,
    is_admin: bool = True,
    search: str = "",
    failures: tuple[str, ...] = (),
    now: str = NOW,
    **given: Any,
) -> Any:
    """Return what a body returns once a page of challenges is drawn."""
    end = "card.disconnect(); history.replaceState(null, '', address);"
    return modules.run(
        f"{HASS}{SHOW}{PLAY} try {{ {code} }} finally {{ {end} }}",
        now=now,
        challenges=list(challenges),
        name=name,
        config=config or {},
        told=(town or Town(0)).given,
        language=language,
        width=width,
        dark=dark,
        isAdmin=is_admin,
        search=search,
        failures=list(failures),
        **given,
    )
