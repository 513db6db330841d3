"""The invitation to a collection: nothing is ticked, all is said, one press takes part."""

from typing import Any

import pytest

from .collecting_home import (
    CHARTER,
    CONSUMPTION,
    LINK,
    METER,
    ORGANISER,
    PRODUCTION,
    SITE,
    TITLE,
    ask,
    asked_for,
    offer,
    participate,
    participation,
    sheet,
    told,
)
from .conftest import Modules

DO = """
    const tick = async (selector, place = 0) => { all(selector)[place].click(); await settled(); };
    const give = (place) => tick(".ask input[type=checkbox]", place);
    const charter = () => tick(".agreeing input");
    const choose = async (element, value) => {
        element.value = value;
        element.dispatchEvent(new Event("change", {bubbles: true}));
        await settled();
    };
    const write = async (selector, value) => {
        const [input] = all(selector);
        input.value = value;
        input.dispatchEvent(new Event("input", {bubbles: true}));
        await settled();
    };
    const join = () => all(".press .strong")[0];
    const sentence = () => plain(all("#does")[0]);
    const sent = (type) => calls.filter((call) => call.type === `sen1/${type}`);
    const again = async () => { await card.read(); await settled(); };
"""
JOINED = told(participations=(participation(number=None, state="waiting"),), subentry_id="p1")
READY = told(offer())


def test_nothing_is_ticked_beforehand_and_the_button_says_why_it_is_off(modules: Modules) -> None:
    ticked, off, said, sent = participate(
        modules,
        f"""{DO}
        const ticked = all("input[type=checkbox]").map(({{ checked }}) => checked);
        await press("Take part");
        return [ticked, join().disabled, sentence(), sent("join_collection")];""",
        READY,
    )
    assert ticked == [False] * 4
    assert (off, said, sent) == (True, "Tick what is needed: consumption of the home.", [])


@pytest.mark.parametrize(
    ("language", "expected", "said"),
    [
        ("en", None, "fewer than five homes"),
        ("en", 60, "fewer than five homes of 60"),
        ("fr", 60, "moins de cinq foyers sur 60"),
    ],
)
def test_how_few_they_are_is_not_told(
    modules: Modules, language: str, expected: int | None, said: str
) -> None:
    few = told(offer(sheet(members=None, expected=expected)))
    page = participate(modules, 'return all(".inviter .under").map(plain);', few, language=language)
    assert page[-1].endswith(f" · {said}")


def test_who_asks_why_and_who_answers_for_it_stands_on_the_page(modules: Modules) -> None:
    page, mail = participate(
        modules, 'return [page(), all("a[href^=mailto]").map(plain)];', READY, language="fr"
    )
    for said in (
        f"{ORGANISER}vous invite à «\u00a0{TITLE}\u00a0»clé vérifiée par le lien",
        "287 membres sur 300",
        "PourquoiSavoir quelle part de notre soleil est utilisée sur place.",
        "nécessaire, en kWh, à partir d\u2019aujourd\u2019hui",
        "facultatif, pour comparer",
        "Home, 92\u00a0m², électrique, 3\u00a0personnes".replace("\u00a0", " "),
        "la courbe du groupe, à côté de la vôtre",
        "31 décembre 2027",
        "24 mois, puis effacé",
        "à tout moment, tout en un clic",
        "version 2, 14 septembre 2026",
        "Les opérateurs des deux serveurs peuvent les lire.",
    ):
        assert said.replace("\u00a0", " ") in page.replace("\u00a0", " ")
    assert mail == ["donnees@scorff.example"]


def test_what_will_be_seen_of_a_tick_is_the_own_day_with_its_sum(modules: Modules) -> None:
    before, caption, bars, warned = participate(
        modules,
        f"""{DO}
        const before = all(".seen").length;
        await give(0);
        return [before, plain(all(".seen p")[0]), all(".seen rect").length,
            plain(all(".warned")[0])];""",
        READY,
    )
    assert (before, bars) == (0, 48)
    assert caption == "What will be seen: yesterday, 48 figures, 11.4 kWh in all"
    assert warned.endswith("Tell those who live with you.")


