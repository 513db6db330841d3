"""Share my home: one form with pictures of one's own days, where nothing is ticked beforehand."""

from typing import Any

import pytest

from .conftest import Modules
from .share_home import (
    AREA,
    ATTIC,
    HOME,
    LIVE,
    choices,
    friend,
    in_steps,
    recorded,
    unrecorded,
    what,
    wish,
)
from .sharing_home import account, grant, known, play, series, trusted
from .town import Town

DUNE = friend("Dune")
FERN = friend("Fern", "seen")
SHARED = account(series("Use", "P1D", grant("Dune")))
LANGUAGES = pytest.mark.parametrize("language", ["en-GB", "fr"])

FORM = """
    const drawn = async () => { while (!dialog()?.querySelector("svg")) await painted(); };
    const boxes = () => [...dialog().querySelectorAll(".detail input")];
    const blocks = () => [...dialog().querySelectorAll(".detail")];
    const send = () => dialog().querySelector("footer button.strong");
    const does = () => plain(dialog().querySelector("#share-does"));
    const tick = async (number) => { boxes()[number].click(); await settled(); };
    const field = (number) => dialog().querySelectorAll(".field select, .field input")[number];
    const set = async (number, value) => {
        field(number).value = value;
        field(number).dispatchEvent(new Event("change", {bubbles: true}));
        await settled();
    };
    const shares = () => calls.filter(({ type }) => type === "sen1/share");
"""

OPEN = f"""{FORM}
    await press(language === "fr" ? "Partager mon logement" : "Share my home");
    while (!dialog()) await painted();
    await settled();
"""


def form(
    modules: Modules, code: str, *, of: dict[str, Any] | None = None, past: Any = None, **more: Any
) -> Any:
    """Return what a body returns once the form is open."""
    town = Town(1)
    for entity_id, name, unit, state in (
        ("sensor.linky", "Linky", "kWh", "1"),
        (LIVE, "Power", "W", "640"),
        ("sensor.per_area", "By area", "kWh/m²", "98"),
    ):
        attributes = {"friendly_name": name, "unit_of_measurement": unit}
        town.states[entity_id] = {"entity_id": entity_id, "state": state, "attributes": attributes}
    unknown = {"sen1/values": in_steps(LIVE, [])}
    answers = unknown | {"sen1/share_choices": of or choices(DUNE)} | (past or recorded())
    answers |= more.pop("answers", {})
    shared = {"accounts": [SHARED]}
    answers = {"sen1/share": shared} | answers
    given: dict[str, Any] = {"sharing": account(), "town": town, "answers": answers} | more
    opening = given.pop("opening", OPEN)
    return play(modules, f"{opening}{code}", **given)


@LANGUAGES
def test_nothing_is_ticked_when_the_form_opens_and_the_button_says_what_lacks(
    modules: Modules, language: str
) -> None:
    ticked, disabled, why, described = form(
        modules,
        """await drawn();
        return [boxes().filter(({ checked }) => checked).length, send().disabled, does(),
            send().getAttribute("aria-describedby")];""",
        language=language,
    )
    assert (ticked, disabled, described) == (0, True, "share-does")
    assert (
        why
        == {
            "en-GB": "Choose a detail: nothing is shared before.",
            "fr": "Choisissez un détail : rien n\u2019est partagé avant.",
        }[language]
    )


def test_the_coarsest_that_serves_the_purpose_is_marked_and_not_ticked(modules: Modules) -> None:
    tags, workshop, ticked = form(
        modules,
        """const tags = () => blocks().map((one) => plain(one.querySelector(".tag")));
        const first = tags();
        await set(3, "workshop");
        return [first, tags(), boxes().filter(({ checked }) => checked).length];""",
    )
    assert tags == [
        "enough to compare among friends",
        "to compare two curves",
        "for a workshop, for a day",
    ]
    assert workshop == [
        "to follow from day to day",
        "to compare two curves",
        "enough for a workshop",
    ]
    assert ticked == 0


