"""The page of a screen without a login, with a server that says what a test tells it to say."""

from typing import Any

import pytest

from .challenge_home import challenge
from .conftest import Modules

NOW = "2026-11-29T12:00:00Z"
"""A Sunday of November, 13:00 in Paris."""

SCREEN: dict[str, Any] = {
    "title": "École de Kersabiec",
    "site": {
        "id": "school",
        "name": "École de Kersabiec",
        "kind": "school",
        "is_main": True,
        "loaded": True,
        "sources": {"bought_power": ["sensor.power"]},
        "statistics": {
            "produced": "sen1:school_produced",
            "consumed": "sen1:school_consumed",
        },
    },
    "time_zone": "Europe/Paris",
    "shows": ["week", "teams"],
    "seconds": 20,
    # The blank page has modules at its root.
    "modules": "",
    "states": {},
    "entities": {},
    "challenge": "c1",
}

PAGE = """
    const { Screen } = await import("/screen/page.js");
    Object.defineProperty(navigator, "language", { value: "en-GB", configurable: true });
    const MINUTE = 60_000;
    const DAY = 1440 * MINUTE;
    let now = Date.now();
    instead(Date, "now", () => now);
    const timers = new Map();
    const setting = (isAgain) => (ring, ms) => {
        const id = {};
        timers.set(id, { ring, at: now + ms, each: isAgain ? ms : undefined });
        return id;
    };
    for (const [name, isAgain] of [["setTimeout", false], ["setInterval", true]]) {
        instead(window, name, setting(isAgain));
        instead(window, name.replace("set", "clear"), (id) => timers.delete(id));
    }
    /** Wait until all is done that waits for nothing but promises. */
    const { port1, port2 } = new MessageChannel();
    const waiting = [];
    port1.onmessage = () => waiting.shift()();
    const done = () => new Promise((resolve) => {
        waiting.push(resolve);
        port2.postMessage(null);
    });
    /** Let time pass, timer by timer. */
    const pass = async (ms) => {
        const end = now + ms;
        for (;;) {
            let first;
            for (const one of timers) if (!(first?.[1].at <= one[1].at)) first = one;
            if (!first || first[1].at > end) break;
            const [id, timer] = first;
            now = timer.at;
            if (timer.each) timer.at += timer.each;
            else timers.delete(id);
            timer.ring();
            await done();
            await done();
        }
        now = end;
    };
    const HOURS = Array.from({ length: 168 }, (_, hour) => hour % 24);
    const ids = Object.values(screen.site.statistics);
    const each = (tell) => Object.fromEntries(ids.map((id) => [id, tell(id)]));
    const known = Array(14).fill(1);
    const USED = [101, 99, 70, 108, 104, 30, 30, 98, 101, 52, 99, 94, 20, 20];
    const said = {
        screen: () => screen,
        "sen1/series": () => ({ series: ids.map((id) => ({
            id, unit: "kWh", first: now - 300 * DAY, last: now, known: 1, name: id,
        })) }),
        "sen1/values": () => ({
            partial: each(() => []), of_days: each(() => []), is_amount: each(() => false),
            unit: each(() => "kW"), values: each((id) => HOURS.map((hour) =>
                id.endsWith("consumed") ? 4 : Math.max(0, 6 - Math.abs(hour - 12)))),
        }),
        "sen1/energies": () => ({ quantities: {
            consumed: { known, values: USED },
            self_consumed: { known, values: Array(14).fill(10) },
        } }),
        "sen1/challenges": () => ({ challenges: [challenge] }),
    };
    /** What the server answers instead: a status and a body, or nothing where it is not reached. */
    let answer;
    const asked = [];
    const open = { now: 0, most: 0 };
    instead(window, "fetch", async (address, { body, headers }) => {
        const message = JSON.parse(body);
        asked.push([address, { token: headers["X-Sen1-Screen"], message }]);
        open.now += 1;
        open.most = Math.max(open.most, open.now);
        try {
            await done();
            const { status, ...told } = answer?.() ??
                { status: 200, result: said[message.type]() };
            return { ok: status === 200, status, json: async () => told };
        } finally {
            open.now -= 1;
        }
    });
    for (const tag of ["ha-card", "ha-icon"]) {
        if (!customElements.get(tag)) customElements.define(tag, class extends HTMLElement {});
    }
    const reloads = [];
    const root = document.createElement("div");
    root.style.width = "1920px";
    document.body.replaceChildren(root);
    const sheets = [...document.adoptedStyleSheets];
    const page = new Screen(root, "TOKEN", () => reloads.push(now));
    const settled = async () => { for (let i = 0; i < 12; i += 1) await painted(); };
    const plain = (one) => one.textContent.replace(/\\s+/g, " ").trim();
    const inside = (selector) => [...root.querySelectorAll(".slide > div")]
        .flatMap(({ shadowRoot }) => [...shadowRoot.querySelectorAll(selector)].map(plain));
    const foot = () => [...root.querySelectorAll("footer span")].map(plain);
    const types = () => asked.map(([, { message }]) => message.type);
    const begun = async () => { await page.poll(); await settled(); };
"""


