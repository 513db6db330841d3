"""A collection as its organiser sees it: figures, who is missing, members, notes, the link."""

from collections.abc import Sequence
from typing import Any

import pytest

from .collecting_home import (
    ASKS,
    LINK,
    ORGANISER,
    TITLE,
    WAITING,
    absent,
    collect,
    collection,
    group,
    member,
    silent,
    village,
)
from .conftest import Modules

DO = """
    const sent = (type) => calls.filter((call) => call.type === `sen1/${type}`);
    const rows = () => all(".members tbody tr:not(.folds), .each > li:not(.folds)").map(plain);
    const choose = async (place) => { all(".members input")[place].click(); await settled(); };
    const write = async (element, value) => {
        element.value = value;
        element.dispatchEvent(new Event("input", {bubbles: true}));
        await settled();
    };
    const again = async () => { await card.read(); await settled(); };
"""
ALL = village()
VILLAGE = collection(*ALL)
WITHOUT_LIST = collection(*ALL[:12], absent=[], imported_at=None, shares=None, coverage=None)
FEW = collection(silent(41, 9), member(1, name="Anne Riou", shares=10), WAITING)


def figures(page: Sequence[str]) -> str:
    return " | ".join(page).replace("\u00a0", " ")


def test_the_figures_add_up(modules: Modules) -> None:
    shown = collect(modules, 'return all(".numbers > div").map(plain);', VILLAGE, language="en-GB")
    assert figures(shown) == (
        "Members come287 of 30096%; 13 have not come"
        " | Up to date268 members11 silent, 5 waiting, 3 paused"
        " | Shares of members come582 of 60796% of the shares"
        " | Readings received94%of members come, over 30 days"
    )


def test_without_a_list_no_shares_are_told_and_the_list_is_asked_for(modules: Modules) -> None:
    shown, page = collect(
        modules,
        'return [all(".numbers > div").map(plain), page()];',
        WITHOUT_LIST | {"counts": WITHOUT_LIST["counts"] | {"expected": None}},
    )
    assert len(shown) == 2
    assert shown[0] == "Members come12"
    assert "Who is missing?" in page


def test_who_has_not_come_is_named_with_shares_and_the_others_are_counted(modules: Modules) -> None:
    few, page, everyone = collect(
        modules,
        """const few = all(".absent > li").map(plain);
        const said = page();
        await press("and 9 others");
        return [few, said, all(".absent > li").length];""",
        VILLAGE,
    )
    assert few[0].startswith("017 Jean Caradec1 share")
    assert few[4] == "and 9 others18 shares"
    assert "13 have not come" in page
    assert "from your list of 300, taken in on 2 Oct 2026; 25 shares" in page
    assert everyone == 13


def test_members_stand_by_what_needs_a_gesture_and_long_groups_are_folded(modules: Modules) -> None:
    shown, folds, foot, unfolded = collect(
        modules,
        f"""{DO}
        const folds = () => all(".members .folds").map(plain);
        const first = [rows(), folds(), plain(all(".totals")[0])];
        await press("and 8 other silent ones");
        return [...first, [rows().length, folds()[0]]];""",
        VILLAGE,
    )
    assert [row[:3] for row in shown] == [
        "041",
        "187",
        "233",
        "010",
        "014",
        "001",
        "016",
        "017",
        "018",
    ]
    assert "nothing for 9 days, home offline" in shown[0]
    assert "nothing for 6 days, meter mute" in shown[1]
    assert "agreed on 24 Nov, sensor without a value" in shown[3]
    assert "by the member, since 20 Nov" in shown[4]
    assert folds == [
        "and 8 other silent ones",
        "and 4 others waiting",
        "and 2 others paused",
        "and 264 others up to date",
    ]
    assert foot == "Total: 287 members, 582 shares9 shown, 278 folded"
    assert unfolded == [17, "and 4 others waiting"]