def test_the_pictures_are_of_the_homes_own_last_days(modules: Modules) -> None:
    days, hours, live = form(
        modules,
        """await drawn();
        return [...dialog().querySelectorAll(".detail svg")].map((one) =>
            [one.getAttribute("aria-label").replace(/\\s/g, " "),
                [...one.querySelectorAll("rect")].map((bar) => Number(bar.getAttribute("height"))),
                one.querySelectorAll("path").length]);""",
    )

    def beside(heights: list[float]) -> list[float]:
        """Return how high each bar is beside the highest."""
        return [height / max(heights) for height in heights]

    assert days[0] == "By day: 19 Nov \u2013 25 Nov, one figure a day, kWh"
    used = [21.3, 22.8, 27.9, 28.6, 23.1, 22.9, 17.0]
    assert beside(days[1]) == pytest.approx(beside(used), abs=0.01)
    assert days[2] == 0
    assert hours[0] == "By hour: yesterday, 24 figures, 17.0 kWh in all"
    assert len(hours[1]) == 24
    assert {n for n, part in enumerate(beside(hours[1])) if part > 0.99} == {2, 18}
    assert hours[2] == 0
    assert live == ["Live: yesterday, a figure every 5 s at most, in W, max. 3,060 W", [], 1]


def test_pictures_are_asked_of_this_house_alone_and_of_days_that_are_over(
    modules: Modules,
) -> None:
    asked = form(
        modules,
        """await drawn();
        return calls.filter(({ type }) => /^(recorder|history|sen1.values)/.test(type))
            .map(({ type, start_time, end_time, begin = start_time, end = end_time }) =>
                [type, begin, end]);""",
    )
    spans = {tuple(span) for _, *span in asked if span[0]}
    assert spans == {
        ("2026-11-18T23:00:00.000Z", "2026-11-25T23:00:00.000Z"),
        ("2026-11-24T23:00:00.000Z", "2026-11-25T23:00:00.000Z"),
    }


def test_a_home_without_a_past_says_so_in_the_place_of_each_picture(modules: Modules) -> None:
    said = form(
        modules,
        """await drawn();
        return [...dialog().querySelectorAll(".no-past")].map(plain);""",
        past=unrecorded(),
    )
    assert [one.removeprefix(" ") for one in said] == [
        "No whole day is known yet: the picture comes tomorrow.",
        "No hour of yesterday is known yet: the picture comes tomorrow.",
        "Nothing of yesterday is known yet: the picture comes tomorrow.",
    ]


def test_without_its_states_the_curve_is_made_of_five_minutes(modules: Modules) -> None:
    past = recorded() | {
        "history/history_during_period": {},
        "sen1/values/five_minutes": in_steps(LIVE, [n / 100 for n in range(288)]),
    }
    past["recorder/get_statistics_metadata"] = [
        {"statistic_id": LIVE, "has_sum": False, "display_unit_of_measurement": "W"}
    ]
    most = form(
        modules,
        """await drawn();
        return blocks()[2].querySelector("svg").getAttribute("aria-label").replace(/\\s/g, " ");""",
        past=past,
    )
    assert most.endswith("max. 2,870 W")


def test_a_house_without_a_history_still_shows_its_curve(modules: Modules) -> None:
    drawn = form(
        modules,
        """return blocks().map((one) => !one.querySelector(".no-past"));""",
        opening=f"""{FORM}
            const asked = house.callWS;
            house.callWS = async (message) => {{
                if (message.type.startsWith("history")) throw new Error();
                return asked(message);
            }};
            await press("Share my home");
            await drawn();""",
    )
    assert drawn == [True, True, False]


