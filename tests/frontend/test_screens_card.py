"""The screens without a login, as an administrator makes and switches them off."""

from typing import Any

import pytest

from .conftest import Modules
from .sharing_home import play

SCREEN: dict[str, Any] = {
    "id": "s1",
    "title": "Hall",
    "site": "school",
    "challenge": None,
    "shows": ["week", "sun"],
    "seconds": 20,
    "outside": False,
    "until": "2027-07-03",
    "path": "/sen1_screen#4RT9",
    "seen": "2026-11-26T17:38:00+00:00",
    "refused": None,
    "qr": ["101", "010", "111"],
}
KNOWN: dict[str, Any] = {
    "screens": [SCREEN],
    "sites": [{"id": "school", "title": "École"}, {"id": "roof", "title": "Toit"}],
    "challenges": [{"id": "c1", "title": "Grand défi"}],
    "shows": ["week", "sun", "hours", "teams", "now"],
}
CHANGED = ("set_screen", "renew_screen", "remove_screen")

FORM = """
    // Home Assistant's own form: of what it is given a test reads and fills in all.
    const tag = "ha-form";
    if (!customElements.get(tag)) customElements.define(tag, class extends HTMLElement {});
"""
HELP = """
    const read = (selector) => all(selector).map(plain);
    const form = () => all("ha-form")[0];
    const fill = async (said) => {
        const value = { ...form().data, ...said };
        const told = { detail: { value }, bubbles: true, composed: true };
        form().dispatchEvent(new CustomEvent("value-changed", told));
        await settled();
    };
    const sent = () => calls.filter(({ type }) => type !== "sen1/screens")
        .map(({ language, ...more }) => more);
"""


def shown(modules: Modules, code: str, *, known: dict[str, Any] | None = None, **said: Any) -> Any:
    """Return what a body returns on the page of screens."""
    told = KNOWN | (known or {})
    answers = {f"sen1/{name}": told for name in ("screens", *CHANGED)}
    modules.run(FORM)
    return play(modules, f"{HELP}{code}", name="screens", answers=answers, **said)


def test_a_screen_tells_its_link_what_it_shows_and_when_it_was_seen(modules: Modules) -> None:
    found = shown(
        modules,
        """
        const before = all(".qr").length;
        await press("Code");
        const { schema, data, computeLabel, computeHelper } = form();
        const chosen = schema.find(({ name }) => name === "shows").selector.select.options;
        return [read(".title"), read(".address"), before, all(".qr").length, read(".alert"),
            schema.map((field) => [field.name, computeLabel(field)]),
            computeHelper({ name: "outside" }), chosen, data.shows, data.until,
            all("iframe").map(({ src, title }) => [src, title])];
        """,
    )
    title, link, before, codes, told, fields, risk, chosen, shows, until, now = found
    assert title == ["Screens without a login", "Hallseen 4 min ago"]
    assert link == ["http://modules.test/sen1_screen#4RT9"]
    assert (before, codes) == (0, 1)
    assert "no home, no child\u2019s name, no other page" in told[0]
    assert fields == [
        ["title", "What it is called"],
        ["site", "Home or building"],
        ["challenge", "Challenge"],
        ["shows", "What it shows"],
        ["seconds", "Seconds for each"],
        ["until", "Works until"],
        ["outside", "May be opened from outside this house\u2019s network"],
    ]
    assert "whoever has the link" in risk
    # Without a challenge there are no teams to show.
    assert [one["value"] for one in chosen] == ["week", "sun", "hours", "now"]
    assert chosen[-1]["label"] == "Now (says whether somebody is there)"
    assert (shows, until) == (["week", "sun"], "2027-07-03")
    assert now == [[link[0], "What \u201cHall\u201d shows now"]]


def test_changes_wait_until_they_are_saved(modules: Modules) -> None:
    found = shown(
        modules,
        """
        await fill({ shows: ["now", "sun"], challenge: undefined, title: " " });
        const isGrey = () => [...all("button")].find((one) => plain(one) === "Save").disabled;
        const before = [sent().length, isGrey()];
        await fill({ title: "Hall", until: undefined });
        await press("Save");
        return [before, sent(), read("button").includes("Save")];
        """,
    )
    same = {key: SCREEN[key] for key in ("title", "site", "challenge", "seconds", "outside")}
    shows = {"shows": ["now", "sun"], "until": None}
    message = {"type": "sen1/set_screen", "screen": "s1", **same, **shows}
    assert found == [[0, True], [message], False]


def test_a_screen_is_added_with_what_is_safe_ticked_alone(modules: Modules) -> None:
    found = shown(
        modules,
        """
        const none = plain(card.frame).includes("No screen without a login yet");
        await press("Add a screen");
        await press("Make the link");
        return [none, sent()];
        """,
        known={"screens": []},
    )
    assert found == [
        True,
        [
            {
                "type": "sen1/set_screen",
                "title": "Hall screen",
                "site": "school",
                "challenge": "c1",
                "shows": ["week", "sun", "hours"],
                "seconds": 20,
                "outside": False,
                "until": None,
            }
        ],
    ]


@pytest.mark.parametrize(
    ("label", "type_"),
    [("Change the link", "renew_screen"), ("Switch off", "remove_screen")],
)
def test_a_link_is_changed_or_switched_off_once_that_is_confirmed(
    modules: Modules, label: str, type_: str
) -> None:
    found = shown(
        modules,
        f"""
        await press("{label}");
        const before = sent().length;
        all("dialog .danger")[0].click();
        await settled();
        return [before, sent()];
        """,
    )
    assert found == [0, [{"type": f"sen1/{type_}", "screen": "s1"}]]


@pytest.mark.parametrize(
    ("reason", "seen", "words"),
    [
        ("outside", None, "It was refused: it asked from outside (2 min ago)"),
        ("untrusted_proxy", "2026-11-26T17:00:00+00:00", "It was refused: nobody can tell"),
        ("outside", "2026-11-26T17:41:00+00:00", None),
    ],
)
def test_a_screen_that_was_refused_last_says_why_and_what_to_do(
    modules: Modules, reason: str, seen: str | None, words: str | None
) -> None:
    refused = {"reason": reason, "at": "2026-11-26T17:40:00+00:00"}
    screen = SCREEN | {"seen": seen, "refused": refused}
    found = shown(modules, "return read('.alert.error');", known={"screens": [screen]})
    assert [one.startswith(words or "") for one in found] == ([True] if words else [])


def test_without_a_home_or_for_others_there_is_nothing_to_make(modules: Modules) -> None:
    code = "return [plain(card.frame), all('button').length];"
    assert shown(modules, code, known={"sites": []}) == [
        "A home or a building is needed first",
        0,
    ]