def play(modules: Modules, code: str, /, *, now: str = NOW, **said: Any) -> Any:
    """Return what a body returns on the page of a screen."""
    return modules.run(
        f"""{PAGE}
        try {{ {code} }} finally {{ page.clear(); document.adoptedStyleSheets = sheets; }}
        """,
        now=now,
        screen=SCREEN | said,
        challenge=challenge(),
    )


def test_slides_are_shown_one_after_the_other_and_the_token_is_in_no_address(
    modules: Modules,
) -> None:
    found = play(
        modules,
        """
        await begun();
        const seen = [];
        for (let i = 0; i < 3; i += 1) {
            seen.push([inside("h1"), root.querySelectorAll(".slide").length,
                [...root.querySelectorAll("li")].map(({ className }) => className)]);
            await pass(20_000);
            await settled();
        }
        const [addresses, tokens] = [asked.map(([one]) => one), asked.map(([, one]) => one.token)];
        return [seen, foot(), document.title, [...new Set(addresses)], [...new Set(tokens)],
            asked.find(([, { message }]) => message.step)[1].message.step, open.most];
        """,
    )
    seen, foot, title, addresses, tokens, step, most = found
    week, teams = ["This week at school"], ["Grand défi des économies"]
    assert seen == [
        [week, 1, ["on", ""]],
        [teams, 1, ["", "on"]],
        [week, 1, ["on", ""]],
    ]
    assert (foot, title) == ([SCREEN["title"]], SCREEN["title"])
    assert (addresses, tokens) == (["/api/sen1/screen"], ["TOKEN"])
    assert (step, most) == ("hour", 1)


@pytest.mark.parametrize(
    ("name", "selector", "text"),
    [
        ("week", ".huge", ["38 kWh saved"]),
        ("sun", ".share .huge", ["33%"]),
        ("hours", ".main .huge", []),
        ("kwh", ".verdict strong", ["on average 1 kWh every 15 minutes, day and night."]),
        ("teams", ".hall .name", ["Les Cormorans", "Les Ajoncs"]),
        ("figures", "h2", ["This month", "This year"]),
        ("now", ".figure", ["3,900 W"]),
    ],
)
def test_each_slide_shows_what_the_screen_is_given(
    modules: Modules, name: str, selector: str, text: list[str]
) -> None:
    row = {"platform": "sen1", "device_id": "d"}
    found = play(
        modules,
        f"""await begun();
        return [inside("{selector}"), inside(".alert"), types().filter((one) => one !== "screen")];
        """,
        shows=[name],
        entities={
            "sensor.power": row | {"entity_id": "sensor.power", "translation_key": "consumption"},
            "sensor.month": row | {"entity_id": "sensor.month", "translation_key": "bought_month"},
        },
        states={
            "sensor.power": {
                "state": "3900",
                "attributes": {"unit_of_measurement": "W"},
                "last_updated": NOW,
            },
            "sensor.month": {"state": "2188.3", "attributes": {}},
        },
    )
    shown, alerts, types = found
    assert shown[: len(text)] == text
    assert alerts == []
    assert types == {"figures": ["sen1/energies"], "now": []}.get(name, types)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("off", "This screen was switched off."),
        ("outside", "This screen opens from its own network alone."),
        ("untrusted_proxy", "Home Assistant cannot tell from where this screen is opened."),
    ],
)
def test_a_refused_screen_keeps_nothing_and_shows_again_once_it_may(
    modules: Modules, code: str, words: str
) -> None:
    found = play(
        modules,
        """
        await begun();
        const card = new WeakRef(page.slides[0].cards[0]);
        answer = () => ({ status: 403, error: { code } });
        await pass(MINUTE);
        const during = [plain(root).slice(0, words.length), root.children.length,
            page.stage.children.length, document.title, page.slides.length,
            [page.answer, page.hass, page.slide].every((one) => one === undefined), timers.size];
        answer = undefined;
        await pass(5 * MINUTE);
        await settled();
        return [during, inside("h1")];
        """.replace("code }", f'code: "{code}" }}').replace("words.length", str(len(words))),
    )
    # All that is left is the next question.
    assert found == [[words, 1, 0, "", 0, True, 1], ["This week at school"]]


