"""A made-up home for the cards of the year: what it is told of its goals, its cold and itself."""

from copy import deepcopy
from datetime import date, timedelta
from typing import Any

from .conftest import Modules

NOW = "2026-01-14T17:42:00Z"
"""A Wednesday of January, 18:42 in Paris."""

SITE = {"id": "site0", "name": "Home", "kind": "home", "is_main": True, "sources": {}}

Json = dict[str, Any]


def _days() -> list[Json]:
    """Return the running saving, which comes to 6.9 %; its first days are wild."""
    first = date(2025, 10, 1)
    return [
        {
            "day": str(first + timedelta(days=n)),
            "percent": 40.0 - 5 * n
            if n < 7
            else 5 + 1.9 * n / 104 + 0.6 * (n % 5 - 2) / (1 + n / 20),
        }
        for n in range(104)
    ] + [{"day": "2026-01-13", "percent": 6.92}]


def goal(**others: Any) -> Json:
    """Return a saving that is possible and not yet reached."""
    return {
        "id": "g1",
        "name": "8 % less this winter",
        "kind": "saving",
        "quantity": "bought",
        "target": 8,
        "begin": "2025-10-01",
        "end": "2026-03-31",
        "corrected": True,
        "reference": {"begin": "2024-10-01", "end": "2025-03-31"},
        "done": {"value": 289.9, "unit": "kWh", "percent": 6.92},
        "expected": {"value": 4189.5, "low": 4100.0, "high": 4280.0},
        "used": 3899.6,
        "missing": 45.26,
        "heading": {"value": 7.1, "low": 5.3, "high": 8.9},
        "one_more_week": 7.3,
        "state": "possible",
        "reason": None,
        "known": 1.0,
        "days": _days(),
        "months": [
            _month("2025-10-01", "2025-10-31", 793.04, 747.26),
            _month("2025-11-01", "2025-11-30", 1203.86, 1125.14),
            _month("2025-12-01", "2025-12-31", 1483.02, 1389.84),
            _month("2026-01-01", "2026-01-13", 709.58, 637.36),
        ],
        "at": None,
    } | others


def _month(begin: str, end: str, expected: float, used: float) -> Json:
    percent = 100 * (1 - used / expected)
    return {"begin": begin, "end": end, "expected": expected, "used": used, "percent": percent}


def limit(kind: str, **others: Any) -> Json:
    """Return a goal with a limit, of the year that has begun."""
    of_kind: Json = {
        "max_power": {
            "name": "Stay below 9 kVA",
            "target": 9,
            "done": {"value": 8.74, "unit": "kVA", "percent": 97.1},
            "state": "ahead",
            "at": 1767723600000,
        },
        "self_consumption": {
            "name": "Use 70 % of the sun here",
            "target": 70,
            "done": {"value": 74.7, "unit": "%", "percent": 74.7},
            "used": 19.8,
            "expected": {"value": 26.5, "low": 26.5, "high": 26.5},
            "state": "ahead",
        },
        "energy": {
            "name": "No more than 9,000 kWh",
            "target": 9000,
            "done": {"value": 612.4, "unit": "kWh", "percent": 6.8},
            "heading": {"value": 8700, "low": 8200, "high": 9200},
            "state": "possible",
        },
        "cost": {
            "name": "No more than 1,400 euros",
            "target": 1400,
            "done": {"value": 101.5, "unit": "EUR", "percent": 7.2},
            "heading": {"value": 1630, "low": 1500, "high": 1760},
            "state": "possible",
        },
    }
    common = goal(
        id=kind,
        kind=kind,
        begin="2026-01-01",
        end="2026-12-31",
        corrected=False,
        reference=None,
        expected=None,
        used=None,
        missing=None,
        heading=None,
        one_more_week=None,
        days=[],
        months=[],
    )
    particular: Json = of_kind[kind]
    return common | particular | others


def cold(**others: Any) -> Json:
    """Return the cold of this winter and of the one before, as two answers."""
    this = {
        "base": 18,
        "method": "meteo",
        "source": "sensor",
        "degree_days": [140.2, 262.0, 339.8, 168.0],
        "known": [1, 1, 1, 1],
        "usual": [125.0, 230.0, 310.0, 145.0],
        "usual_years": [2016, 2025],
        "total": 910.0,
        "total_known": 1.0,
        "usual_total": 810.0,
    }
    last = this | {"degree_days": [110.0, 205.0, 300.0, 113.0], "total": 728.0}
    return {
        "2025": this | others,
        "2024": last | {k: v for k, v in others.items() if k == "source"},
    }


