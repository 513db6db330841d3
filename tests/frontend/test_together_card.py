"""What one does with others: friends, the ranking, what one is in; the page of a friend."""

from typing import Any

import pytest

from .conftest import Modules
from .sharing_home import NEW, SIX, THEIRS, account, changed, grant, known, play, series, trusted
from .test_sharing_trust import ISSUE, STEP
from .town import Town, step

MANY = ("Ajonc", "Cormoran", "Dune", "Embrun", "Fern", "Gorse", "Hermine", "Ivy", "Lande", "Sterne")
LINES = 'all(".friends > li").map(plain)'


def town(*friends: str) -> Town:
    """Return a home that receives a series of each of some friends."""
    made = Town(1)
    for name in friends:
        device = f"device_{name.lower()}"
        made.devices[device] = {
            "id": device,
            "name": name,
            "identifiers": [["sen1", name.lower()]],
        }
        made.add(0, "series_status", "receiving", device=device)
    return made


def sends(town: Town, friend: str, key: str, state: str, unit: str, **said: Any) -> str:
    """Let a friend send a reading, whose name begins with the friend's as on any page."""
    entity_id = town.add(
        0,
        key,
        state,
        device=f"device_{friend.lower()}",
        unit_of_measurement=unit,
        friendly_name=f"{friend} {key}",
        **said,
    )
    town.entities[entity_id]["translation_key"] = None
    return entity_id


def power(town: Town, friend: str, state: str, unit: str = "VA") -> None:
    """Let a friend send a power, said two minutes ago."""
    told = {"device_class": "apparent_power", "state_class": "measurement"}
    entity_id = sends(town, friend, "Power", state, unit, **told)
    town.states[entity_id]["last_updated"] = "2026-11-26T17:40:00Z"


def test_a_friend_has_one_line_with_the_freshest_figure(modules: Modules) -> None:
    made = town("Ajonc", "Dune", "Fern", "Roof")
    power(made, "Dune", "0.843", "kVA")
    sends(made, "Dune", "Per area", "45", "kWh/m²")
    sends(made, "Ajonc", "Per area", "38", "kWh/m²")
    power(made, "Roof", "6023")
    made.add(0, "project", "solar", device="device_roof", building="School of Kersabiec")
    lines = play(
        modules,
        f"return {LINES};",
        name="together",
        town=made,
        trust=trusted(known("Dune"), known("Kelp")),
    )
    assert lines == [
        "DDune45 kWh per m²843 Wright now",
        "RRoofSchool of Kersabiec6,023 Wright now",
        "AAjoncPer area38 kWhper m², a year",
        "FFernGives you nothing for now\u2013",
        "KKelpGives you nothing for now\u2013",
    ]


def test_what_was_used_yesterday_is_said_of_a_friend_without_a_power(modules: Modules) -> None:
    made = town("Dune", "Fern")
    for friend in ("Dune", "Fern"):
        said = {"device_class": "energy", "statistic": f"sen1:{friend.lower()}"}
        sends(made, friend, "Use", "1234", "Wh", **said)
    code = f"""house.callWS = async ({{ type, ids, step }}) => {{
            if (type !== "sen1/values") throw new Error(type);
            const values = Array(24).fill(1.25);
            if (ids[0] === "sen1:fern") values[3] = null;
            return {{ unit: {{}}, values: {{ [ids[0]]: values }}, partial: {{}}, of_days: {{}},
                is_amount: {{}} }};
        }};
        card.asked = undefined; card.redraw(); await settled(); return {LINES};"""
    lines = play(modules, code, name="together", town=made)
    assert lines == ["DDuneUse30.0 kWhyesterday", "FFernUse\u2013"]


