"""A made-up home for the page of the past: each hour is a rule, what it adds up to is known."""

from typing import Any

from .conftest import Modules

HOME = """
    const { zone, since = "2023-02-03T00:00:00+01:00", gaps = [], prices = 2, tariffs = "two",
        grid = true, roof = true, more = [], sites = 1, language = "en", lost = [],
        basis = "max", recordedSince = since, of = 0, kind = "home", shows = {},
        others = {}, weather } = home;
    const HOUR = 3_600_000;
    const now = new Date();
    const TARIFFS = {
        none: () => undefined,
        two: (hour) => (hour < 6 || hour >= 22 ? "off_peak" : "peak"),
        tempo: (hour, day) => {
            const colour = { 5: "red", 2: "white", 3: "white" }[day % 7] ?? "blue";
            return `${hour < 6 || hour >= 22 ? "off_peak" : "peak"}_${colour}`;
        },
    };
    const PRICES = { off_peak: 0.1, peak: 0.2, off_peak_blue: 0.12, peak_blue: 0.15,
        off_peak_white: 0.16, peak_white: 0.2, off_peak_red: 0.17, peak_red: 0.7, "": 0.2 };
    const dayOf = (time) => Math.floor((time + 2 * HOUR) / (24 * HOUR));
    /** What the home bought in an hour, kWh: something that no two days have in common. */
    const bought = (time) => {
        const hour = calendar.partsOf(time, zone).hour;
        const day = dayOf(time);
        const winter = 1.3 + Math.cos((2 * Math.PI * day) / 365.25);
        return (0.1 + 0.08 * ((day * 5 + hour * 3) % 13) + 0.1 * (day % 11 % 4)) * winter;
    };
    const sun = (time) => {
        const hour = calendar.partsOf(time, zone).hour;
        return Math.max(0, 3 - Math.abs(13 - hour)) * (0.3 + 0.2 * (dayOf(time) % 4));
    };
    const isKnown = (time) => time >= Date.parse(since) && time < now.getTime()
        && !gaps.some(([from, to]) => time >= Date.parse(from) && time < Date.parse(to));
    const begins = (begin, end, step) => {
        const period = { begin, end };
        if (step === "day") return calendar.daysOf(period, zone);
        if (step === "month") return calendar.monthsOf(period, zone);
        const each = step === "half_hour" ? HOUR / 2 : HOUR;
        const length = Math.ceil((end - begin) / each);
        return Array.from({ length }, (_, i) => new Date(+begin + i * each));
    };
    /** A series of a rule: of a step in part what there is of it. */
    const seriesOf = (starts, end, rule, { unit = "kWh", split, price }) => {
        const values = [], known = [], costs = [], of = {};
        starts.forEach((start, i) => {
            const stop = Math.min(+(starts[i + 1] ?? end), now.getTime());
            let value = 0, cost = 0, hours = 0;
            for (let time = +start; time < stop; time += HOUR) {
                const part = Math.min(1, (stop - time) / HOUR);
                if (!isKnown(time)) continue;
                const energy = rule(time) * part;
                const tariff = split?.(calendar.partsOf(time, zone).hour, dayOf(time));
                if (tariff !== undefined) {
                    of[tariff] ??= { values: starts.map(() => 0), costs: starts.map(() => 0) };
                    of[tariff].values[i] += energy;
                    of[tariff].costs[i] += energy * PRICES[tariff];
                }
                value += energy;
                cost += energy * (price ?? PRICES[tariff ?? ""]);
                hours += part;
            }
            const all = (stop - start) / HOUR;
            values.push(hours ? value : null);
            costs.push(hours ? cost : null);
            known.push(all > 0 ? Math.min(1, hours / all) : 0);
        });
        const sum = (list) => list.reduce((all, one) => all + (one ?? 0), 0);
        const isAny = values.some((value) => value !== null);
        return {
            unit, values, known, since: Date.parse(since), total: isAny ? sum(values) : null,
            total_known: sum(known) / known.length,
            ...(prices && unit === "kWh" && { costs, total_cost: isAny ? sum(costs) : null }),
            ...(split && Object.keys(of).length && { tariffs: Object.fromEntries(
                Object.entries(of).map(([key, one]) => [key, {
                    ...one, total: sum(one.values), total_cost: sum(one.costs),
                }])) }),
        };
    };
    const asked = [];
    const callWS = async (message) => {
        asked.push(message);
        if (lost.includes(message.type)) throw new Error("The past is not there");
        if (message.type === "sen1/sites") {
            const one = (n) => ({ id: `site${n}`, name: ["Home", "School", "Town hall"][n],
                kind, is_main: !n, subscribed_power: 12, loaded: true, floor_area: 100 + 20 * n,
                sources: { bought_power: ["sensor.bought"],
                    ...(roof && { sold_power: ["sensor.sold"] }) }, statistics: {} });
            return { sites: Array.from({ length: sites }, (_, n) => one(n)) };
        }
        const [begin, end] = [new Date(message.begin), new Date(message.end)];
        if (message.type === "recorder/list_statistic_ids") return [];
        if (message.type === "sen1/series") {
            return { series: Object.entries(others).map(([id, [name, unit, first, last]]) => ({
                id, name, unit, is_sum: true, first: Date.parse(first), last: Date.parse(last),
                known: Date.parse(last) > begin ? 1 : 0 })) };
        }
        if (message.type === "sen1/values") {
            const starts = begins(begin, end, message.step);
            const each = starts[1] - starts[0];
            const of = (tell) => Object.fromEntries(message.ids.filter((id) => id in others)
                .map((id) => [id, tell(others[id])]));
            return {
                begins: starts.map(Number), end: +end, partial: of(() => []),
                of_days: of(([, , , , isOfDays]) => isOfDays ? [[0, starts.length]] : []),
                is_amount: of(() => false), unit: of(([, unit]) => unit === "kWh" ? "kW" : unit),
                values: of(([, , first, last]) => starts.map((time) =>
                    time >= Date.parse(first) && +time + each <= Date.parse(last) ? 0.5 : null)),
            };
        }
        const starts = begins(begin, end, message.step);
        if (["sen1/cold", "sen1/corrected"].includes(message.type)) {
            const year = weather?.[message.type]?.[calendar.partsOf(begin, zone).year];
            if (!year) throw new Error("Nothing is known of the weather");
            return { begins: starts.map(Number), end: +end, ...year };
        }
        const make = (rule, more = {}) => seriesOf(starts, end, rule, more);
        const powers = starts.map((start, i) => {
            const stop = Math.min(+(starts[i + 1] ?? end), now.getTime());
            let best = null;
            for (let time = +start; time < stop; time += HOUR) {
                if (!isKnown(time) || time < Date.parse(recordedSince)) continue;
                const power = 1000 * (bought(time) + 2 + ((dayOf(time) * 5) % 7) / 2);
                if (!(power <= best?.power)) best = { power, at: time + 20 * 60_000 };
            }
            return best;
        });
        const split = TARIFFS[tariffs];
        return {
            begins: starts.map(Number), end: +end, currency: "EUR",
            quantities: Object.fromEntries(Object.entries({
                ...(grid && { bought: make(bought, { split }) }),
                ...(roof && {
                    produced: make(sun), self_consumed: make((time) => sun(time) * 0.75),
                    consumed: make((time) => bought(time) + sun(time) * 0.75),
                    sold: make((time) => sun(time) * 0.25, { price: 0.06 }),
                }),
                ...(more.includes("gas") && { gas: make((time) => bought(time) / 3) }),
                ...(more.includes("water") && {
                    water: make((time) => bought(time) / 40, { unit: "m³" }),
                }),
            })),
            peak: basis === "max"
                ? { power: powers.map((one) => one?.power ?? null),
                    at: powers.map((one) => one?.at ?? null), unit: "VA", basis }
                : { power: powers.map((one) =>
                        one && basis === "half_hour" ? one.power / 2000 : null),
                    at: powers.map((one) => one?.at ?? null), unit: "kW",
                    basis: "half_hour" },
        };
    };
    const rows = Object.entries(shows).map(([key, state], i) => [`sensor.a${i}`, key, state]);
    const WORDS = { off_peak: "Off-peak", peak: "Peak" };
    const hass = {
        callWS, connected: true, connection: { subscribeMessage: async () => () => undefined },
        user: { is_admin: true }, themes: { darkMode: home.dark ?? false },
        locale: { language, number_format: "language", time_format: "language" },
        config: { time_zone: zone, currency: "EUR" },
        devices: { d: { id: "d", primary_config_entry: `site${of}` } },
        entities: Object.fromEntries(rows.map(([id, key]) => [id, {
            entity_id: id, translation_key: key, device_id: "d", platform: "sen1" }])),
        states: Object.fromEntries(rows.map(([id, , state]) => [id, state])),
        localize: (key) => {
            const state = key.split(".").at(-1);
            const [, hours, colour] = /^(.*?)(?:_(blue|white|red))?$/.exec(state);
            return colour ? `${WORDS[hours]}, ${colour} day` : WORDS[hours];
        },
    };
    for (const name of ["ha-card", "ha-icon"]) {
        if (!customElements.get(name)) customElements.define(name, class extends HTMLElement {});
    }
    document.body.replaceChildren();
    const host = document.createElement("div");
    host.attachShadow({ mode: "open" });
    host.style.width = `${home.width ?? 1000}px`;
    document.body.append(host);
    /** Say something in the address of the page, as a link does. */
    const go = (asked) => history.replaceState(null, "", `?${new URLSearchParams(asked)}`);
    go(home.asked ?? {});
    const card = new past.default(host);
    const root = host.shadowRoot;
    /** Wait until the card says something, or has nothing more to ask. */
    const passed = () => new Promise((resolve) => setTimeout(resolve, 10));
    const settled = async () => {
        for (let calm = 0, before = ""; calm < 3; ) {
            await Promise.all(Object.values(card.fetching));
            await new Promise((done) => setTimeout(done));
            await painted();
            const state = [asked, root.innerHTML].map(({ length }) => length).join(" ");
            calm = state === before ? calm + 1 : 0;
            before = state;
        }
    };
    const flat = (text) => text.replace(/\\s+/g, " ").trim();
    const text = (selector) =>
        [...root.querySelectorAll(selector)].map((one) => flat(one.textContent));
    const press = async (name) => {
        const button = [...root.querySelectorAll("button")].find(
            (one) => (one.getAttribute("aria-label") ?? flat(one.textContent)) === name);
        button.click();
        await settled();
    };
    const table = () => [...root.querySelectorAll("table tr")].map(
        (row) => [...row.cells].map((cell) => flat(cell.innerText)));
    card.configure(home.config ?? {});
    card.connect();
    await card.take(hass);
    await settled();
"""
"""What makes the card of a made-up home; `home` says what is peculiar to it."""

PARIS = "Europe/Paris"

NOW = "2026-06-24T16:42:00Z"
"""When the page is looked at: 18:42 of a Wednesday."""


def look(modules: Modules, body: str, *, now: str = NOW, **home: Any) -> Any:
    """Show the card of a home, do something and return what the body returns."""
    code = f"{HOME}\ntry {{\n{body}\n}} finally {{ card.disconnect(); }}"
    return modules.run(code, now=now, home={"zone": PARIS, **home})
