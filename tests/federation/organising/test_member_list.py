"""A list of who is expected: as spreadsheets write it, and who of its rows has come."""

import pytest

from custom_components.sen1.federation.organising.kept import ExpectedData, HeldData
from custom_components.sen1.federation.organising.member_list import (
    MOST_CHARACTERS,
    MOST_ROWS,
    ListRefused,
    matched,
    read_list,
    renewed,
)
from custom_components.sen1.federation.relations.members import MemberData
from custom_components.sen1.protocol.model import BareJid, PublicationId

ANNE, PAUL, YANN = (BareJid(f"{name}@coop.example") for name in ("anne", "paul", "yann"))


def row(
    name: str, shares: int = 0, address: str | None = None, number: int | None = None
) -> ExpectedData:
    """Return a row of a list."""
    return ExpectedData(name=name, shares=shares, address=address, number=number)


def member(number: int, name: str = "") -> MemberData:
    """Return one who has come."""
    return MemberData(
        number=number, name=name, address="", joined=0.0, charter=1, gives={}, told=None
    )


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Nom;Parts\nAnne Riou;10\nPaul Guégan;4\n", id="semicolons, French"),
        pytest.param("name,shares\nAnne Riou,10\nPaul Guégan,4\n", id="commas, English"),
        pytest.param("NAME\tNumber of shares\r\nAnne Riou\t10\r\nPaul Guégan\t4", id="tabs"),
        pytest.param("\ufeffParts;Nom\n10;Anne Riou\n4;Paul Guégan\n", id="a mark, another order"),
        pytest.param("Anne Riou;10\nPaul Guégan;4\n", id="no heads"),
        pytest.param("10;Anne Riou\n4;Paul Guégan\n", id="no heads, another order"),
        pytest.param("Prénom;Nom;Parts\nAnne;Riou;10\nPaul;Guégan;4\n", id="first names apart"),
        pytest.param('"nom","parts"\n"Anne Riou","10"\n"Paul Guégan","4"\n', id="quoted"),
        pytest.param("Nom;Ville;Parts\nAnne Riou;Lorient;10\nPaul Guégan;;4", id="a column more"),
        pytest.param("\n;;\nNom ; Nb. parts\n\n Anne  Riou ; 10\nPaul Guégan;4\n;\n", id="empty"),
    ],
)
def test_a_list_is_read_as_spreadsheets_write_it(text: str) -> None:
    found = read_list(text)
    assert found.rows == [row("Anne Riou", 10), row("Paul Guégan", 4)]
    assert found.refused == []


def test_numbers_and_addresses_are_read_and_thousands_may_be_set_apart() -> None:
    found = read_list(
        "N°;Nom;Parts;Adresse\n"
        "017;Jean Caradec;1 000;Jean@Coop.example\n"
        "29;;2;xmpp:lucie@coop.example\n"
        ";Erwan;;\n"
    )
    assert found.rows == [
        row("Jean Caradec", 1000, "jean@coop.example", 17),
        row("", 2, "lucie@coop.example", 29),
        row("Erwan"),
    ]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        pytest.param("Anne;-1;;", "bad_shares", id="less than none"),
        pytest.param("Anne;1,5;;", "bad_shares", id="a part of a share"),
        pytest.param("Anne;100001;;", "bad_shares", id="more than there can be"),
        pytest.param("Anne;many;;", "bad_shares", id="a word"),
        pytest.param("Anne;1;first;", "bad_number", id="a number in words"),
        pytest.param("Anne;1;0;", "bad_number", id="nobody is number 0"),
        pytest.param("Anne;1;;12, rue du Port", "bad_address", id="a postal address"),
        pytest.param(";7;;", "no_name", id="shares of nobody"),
        pytest.param(f"{'a' * 81};1;;", "name_too_long", id="no name is so long"),
        pytest.param("Paul;1;4;", "twice", id="a number twice"),
        pytest.param("Paul;1;;YANN@coop.example", "twice", id="an address twice"),
    ],
)
def test_a_row_that_cannot_be_is_named_and_the_others_are_taken(line: str, reason: str) -> None:
    heads = "nom;parts;numero;adresse"
    found = read_list(f"{heads}\nYann;3;4;yann@coop.example\n{line}\nMarie;1;;\n")
    assert [each["name"] for each in found.rows] == ["Yann", "Marie"]
    assert found.refused == [(3, reason)]


@pytest.mark.parametrize(
    ("text", "key"),
    [
        pytest.param("", "list_empty", id="nothing"),
        pytest.param(" \n;;\n", "list_empty", id="empty rows"),
        pytest.param("nom;parts\n", "list_empty", id="heads alone"),
        pytest.param("nom\n" + "Anne\n" * (MOST_ROWS + 1), "list_too_long", id="too many rows"),
        pytest.param("a" * (MOST_CHARACTERS + 1), "list_too_long", id="too much"),
        pytest.param("nom\n" + "a" * 200_000, "list_too_long", id="a cell without end"),
        pytest.param("017;Jean;3\n018;Lucie;1\n", "list_heads_needed", id="number or shares"),
        pytest.param("Jean;Caradec\n", "list_heads_needed", id="two names"),
    ],
)
def test_a_list_that_cannot_be_read_is_refused_whole(text: str, key: str) -> None:
    with pytest.raises(ListRefused) as refusal:
        read_list(text)
    assert refusal.value.key == key


