"""The rate budget: an average that holds, a reserve for live readings."""

from custom_components.sen1.protocol.pacer import BURST, RATE, Pacer


def test_the_average_rate_is_kept_after_one_burst() -> None:
    pacer = Pacer()
    now = sent = 0.0
    while now < 1000:
        wait = pacer.wait(700, now)
        now += wait
        pacer.spend(700, now)
        sent += 700
    assert sent <= BURST + RATE * now


def test_a_backlog_leaves_a_reserve_to_live_readings() -> None:
    pacer = Pacer()
    pacer.spend(BURST - 1000, 0)
    assert pacer.wait(900, 0) == 0
    assert pacer.wait(900, 0, reserve=4096) > 0


def test_a_backlog_goes_faster_while_the_server_answers_at_once() -> None:
    pacer = Pacer()
    for _ in range(20):
        pacer.answered(0.05, is_backlog=True)
    assert pacer.rate == 8 * RATE
    pacer.answered(2.0, is_backlog=True)
    assert pacer.rate == 4 * RATE
    for _ in range(5):
        pacer.answered(2.0, is_backlog=True)
    assert pacer.rate == RATE
    pacer.answered(0.05, is_backlog=True)
    pacer.answered(0.05, is_backlog=False)
    assert pacer.rate == RATE