@pytest.mark.parametrize(
    ("granularity", "caption"),
    [
        ("PT1H", "What will be seen: yesterday, 24 figures, 17.0 kWh in all"),
        ("P1D", "What will be seen: 7 days, one figure each, 164 kWh in all"),
        ("live", "What will be seen: yesterday, one figure every 5 s at most, in"),
    ],
)
def test_each_detail_has_its_picture(modules: Modules, granularity: str, caption: str) -> None:
    found = participate(
        modules,
        f'{DO} await give(0); await settled(); return plain(all(".seen p")[0]);',
        told(offer(sheet(ask("consumption", granularity)))),
    )
    assert found.startswith(caption)


def test_a_sensor_without_a_past_says_when_its_picture_comes(modules: Modules) -> None:
    page = participate(
        modules,
        f"{DO} await give(0); return page();",
        READY,
        answers={"sen1/values": {"begins": [], "end": 0, "unit": {}, "values": {}}},
    )
    assert "Nothing of yesterday is known yet: the picture comes tomorrow." in page


def test_one_press_takes_part_with_what_was_ticked_and_no_more(modules: Modules) -> None:
    lacking, said, asked, page = participate(
        modules,
        f"""{DO}
        await give(0);
        const lacking = sentence();
        await charter();
        const said = sentence();
        join().click();
        await settled();
        return [lacking, said, sent("join_collection"), page()];""",
        READY,
        answers={"sen1/join_collection": JOINED},
    )
    assert lacking == "Read the charter and agree to it."
    assert said == "1 share, to 1 receiver, until 31 December 2027"
    assert asked == [
        {
            "type": "sen1/join_collection",
            "offer_id": "o1",
            "gives": {"consumption": "consumption"},
            "name": "",
            "until": "2027-12-31",
            "charter_id": "2-digest",
            "language": "en-GB",
        }
    ]
    assert f"You take part in “{TITLE}”" in page
    assert f"Your numberexpected from {ORGANISER}, as soon as their home is online" in page
    assert "First readingexpected within half an hour" in page


def test_all_that_can_be_chosen_is_sent(modules: Modules) -> None:
    steps, asked = participate(
        modules,
        f"""{DO}
        for (const place of [0, 1, 2]) await give(place);
        await choose(all(".ask select")[0], "sensor.car");
        await charter();
        const steps = [sentence()];
        await tick(".of-age input");
        steps.push(sentence());
        await tick(".naming input", 1);
        steps.push(sentence());
        await write("input[name=member-name]", " Anne Riou ");
        await press("Earlier");
        await choose(all("input[type=date]")[0], "2027-06-30");
        steps.push(sentence());
        join().click();
        await settled();
        return [steps, sent("join_collection")[0]];""",
        told(offer(sheet(needs_age=True))),
        answers={"sen1/join_collection": JOINED},
    )
    assert steps == [
        "Say that you may decide this.",
        "2 shares, with the sheet of the home, to 1 receiver, until 31 December 2027",
        "Write your name, or choose to be a number.",
        "2 shares, with the sheet of the home, to 1 receiver, until 30 June 2027",
    ]
    assert asked["gives"] == {
        "consumption": "sensor.car",
        "production": "production",
        "site": True,
    }
    assert (asked["name"], asked["until"]) == ("Anne Riou", "2027-06-30")
    assert asked["is_of_age"] is True


@pytest.mark.parametrize("day", ["2026-11-25", "2028-01-01", ""])
def test_a_last_day_outside_the_collection_is_not_sent(modules: Modules, day: str) -> None:
    said, off = participate(
        modules,
        f"""{DO}
        await give(0);
        await charter();
        await press("Earlier");
        await choose(all("input[type=date]")[0], {day!r});
        return [sentence(), join().disabled];""",
        READY,
    )
    assert (said, off) == ("Choose a last day, from today to 31 December 2027.", True)


def test_what_is_typed_and_ticked_stays_when_an_answer_comes(modules: Modules) -> None:
    kept = participate(
        modules,
        f"""{DO}
        await give(0);
        await charter();
        await tick(".naming input", 1);
        await write("input[name=member-name]", "Anne");
        all("input[name=member-name]")[0].focus();
        await again();
        return [all(".ask input")[0].checked, all(".agreeing input")[0].checked,
            all("input[name=member-name]")[0].value, card.root.activeElement.name];""",
        READY,
    )
    assert kept == [True, True, "Anne", "member-name"]


