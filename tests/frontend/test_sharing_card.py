"""What leaves the house and what is held of others, drawn on a blank page."""

import re
from typing import Any

import pytest

from .conftest import Modules
from .sharing_home import account, demo, grant, held, known, play, series, trusted
from .test_sharing_sentences import DIFFERENCE
from .town import HASS, SHOW, Town

GRANT = {
    "friend": "Ibis",
    "friend_id": "ibis",
    "kind": "home",
    "state": "active",
    "purpose": "friends",
    "until": "2027-11-24T00:00:00+01:00",
    "members": None,
    "seen": True,
    "readings": 0,
    "bytes": 0,
    "last_sent": None,
}
HELD = {
    "friend": "Ibis",
    "series": "Power",
    "unit": "W",
    "granularity": "live",
    "status": "waiting",
    "readings": 0,
    "last_reading": None,
    "until": None,
    "retention_days": None,
    "may_forward": False,
}


def said(modules: Modules, width: int, grant: dict[str, Any], granularity: str = "live") -> str:
    """Return what the card says of one grant, and of one series that is held."""
    series = {
        "publication": "power",
        "title": "Power",
        "granularity": granularity,
        "grants": [GRANT | grant],
    }
    account = {"entry_id": "a", "title": "a", "online": True, "withdrawn": [], "requests": []}
    account |= {"asked": [], "shares": [series], "holds": [HELD]}
    code = f"""{HASS}{SHOW}
        const house = hass(told);
        const {{ callWS }} = house;
        house.localize = (key) => key.split(".").at(-1);
        house.loadBackendTranslation = async () => house.localize;
        house.callWS = async (message) =>
            message.type === "sen1/sharing" ? {{ accounts: [account] }} : callWS(message);
        const card = await shown("sharing", {{}}, house);
        card.width = width;
        await card.read();
        return card.frame.innerText;
    """
    text = modules.run(code, told=Town(1).given, account=account, width=width)
    return re.sub(r"\s+", " ", text)


@pytest.mark.parametrize("width", [400, 1000])
@pytest.mark.parametrize(
    ("grant", "granularity", "why"),
    [
        pytest.param({"seen": False}, "live", "Waiting for their SEN1 to answer", id="unseen"),
        pytest.param({}, "live", "the next change is sent", id="nothing measured yet"),
        pytest.param({}, "P1D", "Waiting for a first whole period", id="a day is not over"),
    ],
)
def test_a_share_of_which_nothing_was_sent_says_what_is_waited_for(
    modules: Modules, width: int, grant: dict[str, Any], granularity: str, why: str
) -> None:
    told = said(modules, width, grant, granularity)
    assert why in told
    assert not re.search(r"\b0 |nothing yet", told)


@pytest.mark.parametrize("width", [400, 1000])
def test_a_share_says_no_count_and_nothing_while_it_rests(modules: Modules, width: int) -> None:
    sent = {"readings": 12, "bytes": 480, "last_sent": "2026-11-24T14:00:00+00:00"}
    told = said(modules, width, sent)
    assert "12" not in told.split("What I receive")[0].replace("11/12", "")
    paused = said(modules, width, {"state": "paused"})
    assert "the next change is sent" not in paused


def test_how_much_was_sent_stands_in_the_journal_alone(modules: Modules) -> None:
    before, rows = play(
        modules,
        """const before = page(); await press("The journal");
        return [before, all(".rows.plain > div").map(plain)];""",
        sharing=MANY,
        trust=trusted(known("Coop")),
    )
    assert "35 values" not in before
    assert rows[0] == "Coop35 values, 2 kB"


def test_what_is_wrong_stands_open(modules: Modules) -> None:
    def is_open(**more: Any) -> Any:
        return play(
            modules,
            'return button("Trust").getAttribute("aria-expanded");',
            sharing=MANY,
            trust=trusted(known("Coop", days=(9, 9, 0, 0)), **more),
        )

    assert is_open() == "false"
    assert is_open(state="broken") == "true"


def test_what_members_gave_is_told_by_what_they_were_asked(modules: Modules) -> None:
    given = held("Our roofs", "x", 9, publication="consumption", count=38, members=38)
    page, sent = play(
        modules,
        """const page_ = page(); await press("Our roofs"); await press("Erase: Consumption");
        const title = plain(dialog().querySelector("h2"));
        return [page_, title];""",
        sharing=account(holds=(given,)),
    )
    assert "38 measures of 1" in page
    assert "38 homes" in page
    assert "of “Our roofs”?" in sent


