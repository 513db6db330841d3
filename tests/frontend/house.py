"""A Home Assistant of a page: three sites, a friend and imported series, of known values."""

from typing import Any

from .conftest import Modules

NOW = "2026-06-24T16:42:00Z"
"""A Wednesday of June, 18:42 in Paris."""

HOUSE = """
    const HOUR = 3_600_000;
    const at = (text) => Date.parse(text);
    const asked = [];
    const past = at("2024-01-01T00:00:00Z");
    const now = Math.floor(Date.now() / HOUR) * HOUR;
    const sun = (hour) => Math.max(0, Math.sin(Math.PI * (hour - 4) / 14));
    const lessons = (hour) => 1 + (hour > 5 && hour < 16 ? 10 - (hour - 10) ** 2 / 4 : 0);
    /**
     * What each was in an hour of Greenwich, between which times it is known, and of which steps a
     * part is, or whether its values are of days.
     */
    const all = {
        "sen1:school_produced": ["kWh", (h) => 20 * sun(h), past, now],
        "sen1:school_consumed": ["kWh", lessons, past, now],
        "sen1:house_bought": ["kWh", (h) => h === 18 ? 3 : 0.5, past, now],
        "sen1:house_water": ["L", (h) => h === 6 ? 120 : h === 18 ? 60 : 0, past, now],
        "sen1:gite_bought": ["kWh", () => 1, at("2023-07-01T00:00Z"), at("2026-06-07T00:00Z")],
        "sensor.friend_power": ["W", (h) => h + 1, past, now],
        "sensor.friend_subscribed_power": ["kVA", () => 9, past, now],
        "sensor.living_room": ["°C", (h) => 18 + sun(h) * 5, past, now],
        "sen1:old_file": ["kWh", () => 1, at("2023-02-03T00:00Z"), at("2024-05-10T00:00Z")],
        ...more(),
    };
    const shownAs = { kWh: "kW", W: "kW", kVA: "kW" };
    const lengths = { five_minutes: HOUR / 12, half_hour: HOUR / 2, hour: HOUR };
    const answers = {
        "sen1/sites": () => {
            if (!areTold) throw new Error("unknown command");
            return { sites };
        },
        "sen1/series": ({ begin, end, ids }) => {
            const [from, to] = [at(begin), Math.min(at(end), now)];
            const part = ([, , first, last]) =>
                Math.max(0, Math.min(to, last) - Math.max(from, first)) / (to - from);
            const isOffered = (id) => /^(sen1:|sensor.friend)/.test(id);
            return {
                series: Object.entries(all)
                    .filter(([id]) => isOffered(id) || ids.includes(id))
                    .map(([id, one]) => ({
                        id, unit: one[0], first: one[2], last: one[3], known: part(one),
                        name: id.split(/[:.]/)[1], is_sum: one[0] === "kWh",
                    })),
            };
        },
        "sen1/values": ({ ids, begin, end, step }) => {
            const length = lengths[step];
            const begins = [];
            for (let time = at(begin); time < at(end); time += length) begins.push(time);
            const known = ids.filter((id) => id in all);
            const of = (tell) => Object.fromEntries(known.map((id) => [id, tell(all[id])]));
            return {
                begins, end: at(end),
                partial: of(([, , , , said]) => Object.entries(said?.partial ?? {})
                    .map(([time, part]) => [begins.indexOf(at(time)), part])
                    .filter(([i]) => i >= 0)),
                of_days: of(([, , , , said]) => said?.isOfDays ? [[0, begins.length]] : []),
                is_amount: of(([unit]) => unit === "L" || unit === "°C·d"),
                unit: Object.fromEntries(
                    known.map((id) => [id, shownAs[all[id][0]] ?? all[id][0]])),
                values: Object.fromEntries(known.map((id) => {
                    const [unit, of, first, last] = all[id];
                    const factor = unit === "W" ? 1e-3 : unit === "L" ? length / HOUR : 1;
                    return [id, begins.map((time) => time >= first && time < last
                        ? of(Math.floor(time / HOUR) % 24) * factor : null)];
                })),
            };
        },
        "frontend/get_user_data": () => ({ value: kept.value }),
        "frontend/set_user_data": ({ value }) => { kept.value = value; },
        "recorder/list_statistic_ids": () => [
            { statistic_id: "sensor.living_room", unit_class: "temperature", name: null },
            { statistic_id: "sensor.counted", unit_class: null, name: "Counted" },
        ],
    };
    const kept = { value: memory };
    const friend = "Foyer Écume";
    const of = (id, key, said) => ({
        row: { entity_id: id, platform: "sen1", device_id: "friend", translation_key: key },
        state: { state: "1", attributes: said },
    });
    const entities = [
        of("sensor.friend_status", "series_status", {}),
        of("sensor.friend_power", undefined, {
            friendly_name: `${friend} Puissance`, device_class: "power", state_class: "measurement",
            direction: "consumption",
        }),
        of("sensor.friend_subscribed_power", undefined, {
            friendly_name: `${friend} Puissance souscrite`, device_class: "apparent_power",
            state_class: "measurement", direction: "production",
        }),
        of("sensor.friend_sheet", "site_sheet", { kind: "home", floor_area: 100, people: 4 }),
    ];
    const hass = {
        connected: true,
        config: { time_zone: "Europe/Paris", currency: "EUR" },
        locale: { language, number_format: "language", time_format: "language" },
        user: { is_admin: isAdmin },
        connection: {
            subscribeMessage: async () => () => undefined,
            subscribeEvents: async () => () => undefined,
        },
        devices: { friend: { id: "friend", name: friend } },
        entities: Object.fromEntries(entities.map(({ row }) => [row.entity_id, row])),
        states: {
            ...Object.fromEntries(entities.map(({ row, state }) => [row.entity_id, state])),
            "sensor.living_room": { state: "20", attributes: { friendly_name: "Séjour" } },
        },
        callWS: async (message) => {
            asked.push(message);
            return answers[message.type](message);
        },
    };
    /** Add an entity of ours to the registry, which is another then. */
    const own = (row) => {
        hass.entities = { ...hass.entities, [row.entity_id]: { platform: "sen1", ...row } };
    };
    /** Let what was asked be answered, and what was measured be drawn. */
    const settled = async () => {
        for (let i = 0; i < 8; i += 1) await painted();
    };
    document.body.replaceChildren();
    document.body.style.cssText = `margin: 0; font-family: sans-serif; width: ${width}px`;
    const host = document.createElement("div");
    host.attachShadow({ mode: "open" });
    document.body.append(host);
    const { default: Card } = await import(`/cards/${name}.js`);
    history.replaceState(null, "", `?${new URLSearchParams(said)}`);
    const card = new Card(host);
    card.configure(config);
    await card.take(hass);
    card.connect();
    await settled();
    const find = (selector) => card.root.querySelector(selector);
    const all_ = (selector) => [...card.root.querySelectorAll(selector)];
    const texts = (selector) => all_(selector)
        .map((one) => one.textContent.replace(/\\s+/g, " ").trim());
    const button = (label) => all_("button").find((one) =>
        (one.getAttribute("aria-label") ?? one.textContent).trim().startsWith(label));
    const press = async (label) => { button(label).click(); await settled(); };
    const shown = () => card.frame.textContent.replace(/\\s+/g, " ");
"""