def test_a_line_is_marked_only_where_a_gesture_is_wanted(modules: Modules) -> None:
    made = town("Dune", "Écume", "Fern", "Relay")
    silent = made.states["sensor.device_relay_series_status"]
    silent |= {"state": "silent", "last_changed": "2026-11-23T12:00:00Z"}
    friends = (changed("Dune"), known("Écume", "seen"), known("Fern"), known("Relay"))
    marks = play(
        modules,
        'return all(".friends .under:is(.bad, .wanted)").map(plain);',
        name="together",
        town=made,
        trust=trusted(*friends),
    )
    assert marks == [
        "their key has changed",
        "six numbers to compare",
        "nothing since Monday 23 November",
    ]


def test_a_collection_is_no_friend(modules: Modules) -> None:
    made = town("Dune", "Défi")
    made.add(0, "place", 2, device="device_défi")
    lines = play(
        modules,
        f"return {LINES};",
        name="together",
        town=made,
        trust=trusted(known("Dune"), known("Club", members=12)),
    )
    assert len(lines) == 1


def test_above_ten_friends_one_is_sought(modules: Modules) -> None:
    def shown(*friends: str) -> Any:
        return play(
            modules,
            f"""const [input] = all("input[type=search]");
            if (!input) return undefined;
            input.value = "iv";
            input.dispatchEvent(new Event("input", {{bubbles: true}}));
            await settled();
            return {LINES};""",
            name="together",
            town=town(*friends),
        )

    assert shown(*MANY) is None
    assert shown(*MANY, "Zostera") == ["IIvyGives you nothing for now\u2013"]


def test_a_press_opens_the_page_of_a_friend_and_back_leads_to_the_others(modules: Modules) -> None:
    made = town("Dune", "Fern")
    power(made, "Dune", "264")
    status = made.add(0, "energy_status", "waiting", device="device_dune")
    made.states[status]["attributes"]["friendly_name"] = "Dune Energy status"
    made.entities[status]["translation_key"] = "series_status"
    sends(made, "Dune", "Energy", "unavailable", "kWh")
    # Home Assistant itself, or the friend, speaks another language than who looks.
    sends(made, "Dune", "Consommation du logement", "12", "kWh", called="home.consumption")
    at = "2026-11-25T12:00:00+01:00"
    search, title, under, rows, focus, back, again = play(
        modules,
        """all(".friends a").find((one) => plain(one).includes("Dune")).click();
        while (!all(".rows").length) await painted();
        const search = location.search;
        const [title] = all("h1").map(plain);
        const under = plain(all(".header .under")[0]);
        const rows = all(".rows > div").map((one) => [...one.children].map(plain));
        const focus = plain(card.root.activeElement);
        history.back();
        while (location.search) await painted();
        await settled();
        return [search, title, under, rows, focus, all(".friends > li").length,
            plain(card.root.activeElement)];""",
        name="together",
        town=made,
        trust=trusted(known("Dune")),
        answers={
            "sen1/next_steps": [
                step(name, "done", friend="Dune", friend_id="dune", at=at)
                for name in ("friend", "first_reading")
            ]
        },
    )
    assert search == "?friend=dune"
    assert (title, focus) == ("Dune", "Dune")
    assert under == "Friend since 25 Nov 2026, readings since 25 Nov 2026"
    assert rows == [["Power", "264"], ["Energy", "waiting"], ["Consumption of the home", "12"]]
    assert back == 2
    assert again.startswith("DDune")


OPEN = """history.replaceState(null, "", "?friend=dune"); card.moved();
    while (!all("ha-card h2").length || !all("ha-card").length > 1) await painted();
    await settled();
    const end = () => history.replaceState(null, "", location.pathname);"""