MANY = account(
    series("Use", "PT30M", grant("Coop", readings=20), grant("Dune", state="paused")),
    series("Live", "live", grant("Coop", readings=5, until="2026-12-12T00:00:00+01:00")),
    series("Days", "P1D", *(grant(name) for name in ("Coop", "Dune", "Fern", "Gorse", "Heath"))),
    series("Heat", "PT1H", *(grant(name) for name in ("Ivy", "Juniper", "Kelp", "Lichen"))),
    holds=(
        held("Coop", "Roof", 100),
        held("Dune", "Power", 7),
        *(held("Fern", f"Series {n}", 1) for n in range(6)),
    ),
)


@pytest.mark.parametrize("width", [400, 1000])
def test_shares_stand_in_groups_that_unfold(modules: Modules, width: int) -> None:
    folded, unfolded, header = play(
        modules,
        """const folded = page(); await press("Coop");
        return [folded, page(), plain(all("h2 + p")[0])];""",
        sharing=MANY,
        width=width,
    )
    assert header == "12 shares to 9 receivers: 11 active, 1 paused."
    assert "Use, Live and 1 more" in folded
    assert unfolded.count("Live") > folded.count("Live")


@pytest.mark.parametrize("width", [400, 1000])
def test_small_homes_stand_in_one_row_that_unfolds(modules: Modules, width: int) -> None:
    folded, unfolded = play(
        modules,
        """const folded = page(); await press("7 other homes"); return [folded, page()];""",
        sharing=MANY,
        width=width,
    )
    assert "JuniperHeat" not in folded
    assert "JuniperHeat" in unfolded


@pytest.mark.parametrize("width", [400, 1000])
def test_a_whole_group_is_paused_and_withdrawn(modules: Modules, width: int) -> None:
    paused, question, withdrawn = play(
        modules,
        """const changes = (kind) => calls.filter(({ change }) => change === kind)
            .map(({ friend, publication }) => [friend, publication]);
        await press("Pause: Coop, 3 measures");
        const paused = changes("pause");
        await press("Withdraw: Coop, 3 measures");
        const question = plain(dialog());
        dialog().querySelector("button.danger").click();
        await settled();
        return [paused, question, changes("withdraw")];""",
        sharing=MANY,
        width=width,
    )
    assert paused == withdrawn == [["coop", "use"], ["coop", "live"], ["coop", "days"]]
    assert "Withdraw all 3 measures from “Coop”?" in question


def test_one_of_a_group_is_paused_alone(modules: Modules) -> None:
    paused = play(
        modules,
        """await press("Coop"); await press("Pause: Live, Coop");
        return calls.filter(({ change }) => change).map(({ publication }) => publication);""",
        sharing=MANY,
    )
    assert paused == ["live"]


def test_shares_stand_by_series_too(modules: Modules) -> None:
    names, question = play(
        modules,
        """await press("By measure");
        const names = [...all(".grouped")[0].querySelectorAll(":scope > li .fold")].map(plain);
        await press("Withdraw: Heat, 4 friends");
        return [names, plain(dialog())];""",
        sharing=MANY,
    )
    assert names[:4] == ["Days", "Heat", "Use", "Live"]
    assert "Withdraw “Heat” from all 4 friends?" in question


def test_shares_are_narrowed_by_state_and_by_name(modules: Modules) -> None:
    paused, found, none = play(
        modules,
        """await press("Paused 1");
        const paused = all(".grouped .fold").map(plain);
        await press("All 12");
        const seek = async (text) => {
            const input = all("input[type=search]")[0];
            input.value = text;
            input.dispatchEvent(new Event("input", {bubbles: true}));
            await settled();
        };
        await seek("juni");
        const found = all(".grouped .fold").map(plain);
        await seek("nobody");
        return [paused, found, page()];""",
        sharing=account(*MANY["shares"]),
    )
    assert paused == ["Dune"]
    assert found == ["Juniper"]
    assert "None is called that." in none


def test_what_is_received_is_three_lines_with_when_it_is_erased(modules: Modules) -> None:
    shown, others, unfolded = play(
        modules,
        """const lines = () => [...all(".grouped").at(-1).querySelectorAll(":scope > li > .line")]
            .map(plain);
        const shown = lines(); const title = page().split("What I receive")[1];
        await press("7 others");
        return [shown, title, page()];""",
        sharing=demo(),
    )
    assert len(shown) == 3
    assert all("erased on 31 Dec 2027" in one for one in shown)
    assert others.startswith("15 measures of 9")
    assert "Cormoran" in unfolded


def test_a_row_that_was_unfolded_stays_so_while_all_is_read_again(modules: Modules) -> None:
    open_ = play(
        modules,
        """await press("Coop"); await card.read(); await settled();
        return button("Coop").getAttribute("aria-expanded");""",
        sharing=MANY,
        trust=trusted(known("Coop")),
    )
    assert open_ == "true"