@pytest.mark.parametrize(
    ("changed", "which"),
    [
        (sheet(charter_version=3, charter_id="3-digest"), "charter"),
        (sheet(charter="Another text.", charter_id="2-other"), "charter"),
        (sheet(CONSUMPTION | {"granularity": "live"}, PRODUCTION, SITE), "ask"),
        (sheet(CONSUMPTION | {"past_days": 365}, PRODUCTION, SITE), "ask"),
        (sheet(CONSUMPTION | {"choices": [METER | {"id": "other"}]}, PRODUCTION, SITE), "ask"),
    ],
)
def test_what_is_asked_otherwise_than_it_was_seen_is_not_ticked_any_more(
    modules: Modules, changed: dict[str, Any], which: str
) -> None:
    ask_, charter = participate(
        modules,
        f"""{DO}
        await give(0);
        await charter();
        said["sen1/collection_offers"] = {{ ...said["sen1/collection_offers"],
            offers: [{{ ...said["sen1/collection_offers"].offers[0], sheet: said.changed }}] }};
        await again();
        return [all(".ask input")[0].checked, all(".agreeing input")[0].checked];""",
        READY,
        answers={"changed": changed},
    )
    assert (ask_, charter) == (which != "ask", which != "charter")


def test_the_charter_is_read_in_place_as_text(modules: Modules) -> None:
    before, open_, text, folded = participate(
        modules,
        f"""{DO}
        const before = all(".charter").length;
        await press("Read");
        const open = button("Fold").getAttribute("aria-expanded");
        const text = all(".charter")[0].textContent;
        const marks = all(".charter *").length;
        await press("Fold");
        return [before, open, [text, marks], all(".charter").length];""",
        told(offer(sheet(charter=f"{CHARTER}<b>x</b>"))),
    )
    assert (before, open_, folded) == (0, "true", 0)
    assert text == [f"{CHARTER}<b>x</b>", 0]


def test_what_the_home_cannot_give_cannot_be_ticked_and_leads_further(modules: Modules) -> None:
    disabled, links, said = participate(
        modules,
        f"""{DO}
        return [all(".ask input").map(({{ disabled }}) => disabled),
            all(".ask button.small").map(plain), page()];""",
        told(offer(sheet(ask("consumption", needed=True, choices=[]), ask("site", "")))),
    )
    assert disabled == [True, True]
    assert links == ["Add a meter or your home"] * 2
    assert "No sensor of the home measures this in such detail." in said
    assert "The sheet of your home is not filled in yet." in said


def test_a_refusal_is_told_in_words_and_the_page_is_read_anew(modules: Modules) -> None:
    page, kept, read = participate(
        modules,
        f"""{DO}
        const {{ callWS }} = house;
        house.callWS = async (message) => {{
            if (message.type !== "sen1/join_collection") return callWS(message);
            throw {{ code: "x", translation_key: "charter_changed" }};
        }};
        await give(0);
        await charter();
        join().click();
        await settled();
        return [page(), all(".ask input")[0].checked, sent("collection_offers").length];""",
        READY,
    )
    assert "You do not take part yet. What you ticked is still here." in page
    assert "component.sen1.exceptions.charter_changed.message" in page
    assert (kept, read) == (True, 2)


def test_no_thanks_gives_nothing_and_takes_the_invitation_away(modules: Modules) -> None:
    page, asked = participate(
        modules,
        f'{DO} await press("No thanks"); return [page(), sent("decline_collection")];',
        READY,
        answers={"sen1/decline_collection": told()},
    )
    assert [one["offer_id"] for one in asked] == ["o1"]
    assert "The invitation is taken away: nothing was given." in page
    assert "Have you received an invitation?" in page


# States