def test_a_member_is_known_by_its_address_then_its_number_then_its_name() -> None:
    rows = [
        row("Somebody", address=ANNE, number=2),
        row("", number=1),
        row("LE BRIS Yann"),
        row("Marie"),
    ]
    members = {ANNE: member(7), PAUL: member(1), YANN: member(3, "Yann le Bris")}
    assert matched(rows, members) == {ANNE: 0, PAUL: 1, YANN: 2}


def test_names_are_the_same_in_any_case_with_or_without_accents() -> None:
    assert matched([row("Hénaff, Lucie")], {ANNE: member(1, "lucie HENAFF")}) == {ANNE: 0}


@pytest.mark.parametrize(
    ("rows", "members"),
    [
        pytest.param([row("Anne"), row("anne")], {ANNE: member(1, "Anne")}, id="two rows"),
        pytest.param(
            [row("Anne")], {ANNE: member(1, "Anne"), PAUL: member(2, "Anne")}, id="two members"
        ),
        pytest.param([row("")], {ANNE: member(1)}, id="no names at all"),
        pytest.param(
            [row("Jean Caradec", number=1)], {ANNE: member(1, "Anne Riou")}, id="other numbers"
        ),
    ],
)
def test_what_is_not_sure_is_left_to_the_hand(
    rows: list[ExpectedData], members: dict[BareJid, MemberData]
) -> None:
    assert matched(rows, members) == {}


def test_a_new_list_keeps_what_was_matched_by_hand() -> None:
    before = [row("Anne Riou", 1, ANNE), row("Paul", 1, PAUL), row("Yann", 1, YANN)]
    new = [row("Riou Anne", 2), row("Paul", 2, "paul@village.example"), row("Marie", 2, YANN)]
    assert renewed(new, before) == [row("Riou Anne", 2, ANNE), *new[1:]]


SCHOOL, HALL, FIELD = map(PublicationId, ("roof-1", "roof-2", "roof-3"))
PROJECTS = {SCHOOL: "L\u2019École", HALL: "Halle", FIELD: "Du champ"}


def held(shares: int, dividends: float | None = None, paid_on: str | None = None) -> HeldData:
    """Return what a row says of a project."""
    return HeldData(shares=shares, dividends=dividends, paid_on=paid_on)


def test_columns_of_projects_tell_what_each_holds_of_which() -> None:
    found = read_list(
        "Nom;Parts L'école;Dividendes l\u2019ÉCOLE;Payées le L\u2019École;Parts de Halle;"
        "Parts Mairie;Parts du champ\n"
        "Anne;11;35,20 €;01/03/2024;;9\n"
        "Paul;;;;4;\n"
        "Yann;0;12;;;;2\n",
        PROJECTS,
    )
    assert [one["holdings"] for one in found.rows] == [
        {SCHOOL: held(11, 35.2, "2024-03-01")},
        {HALL: held(4)},
        {FIELD: held(2)},
    ]
    assert [one["shares"] for one in found.rows] == [11, 4, 2]
    assert found.unknown == ["Parts Mairie"]


def test_columns_that_name_no_project_are_of_the_only_one() -> None:
    text = "Name,Shares,Dividends,Paid on\nAnne,10,1.5,2024-03-01\nPaul,4,,\n"
    (anne, paul) = read_list(text, {HALL: "Hall"}).rows
    assert (anne["shares"], anne["holdings"]) == (10, {HALL: held(10, 1.5, "2024-03-01")})
    assert paul["holdings"] == {HALL: held(4)}
    for several in ({}, PROJECTS):
        assert read_list(text, several).rows == [row("Anne", 10), row("Paul", 4)]
    beside = "Nom;Parts;Parts Halle\nAnne;10;3\n"
    (anne,) = read_list(beside, {HALL: "Halle"}).rows
    assert (anne["shares"], anne["holdings"]) == (10, {HALL: held(3)})
    (anne,) = read_list("Anne;7\n", {HALL: "Halle"}).rows
    assert anne["holdings"] == {HALL: held(7)}


def test_projects_of_one_name_are_told_apart_by_nobody() -> None:
    found = read_list("Nom;Parts Halle\nAnne;3\n", {SCHOOL: "Halle", HALL: "halle"})
    assert "holdings" not in found.rows[0]
    assert found.unknown == ["Parts Halle"]


@pytest.mark.parametrize(
    ("amount", "value"),
    [
        ("35,2", 35.2),
        ("35.20", 35.2),
        ("1 234,50 €", 1234.5),
        ("1,234.50", 1234.5),
        ("€1.234", 1234.0),
        ("0", 0.0),
        ("12 EUR", 12.0),
    ],
)
def test_amounts_are_read_as_spreadsheets_write_them(amount: str, value: float) -> None:
    (anne,) = read_list(f"Nom;Parts;Dividendes\nAnne;3;{amount}\n", {HALL: "Halle"}).rows
    assert anne["holdings"] == {HALL: held(3, value)}


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ("-3;;", "bad_shares"),
        ("3.5;;", "bad_shares"),
        ("100001;;", "bad_shares"),
        ("3;ten;", "bad_dividends"),
        ("3;-1;", "bad_dividends"),
        ("3;9999999999999;", "bad_dividends"),
        ("3;;31/02/2024", "bad_day"),
        ("3;;in spring", "bad_day"),
        ("3;;0024-03-01", "bad_day"),
    ],
)
def test_a_row_that_says_what_cannot_be_held_is_named(cells: str, reason: str) -> None:
    text = f"Nom;Parts Halle;Dividendes Halle;Payées le Halle\nAnne;{cells}\nPaul;4;;\n"
    found = read_list(text, PROJECTS)
    assert found.refused == [(2, reason)]
    assert [one["name"] for one in found.rows] == ["Paul"]
