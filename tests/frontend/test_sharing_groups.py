"""What is shared, in groups whose counts add up to those of the page."""

from typing import Any

from .conftest import Modules
from .sharing_home import LATE, NOW, SOON, account, grant, held, series

HOME = account(
    series(
        "Use", "PT30M", grant("Coop", kind="circle", members=287), grant("Dune", state="paused")
    ),
    series("Live", "live", grant("Coop", kind="circle", members=287, until=SOON)),
    series("Days", "P1D", grant("Node", kind="proxy"), grant("Dune", state="ended")),
    series("Index", "live", *(grant(name) for name in ("Dune", "Fern", "Gorse", "Heath", "Ivy"))),
)


def told(modules: Modules, expression: str, **given: Any) -> Any:
    code = f"""
        const now = Date.parse({NOW!r});
        const all = groups.grantsOf(home, states);
        const standingOf = (person) => standings[person.split(" ")[1]];
        return ({expression});
    """
    given = {"home": HOME, "states": {}, "standings": {}} | given
    return modules.run(code, **given)


def test_the_counts_of_groups_and_rows_add_up_to_those_of_the_page(modules: Modules) -> None:
    counts = told(modules, "groups.countsOf(all, now)")
    assert counts == {
        "all": 10,
        "receivers": 7,
        "active": 8,
        "stopped": 0,
        "paused": 1,
        "coming": 0,
        "ended": 1,
        "soon": 1,
    }
    for by in ("friend", "series"):
        found = told(
            modules,
            "groups.groupsOf(all, by, standingOf).map(({ rows, active, paused }) =>"
            " ({ rows: rows.length, active, paused }))",
            by=by,
        )
        assert sum(one["rows"] for one in found) == counts["all"]
        assert sum(one["active"] for one in found) == counts["active"]
        assert sum(one["paused"] for one in found) == counts["paused"]


def test_what_goes_to_a_friend_whose_key_changed_is_counted_as_stopped(modules: Modules) -> None:
    counts = told(modules, "groups.countsOf(all, now, standingOf)", standings={"fern": "stopped"})
    assert (counts["active"], counts["stopped"], counts["all"]) == (7, 1, 10)


def test_a_group_tells_its_finest_detail_its_first_end_and_its_last_sending(
    modules: Modules,
) -> None:
    early, late = "2026-11-01T00:00:00Z", "2026-11-26T17:30:00Z"
    home = account(
        series("Days", "P1D", grant("Coop", last_sent=early)),
        series("Live", "live", grant("Coop", until=SOON, last_sent=late)),
        series("Old", "PT1H", grant("Coop", state="ended", until="2026-01-01T00:00:00Z")),
        series("New", "P1D", grant("Coop", last_sent=None)),
    )
    (group,) = told(modules, "groups.groupsOf(all, 'friend', standingOf)", home=home)
    assert group["detail"] == "live"
    assert (group["until"], group["isOneEnd"]) == (SOON, False)
    assert group["lastSent"] == late


def test_a_figure_of_a_year_is_no_finer_for_being_sent_at_once(modules: Modules) -> None:
    unit = modules.run("return (await import('/energy_class.js')).BY_AREA")
    states = {"sensor.index": {"state": "38", "attributes": {"unit_of_measurement": unit}}}
    by_area = held("Dune", "Index", 1, granularity="live", unit=unit)
    (found,) = told(modules, "groups.heldBy([home], standingOf)", home=account(holds=(by_area,)))
    assert found["rows"][0]["detail"] == "P1Y"
    details = told(
        modules, "all.map(({ detail }) => [detail, fineness.levelOf(detail)])", states=states
    )
    assert details[-1] == ["P1Y", 1]
    assert ["live", 4] in details
    assert ["PT30M", 3] in details
    assert ["P1D", 2] in details


def test_a_group_shows_the_weakest_of_its_rows(modules: Modules) -> None:
    # A proxy has no key, and is none of those who are asked for theirs.
    standings = {"coop": "verified", "dune": "seen"}
    found = told(
        modules,
        "Object.fromEntries(groups.groupsOf(all, 'series', standingOf)"
        ".map(({ name, standing }) => [name, standing ?? null]))",
        standings=standings,
    )
    assert found == {"Use": "seen", "Live": "verified", "Days": "keyless", "Index": "seen"}


def test_whose_key_has_changed_comes_first(modules: Modules) -> None:
    names = "groups.groupsOf(all, 'friend', standingOf).map(({ name }) => name)"
    assert told(modules, names)[:2] == ["Dune", "Coop"]
    assert told(modules, names, standings={"ivy": "stopped"})[0] == "Ivy"


def test_small_homes_are_folded_where_there_are_many(modules: Modules) -> None:
    parted = (
        "(({ shown, others }) => [shown.length, others.map(({ name }) => name)])"
        "(groups.parted(groups.groupsOf(all, 'friend', standingOf), now))"
    )
    assert told(modules, parted) == [7, []]
    more = account(*HOME["shares"], series("More", "P1D", grant("Juniper")))
    assert told(modules, parted, home=more) == [3, ["Fern", "Gorse", "Heath", "Ivy", "Juniper"]]
    # Of whom something is to be said is never folded away.
    standings = {"fern": "stopped", "gorse": "keyless"}
    assert told(modules, parted, home=more, standings=standings) == [
        5,
        ["Heath", "Ivy", "Juniper"],
    ]


def test_a_list_is_narrowed_by_state_by_end_and_by_name(modules: Modules) -> None:
    found = "groups.narrowed(all, filter, isSought, now).map(({ friend }) => friend)"
    every = "groups.narrowed(all, filter, (text) => text.includes('Use'), now).length"
    assert told(modules, found.replace("isSought", "() => true"), filter="paused") == ["Dune"]
    assert told(modules, found.replace("isSought", "() => true"), filter="soon") == ["Coop"]
    assert told(modules, every, filter="all") == 2


def test_what_is_held_is_told_by_friend_the_most_first(modules: Modules) -> None:
    holds = (
        held("Dune", "Power", 7, granularity="live"),
        held("Coop", "Roof", 100, until=SOON),
        held("Coop", "Share", 50),
        held("Coop", "Sum", 0, until=None),
    )
    found = told(modules, "groups.heldBy([home], standingOf)", home=account(holds=holds))
    assert [(one["name"], len(one["rows"]), one["readings"]) for one in found] == [
        ("Coop", 3, 150),
        ("Dune", 1, 7),
    ]
    assert [one["until"] for one in found] == [SOON, LATE]
