"""Friends with the marks of their keys, and the question about one that has changed."""

from typing import Any

import pytest

from .conftest import Modules
from .sharing_home import NEW, THEIRS, changed, known, play, trusted
from .test_sharing_trust import ISSUE, STEP
from .town import Town, step

MANY = ("Ajonc", "Cormoran", "Dune", "Embrun", "Hermine", "Lande", "Sterne")
PHONE = 360
HEADS = "all('ha-card header').map(plain)"


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


@pytest.mark.parametrize(
    ("standing", "mark"),
    [
        ("verified", "key verified"),
        ("seen", "key seen, not verified"),
        ("keyless", "without a key"),
        ("unknown", "key not known yet"),
    ],
)
def test_the_mark_of_the_key_stands_beside_the_name(
    modules: Modules, standing: str, mark: str
) -> None:
    marks, told = play(
        modules,
        """return [all("header h2").map((one) => [one.firstChild.data, named(one.lastChild)]),
            all(".keys-told li").map(plain)];""",
        name="friends",
        town=town("Dune"),
        trust=trusted(known("Dune", standing)),
    )
    assert marks == [["Dune", mark]]
    assert told == [mark]


def test_a_collection_that_is_taken_part_in_is_no_friend(modules: Modules) -> None:
    made = town("Dune", "Défi")
    made.add(0, "place", 2, device="device_défi")
    names = play(
        modules,
        'return all("header h2").map(({ firstChild }) => firstChild.data);',
        name="friends",
        town=made,
        trust=trusted(known("Dune", "verified")),
    )
    assert names == ["Dune"]


def test_a_stopped_friend_says_why_and_leads_to_the_answer(modules: Modules) -> None:
    page, numbers = play(
        modules,
        """const before = page(); await press("Answer: Dune");
        while (!dialog()?.querySelector(".six")) await painted();
        return [before, all("dialog .six li").map(plain)];""",
        name="friends",
        town=town("Dune", "Fern"),
        trust=trusted(changed("Dune"), known("Fern")),
        answers={"step": STEP, "repairs/list_issues": {"issues": [ISSUE]}},
    )
    assert page.count("The key of “Dune” has changed") == 1
    assert "Nothing is sent and nothing is taken until you answer." in page
    assert numbers == THEIRS + NEW


def test_friends_are_shown_without_marks_while_nothing_is_known_of_keys(modules: Modules) -> None:
    page, marks = play(
        modules,
        'return [page(), all("[role=img]").length];',
        name="friends",
        town=town("Dune"),
    )
    assert "Dune" in page
    assert marks == 0


def test_the_question_about_a_key_opens_a_dialogue(modules: Modules) -> None:
    def answered(trust: dict[str, Any]) -> Any:
        return play(
            modules,
            """await press("Answer");
            while (!dialog()?.querySelector(".six")) await painted();
            return [all("dialog .six li").map(plain), plain(dialog())];""",
            name="questions",
            trust=trust,
            answers={"step": STEP, "repairs/list_issues": {"issues": [ISSUE]}},
        )

    numbers, text = answered(trusted(changed("Dune")))
    assert numbers == THEIRS + NEW
    assert "The key of “Dune” has changed" in text
    # One of a circle is no friend: all that is known is what the repair says.
    numbers, text = answered(trusted(known("Circle", "stopped", members=9)))
    assert numbers == THEIRS + NEW
    for said in ("The key of “Dune-” has changed", "never checked", "3 series that you send"):
        assert said in text


def test_what_each_series_says_last_is_shown_or_why_it_says_nothing(modules: Modules) -> None:
    made = town("Dune")
    device = "device_dune"
    for key, name, state in (("power", "Power", "264"), ("energy", "Energy", "unavailable")):
        reading = made.add(0, key, state, device=device, friendly_name=f"Dune {name}")
        made.entities[reading]["translation_key"] = None
    said = {"friendly_name": "Dune Energy status"}
    status = made.add(0, "energy_status", "waiting", device=device, **said)
    made.entities[status]["translation_key"] = "series_status"
    rows = play(
        modules,
        'return all(".rows > div").map((one) => [...one.children].map(plain));',
        name="friends",
        town=made,
        trust=trusted(known("Dune")),
    )
    assert rows == [["Power", "264"], ["Energy", "waiting"]]