def test_a_card_that_is_refused_switches_the_screen_off_at_once(modules: Modules) -> None:
    found = play(
        modules,
        """
        await begun();
        answer = () => ({ status: 403, error: { code: "off" } });
        await pass(20_000);
        return [plain(root), timers.size];
        """,
    )
    assert found == ["This screen was switched off.", 1]


def test_a_cut_leaves_the_last_picture_with_its_time_then_the_name_alone(modules: Modules) -> None:
    found = play(
        modules,
        """
        await begun();
        answer = () => { throw new TypeError("not reached"); };
        await pass(MINUTE);
        await settled();
        const seen = [[inside("h1"), foot()]];
        const before = asked.length;
        await pass(60 * MINUTE);
        seen.push(types().slice(before).length, inside(".error"));
        await pass(2 * DAY);
        seen.push(plain(root));
        answer = undefined;
        await pass(5 * MINUTE);
        await settled();
        return [...seen, inside("h1").length, foot()];
        """,
        shows=["week"],
        seconds=600,
    )
    cut, questions, errors, late, back, foot = found
    assert cut[0] == ["This week at school"]
    assert cut[1] == [SCREEN["title"], "known until Sunday 29 November at 13:00"]
    # After 2, 4 and then each 5 minutes.
    assert questions == 12
    assert errors == []
    assert late == SCREEN["title"]
    assert (back, foot) == (1, [SCREEN["title"]])


@pytest.mark.parametrize("status", [429, 500])
def test_a_page_that_was_never_answered_says_so_and_tries_again(
    modules: Modules, status: int
) -> None:
    found = play(
        modules,
        f"""
        answer = () => ({{ status: {status} }});
        await begun();
        const before = plain(root);
        answer = undefined;
        await pass(2 * MINUTE);
        await settled();
        return [before, inside("h1")];
        """,
    )
    assert found == [
        "Home Assistant does not answerIt tries again by itself.",
        ["This week at school"],
    ]


def test_after_an_update_the_page_is_loaded_again_but_never_before_it_showed_something(
    modules: Modules,
) -> None:
    found = play(
        modules,
        """
        await begun();
        const first = [reloads.length, inside("h1").length];
        await pass(MINUTE);
        return [first, reloads.length];
        """,
        modules="other",
    )
    assert found == [[0, 1], 1]


def test_what_is_chosen_anew_is_shown_without_loading_the_page(modules: Modules) -> None:
    found = play(
        modules,
        """
        await begun();
        const card = page.slides[0].cards[0];
        await pass(MINUTE);
        const isSame = page.slides[0].cards[0] === card;
        said.screen = () => ({ ...screen, shows: ["kwh"], title: "Hall" });
        await pass(MINUTE);
        await settled();
        return [isSame, inside("h1"), foot(), root.querySelectorAll("li").length];
        """,
    )
    assert found == [True, ["What does 1 kWh do?"], ["Hall"], 0]


def test_a_week_of_questions_and_slides_leaves_no_more_than_a_day_of_them(modules: Modules) -> None:
    modules.measure()
    days = play(
        modules,
        """
        await begun();
        for (let turn = 0; turn < screen.shows.length; turn += 1) {
            await pass(MINUTE);
            await settled();
        }
        // All sizes are known: what nobody sees needs not be laid out 10,000 times.
        root.style.display = "none";
        const days = [];
        let turns = 0;
        for (let day = 1; day <= 7; day += 1) {
            turns += asked.length;
            asked.length = 0;
            await pass(DAY);
            await settled();
            const { Nodes, JSEventListeners, JSHeapUsedSize } = await measured();
            days.push([Nodes, JSEventListeners, JSHeapUsedSize, timers.size,
                asked.filter(([, { message }]) => message.type === "screen").length]);
        }
        return days;
        """,
        shows=["week", "kwh", "teams"],
        seconds=60,
    )
    second, last = days[1], days[-1]
    assert sum(one[-1] for one in days) == pytest.approx(10_080, abs=1)
    nodes, listeners, heap, timers, _ = zip(second, last, strict=True)
    assert nodes[1] <= nodes[0] * 1.05
    assert listeners[1] <= listeners[0] * 1.05
    assert heap[1] <= heap[0] * 1.05
    assert timers[1] == timers[0]