def test_members_are_sought_filtered_and_sorted(modules: Modules) -> None:
    chips, sought, filtered, order = collect(
        modules,
        f"""{DO}
        const chips = all(".searching [aria-pressed]").map(plain);
        await write(all("input[type=search]")[0], "yann");
        const sought = rows();
        await write(all("input[type=search]")[0], "");
        await press("Silent");
        const filtered = rows().length;
        const head = (label) => all("thead button").find((one) => plain(one).startsWith(label));
        head("No.").click();
        await settled();
        const up = [rows()[0].slice(0, 3), all("[aria-sort]")[0].getAttribute("aria-sort")];
        head("No.").click();
        await settled();
        return [chips, sought, filtered, [...up, rows()[0].slice(0, 3)]];""",
        VILLAGE,
    )
    assert chips == ["Come 287", "Up to date 268", "Silent 11", "Waiting 5", "Paused 3"]
    assert len(sought) == 1
    assert "Yann Le Bris" in sought[0]
    assert filtered == 11
    assert order == ["002", "ascending", "233"]


def test_a_thousand_members_are_drawn_by_fifties(modules: Modules) -> None:
    drawn, more = collect(
        modules,
        f"""{DO}
        const head = all("thead button").find((one) => plain(one).startsWith("No."));
        head.click();
        await settled();
        const drawn = rows().length;
        await press("and 950 others");
        return [drawn, rows().length];""",
        collection(*village(1000)),
    )
    assert (drawn, more) == (50, 100)


@pytest.mark.parametrize("width", [1000, 390])
def test_a_note_goes_to_those_that_are_ticked_and_says_where_it_arrives(
    modules: Modules, width: int
) -> None:
    bar, dialog, off, asked, page, chosen = collect(
        modules,
        f"""{DO}
        await choose(1);
        await choose(2);
        const bar = plain(all(".chosen-bar")[0]);
        await press("Write a note");
        const said = plain(dialog());
        const send = () => button("Send to 2 members");
        const off = send().disabled;
        await write(dialog().querySelector("textarea"), "  Is your home offline? ");
        send().click();
        await settled();
        return [bar, said, off, sent("collection_note"), page(),
            all(".members input").filter(({{ checked }}) => checked).length];""",
        VILLAGE,
        width=width,
        answers={"sen1/collection_note": {"told": 2}},
    )
    assert bar.startswith("2 chosen")
    assert f"with the name of {ORGANISER}" in bar
    assert "It arrives in their Home Assistant" in dialog
    assert "500 characters left" in dialog
    assert off is True
    assert asked == [
        {
            "type": "sen1/collection_note",
            "subentry_id": "c1",
            "numbers": [41, 187],
            "text": "Is your home offline?",
        }
    ]
    assert "Note sent to 2 members." in page
    assert chosen == 0


def test_all_of_a_filter_are_chosen_also_the_folded_ones(modules: Modules) -> None:
    label, bar, asked = collect(
        modules,
        f"""{DO}
        await press("Silent");
        const label = plain(all(".chosen-bar")[0]);
        await choose(0);
        const bar = plain(all(".chosen-bar")[0]);
        await press("Write a note");
        await write(dialog().querySelector("textarea"), "Hello");
        await press("Send to 11 members");
        return [label, bar, sent("collection_note")[0].numbers];""",
        VILLAGE,
        answers={"sen1/collection_note": {"told": 11}},
    )
    assert label == "Choose all (11)"
    assert bar.startswith("11 chosen")
    assert sorted(asked) == sorted(one["number"] for one in ALL if one["state"] == "silent")


def test_what_is_typed_ticked_and_unfolded_stays_when_an_answer_comes(modules: Modules) -> None:
    kept = collect(
        modules,
        f"""{DO}
        await press("and 8 other silent ones");
        await choose(2);
        await write(all("input[type=search]")[0], "0");
        all("input[type=search]")[0].focus();
        await again();
        return [all("input[type=search]")[0].value, card.root.activeElement.type,
            plain(all(".chosen-bar")[0]).slice(0, 8)];""",
        VILLAGE,
    )
    assert kept == ["0", "search", "1 chosen"]