@pytest.mark.parametrize(
    ("known", "said", "buttons"),
    [
        (told(asked_for()), "The invitation is being asked for", ["Take the invitation away"]),
        (
            told(asked_for(state="failed", failed="wrong_key")),
            "The answer is not signed by the key that is in the link",
            ["Take the invitation away"],
        ),
        (
            told(asked_for(state="failed", failed="new_one")),
            "The invitation could not be read",
            ["Take the invitation away"],
        ),
        (
            told(offer(sheet(until="2026-11-01T00:00:00+01:00"))),
            "This collection ended on 31 October 2026",
            ["Take the invitation away"],
        ),
        (told(), "Have you received an invitation?", ["Read the invitation"]),
    ],
)
def test_each_state_is_a_page_with_what_to_do_next(
    modules: Modules, known: dict[str, Any], said: str, buttons: list[str]
) -> None:
    page, found = participate(modules, 'return [page(), all("button").map(plain)];', known)
    assert said in page
    assert found == buttons


def test_who_has_an_invitation_pastes_it_and_sees_no_other_first(modules: Modules) -> None:
    before, said, sent_to = participate(
        modules,
        """history.replaceState(null, "", "?box=");
        card.redraw();
        await settled();
        const before = [all(".paste").length, all(".inviter").length];
        const asked = [];
        card.hass.callWS = async (message) => {
            if (message.type !== "config_entries/get") return [];
            return [{ entry_id: "i", title: "I", supported_subentry_types: { friend: {} } }];
        };
        card.hass.callApi = async (method, path, data) => {
            asked.push([path, data.handler?.[1] ?? data.next_step_id]);
            return { type: "menu", flow_id: "f", step_id: "user", menu_options: ["address"] };
        };
        const field = all(".paste input")[0];
        field.value = "Come: xmpp:ibis@scorff.example?roster;sen1=0";
        field.dispatchEvent(new Event("input", {bubbles: true}));
        await settled();
        const said = plain(all("#link-help")[0]);
        all(".paste form")[0].requestSubmit();
        await settled();
        history.replaceState(null, "", location.pathname);
        return [before, said, asked.slice(0, 2)];""",
        told(offer(sheet())),
    )
    assert before == [1, 0]
    assert said == "An invitation to be friends: whose it is is shown next."
    flows = "config/config_entries/subentries/flow"
    assert sent_to == [[flows, "friend"], [f"{flows}/f", "address"]]


def test_without_an_account_one_starts_to_share(modules: Modules) -> None:
    page, buttons = participate(
        modules, 'return [page(), all("button").map(plain)];', told(accounts=())
    )
    assert "you need an address of your own first" in page
    assert buttons == ["Start sharing"]


def test_who_is_no_administrator_sees_who_can_answer_and_nothing_is_asked(modules: Modules) -> None:
    page, count = participate(
        modules,
        f"""{DO}
        house.user = {{ is_admin: false }};
        const asked = sent("collection_offers").length;
        await again();
        card.redraw();
        return [page(), sent("collection_offers").length - asked];""",
        READY,
    )
    assert page.endswith("An administrator answers invitations.")
    assert count == 0


def test_offline_nothing_is_lost_and_nothing_can_be_pressed(modules: Modules) -> None:
    page, off, ticked = participate(
        modules,
        f"""{DO}
        await give(0);
        await charter();
        house.connected = false;
        await card.take({{ ...house }});
        await settled();
        return [page(), join().disabled, all(".ask input")[0].checked];""",
        READY,
        language="fr",
    )
    assert page.startswith("Home Assistant")
    assert (off, ticked) == (True, True)


def test_what_cannot_be_read_is_read_again_by_a_button(modules: Modules) -> None:
    before, after = participate(
        modules,
        f"""{DO}
        card.known = undefined;
        const kept = said["sen1/collection_offers"];
        delete said["sen1/collection_offers"];
        await again();
        const before = [page(), all("button").map(plain)];
        said["sen1/collection_offers"] = kept;
        all("button")[0].click();
        await settled();
        return [before, page()];""",
        READY,
    )
    assert before[0].startswith("Your invitations could not be read")
    assert len(before[1]) == 1
    assert ORGANISER in after


def test_of_several_invitations_one_is_chosen(modules: Modules) -> None:
    chips, first, second = participate(
        modules,
        """const chips = all("[role=group] > button").map(plain);
        const first = plain(all(".inviter")[0]);
        await press("Other");
        return [chips, first, plain(all(".inviter")[0])];""",
        told(offer(), offer(sheet(title="Other"), offer_id="o2", title="Other", organiser="B")),
    )
    assert chips == [TITLE, "Other"]
    assert ORGANISER in first
    assert second.startswith("B")