@pytest.mark.parametrize("width", [400, 1000])
@pytest.mark.parametrize(
    ("provenance", "text"),
    [
        pytest.param(None, "Of unknown source", id="unknown"),
        pytest.param(
            {"controller": "Coop", "source": "inverter", "manufacturer": "Sol", "model": "9"},
            "Source: inverter (Sol 9)",
            id="its own",
        ),
        pytest.param(
            {"controller": "School", "source": "meter", "via": "Coop"},
            "Source: meter of the grid, School answers for it, passed on by Coop",
            id="of another",
        ),
    ],
)
def test_what_is_held_says_where_it_comes_from(
    modules: Modules, width: int, provenance: dict[str, Any] | None, text: str
) -> None:
    holds = (held("Coop", "Roof", 100, provenance=provenance),)
    code = 'await press("Coop"); return page();'
    page = play(modules, code, sharing=account(holds=holds), width=width)
    assert text in page


@pytest.mark.parametrize("width", [400, 1000])
@pytest.mark.parametrize(
    ("label", "question", "asked"),
    [
        pytest.param(
            "Erase: Fern, 6 measures",
            "Erase all 6 measures of “Fern”?",
            {"entry_id": "a", "friend_id": "fern"},
            id="a group",
        ),
        pytest.param(
            "Erase: Series 2, Fern",
            "Erase “Series 2” of “Fern”?",
            {"entry_id": "a", "friend_id": "fern", "publication": "series 2"},
            id="a row",
        ),
    ],
)
def test_what_is_held_is_erased_by_friend_and_by_row_once_this_is_confirmed(
    modules: Modules, width: int, label: str, question: str, asked: dict[str, Any]
) -> None:
    kept, title, sent, left = play(
        modules,
        """const erased = () => calls.filter(({ type }) => type === "sen1/erase_held");
        all(".grouped").at(-1).querySelectorAll(".fold").forEach((one) => one.click());
        await settled();
        await press(label);
        const title = dialog().querySelector("h2").textContent;
        dialog().querySelector("button:not(.danger)").click(); await settled();
        const kept = erased().length;
        await press(label); dialog().querySelector("button.danger").click(); await settled();
        return [kept, title, erased(), page()];""".replace("label", repr(label)),
        sharing=MANY,
        width=width,
        answers={"sen1/erase_held": {"accounts": [account()]}},
    )
    assert kept == 0
    assert title == question
    assert sent == [{"type": "sen1/erase_held", "language": "en-GB"} | asked]
    assert "Nothing is held of others." in left


def test_what_cannot_be_erased_is_said_and_read_anew(modules: Modules) -> None:
    told = play(
        modules,
        """all(".grouped").at(-1).querySelectorAll(".fold").forEach((one) => one.click());
        await settled(); await press("Erase: Power, Dune");
        dialog().querySelector("button.danger").click(); await settled();
        return page();""",
        sharing=MANY,
    )
    assert "This could not be erased." in told
    assert "Dune" in told.split("What I receive")[1]


@pytest.mark.parametrize("width", [400, 1000])
def test_what_is_held_is_sought_above_ten_and_small_friends_share_a_row(
    modules: Modules, width: int
) -> None:
    folded, unfolded, found, none = play(
        modules,
        """const held = () => page().split("What I receive")[1];
        const folded = held();
        await press("7 others");
        const unfolded = held();
        const seek = async (text) => {
            const input = all("input[type=search]").at(-1);
            input.value = text;
            input.dispatchEvent(new Event("input", { bubbles: true }));
            await settled();
            return held();
        };
        return [folded, unfolded, await seek("cormoran"), await seek("xyz")];""",
        sharing=demo(),
        width=width,
    )
    assert "Cormoran" not in folded
    assert "Cormoran" in unfolded
    assert "Cormoran" in found
    assert "Fougère" not in found
    assert "None is called that." in none


PHONE = 390
TWO_SCREENS = 2 * 844
HEADER = 56 + 2 * 8
"""What Home Assistant shows above the card, and leaves around it."""


@pytest.mark.parametrize("language", ["en-GB", "fr-FR"])
def test_on_a_phone_the_demos_household_is_two_screens(modules: Modules, language: str) -> None:
    days = (214, 214, 0, 0)
    friends = [known(name, days=days) for name in ("Soleil du Scorff", "Dune", "Fougère")]
    friends += [known(name) for name in ("Ajonc", "Bruyère", "Cormoran", "Genêt")]
    friends += [known("École", days=(96, 95, 1, 0), told=[DIFFERENCE]), known("Écume", "seen")]
    height = play(
        modules,
        "return card.frame.getBoundingClientRect().height;",
        sharing=demo(),
        trust=trusted(*friends),
        language=language,
        width=PHONE - 16,
    )
    assert height + HEADER <= TWO_SCREENS