def test_sharing_with_a_friend_is_ended_once_that_is_confirmed(modules: Modules) -> None:
    shares = account(
        series("Use", "PT30M", grant("Dune"), grant("Fern")), series("Days", "P1D", grant("Dune"))
    )
    given, question, withdrawn = play(
        modules,
        f"""{OPEN}
        const given = all(".list > li > div").map(plain);
        await press("Stop sharing");
        const question = plain(dialog().querySelector("h2"));
        dialog().querySelector("button.danger").click(); await settled(); end();
        return [given, question, calls.filter(({{ change }}) => change)
            .map((one) => [one.friend, one.publication, one.change, one.language])];""",
        name="together",
        town=town("Dune"),
        trust=trusted(known("Dune")),
        sharing=shares,
    )
    assert given == ["Useuntil 31 Dec 2027", "Daysuntil 31 Dec 2027"]
    assert question == "Withdraw all 2 measures from “Dune”?"
    assert withdrawn == [["dune", one, "withdraw", "en-GB"] for one in ("use", "days")]


def test_a_friend_whose_key_has_changed_leads_to_the_answer(modules: Modules) -> None:
    page, numbers = play(
        modules,
        f"""{OPEN} const before = page(); await press("Answer"); end();
        while (!dialog()?.querySelector(".six")) await painted();
        return [before, all("dialog .six li").map(plain)];""",
        name="together",
        town=town("Dune"),
        trust=trusted(changed("Dune")),
        answers={"step": STEP, "repairs/list_issues": {"issues": [ISSUE]}},
    )
    assert "The key has changed." in page
    assert "Nothing is sent and nothing is taken until you answer." in page
    assert numbers == THEIRS + NEW


def test_the_numbers_of_a_friend_are_compared_from_its_page(modules: Modules) -> None:
    numbers = play(
        modules,
        OPEN
        + """await press("Compare the numbers");
        return all("dialog .six li").map(plain);""",
        name="together",
        town=town("Dune"),
        sharing=account(),
        trust=trusted(known("Dune", "seen")),
    )
    assert numbers == THEIRS + SIX


def test_the_question_about_a_key_opens_a_dialogue(modules: Modules) -> None:
    def answered(trust: dict[str, Any]) -> Any:
        return play(
            modules,
            """await press("Answer");
            while (!dialog()?.querySelector(".six")) await painted();
            return [all("dialog .six li").map(plain), plain(dialog())];""",
            name="together",
            trust=trust,
            answers={"step": STEP, "repairs/list_issues": {"issues": [ISSUE]}},
        )

    numbers, text = answered(trusted(changed("Dune")))
    assert numbers == THEIRS + NEW
    assert "The key of “Dune” has changed" in text
    # One of a circle is no friend: all that is known is what the repair says.
    numbers, text = answered(trusted(known("Circle", "stopped", members=9)))
    assert numbers == THEIRS + NEW
    for said in ("The key of “Dune-” has changed", "never checked", "3 measures that you send"):
        assert said in text


def ranked(town: Town, **said: Any) -> Town:
    """Give a home a place among four."""
    homes = (("Ajonc", 17), ("Dune", 45), ("Home", 58), ("Sterne", 98))
    head = [{"rank": n, "name": name, "value": value} for n, (name, value) in enumerate(homes, 1)]
    head[2]["mine"] = True
    told: dict[str, Any] = {"of": 4, "missing": 1, "head": head, "tail": []} | said
    town.add(0, "rank", 3, device="ranking", **told, unit="kWh/m²")
    return town


def test_the_ranking_has_mine_in_its_place_and_turns_to_this_moment(modules: Modules) -> None:
    made = ranked(town("Dune"))
    power(made, "Dune", "843")
    year, mine, now = play(
        modules,
        """const rows = () => all(".ranks > li").map(plain);
        const year = [plain(all("h2 + .under").at(-1)), ...rows()];
        const mine = all(".ranks .mine").map(plain);
        await press("right now"); return [year, mine, rows()];""",
        name="together",
        town=made,
        answers={"sen1/sites": {"sites": made.sites}},
    )
    assert year == [
        "kWh per m² a year, 3rd of 4",
        *("1 Ajonc17", "2 Dune45", "3 Me58", "4 Sterne98"),
    ]
    assert mine == ["3 Me58"]
    assert now == ["Dune843", "Me21,400"]