def test_what_has_no_index_is_shown_as_its_means(modules: Modules) -> None:
    past = recorded() | {
        "sen1/values/hour": in_steps("sensor.attic", [*[None] * 144, *range(-4, 20)]),
        "recorder/get_statistics_metadata": [
            {"statistic_id": "sensor.attic", "has_sum": False, "display_unit_of_measurement": "°C"}
        ],
    }
    caption, unit, bars, lines = form(
        modules,
        """await drawn();
        const all = (shape) => [...blocks()[1].querySelectorAll(shape)];
        return [plain(blocks()[1].querySelector(".under")), plain(all("svg text")[0]),
            all("svg rect[fill^=var]").length, all("svg path").length];""",
        past=past,
        of=choices(DUNE, of=(ATTIC,)),
    )
    assert caption == "yesterday, 24 figures, °C"
    assert (unit, bars, lines) == ("°C", 0, 1)


@LANGUAGES
def test_the_foot_repeats_what_the_button_will_do(modules: Modules, language: str) -> None:
    one, both = form(
        modules,
        "await tick(0); const one = does(); await tick(2); return [one, does()];",
        language=language,
    )
    if language == "fr":
        assert one == (
            "1 partage : consommation par jour, à Dune, jusqu\u2019au 26 novembre 2027."
            " Retrait à tout moment, en un clic."
        )
        assert both.startswith("2 partages : consommation par jour et en direct, à Dune")
    else:
        assert one == (
            "1 share: consumption by day, to Dune, until 26 November 2027."
            " Taken back at any time, in one click."
        )
        assert both.startswith("2 shares: consumption by day and live, to Dune")


def test_what_is_ticked_is_shared_and_the_page_shows_it(modules: Modules) -> None:
    shared, is_open, page = form(
        modules,
        """await tick(0); await tick(1); send().click(); await settled();
        return [shares(), Boolean(dialog()), page()];""",
    )
    common = {
        "type": "sen1/share",
        "entry_id": "a",
        "friend_id": "dune",
        "what": "consumption",
        "until": "2027-11-26",
        "purpose": "display",
        "retention_days": 396,
        "is_of_age": False,
        "language": "en-GB",
    }
    assert shared == [common | {"granularity": "P1D"}, common | {"granularity": "PT1H"}]
    assert not is_open
    assert "1 share to 1 receiver" in page


def test_a_refusal_is_said_and_what_was_chosen_stays(modules: Modules) -> None:
    alert, chosen, enabled = form(
        modules,
        """await tick(1); await set(4, "31");
        house.callWS = async () => { throw { code: "not_to_forward" }; };
        send().click(); await settled();
        return [plain(dialog().querySelector(".alert.error")),
            [boxes()[1].checked, field(4).value], !send().disabled];""",
    )
    assert alert == "This is lent to you by a friend, and not to be passed on."
    assert chosen == [True, "31"]
    assert enabled


def test_live_is_shared_only_when_ticked_and_has_its_warning(modules: Modules) -> None:
    warned, hours, without = form(
        modules,
        """const warned = plain(blocks()[2].querySelector(".tells.warned"));
        const hours = plain(blocks()[1].querySelector(".tells"));
        await tick(0); send().click(); await settled();
        return [warned, hours, shares().map(({ granularity }) => granularity)];""",
    )
    # The words are those that the grant names: the page has them of the integration.
    assert warned.endswith("share_tells.options.live")
    assert hours.endswith("share_tells.options.pt1h")
    assert without == ["P1D"]


def test_what_cannot_be_told_live_is_not_offered_so(modules: Modules) -> None:
    of = choices(DUNE, of=(HOME | {"live": False, "live_entity_id": None},))
    assert form(modules, "return blocks().length;", of=of) == 2


@LANGUAGES
@pytest.mark.parametrize("is_later", [True, False])
def test_what_comes_once_a_day_says_so(modules: Modules, language: str, is_later: bool) -> None:
    of = choices(DUNE, of=(HOME | {"live": False, "live_entity_id": None, "is_later": is_later},))
    said = form(modules, "return plain(dialog());", of=of, language=language)
    once = {"en-GB": "mostly once a day", "fr": "le plus souvent une fois par jour"}[language]
    assert (once in said) == is_later