def test_a_friend_who_sends_nothing_yet_is_there_unless_an_answer_is_waited_for(
    modules: Modules,
) -> None:
    page = play(
        modules,
        "return page();",
        name="friends",
        town=town("Dune"),
        trust=trusted(known("Dune"), known("Fern"), known("Club", members=12)),
    )
    assert "Fern" in page
    assert "Sends you nothing for now" in page
    assert "Club" not in page


def sends(town: Town, friend: str, key: str, state: str, unit: str) -> None:
    """Let a friend send a reading, whose name begins with the friend's as on any page."""
    entity_id = town.add(
        0,
        key,
        state,
        device=f"device_{friend.lower()}",
        unit_of_measurement=unit,
        friendly_name=f"{friend} {key}",
    )
    town.entities[entity_id]["translation_key"] = None


def test_of_many_friends_a_phone_shows_the_heads_and_each_unfolds(modules: Modules) -> None:
    told = town(*MANY)
    sends(told, "Dune", "Power", "843 VA", "VA")
    folded, opened, rows, again = play(
        modules,
        f"""house.formatEntityState = ({{ state }}) => state; card.redraw();
        const folded = {HEADS}; await press("Dune");
        const opened = all("[aria-expanded=true]").map(plain);
        const rows = all(".rows > div").map(plain); await press("Dune");
        return [folded, opened, rows, all(".rows, ha-card .chips").length];""",
        name="friends",
        town=told,
        trust=trusted(*map(known, MANY)),
        width=PHONE,
    )
    assert len(folded) == len(MANY)
    assert folded[2] == "DDune843 VA"
    assert folded[0] == "AAjonc1 series received"
    assert opened == ["Dune"]
    assert rows == ["Power843 VA"]
    assert again == 0


@pytest.mark.parametrize(
    ("friends", "width"), [(MANY, 1000), (MANY[:6], PHONE)], ids=["a desktop", "few on a phone"]
)
def test_friends_stand_whole_where_there_is_room(
    modules: Modules, friends: tuple[str, ...], width: int
) -> None:
    folds, details = play(
        modules,
        """return [all("button.fold").length,
            all("ha-card a").filter((one) => plain(one) === "Details").length];""",
        name="friends",
        town=town(*friends),
        width=width,
    )
    assert folds == 0
    assert details == len(friends)


def test_a_folded_friend_still_says_why_nothing_comes(modules: Modules) -> None:
    told = town(*MANY)
    told.states["sensor.device_lande_series_status"]["state"] = "silent"
    alerts = play(
        modules,
        'return all("ha-card .alert strong").map(plain);',
        name="friends",
        town=told,
        trust=trusted(changed("Dune"), known("Fern"), *map(known, MANY[3:])),
        width=PHONE,
    )
    assert alerts == ["The key of “Dune” has changed", "1 series is silent"]


def test_who_sends_nothing_yet_unfolds_to_what_is_shared_with_them(modules: Modules) -> None:
    before, after = play(
        modules,
        """const shares = () => all("ha-card .chips button").map(named);
        const before = shares(); await press("Fern"); return [before, shares()];""",
        name="friends",
        town=town(*MANY),
        trust=trusted(known("Fern")),
        width=PHONE,
    )
    assert before == []
    assert after == ["Share my home: Fern"]


def test_what_adds_a_friend_stands_above_the_friends(modules: Modules) -> None:
    before, links = play(
        modules,
        """card.configure({ invite: "invite" });
        const links = all(".title a.button");
        const [first] = all("ha-card");
        const isBefore = (one) => one.compareDocumentPosition(first) & 4;
        return [links.every(isBefore), links.map(plain)];""",
        name="friends",
        town=town("Dune"),
    )
    assert before
    assert links == ["Invite a family", "Add a friend"]


def test_one_line_tells_since_when_somebody_is_a_friend_and_sends(modules: Modules) -> None:
    def told(*steps: dict[str, Any]) -> Any:
        return play(
            modules,
            'return all("ha-card .note").map(plain);',
            name="friends",
            town=town("Dune"),
            trust=trusted(known("Dune")),
            answers={"sen1/next_steps": list(steps)},
        )

    def done(name: str, day: int) -> dict[str, Any]:
        at = f"2026-11-{day}T12:00:00+01:00"
        return step(name, "done", friend="Dune", friend_id="dune", at=at)

    both = done("friend", 25)
    assert told(both, done("first_reading", 25)) == ["Friend since 25 Nov 2026, with readings"]
    assert told(both) == ["Friend since 25 Nov 2026"]
    assert told(done("first_reading", 26)) == ["readings since 26 Nov 2026"]
    assert told() == []
