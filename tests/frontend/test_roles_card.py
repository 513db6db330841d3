"""The page of who may do what: what each account has, and that it is given at once."""

from typing import Any

import pytest

from .conftest import Modules
from .sharing_home import play

ALL = ["none", "look", "organise"]
HOME = {"id": "h1", "kind": "site", "title": "School", "may": ALL}
ROOFS = {"id": "c1", "kind": "collection", "title": "Roofs", "may": ALL}
RACE = {"id": "p1", "kind": "challenge", "title": "Race", "may": ALL[:2]}
PLACES = [HOME, ROOFS, RACE]


def user(name: str, *roles: str, is_admin: bool = False) -> dict[str, Any]:
    """Return an account with its role at each place."""
    ids = [str(place["id"]) for place in PLACES]
    return {
        "id": name.lower(),
        "name": name,
        "is_admin": is_admin,
        "roles": dict(zip(ids, roles or ("administrator",) * 3, strict=True)),
    }


MAYOR = user("Mayor", is_admin=True)
CLAIRE = user("Claire", "look", "organise", "none")
TOLD = {"places": PLACES, "users": [MAYOR, CLAIRE]}

DO = """
    const selects = () => all("select");
    const values = () => selects().map(({ value }) => value);
    const give = async (place, role) => {
        selects()[place].value = role;
        selects()[place].dispatchEvent(new Event("change", {bubbles: true}));
        await settled();
    };
    const given = () => calls.filter(({ type }) => type === "sen1/give_role");
"""


def roles(modules: Modules, code: str, told: dict[str, Any] = TOLD, **said: Any) -> Any:
    """Return what a body returns on the page of roles."""
    answers = {"sen1/roles": told} | said.pop("answers", {})
    return play(modules, DO + code, name="roles", answers=answers, **said)


def test_each_account_has_a_row_and_each_place_a_column(modules: Modules) -> None:
    heads, rows, chosen, offered, named = roles(
        modules,
        """return [all("thead th").map(plain), all("tbody th").map(plain), values(),
            selects().map((one) => [...one.options].map(plain)), selects().map(named)];""",
    )
    assert heads == ["Account", "School", "Roofs", "Race"]
    assert rows == ["Mayoradministers this Home Assistant", "Claire"]
    assert chosen == ["look", "organise", "none"]
    assert offered == [["Nothing", "Look", "Organise"]] * 2 + [["Nothing", "Look"]]
    assert named == ["Claire, School", "Claire, Roofs", "Claire, Race"]


def test_a_role_is_given_as_soon_as_it_is_chosen(modules: Modules) -> None:
    claire = user("Claire", "organise", "organise", "none")
    asked, during, after, is_focused = roles(
        modules,
        """const { callWS } = house;
        const gate = Promise.withResolvers();
        house.callWS = async (message) => {
            if (message.type === "sen1/give_role") await gate.promise;
            return callWS(message);
        };
        await give(0, "organise");
        const during = [values(), selects().every(({ disabled }) => disabled)];
        gate.resolve();
        await settled();
        const { language, ...asked } = given()[0];
        return [asked, during, [values(), selects().some(({ disabled }) => disabled)],
            card.root.activeElement === selects()[0]];""",
        answers={"sen1/give_role": {"places": PLACES, "users": [MAYOR, claire]}},
    )
    assert asked == {"type": "sen1/give_role", "user": "claire", "place": "h1", "role": "organise"}
    assert during == [["organise", "organise", "none"], True]
    assert after == [["organise", "organise", "none"], False]
    assert is_focused


def test_what_is_refused_is_said_and_the_former_role_shown(modules: Modules) -> None:
    chosen, alert = roles(
        modules,
        """await give(1, "none");
        return [values(), plain(all("[role=alert]")[0])];""",
    )
    assert chosen == ["look", "organise", "none"]
    assert alert == "This role could not be given"


def test_where_all_are_administrators_there_is_nobody_to_give_a_role(modules: Modules) -> None:
    page, ways, tables = roles(
        modules,
        """return [page(), all("a").map((one) => one.getAttribute("href")),
            all("table").length];""",
        {"places": PLACES, "users": [MAYOR]},
    )
    assert "Every account administers this Home Assistant" in page
    assert set(ways) == {"/config/users"}
    assert tables == 0


def test_it_says_what_a_role_gives_of_the_places_there_are_and_what_none_takes_away(
    modules: Modules,
) -> None:
    told = {"places": [HOME], "users": [MAYOR, CLAIRE]}
    page = roles(modules, "return page();", told)
    assert "Organise: the same, and enter readings of its meters." in page
    assert "A collection that you organise" not in page
    assert "give an account only to who may see them." in page


@pytest.mark.parametrize(("width", "is_narrow"), [(1000, False), (390, True)])
def test_on_a_phone_the_places_stand_below_the_name(
    modules: Modules, width: int, is_narrow: bool
) -> None:
    found, is_wider = roles(
        modules,
        """return [all(".narrow").length > 0, card.frame.scrollWidth > card.frame.clientWidth];""",
        width=width,
    )
    assert found is is_narrow
    assert is_wider is False


def test_who_is_no_administrator_asks_for_nothing(modules: Modules) -> None:
    page, asked = roles(
        modules,
        """house.user = { is_admin: false };
        calls.length = 0;
        await card.read();
        card.redraw();
        return [page(), calls.length];""",
    )
    assert page == "Who may do what is shown to administrators.An administrator gives the roles."
    assert asked == 0
