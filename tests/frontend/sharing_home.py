"""What a home of a page shares and holds, and what is known of its friends' keys and days."""

from typing import Any

from .conftest import Modules
from .town import HASS, SHOW, Town

NOW = "2026-11-26T17:42:00Z"
"""A Thursday of November, 18:42 in Paris."""

LATE = "2028-01-01T00:00:00+01:00"
SOON = "2026-12-12T00:00:00+01:00"

SIX = ["7232", "0172", "4410", "9981", "5532", "0047"]
THEIRS = ["4271", "0936", "8815", "5502", "1947", "3368"]
NEW = ["9054", "7713", "2086", "6439", "0125", "8870"]


def grant(friend: str, **said: Any) -> dict[str, Any]:
    """Return a grant to a friend, whose id is its name in small letters."""
    return {
        "friend": friend,
        "friend_id": friend.lower(),
        "kind": "home",
        "state": "active",
        "purpose": "friends",
        "until": LATE,
        "members": None,
        "seen": True,
        "readings": 10,
        "bytes": 400,
        "last_sent": "2026-11-26T17:30:00Z",
    } | said


def series(title: str, granularity: str, *grants: dict[str, Any]) -> dict[str, Any]:
    """Return a series with its grants."""
    name = title.lower()
    return {
        "publication": name,
        "title": title,
        "entity_id": f"sensor.{name}",
        "granularity": granularity,
        "grants": list(grants),
    }


def held(friend: str, title: str, readings: int, **said: Any) -> dict[str, Any]:
    """Return a series that is held of a friend."""
    return {
        "friend": friend,
        "friend_id": friend.lower(),
        "publication": title.lower(),
        "series": title,
        "provenance": {"controller": friend, "source": "meter"},
        "unit": "kWh",
        "granularity": "P1D",
        "status": "waiting",
        "readings": readings,
        "last_reading": None,
        "until": LATE,
        "retention_days": None,
        "may_forward": False,
    } | said


def account(*shares: dict[str, Any], holds: tuple[dict[str, Any], ...] = ()) -> dict[str, Any]:
    """Return an account as `sen1/sharing` tells it."""
    return {
        "entry_id": "a",
        "title": "a",
        "online": True,
        "shares": list(shares),
        "withdrawn": [],
        "requests": [],
        "asked": [],
        "holds": list(holds),
    }


def known(friend: str, standing: str = "verified", **said: Any) -> dict[str, Any]:
    """Return a friend as `sen1/trust` tells it.

    `days` are those known, equal, not received, differing.
    """
    keys = ("known", "equal", "not_received", "differs")
    days = dict(zip(keys, said.pop("days", (0, 0, 0, 0)), strict=True))
    return {
        "friend_id": friend.lower(),
        "friend": friend,
        "members": None,
        "standing": standing,
        "how": "seen",
        "since": "2026-03-03T00:00:00+01:00",
        "fingerprint": THEIRS,
        "changed": None,
        "shares": 2,
        "holds": 1,
        "days": days | {"unconfirmed": said.pop("unconfirmed", 0)},
        "told": [],
    } | said


def changed(friend: str, **said: Any) -> dict[str, Any]:
    """Return a friend whose key is another than the one that was verified by its link."""
    at = "2026-11-26T09:12:00+01:00"
    new = {"fingerprint": NEW, "at": at, "before_how": "link"}
    return known(friend, "stopped", changed=new) | said


def trusted(*friends: dict[str, Any], **said: Any) -> dict[str, Any]:
    """Return an account as `sen1/trust` tells it."""
    return {
        "entry_id": "a",
        "title": "a",
        "address": "ibis@rade.example",
        "link": "xmpp:ibis@rade.example?roster",
        "fingerprint": SIX,
        "since": "2026-03-03",
        "entries": 4127,
        "state": "agrees",
        "policy": None,
        "own_key_forged": False,
        "friends": list(friends),
    } | said


