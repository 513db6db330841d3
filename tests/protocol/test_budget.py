"""What one may cost: so much at once, so much a second, and nobody pays for another."""

import pytest

from custom_components.sen1.protocol.budget import ALLOWANCES, Budgets, Effort

BOB, MALLORY = "bob@coop.test", "mallory@coop.test"


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


def test_who_is_gone_leaves_nothing() -> None:
    budgets = Budgets()
    for effort in Effort:
        budgets.take(effort, MALLORY, 0, 10 * ALLOWANCES[effort].most)
    budgets.forget(MALLORY)
    assert all(budgets.take(effort, MALLORY, 0) for effort in (Effort.ROW, Effort.MESSAGE))


def test_what_was_allowed_is_paid_for_once_it_is_known_and_is_no_refusal() -> None:
    budgets = Budgets()
    most = ALLOWANCES[Effort.ANSWER].most
    assert budgets.take(Effort.ANSWER, MALLORY, 0, most)
    budgets.spend(Effort.ANSWER, MALLORY, 0, 1000)
    assert not budgets.refused
    assert budgets.wait(Effort.ANSWER, MALLORY, 0) == 1000 / ALLOWANCES[Effort.ANSWER].per_second
