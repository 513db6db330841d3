"""What one may cost: so much at once, so much a second, and nobody pays for another."""

import pytest

from custom_components.sen1.protocol.budget import ALLOWANCES, Budgets, Effort

BOB, EVE, MALLORY = "bob@coop.test", "eve@village.test", "mallory@maison.test"


@pytest.mark.parametrize("effort", Effort)
def test_who_has_used_up_an_allowance_waits_and_nobody_else_does(effort: Effort) -> None:
    budgets = Budgets()
    allowance = ALLOWANCES[effort]
    taken = 0
    while budgets.take(effort, MALLORY, 0, allowance.most / 10):
        taken += 1
    assert taken == 10
    assert budgets.refused[effort] == 1
    assert budgets.take(effort, BOB, 0)
    wait = budgets.wait(effort, MALLORY, 0)
    assert wait == pytest.approx(0, abs=1 / allowance.per_second)
    assert budgets.take(effort, MALLORY, wait + 1 / allowance.per_second)


def test_what_costs_more_than_is_left_is_paid_back_before_anything_else() -> None:
    budgets = Budgets()
    allowance = ALLOWANCES[Effort.VALUE]
    assert budgets.take(Effort.VALUE, MALLORY, 0, 3 * allowance.most)
    wait = budgets.wait(Effort.VALUE, MALLORY, 0)
    assert wait == pytest.approx(2 * allowance.most / allowance.per_second)
    assert not budgets.take(Effort.VALUE, MALLORY, wait - 1)
    assert budgets.take(Effort.VALUE, MALLORY, wait + 1)


def test_an_allowance_never_grows_beyond_what_may_be_spent_at_once() -> None:
    budgets = Budgets()
    most = ALLOWANCES[Effort.COMMAND].most
    assert budgets.take(Effort.COMMAND, MALLORY, 0)
    assert budgets.take(Effort.COMMAND, MALLORY, 1e9, most)
    assert not budgets.take(Effort.COMMAND, MALLORY, 1e9)


def test_a_thousand_who_ask_share_what_all_may_cost() -> None:
    budgets = Budgets()
    allowance = ALLOWANCES[Effort.ANSWER]
    answered = sum(
        budgets.take(Effort.ANSWER, f"{number}@coop.test", 0, allowance.most / 100)
        for number in range(1000)
    )
    assert answered == 100 * allowance.together


def test_what_one_owes_is_owed_wherever_it_moves_and_where_it_was() -> None:
    budgets, most = Budgets(), ALLOWANCES[Effort.MESSAGE].most
    assert budgets.take(Effort.MESSAGE, MALLORY, 0, 3 * most)
    budgets.move(MALLORY, EVE, 0)
    for address in (MALLORY, EVE):
        assert not budgets.take(Effort.MESSAGE, address, 0)
    # Nor is there more for who goes on, or comes back.
    for old, new in ((EVE, MALLORY), (MALLORY, EVE)):
        budgets.move(old, new, 1)
        assert budgets.wait(Effort.MESSAGE, new, 1) == budgets.wait(Effort.MESSAGE, old, 1) > 0
    assert budgets.take(Effort.MESSAGE, BOB, 0)


def test_a_server_full_of_strangers_leaves_room_for_those_of_others() -> None:
    budgets, allowance = Budgets(), ALLOWANCES[Effort.STRANGER]
    came = sum(budgets.take(Effort.STRANGER, f"{n}@evil.test", 0) for n in range(10_000))
    assert came == allowance.most * allowance.by_domain
    assert budgets.take(Effort.STRANGER, BOB, 0)
    others = sum(budgets.take(Effort.STRANGER, f"a@{n}.test", 0) for n in range(10_000))
    assert came + 1 + others == allowance.most * allowance.together
    assert not budgets.take(Effort.STRANGER, BOB, 0)


def test_who_is_known_has_its_reserve_whatever_others_cost() -> None:
    budgets = Budgets()
    for number in range(1000):
        budgets.take(Effort.KEPT, f"{number}@{number}.test", 0, 10 * ALLOWANCES[Effort.KEPT].most)
    assert not budgets.take(Effort.KEPT, BOB, 0)
    assert budgets.take(Effort.RESERVE, BOB, 0, 1000)


def test_of_a_million_addresses_those_are_remembered_that_owe_something() -> None:
    budgets = Budgets()
    for number in range(20_000):
        budgets.take(Effort.ROW, f"{number}@coop.test", number)
    budgets.spend(Effort.ROW, MALLORY, 20_000, 1e9)
    budgets._forget_whole(20_100)
    assert list(budgets._left) == [(Effort.ROW, MALLORY)]


def test_what_was_allowed_is_paid_for_once_it_is_known_and_is_no_refusal() -> None:
    budgets = Budgets()
    most = ALLOWANCES[Effort.ANSWER].most
    assert budgets.take(Effort.ANSWER, MALLORY, 0, most)
    budgets.spend(Effort.ANSWER, MALLORY, 0, 1000)
    assert not budgets.refused
    assert budgets.wait(Effort.ANSWER, MALLORY, 0) == 1000 / ALLOWANCES[Effort.ANSWER].per_second