def demo() -> dict[str, Any]:
    """Return what a home like the demo's shares and holds: 19 grants to 10, 15 series of 9."""
    names = ("Soleil du Scorff", "École", "Dune", "Écume", "Fougère", "Relais du Grand Lorient")
    coop, school, dune, foam, fern, relay = names
    small = ("Ajonc", "Bruyère", "Cormoran", "Genêt")
    relayed = grant(relay, kind="proxy", readings=97)
    return account(
        series("Consommation du logement", "PT30M", grant(coop), grant(school, until=SOON)),
        series("Production du toit", "PT30M", grant(coop), grant(school, state="paused")),
        series("Surplus envoyé au réseau", "PT30M", grant(coop), grant(school)),
        series("Relevé du compteur", "P1D", *map(grant, (coop, dune, foam, fern)), relayed),
        series("Consommation par m²", "P1Y", *map(grant, (coop, dune, foam, fern, *small))),
        holds=(
            *(held(coop, f"Toit {n}", 936) for n in range(4)),
            *(held(school, f"Salle {n}", 4645) for n in range(3)),
            *(held(foam, f"Jour {n}", 130) for n in range(2)),
            held(dune, "Jour", 7),
            *(held(name, "Consommation par m²", 1) for name in (*small, fern)),
        ),
    )


ANSWERS = """
    const house = hass(told, language);
    const said = { ...answers };
    house.loadBackendTranslation = async () => (key) => key;
    house.localize = (key) => key;
    house.connection.subscribeMessage = async (tell) => { tell(); return () => undefined; };
    house.connection.subscribeEvents = async () => () => undefined;
    const calls = [];
    house.callWS = async (message) => {
        calls.push(message);
        const inSteps = `${message.type}/${message.step}`;
        if (inSteps in said) return said[inSteps];
        if (message.type in said) return said[message.type];
        if (message.type === "sen1/sharing" || message.type === "sen1/change_grant") {
            return { accounts: [account] };
        }
        if (message.type === "sen1/trust" && trust) return { accounts: [trust] };
        throw new Error(message.type);
    };
    for (const one of ["ha-form", "ha-markdown"]) {
        if (!customElements.get(one)) customElements.define(one, class extends HTMLElement {});
    }
    house.callApi = async (method, path, data) => {
        calls.push({ method, path, ...data });
        return method === "POST" && data.handler ? said.step : { type: "create_entry" };
    };
    const settled = async () => {
        for (let i = 0; i < 8; i += 1) {
            await Promise.all(Object.values(card.fetching));
            await painted();
        }
    };
    const card = await shown(name, {}, house);
    document.body.style.width = `${width}px`;
    card.connect();
    await settled();
    const all = (selector) => [...card.root.querySelectorAll(selector)];
    const plain = (one) => one.textContent.replace(/\\s+/g, " ").trim();
    const named = (one) => one.getAttribute("aria-label") ?? plain(one);
    const button = (label) => all("button").find((one) => named(one).startsWith(label));
    const press = async (label) => {
        // A dialogue is loaded on demand.
        while (!button(label)) await painted();
        button(label).click();
        await settled();
    };
    const page = () => plain(card.frame);
    const dialog = () => card.root.querySelector("dialog");
"""


def play(
    modules: Modules,
    code: str,
    *,
    name: str = "sharing",
    sharing: dict[str, Any] | None = None,
    trust: dict[str, Any] | None = None,
    town: Town | None = None,
    language: str = "en-GB",
    width: int = 1000,
    answers: dict[str, Any] | None = None,
) -> Any:
    """Return what a body returns once a card is drawn; `answers` are those of more commands."""
    # The page is the same for all tests: what one asked in the address is not the next one's.
    whole = (
        'history.replaceState(null, "", "/");'
        f"{HASS}{SHOW}{ANSWERS} try {{ {code} }} finally {{ card.disconnect(); }}"
    )
    return modules.run(
        whole,
        now=NOW,
        told=(town or Town(1)).given,
        name=name,
        account=sharing or account(),
        trust=trust,
        language=language,
        width=width,
        answers=answers or {},
    )