def model(**others: Any) -> Json:
    """Return what a home has learnt of a winter."""
    return {
        "state": "fitted",
        "reason": None,
        "quantity": "bought",
        "begin": "2024-10-01",
        "end": "2025-04-01",
        "days": 182,
        "base": {
            "working": {"value": 9.8, "low": 9.1, "high": 10.5},
            "weekend": {"value": 10.5, "low": 9.7, "high": 11.3},
        },
        "base_mean": {"value": 10.0, "low": 9.4, "high": 10.6},
        "slope": {"value": 3.45, "low": 3.31, "high": 3.59},
        "explained": 0.914,
        "trust": "good",
    } | others


def unfit(reason: str) -> Json:
    """Return why a home has learnt nothing."""
    nothing: Json = dict.fromkeys(model())
    return nothing | {"state": "unfit", "reason": reason, "quantity": "bought"}


def years(*totals: tuple[float | None, float]) -> Json:
    """Return what was bought in each of three years, the one that goes on first: part known."""
    return {
        str(2026 - n): {
            "begins": [],
            "quantities": {"bought": {"unit": "kWh", "total": total, "total_known": known}},
        }
        for n, (total, known) in enumerate(totals)
    }


ANSWERS: Json = {
    "sen1/sites": {"sites": [SITE]},
    "sen1/goals": {
        "goals": [
            goal(),
            limit("max_power"),
            limit("self_consumption"),
            limit("energy"),
            limit("cost"),
        ]
    },
    "sen1/cold": cold(),
    "sen1/model": model(),
    "sen1/energies": years((420.0, 1.0), (9379.1, 0.997), (10106.8, 1.0)),
    "sen1/report": {
        "html": "<!doctype html><title>2025</title><p>The year",
        "csv": "month;kWh\r\n",
        "title": "2025",
        "name": "sen1-home-2025",
    },
}
"""By command; where a time is asked of, by the year in which it begins there."""


def answers(**others: Any) -> Json:
    """Return the answers, some of them others: `cold=` for `sen1/cold`."""
    return deepcopy(ANSWERS) | {f"sen1/{name}": answer for name, answer in others.items()}


HOME = """
    const { answers, language = "en", isAdmin = true, width = 1000, dark = false, config = {},
        latitude = 47.7, connected = true } = home;
    const asked = [];
    const callWS = async (message) => {
        asked.push(message);
        const answer = answers[message.type];
        if (!answer) throw new Error("It is not there");
        if (!["sen1/cold", "sen1/energies"].includes(message.type)) return answer;
        // What begins at midnight in Paris began there, not in Greenwich.
        const begin = new Date(Date.parse(message.begin) + 12 * 3_600_000);
        return answer[begin.getUTCFullYear()];
    };
    const hass = {
        callWS, connected, connection: { subscribeMessage: async () => () => undefined },
        user: { is_admin: isAdmin }, themes: { darkMode: dark },
        locale: { language, number_format: "language", time_format: "language" },
        config: { time_zone: "Europe/Paris", currency: "EUR", latitude },
        devices: {}, entities: {}, states: {},
    };
    for (const tag of ["ha-card", "ha-icon"]) {
        if (!customElements.get(tag)) customElements.define(tag, class extends HTMLElement {});
    }
    document.body.replaceChildren();
    document.body.style.cssText = `margin: 0; font-family: sans-serif; width: ${width}px`;
    const host = document.createElement("div");
    host.attachShadow({ mode: "open" });
    document.body.append(host);
    const { default: Shown } = await import(`/cards/${name}.js`);
    const card = new Shown(host);
    const root = host.shadowRoot;
    card.frame.style.display = "block";
    const settled = async () => {
        for (let calm = 0, before = ""; calm < 3; ) {
            await new Promise((done) => setTimeout(done));
            await painted();
            const state = [asked, root.innerHTML].map(({ length }) => length).join(" ");
            calm = state === before ? calm + 1 : 0;
            before = state;
        }
    };
    const flat = (text) => text.replace(/\\s+/g, " ").trim();
    const texts = (selector) =>
        [...root.querySelectorAll(selector)].map((one) => flat(one.textContent));
    const table = () => [...root.querySelectorAll("table tr")].map(
        (row) => [...row.cells].map((cell) => flat(cell.innerText)));
    const button = (label) => [...root.querySelectorAll("button")].find((one) =>
        (one.getAttribute("aria-label") ?? flat(one.textContent)) === label);
    const press = async (label) => { button(label).click(); await settled(); };
    /** All words of the card, unfolded. */
    const shown = () => {
        for (const folded of root.querySelectorAll("details")) folded.open = true;
        return flat(card.frame.innerText);
    };
    card.configure(config);
    card.connect();
    await card.take(hass);
    await settled();
"""
"""What makes a card of the year; `home` says what is peculiar to it, `name` which card it is."""


def look(modules: Modules, name: str, body: str, *, now: str = NOW, **home: Any) -> Any:
    """Show a card of a home, do something and return what the body returns."""
    given = {"answers": answers(), **home}
    code = f"{HOME}\ntry {{\n{body}\n}} finally {{ card.disconnect(); }}"
    return modules.run(code, now=now, name=name, home=given)