def test_who_looks_sees_the_others_and_decides_nothing(modules: Modules) -> None:
    made = ranked(town("Dune"))
    page, links, asked = play(
        modules,
        """house.user = { is_admin: false }; calls.length = 0;
        card.configure({ invite: "invite", participate: "participate" });
        await card.read(); await settled();
        const page_ = page();
        return [page_, all("a.button, button").map(plain), calls.map(({ type }) => type)];""",
        name="together",
        town=made,
        answers={"sen1/sites": {"sites": made.sites}, "repairs/list_issues": {"issues": []}},
    )
    assert "Dune" in page
    assert "From the thriftiest to the hungriest" in page
    assert "An administrator of this Home Assistant can invite" in page
    assert links == []
    assert set(asked) <= {"sen1/sites"}


def test_who_waits_for_a_first_friend_sees_whom(modules: Modules) -> None:
    waiting = [
        step("friend", "waiting", friend="Dune", friend_id="dune", at="2026-11-26T08:00:00+01:00"),
        step("invitation", "waiting", friend="Kelp", what="sent", at="2026-11-26T08:00:00+01:00"),
    ]
    page, links = play(
        modules,
        'return [page(), all(".waiting a").map((one) => one.getAttribute("href"))];',
        name="together",
        answers={"sen1/next_steps": waiting},
    )
    assert "No friends yet" in page
    # Who was asked is waited for here; of an invitation there is more to see.
    assert links == ["invite"]


CHALLENGE = {
    "id": "p1",
    "title": "Savings",
    "role": "member",
    "week": 4,
    "weeks": 8,
    "energies": ["electricity"],
    "mine": {
        "team": 1,
        "value": 8.2,
        "unit": "kWh",
        "reference_kwh": 920.0,
        "expected_kwh": 900.0,
        "used_kwh": 826.0,
    },
    "board": {
        "teams": [
            {"name": "Gorse", "value": 5.2, "rank": 3},
            {"name": "Heath", "value": 7.4, "rank": 2},
            {"name": "Cormorants", "value": 8.9, "rank": 1},
            {"name": "Few", "value": None, "rank": None},
        ]
    },
}


def test_a_challenge_has_one_figure_its_first_teams_and_leads_to_its_page(
    modules: Modules,
) -> None:
    text, teams, link = play(
        modules,
        """card.configure({ challenge: "challenge" }); card.fetched.parts.at = undefined;
        await card.read(); await settled();
        return [plain(all(".part")[0]), all(".bars-of > li").map(plain),
            all(".part")[0].getAttribute("href").split("/").at(-1)];""",
        name="together",
        answers={"sen1/challenges": {"challenges": [CHALLENGE]}},
    )
    assert "week 4 of 8" in text
    assert "8.2% saved" in text
    assert teams == ["1. Cormorants8.9%", "2. Heath7.4%", "3. Gorse5.2%"]
    assert link == "challenge?challenge=p1"


@pytest.mark.parametrize("is_admin", [True, False])
def test_who_organises_is_led_to_the_collection(modules: Modules, is_admin: bool) -> None:
    titles = {"collections": [{"subentry_id": "c1", "title": "Our roofs", "silent": 4}]}
    organised, buttons = play(
        modules,
        f"""house.user = {{ is_admin: {str(is_admin).lower()} }}; house.sites = [];
        card.configure({{ collection: "collection" }}); card.fetched.parts.at = undefined;
        await card.read(); await settled();
        return [all(".friends a").map((one) => one.getAttribute("href").split("/").at(-1)),
            all(".who button").map(plain)];""",
        name="together",
        answers={"sen1/collections": titles},
    )
    assert organised == ["collection?of=c1&state=silent"]
    assert buttons == (["Project, collection, challenge"] if is_admin else [])
