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
    assert not re.search(r"\b0 point|nothing yet", told.replace("0 points sent in all", ""))
    assert "waiting. It comes by itself once they send one." in told


@pytest.mark.parametrize("width", [400, 1000])
def test_a_share_counts_what_was_sent_or_says_nothing_while_it_rests(
    modules: Modules, width: int
) -> None:
    sent = {"readings": 12, "bytes": 480, "last_sent": "2026-11-24T14:00:00+00:00"}
    assert "12 points, 1 kB" in said(modules, width, sent)
    paused = said(modules, width, {"state": "paused"})
    assert "the next change is sent" not in paused


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
    assert "3 series" in folded
    assert "Use" not in folded
    assert "Use" in unfolded


@pytest.mark.parametrize("width", [400, 1000])
def test_small_homes_stand_in_one_row_that_unfolds(modules: Modules, width: int) -> None:
    folded, unfolded = play(
        modules,
        """const folded = page(); await press("7 other homes"); return [folded, page()];""",
        sharing=MANY,
        width=width,
    )
    assert "Juniper1 series" not in folded
    assert "Juniper1 series" in unfolded


@pytest.mark.parametrize("width", [400, 1000])
def test_a_whole_group_is_paused_and_withdrawn(modules: Modules, width: int) -> None:
    paused, question, withdrawn = play(
        modules,
        """const changes = (kind) => calls.filter(({ change }) => change === kind)
            .map(({ friend, publication }) => [friend, publication]);
        if (width < 760) await press("Coop");
        await press("Pause: Coop, 3 series");
        const paused = changes("pause");
        await press("Withdraw: Coop, 3 series");
        const question = plain(dialog());
        dialog().querySelector("button.danger").click();
        await settled();
        return [paused, question, changes("withdraw")];""",
        sharing=MANY,
        width=width,
    )
    assert paused == withdrawn == [["coop", "use"], ["coop", "live"], ["coop", "days"]]
    assert "Withdraw all 3 series from “Coop”?" in question


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
        """await press("By series");
        const names = all(".grouped:first-of-type tbody .fold").map(plain);
        await press("Withdraw: Heat, 4 friends");
        return [names, plain(dialog())];""",
        sharing=MANY,
    )
    assert names[:4] == ["Days", "Heat", "Use", "Live"]
    assert "Withdraw “Heat” from all 4 friends?" in question


def test_shares_are_narrowed_by_state_and_by_name(modules: Modules) -> None:
    paused, found, none = play(
        modules,
        """const names = () => all("table")[0].textContent;
        await press("Paused 1");
        const paused = all(".grouped tbody .fold").map(plain);
        await press("All 12");
        const seek = async (text) => {
            const input = all("input[type=search]")[0];
            input.value = text;
            input.dispatchEvent(new Event("input"));
            await settled();
        };
        await seek("juni");
        const found = all(".grouped tbody .fold").map(plain);
        await seek("nobody");
        return [paused, found, page()];""",
        sharing=account(*MANY["shares"]),
    )
    assert paused == ["Dune"]
    assert found == ["Juniper"]
    assert "None is called that." in none


def test_what_is_held_has_a_total_and_is_one_row_on_a_phone(modules: Modules) -> None:
    (total,) = play(modules, "return all('tfoot tr').map(plain);", sharing=MANY)
    assert total == "Total8113"
    folded, unfolded = play(
        modules,
        """const folded = page(); await press("What I hold"); return [folded, page()];""",
        sharing=MANY,
        width=400,
    )
    assert "What I hold of others8 series of 3 friends, 113 points" in folded
    assert "Fern" not in folded.split("What I hold")[1]
    assert "Fern6 series, 6 points" in unfolded.split("What I hold")[1]


def test_what_members_gave_to_one_question_is_one_row_with_all_their_series(
    modules: Modules,
) -> None:
    asked = held("Roofs", "Use", 900) | {"count": 38, "members": 38}
    totals, erase = play(
        modules,
        """return [all("tfoot tr").map(plain),
            all(".danger").map((one) => one.ariaLabel).filter((one) => one?.includes("Roofs"))];""",
        sharing=account(holds=(asked, held("Dune", "Use", 3))),
    )
    assert totals == ["Total39903"]
    assert "Erase: Roofs, 38 series" in erase


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
    page = play(modules, "return page();", sharing=account(holds=holds), width=width)
    assert text in page


@pytest.mark.parametrize("width", [400, 1000])
@pytest.mark.parametrize(
    ("label", "question", "asked"),
    [
        pytest.param(
            "Erase: Fern, 6 series",
            "Erase all 6 series of “Fern”?",
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
        if (width < 760) await press("What I hold");
        await press("Fern");
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
    assert sent == [{"type": "sen1/erase_held"} | asked]
    assert "Nothing is held of others." in left


def test_what_cannot_be_erased_is_said_and_read_anew(modules: Modules) -> None:
    told = play(
        modules,
        """await press("Erase: Dune, 1 series");
        dialog().querySelector("button.danger").click(); await settled();
        return page();""",
        sharing=MANY,
    )
    assert "This could not be erased." in told
    assert "Dune" in told.split("What I hold")[1]


@pytest.mark.parametrize("width", [400, 1000])
def test_what_is_held_is_sought_above_ten_and_small_friends_share_a_row(
    modules: Modules, width: int
) -> None:
    folded, unfolded, found, none = play(
        modules,
        """if (width < 760) await press("What I hold");
        const held = () => page().split("What I hold")[1];
        const folded = held();
        await press("6 other homes");
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