# A link


def test_a_pasted_link_says_whose_it_is_before_it_is_opened(modules: Modules) -> None:
    before, said, asked, after = participate(
        modules,
        f"""{DO}
        const before = plain(all("#link-help")[0]);
        await write("input[name=link]", link_);
        const said_ = plain(all("#link-help")[0]);
        await press("Read the invitation");
        return [before, said_, sent("open_collection"), plain(all(".inviter")[0])];""".replace(
            "link_);", f"{LINK!r});"
        ),
        told(accounts=("Ibis", "Other")),
        answers={"sen1/open_collection": told(asked_for(), offer_id="o1")},
    )
    assert before == "It begins with xmpp:"
    assert said == f"{ORGANISER} invites you to “{TITLE}”"
    assert [(one["entry_id"], one["link"]) for one in asked] == [("i", LINK)]
    assert ORGANISER in after


def test_why_a_link_is_not_opened_is_said_and_the_link_stays(modules: Modules) -> None:
    page, link = participate(
        modules,
        f"""{DO}
        const {{ callWS }} = house;
        house.callWS = async (message) => {{
            if (message.type !== "sen1/open_collection") return callWS(message);
            throw {{ code: "x", translation_key: "own_collection" }};
        }};
        await write("input[name=link]", {LINK!r});
        await press("Read the invitation");
        return [page(), all("input[name=link]")[0].value];""",
        told(),
    )
    assert "The invitation could not be opened." in page
    assert "component.sen1.exceptions.own_collection.message" in page
    assert link == LINK


def test_a_link_that_is_over_is_not_opened(modules: Modules) -> None:
    over = LINK.replace("2028", "2020")
    off, said = participate(
        modules,
        f"""{DO}
        await write("input[name=link]", {over!r});
        return [button("Read the invitation").disabled, plain(all("#link-help")[0])];""",
        told(),
    )
    assert off is True
    assert said.startswith("This invitation ended on")


# What one takes part in


def test_what_one_takes_part_in_says_what_is_given_received_and_written(modules: Modules) -> None:
    note = {"text": "Meeting on 12 December.", "at": "2026-11-25T18:42:00+01:00"}
    page = participate(
        modules, "return page();", told(participations=(participation(notes=[note], name="Anne"),))
    )
    for said in (
        f"{TITLE}with {ORGANISER}no.\u00a0203, as “Anne”, since 24 Nov 2026",
        "until 31 December 2027",
        "going on",
        "Consumption of the homehalf-hour",
        "Curve of the group",
        "Meeting on 12 December.",
    ):
        assert said.replace("\u00a0", " ") in page.replace("\u00a0", " ")


@pytest.mark.parametrize("is_sure", [True, False])
def test_one_leaves_by_one_press_once_what_it_erases_was_read(
    modules: Modules, is_sure: bool
) -> None:
    question, asked, page = participate(
        modules,
        f"""{DO}
        await press("Leave: ");
        const question = plain(dialog());
        dialog().querySelector("button{".danger" if is_sure else ""}").click();
        await settled();
        return [question, sent("leave_collection"), page()];""",
        told(participations=(participation(),)),
        answers={"sen1/leave_collection": told()},
    )
    assert "The share ends at once." in question
    assert f"{ORGANISER} erases what came from you" in question
    assert [one["subentry_id"] for one in asked] == (["p1"] if is_sure else [])
    assert (f"You have left “{TITLE}”." in page) is is_sure


def test_a_new_charter_is_read_and_agreed_to_and_gives_nothing_more(modules: Modules) -> None:
    new = {"charter": "New.", "charter_version": 3, "charter_at": "2026-11-20T10:00:00+01:00"}
    new |= {"charter_id": "3-new", "is_charter": True, "challenge": None, "challenge_agreed": None}
    off, on, asked, page = participate(
        modules,
        f"""{DO}
        const off = button("Agree to the new charter").disabled;
        await charter();
        const on = button("Agree to the new charter").disabled;
        await press("Agree to the new charter");
        return [off, on, sent("agree_charter"), page()];""",
        told(participations=(participation(asks_again=new),)),
        answers={"sen1/agree_charter": told(participations=(participation(charter_version=3),))},
    )
    assert (off, on) == (True, False)
    assert [(one["subentry_id"], one["charter_id"]) for one in asked] == [("p1", "3-new")]
    assert "new charter" not in page