@pytest.mark.parametrize("is_sure", [True, False])
def test_one_member_is_removed_once_that_is_confirmed(modules: Modules, is_sure: bool) -> None:
    question, asked, page = collect(
        modules,
        f"""{DO}
        await choose(1);
        await press("Remove no.");
        const question = plain(dialog());
        dialog().querySelector("button{".danger" if is_sure else ""}").click();
        await settled();
        return [question, sent("remove_member"), page()];""",
        FEW,
        answers={"sen1/remove_member": {"collections": [collection(member(1))]}},
    )
    assert "What came from this member is erased here" in question
    assert [one["number"] for one in asked] == ([41] if is_sure else [])
    assert ("041 is removed" in page) is is_sure


def test_several_are_not_removed_at_once(modules: Modules) -> None:
    buttons = collect(
        modules,
        f'{DO} await choose(1); await choose(2); return all(".chosen-bar button").map(plain);',
        VILLAGE,
    )
    assert buttons == ["Write a note…"]


def test_all_rows_that_are_sought_go_into_the_file(modules: Modules) -> None:
    name, lines = collect(
        modules,
        """let kept;
        instead(URL, "createObjectURL", (blob) => { kept = blob; return "blob:x"; });
        let file;
        instead(HTMLAnchorElement.prototype, "click", function () { file = this.download; });
        await press("Silent");
        button("CSV").click();
        while (!kept) await painted();
        const text = await kept.text();
        return [file, text.split("\\r\\n")];""",
        VILLAGE,
    )
    assert name == "members.csv"
    assert lines[0].removeprefix("\ufeff") == (
        'No.,Name,Since,Shares,Last reading,"Received, 30 days, %",State,What is missing,'
        "Charter agreed to"
    )
    assert len(lines) == 1 + 11 + 1
    assert lines[1] == (
        '041,,2026-10-03 10:00,2,2026-11-17 04:10,70,silent,"nothing for 9 days, home offline",2'
    )


# The list


READ = {
    "rows": 298,
    "matched": 285,
    "refused": [{"row": 12, "reason": "bad_shares"}, {"row": 40, "reason": "twice"}],
    "unknown": [],
    "before": 300,
    "lost": ["Anne Riou", "Jean Caradec"],
}