SITES: list[dict[str, Any]] = [
    {
        "id": "school",
        "name": "École de Kersabiec",
        "kind": "school",
        "is_main": True,
        "heating": "gas",
        "floor_area": 1240,
        "people": 160,
        "statistics": {
            "produced": "sen1:school_produced",
            "consumed": "sen1:school_consumed",
        },
    },
    {
        "id": "house",
        "name": "Maison",
        "kind": "home",
        "is_main": False,
        "heating": "electric",
        "floor_area": 146,
        "people": 4,
        "statistics": {"water": "sen1:house_water", "bought": "sen1:house_bought"},
    },
    {
        "id": "gite",
        "name": "Gîte",
        "kind": "home",
        "is_main": False,
        "statistics": {"bought": "sen1:gite_bought"},
    },
]


class House:
    """A card of a page, with a Home Assistant that answers."""

    def __init__(self, modules: Modules, name: str) -> None:
        self._modules, self._name = modules, name

    def play(
        self,
        code: str,
        *,
        config: dict[str, Any] | None = None,
        memory: dict[str, Any] | None = None,
        asked: dict[str, str] | None = None,
        more: str = "{}",
        sites: list[dict[str, Any]] | None = None,
        are_sites_told: bool = True,
        language: str = "en",
        is_admin: bool = True,
        width: int = 1100,
        now: str = NOW,
    ) -> Any:
        """Return what a function's body returns once the card is drawn.

        `more` are more series, `asked` is what the address says.
        """
        end = "card.disconnect(); host.remove();"
        return self._modules.run(
            f"const more = () => ({more}); {HOUSE} try {{ {code} }} finally {{ {end} }}",
            now=now,
            name=self._name,
            config=config or {},
            memory=memory,
            said=asked or {},
            sites=SITES if sites is None else sites,
            areTold=are_sites_told,
            language=language,
            isAdmin=is_admin,
            width=width,
        )