def test_a_year_has_one_detail_and_one_figure(modules: Modules) -> None:
    block, does, sent = form(
        modules,
        """const block = plain(blocks()[0]); await tick(0); const said = does();
        send().click(); await settled();
        return [block, said, [blocks.length, shares()[0].granularity]];""",
        of=choices(DUNE, of=(AREA,)),
    )
    assert block.startswith("By year")
    assert "98 kWh/m²" in block
    assert "consumption per square metre by year" in does
    assert sent[1] == "P1D"


def test_a_change_of_what_is_shared_unticks_and_draws_anew(modules: Modules) -> None:
    ticked, name = form(
        modules,
        """await tick(0); await set(1, "sensor.attic");
        return [boxes().filter(({ checked }) => checked).length, does()];""",
    )
    assert ticked == 0
    assert name == "Choose a detail: nothing is shared before."


def test_of_several_friends_one_must_be_chosen(modules: Modules) -> None:
    first, then, to = form(
        modules,
        """await tick(0); const first = [does(), send().disabled];
        await set(0, "a fern");
        const then = [send().disabled, plain(dialog().querySelector(".field .under"))];
        send().click(); await settled();
        return [first, then, shares()[0].friend_id];""",
        of=choices(DUNE, FERN),
    )
    assert first == ["Choose with whom.", True]
    assert then == [False, "key seen, not verified · or somebody I invite now"]
    assert to == "fern"


@pytest.mark.parametrize(
    ("until", "why"),
    [
        pytest.param("2026-11-25", "This day is past: choose another.", id="past"),
        pytest.param("2029-11-27", "Three years at most: choose an earlier day.", id="far"),
        pytest.param("", "Choose until when.", id="none"),
    ],
)
def test_an_end_that_cannot_be_keeps_the_button_shut(
    modules: Modules, until: str, why: str
) -> None:
    said = form(
        modules,
        f"""await tick(0); await set(2, "{until}"); return [does(), send().disabled];""",
    )
    assert said == [why, True]


def test_a_workshop_asks_whether_one_may_decide_it(modules: Modules) -> None:
    before, after, sent = form(
        modules,
        """await tick(2); await set(3, "workshop");
        const before = does();
        dialog().querySelector(".age input").click(); await settled();
        const after = send().disabled;
        send().click(); await settled();
        return [before, after, shares()[0].is_of_age];""",
    )
    assert before == "Say that you may decide it."
    assert (after, sent) == (False, True)


@LANGUAGES
def test_without_a_friend_the_form_leads_to_the_invitation(modules: Modules, language: str) -> None:
    said, link = form(
        modules,
        """const link = dialog().querySelector("a.strong");
        return [plain(dialog()), link.getAttribute("href")];""",
        of=choices(),
        language=language,
    )
    assert {"en-GB": "You have no friend here yet", "fr": "Vous n\u2019avez pas encore"}[
        language
    ] in said
    assert link.endswith("/invite")


def test_without_anything_measured_the_form_says_so(modules: Modules) -> None:
    said = form(modules, "return plain(dialog());", of=choices(DUNE, of=()))
    assert "There is nothing to share yet" in said


def test_what_the_operators_of_the_servers_can_read_is_said(modules: Modules) -> None:
    said = form(modules, 'return plain(dialog().querySelector(".read-by"));')
    assert said.startswith("Those who run the two servers can read these values.")


@pytest.mark.parametrize(
    ("search", "chosen"),
    [
        pytest.param("?share", "", id="nobody yet"),
        pytest.param("?share=fern&edit=1", "a fern", id="a friend"),
    ],
)
def test_an_address_opens_the_form_once(modules: Modules, search: str, chosen: str) -> None:
    opening = f"""{FORM}
        const before = location.href;
        try {{
        history.replaceState(null, "", "{search}");
        dispatchEvent(new CustomEvent("location-changed"));
        while (!dialog()?.querySelector(".field")) await painted();
        const result = [field(0).value, location.search];
        dialog().close(); await settled();
        dispatchEvent(new CustomEvent("location-changed")); await settled();
        return [...result, Boolean(dialog())];
        }} finally {{ history.replaceState(null, "", before); }}"""
    value, rest, is_open = form(modules, "", of=choices(DUNE, FERN), opening=opening)
    assert value == chosen
    assert rest == ("?edit=1" if "edit" in search else "")
    assert not is_open