def test_a_list_is_seen_before_it_is_taken_and_can_be_put_back(modules: Modules) -> None:
    seen, lines, early, asked, told, undone, is_open = collect(
        modules,
        f"""{DO}
        await press("New list (CSV)");
        await write(dialog().querySelector("textarea"), "name;shares\\nAnne;3");
        await press("Read this list");
        const seen = plain(dialog());
        const lines = [...dialog().querySelectorAll("li")].map(plain);
        const early = sent("import_members").length;
        await press("Take this list");
        const told = plain(dialog());
        const asked = [...sent("preview_members"), ...sent("import_members")];
        await press("Put the list before back");
        return [seen, lines, early, asked, told, sent("restore_members"), dialog() !== null];""",
        VILLAGE,
        answers={
            "sen1/preview_members": {"collections": [VILLAGE]} | READ,
            "sen1/import_members": {"collections": [VILLAGE]} | READ,
            "sen1/restore_members": {"collections": [VILLAGE]},
        },
    )
    text = "name;shares\nAnne;3"
    assert [(one["subentry_id"], one["text"]) for one in asked] == [("c1", text)] * 2
    assert early == 0
    assert "298 lines, 285 of which have come already" in seen
    assert "It replaces the list there is, of 300 lines." in seen
    assert "whom the list before told: Anne Riou, Jean Caradec." in seen
    assert "298 lines taken, 285 of which have come already" in told
    assert [one["subentry_id"] for one in undone] == ["c1"]
    assert is_open is False
    assert "2 lines were not taken:" in seen
    assert lines == [
        "line 12: the shares are no number",
        "line 40: the number or the address of a line above",
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
def test_a_file_of_a_spreadsheet_is_taken_in_either_alphabet(
    modules: Modules, encoding: str
) -> None:
    content = list("nom;parts\nLucie Hénaff;3".encode(encoding))
    asked = collect(
        modules,
        f"""{DO}
        await press("New list (CSV)");
        const files = new DataTransfer();
        files.items.add(new File([new Uint8Array({content})], "members.csv"));
        const input = dialog().querySelector("input[type=file]");
        input.files = files.files;
        input.dispatchEvent(new Event("change", {{bubbles: true}}));
        await settled();
        await press("Read this list");
        return sent("preview_members")[0].text;""",
        VILLAGE,
    )
    assert asked == "nom;parts\nLucie Hénaff;3"


def test_a_list_that_is_refused_stays_and_says_why(modules: Modules) -> None:
    said, text, empty = collect(
        modules,
        f"""{DO}
        const {{ callWS }} = house;
        house.callWS = async (message) => {{
            if (message.type !== "sen1/preview_members") return callWS(message);
            throw {{ code: "x", translation_key: "list_heads_needed" }};
        }};
        await press("New list (CSV)");
        await press("Read this list");
        const empty = plain(dialog());
        await write(dialog().querySelector("textarea"), "1;2");
        await press("Read this list");
        return [plain(dialog()), dialog().querySelector("textarea").value, empty];""",
        VILLAGE,
    )
    assert "Choose a file, or paste lines." in empty
    assert "component.sen1.exceptions.list_heads_needed.message" in said
    assert text == "1;2"


def test_somebody_of_the_list_is_matched_by_hand_with_a_member(modules: Modules) -> None:
    none, found, asked, is_open = collect(
        modules,
        f"""{DO}
        await press("This is a member…: 017 Jean Caradec");
        const input = () => dialog().querySelector("input");
        const said = () => [plain(dialog().querySelector("#match-said")),
            button("It is this member").disabled];
        await write(input(), "4000");
        const none = said();
        await write(input(), "041");
        const found = said();
        button("It is this member").click();
        await settled();
        return [none, found, sent("match_member"), dialog() !== null];""",
        VILLAGE,
        answers={"sen1/match_member": {"collections": [VILLAGE]}},
    )
    assert none == ["No member has this number.", True]
    assert found == ["member 041, no name", False]
    assert [(one["subentry_id"], one["row"], one["number"]) for one in asked] == [("c1", 0, 41)]
    assert is_open is False


@pytest.mark.parametrize("is_refused", [False, True])
def test_a_match_by_hand_is_undone_on_the_row_of_its_member(
    modules: Modules, is_refused: bool
) -> None:
    jean = member(41, matched={"row": 3, "name": "Jean Caradec"})
    others, asked, page = collect(
        modules,
        f"""{DO}
        await choose(2);
        const others = plain(all(".chosen-bar")[0]);
        await choose(2);
        await choose(1);
        await press("Is not Jean Caradec");
        return [others, sent("match_member"), page()];""",
        collection(jean, member(42)),
        answers={}
        if is_refused
        else {"sen1/match_member": {"collections": [collection(member(41))]}},
    )
    assert "Is not" not in others
    assert [(one["subentry_id"], one["row"], "number" in one) for one in asked] == [
        ("c1", 3, False)
    ]
    assert ("no. 041 is not Jean Caradec any more" in page.replace("\u00a0", " ")) is not is_refused
    assert ("The match could not be undone." in page) is is_refused


def test_the_reminder_is_a_text_to_copy_for_those_without_sen1(modules: Modules) -> None:
    lines, names = collect(
        modules,
        """await press("Rappel aux 13");
        return [all("#reminder p").map(plain), plain(all("#absent-names")[0])];""",
        VILLAGE,
        language="fr",
    )
    assert lines[0] == "Bonjour,"
    assert TITLE in lines[1]
    assert LINK in lines
    assert names.startswith("017 Jean Caradec, 301 Lucie Hénaff")


# The link


def test_the_link_has_a_code_a_text_in_both_languages_and_is_copied(modules: Modules) -> None:
    link, code, first, second, said = collect(
        modules,
        """await press("Invite");
        const link = plain(all("#collection-link")[0]);
        const code = all("dialog .qr").length;
        const lines = () => all("#collection-text p").map(plain);
        const first = lines();
        const select = dialog().querySelector("select");
        select.value = "fr";
        select.dispatchEvent(new Event("change", {bubbles: true}));
        await settled();
        const second = lines();
        await press("Copy the link");
        return [link, code, first, second, all("dialog .said").length];""",
        VILLAGE,
    )
    assert (link, code) == (LINK, 1)
    assert first == ["Hello,", "open this link:", LINK]
    assert second == ["Bonjour,", "ouvrez ce lien :", LINK]
    assert said == 1


@pytest.mark.parametrize("is_sure", [True, False])
def test_the_link_is_changed_once_that_is_confirmed(modules: Modules, is_sure: bool) -> None:
    new = LINK.replace("K7QF", "NEW0")
    link, asked, told = collect(
        modules,
        f"""{DO}
        await press("Invite");
        await press("Change the link");
        const question = all("dialog")[1];
        question.querySelector("button{".danger" if is_sure else ""}").click();
        await settled();
        return [plain(all("#collection-link")[0]), sent("renew_collection_link").length,
            plain(dialog())];""",
        VILLAGE,
        answers={
            "sen1/renew_collection_link": {"collections": [VILLAGE | {"link": new}]},
        },
    )
    assert (link, asked) == ((new, 1) if is_sure else (LINK, 0))
    assert ("The link has changed" in told) is is_sure


# States


def test_without_a_collection_one_is_added(modules: Modules) -> None:
    page, buttons = collect(modules, 'return [page(), all("button").map(plain)];')
    assert page.startswith("You have no collection")
    assert buttons == ["Add a collection"]


def test_before_anybody_has_come_the_link_is_sent(modules: Modules) -> None:
    page = collect(modules, "return page();", collection(absent=absent(3)))
    assert "Nobody has come yet" in page
    assert "Send the link" in page
    assert "Members come0 of 3" in page.replace("\u00a0", " ")


AS_OTHER = "house.user = { is_admin: false }; await again();"
LEFT_OUT = ("members", "absent", "link", "qr", "text", "imported_at")
PROJECTS = [{"project": "roof", "title": "Roof of the school"}]
SHOWN = """return {
    heading: plain(all(".page-head h2")[0]),
    figures: all(".numbers > div").length,
    ways: all("button, a").map(named),
    cards: all("ha-card").map((one) => one.className),
    page: page(),
};"""


def looked_at(of: dict[str, Any]) -> dict[str, Any]:
    """Return a collection as who looks at it is told."""
    return {key: value for key, value in of.items() if key not in LEFT_OUT} | {"role": "look"}


def test_who_looks_sees_what_all_came_to_and_no_member(modules: Modules) -> None:
    of = collection(*ALL, asks=ASKS, projects=PROJECTS, shares_told=False)
    answers = {"sen1/collection_group": group()}
    shown = collect(modules, f"{DO}{AS_OTHER}{SHOWN}", looked_at(of), answers=answers)
    assert (shown["heading"], shown["figures"], shown["ways"]) == (
        TITLE,
        4,
        ["Mean", "Sum", "Median"],
    )
    assert shown["cards"] == ["gap", "group-card", "told-shares"]
    assert "Roof of the school" in shown["page"]
    assert "Yann Le Bris" not in shown["page"]


def test_who_looks_invites_nobody_to_what_nobody_gives_yet(modules: Modules) -> None:
    answers = {"sen1/collection_group": group(0, hours=[], median=[], gaps=[])}
    shown = collect(
        modules, f"{DO}{AS_OTHER}{SHOWN}", looked_at(collection(asks=ASKS)), answers=answers
    )
    assert "Nobody gives a consumption yet" in shown["page"]
    assert shown["ways"] == []


def test_who_organises_does_all_but_what_is_done_among_the_settings(modules: Modules) -> None:
    administrator = collect(modules, f"{DO}{SHOWN}", VILLAGE)
    other = collect(modules, f"{DO}{AS_OTHER}{SHOWN}", VILLAGE | {"role": "organise"})
    assert [way for way in administrator["ways"] if way not in other["ways"]] == [
        "Set up",
        "Add a collection",
    ]
    assert administrator["cards"] == other["cards"]


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param("return { collections: [] };", id="of this there is none"),
        pytest.param('throw { code: "unauthorized" };', id="nothing may be looked at any more"),
    ],
)
def test_who_may_look_at_none_is_told_who_can_change_that(modules: Modules, answer: str) -> None:
    page, ways = collect(
        modules,
        f"""{DO}
        house.callWS = async () => {{ {answer} }};
        {AS_OTHER}
        return [page(), all("a, button").length];""",
        VILLAGE,
    )
    assert page.startswith("No collection is shown to you.An administrator can give you the role")
    assert ways == 0


