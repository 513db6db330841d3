"""Friends with the marks of their keys, and the question about one that has changed."""

from typing import Any

import pytest

from .conftest import Modules
from .sharing_home import NEW, THEIRS, changed, known, play, trusted
from .test_sharing_trust import ISSUE, STEP
from .town import Town


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


def test_a_stopped_friend_says_why_and_leads_to_the_answer(modules: Modules) -> None:
    page, numbers = play(
        modules,
        """const before = page(); await press("Answer: Dune"); await settled();
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
            """await press("Answer"); await settled();
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
    assert rows[:-1] == [["Power", "264"], ["Energy", "waiting"]]


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
