"""The questions of friends, where Home Assistant does not answer at first."""

from .conftest import Modules
from .house import House

ISSUES = """
    let isAnswering = false;
    const issue = { domain: "sen1", translation_key: "friend_request", issue_id: "one" };
    answers["sen1/next_steps"] = () => [];
    answers["repairs/list_issues"] = () => {
        if (!isAnswering) throw new Error("not now");
        return { issues: [issue, { ...issue, domain: "hue" }] };
    };
    hass.loadBackendTranslation = async () => (key) => key;
    await card.take({ ...hass });
    card.read();
    await settled();
"""


def test_questions_that_could_not_be_read_say_so_and_are_read_again(modules: Modules) -> None:
    house = House(modules, "questions")
    found = house.play(
        ISSUES
        + """
        const during = shown();
        isAnswering = true;
        await press("Try again");
        return [during, shown()];
        """
    )
    assert found[0].startswith("What waits for your answer could not be read")
    assert "friend_request" in found[1]


def test_questions_are_read_again_as_time_passes(modules: Modules) -> None:
    house = House(modules, "questions")
    assert "friend_request" in house.play(
        ISSUES + "isAnswering = true; card.read(); await settled(); return shown();"
    )