def test_of_the_words_of_others_none_becomes_markup(modules: Modules) -> None:
    html = "<img src=x onerror=alert(1)>"
    found = participate(
        modules,
        'return [all("img").length, page()];',
        told(
            offer(
                sheet(title=html, reason=html, responsible=html, contact=html, gives=[html]),
                organiser=html,
            ),
            participations=(participation(title=html, receives=[html]),),
        ),
    )
    assert found[0] == 0
    assert found[1].count(html) >= 6


def test_where_nothing_is_needed_a_series_is_ticked_nevertheless(modules: Modules) -> None:
    said = participate(
        modules,
        f"""{DO}
        const said = [sentence()];
        await give(1);
        return [...said, sentence()];""",
        told(offer(sheet(PRODUCTION, SITE))),
    )
    assert said == [
        "Tick at least one thing: nothing is given before.",
        "Tick a measure too: the sheet of the home is told with it.",
    ]


# To a challenge

CHALLENGE = {
    "rule": "corrected",
    "energies": ["electricity"],
    "reference": ["2025-11-03", "2025-12-28"],
    "action": ["2026-11-02", "2026-12-27"],
    "teams": ["Les Cormorans", "Les Ajoncs"],
}


def entering(*asks: dict[str, Any], **said: Any) -> dict[str, Any]:
    """Return an invitation to a challenge, which may ask for nothing but a score."""
    told_of = {"purpose": "challenge", "needs_age": True, "challenge": CHALLENGE}
    return told(offer(sheet() | {"asks": list(asks)} | told_of | said))


def test_a_challenge_says_its_rule_and_its_times_before_anything_is_pressed(
    modules: Modules,
) -> None:
    page = participate(modules, "await settled(); return page();", entering())
    for said in (
        "Corrected: each home is compared with what it would have used in this year\u2019s cold.",
        "Dates of the challenge2 November",
        "Compared with3 November",
        "your kWh stay with you.",
        "as soon as five homes of the team have one.",
        "What is savedelectricity",
    ):
        assert said in page
    assert "What do you give?" not in page


def test_nobody_enters_a_challenge_without_a_team_and_the_age(modules: Modules) -> None:
    steps, asked = participate(
        modules,
        f"""{DO}
        await settled();
        const steps = [[sentence(), join().disabled]];
        await choose(all("select[name=team]")[0], "2");
        await charter();
        steps.push([sentence(), join().disabled]);
        await tick(".of-age input");
        steps.push([sentence(), join().disabled]);
        join().click();
        await settled();
        return [steps, sent("join_collection")];""",
        entering(),
        answers={"sen1/join_collection": JOINED},
    )
    assert steps == [
        ["Choose your team.", True],
        ["Say that you may decide this.", True],
        [
            "your score, in the team “Les Ajoncs”, to 1 receiver, until 31 December 2027",
            False,
        ],
    ]
    (sent,) = asked
    assert (sent["team"], sent["gives"], sent["is_of_age"]) == (2, {}, True)


def test_what_a_challenge_asks_besides_is_given_besides(modules: Modules) -> None:
    said, asked = participate(
        modules,
        f"""{DO}
        await settled();
        await choose(all("select[name=team]")[0], "1");
        await give(0);
        await charter();
        await tick(".of-age input");
        const said = sentence();
        join().click();
        await settled();
        return [said, sent("join_collection")[0]];""",
        entering(CONSUMPTION),
        answers={"sen1/join_collection": JOINED},
    )
    assert said.startswith("your score, in the team “Les Cormorans”, 1 share, to 1 receiver")
    assert (asked["team"], asked["gives"]) == (1, {"consumption": "consumption"})


def test_no_team_is_asked_for_where_there_is_no_challenge(modules: Modules) -> None:
    selects, asked = participate(
        modules,
        f"""{DO}
        await give(0);
        await charter();
        join().click();
        await settled();
        return [all("select[name=team]").length, sent("join_collection")[0]];""",
        READY,
        answers={"sen1/join_collection": JOINED},
    )
    assert (selects, "team" in asked) == (0, False)


