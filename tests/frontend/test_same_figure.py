"""A figure has the same digits on every page: each page is told the same of one home."""

import re
from typing import Any

import pytest

from .conftest import Modules
from .past_home import look

PAGES = """
    const found = { past: text(".keys > div, .legend li, tfoot td") };
    const { quantities: told } = await hass.callWS({
        type: "sen1/energies", site: "site0", step: "day",
        begin: card.period.begin.toISOString(), end: card.period.end.toISOString(),
    });
    const rounded = (value, digits) => Number(value.toFixed(digits));
    const begin = "2026-06-01";
    const entity = (key, state, attributes = {}) => [`sensor.${key}`, {
        key, state: String(rounded(state, 4)), attributes: { begin, known: 100, ...attributes } }];
    const states = Object.fromEntries([
        ...["bought", "self_consumed", "sold", "consumed"].map((key) =>
            entity(`${key}_month`, told[key].total)),
        entity("cost_month", 0, { energy_cost: rounded(told.bought.total_cost, 2) }),
        entity("income_month", rounded(told.sold.total_cost, 2)),
    ]);
    const all = {
        ...hass, states: { ...hass.states, ...states },
        entities: Object.fromEntries(Object.entries(states).map(([id, { key }]) => [id, {
            entity_id: id, translation_key: key, device_id: "d", platform: "sen1" }])),
    };
    const cards = [["home", { part: "month", site: "site0" }], ["buildings", {}]];
    for (const [name, config] of cards) {
        const { default: Other } = await import(`/cards/${name}.js`);
        const place = document.createElement("div");
        place.attachShadow({ mode: "open" });
        place.style.width = "1200px";
        document.body.append(place);
        const other = new Other(place);
        other.configure(config);
        other.connect();
        await other.take(all);
        for (let turn = 0; turn < 5; turn += 1) await painted();
        found[name] = [...place.shadowRoot.querySelectorAll("p, td, .figure, .note")]
            .map((one) => flat(one.innerText));
        other.disconnect();
    }
    return { ...found, told };
"""


def figures(texts: list[str]) -> set[str]:
    """Return all numbers of a page, as it writes them."""
    return {number for text in texts for number in re.findall(r"\d[\d,]*(?:\.\d+)?", text)}


@pytest.mark.parametrize("day", range(2, 30, 3))
def test_what_was_bought_and_paid_is_written_alike(modules: Modules, day: int) -> None:
    now = f"2026-06-{day:02}T15:{day + 20}:00Z"
    found: dict[str, Any] = look(modules, PAGES, now=now, sites=2)
    pages = {name: figures(found[name]) for name in ("past", "home", "buildings")}
    told = found["told"]
    bought, paid = f"{told['bought']['total']:,.1f}", f"{told['bought']['total_cost']:,.2f}"
    assert all({bought, paid} <= page for page in pages.values()), (bought, paid, pages)