def test_offline_what_is_known_stays_and_nothing_is_changed(modules: Modules) -> None:
    page, off = collect(
        modules,
        f"""{DO}
        await choose(1);
        house.connected = false;
        await card.take({{ ...house }});
        await settled();
        return [page(), all(".chosen-bar button").map(({{ disabled }}) => disabled)];""",
        VILLAGE,
    )
    assert TITLE in page
    assert set(off) == {True}


def test_of_several_collections_one_is_shown(modules: Modules) -> None:
    first, second = collect(
        modules,
        """const title = () => plain(all(".page-head h2")[0]);
        const first = title();
        await press("School");
        return [first, title()];""",
        FEW,
        FEW | {"subentry_id": "c2", "title": "School"},
    )
    assert (first, second) == (TITLE, "School")


def test_a_link_leads_to_one_of_several_collections(modules: Modules) -> None:
    title = collect(
        modules,
        f"""{DO}
        const before = location.pathname + location.search;
        history.replaceState(null, "", "?of=77aa00c2d4e5f602");
        try {{
            await again();
            return plain(all(".page-head h2")[0]);
        }} finally {{ history.replaceState(null, "", before); }}""",
        FEW,
        FEW | {"subentry_id": "c2", "collection": "77aa00c2d4e5f602", "title": "School"},
    )
    assert title == "School"