def test_from_what_one_takes_part_in_a_challenge_is_one_press_away(modules: Modules) -> None:
    known = told(
        participations=(
            participation(challenge=CHALLENGE, team=2),
            participation(subentry_id="p2", challenge=None, team=None),
        )
    )
    beside, links = participate(
        modules,
        """return [
            location.pathname.replace(/[^/]*$/, "challenge"),
            all("a.button").map((one) => [plain(one), one.getAttribute("href")]),
        ];""",
        known,
    )
    assert [path for label, path in links if label == "See the challenge"] == [beside]


def changed(charter_version: int = 2, **said: Any) -> dict[str, Any]:
    """Return a challenge of which something else is asked than was agreed to."""
    again = {
        "charter": "New.",
        "charter_id": f"{charter_version}-digest",
        "charter_version": charter_version,
        "charter_at": "2026-11-20T10:00:00+01:00",
        "is_charter": charter_version > 2,
        "challenge": CHALLENGE | said,
        "challenge_agreed": CHALLENGE,
    }
    return participation(asks_again=again, challenge=None, team=None)


@pytest.mark.parametrize(
    ("language", "said", "expected"),
    [
        ("en-GB", {"rule": "percentage"}, "Not as you agreed to: its rule."),
        (
            "en-GB",
            {
                "action": ["2026-11-09", "2026-12-27"],
                "reference": ["2025-11-10", "2025-12-28"],
                "energies": ["electricity", "gas"],
            },
            "Not as you agreed to: its dates, the weeks that it is compared with and what is "
            "saved.",
        ),
        (
            "fr",
            {"energies": ["gas"]},
            "Ce n\u2019est plus ce que vous aviez accepté\u00a0: ce qui s\u2019économise.",
        ),
    ],
)
def test_of_a_challenge_that_changed_it_is_said_what(
    modules: Modules, language: str, said: dict[str, Any], expected: str
) -> None:
    page = participate(
        modules,
        "await settled(); return page();",
        told(participations=(changed(**said),)),
        language=language,
    )
    assert expected.replace("\u00a0", " ") in page.replace("\u00a0", " ")
    assert "new charter" not in page
    assert "nouvelle charte" not in page


def test_a_changed_challenge_is_shown_and_agreed_to_by_one_press(modules: Modules) -> None:
    later: dict[str, Any] = {
        "rule": "percentage",
        "action": ["2026-11-09", "2026-12-20"],
        "energies": ["electricity", "gas"],
    }
    page, ticks, asked, after = participate(
        modules,
        f"""{DO}
        await settled();
        const seen = [page(), all(".agreeing").length];
        await press("Agree to the changed challenge");
        return [...seen, sent("agree_charter"), page()];""",
        told(participations=(changed(**later),)),
        answers={"sen1/agree_charter": told(participations=(participation(),))},
    )
    for said in (
        f"{ORGANISER} has changed the challenge",
        "Plain percentage: each home is compared with what it used",
        "Dates of the challenge9 November",
        "Compared with3 November",
        "What is savedelectricity and gas",
        "Until you agree, your home says no score.",
    ):
        assert said in page
    assert ticks == 0
    (agreed,) = asked
    assert (agreed["subentry_id"], agreed["charter_id"]) == ("p1", "2-digest")
    assert agreed["challenge"] == CHALLENGE | later
    assert "has changed the challenge" not in after


def test_a_changed_challenge_with_a_new_charter_waits_until_the_charter_is_ticked(
    modules: Modules,
) -> None:
    page, off, on = participate(
        modules,
        f"""{DO}
        await settled();
        const off = button("Agree to both").disabled;
        await charter();
        return [page(), off, button("Agree to both").disabled];""",
        told(participations=(changed(charter_version=3, rule="percentage"),)),
    )
    assert f"{ORGANISER} has changed the challenge and its charter" in page
    assert (off, on) == (True, False)


def test_a_new_charter_of_a_challenge_that_is_as_it_was_is_a_new_charter_alone(
    modules: Modules,
) -> None:
    page = participate(
        modules,
        "await settled(); return page();",
        told(participations=(changed(charter_version=3, teams=["Others"]),)),
    )
    assert f"{ORGANISER} proposes a new charter" in page
    assert "Dates of the challenge" not in page