WISHED = choices(DUNE, FERN, of=(ATTIC, HOME), asked=[wish("Fern", granularity="PT1H")])


def test_a_wish_is_shown_and_opens_the_form_for_it(modules: Modules) -> None:
    opening = f"""{FORM}
        while (!button("Share: Fern")) await painted();
        const row = plain(card.root.querySelector(".wishes li"));
        await press("Share: Fern, consumption");
        while (!dialog()?.querySelector(".field")) await painted();
        await settled();"""
    row, fields, ticked, said = form(
        modules,
        """return [row, [field(0).value, field(1).value],
            boxes().filter(({ checked }) => checked).length, plain(dialog())];""",
        of=WISHED,
        opening=opening,
    )
    assert row.startswith("Fern would like your consumption by hour")
    assert fields == ["a fern", "consumption"]
    assert ticked == 0
    assert "Fern would like your consumption by hour" in said


def test_an_address_that_names_a_friend_opens_the_form_for_what_the_friend_would_like(
    modules: Modules,
) -> None:
    fields, said = form(
        modules,
        "return [[field(0).value, field(1).value], plain(dialog())];",
        of=WISHED,
        opening=f"""{FORM}
            const before = location.href;
            history.replaceState(null, "", "?share=fern");
            try {{ dispatchEvent(new CustomEvent("location-changed")); }}
            finally {{ history.replaceState(null, "", before); }}
            while (!dialog()?.querySelector(".field")) await painted();""",
    )
    assert fields == ["a fern", "consumption"]
    assert "Fern would like your consumption by hour" in said


def test_not_now_lets_a_wish_go(modules: Modules) -> None:
    refused, left = form(
        modules,
        """return [calls.find(({ type }) => type === "sen1/refuse_wish"),
            card.root.querySelectorAll(".wishes li").length];""",
        of=WISHED,
        opening=f"""{FORM}
            while (!button("Not now: Fern")) await painted();
            said["sen1/refuse_wish"] = null;
            said["sen1/share_choices"] = {{ accounts: [] }};
            await press("Not now: Fern, consumption");""",
    )
    assert refused == {
        "type": "sen1/refuse_wish",
        "entry_id": "a",
        "friend_id": "fern",
        "what": "consumption",
    }
    assert left == 0


def test_a_site_that_is_not_the_main_one_is_told_by_its_own_id(modules: Modules) -> None:
    school = what("consumption:b", "Consumption of the home, School")
    does, sent, tells = form(
        modules,
        """const tells = plain(blocks()[0].querySelector(".tells"));
        await tick(0); const said = does(); send().click(); await settled();
        return [said, shares()[0].what, tells];""",
        of=choices(DUNE, of=(school,)),
    )
    assert does.startswith("1 share: consumption by day")
    assert sent == "consumption:b"
    assert tells.endswith("share_tells.options.p1d")


def test_a_form_that_could_not_be_read_says_so(modules: Modules) -> None:
    said = form(
        modules,
        "return plain(dialog().querySelector('.alert'));",
        opening=f"""{FORM}
            const whole = house.callWS;
            house.callWS = async (message) => {{
                if (message.type === "sen1/share_choices") throw new Error();
                return whole(message);
            }};
            await press("Share my home");
            while (!dialog()?.querySelector(".alert")) await painted();""",
        trust=trusted(known("Dune")),
    )
    assert said == "What can be shared could not be read"


def test_the_last_day_is_that_of_the_home_however_far_it_is_ahead_of_greenwich(
    modules: Modules,
) -> None:
    said = form(
        modules,
        """
        const { config } = card.hass;
        card.hass = { ...card.hass, config: { ...config, time_zone: "Pacific/Kiritimati" } };
        await tick(0); await set(2, "2027-11-26"); return does();
        """,
    )
    assert "until 26 November 2027" in said