@pytest.mark.parametrize("width", [1000, 390])
def test_on_a_phone_each_member_is_a_block_with_the_same_rows(modules: Modules, width: int) -> None:
    rows, tables, is_wider = collect(
        modules,
        f"""{DO}
        return [rows().map((one) => one.slice(0, 3)), all(".members table").length,
            card.frame.scrollWidth > card.frame.clientWidth];""",
        VILLAGE,
        width=width,
    )
    assert rows == ["041", "187", "233", "010", "014", "001", "016", "017", "018"]
    assert tables == (1 if width > 760 else 0)
    assert is_wider is False


def test_the_readings_of_one_member_are_a_click_away(modules: Modules) -> None:
    shown = collect(
        modules,
        f"""{DO}
        house.states = {{ ...house.states, "sensor.member_41": {{ attributes: {{}} }} }};
        await choose(1);
        let shown;
        card.frame.addEventListener("hass-more-info", ({{ detail }}) => {{
            shown = detail.entityId;
        }});
        await press("Readings: ");
        return shown;""",
        FEW,
    )
    assert shown == "sensor.member_41"


def test_of_names_none_becomes_markup(modules: Modules) -> None:
    html = "<img src=x onerror=alert(1)>"
    missing: list[dict[str, Any]] = [{"row": 0, "number": None, "name": html, "shares": 1}]
    images, page = collect(
        modules,
        'return [all("img").length, page()];',
        collection(member(1, name=html), title=html, account=html, absent=missing),
    )
    assert images == 0
    assert page.count(html) == 4
