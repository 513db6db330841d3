"""Twenty questions of a household, each answered by the dashboard within three presses from Home.

What is pressed stands in a table, a row a question: of an administrator with a pointer and with the
keyboard alone, and of another user of the same Home Assistant where it is for that person. What is
found is held against what the demo knows. A meter is read by hand at the relatives'.
"""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from itertools import pairwise
import re
from typing import NamedTuple

from playwright.async_api import Locator, Page, expect
import pytest
import pytest_socket

from testbed.association import BOUGHT, past_end
from testbed.challenging import TITLE as CHALLENGE
from testbed.collecting import PAGES as COLLECTION
from testbed.home_assistant import Json
from testbed.household import PARIS
from testbed.relatives import CHALET
from testbed.waiting import until
from testbed.years import halves, hours, midnight, total

from .looking import HAS_FOCUS, Show, Visit, card, figure, flat, frame, press
from .truth import Said, Site, Span, agree, closed, sites_of, span

pytestmark = pytest.mark.timeout(400)

MOST = 3
"""So many presses lead from Home to each answer."""


class Press(NamedTuple):
    """What is pressed: something on the screen, by what it is and how its name begins."""

    role: str
    name: str

    def on(self, page: Page) -> Locator:
        """Return it."""
        begins = re.compile(rf"^{re.escape(self.name)}(?=$|[ ,\n])")
        return page.get_by_role(self.role, name=begins).filter(visible=True)  # type: ignore[arg-type]


tab, link, button = (partial(Press, role) for role in ("tab", "link", "button"))


@dataclass(frozen=True)
class Question:
    """What a household asks, what it presses, and what it finds."""

    asked: str
    presses: tuple[Press, ...]
    answer: Callable[[Visit], Awaitable[None]]
    is_for_all: bool = True
    """Whether also who is no administrator may ask it."""


# What is found


async def says(visit: Visit, where: str, wanted: Callable[[], Awaitable[list[str]]]) -> None:
    """See on the cards of a kind what is wanted, which may move while they are read."""

    async def compare() -> Said:
        shown = flat(" ".join(await frame(visit.page, where).all_inner_texts()))
        return [f"{one!r} is not in {shown!r}" for one in await wanted() if one not in shown]

    await agree(compare, f"{where} answers")


async def home_of(visit: Visit) -> Site:
    """Return the main site."""
    return (await sites_of(visit.home_assistant))[0]


async def used_on_tuesday(visit: Visit) -> None:
    """See what was bought on the Tuesday of last week."""
    today = datetime.now(PARIS).date()
    monday = today - timedelta(days=today.weekday() + 7)
    begins = [midnight(monday + timedelta(days=number)) for number in range(8)]
    days = [Decimal(total(BOUGHT, *two)) / 1000 for two in pairwise(begins)]
    tuesday = closed(days, 1, sum(days))[1]
    row = card(visit.page, "past").locator("tbody tr").filter(has_text=f"{begins[1].day} Tue")
    await expect(row.locator("strong")).to_have_text(figure(tuesday, 1))
    await expect(visit.page.get_by_role("columnheader", name="Total kWh")).to_be_visible()


async def month_beside_last_years(visit: Visit) -> None:
    """See the month on Home, and how much more or less it is than the same days a year before."""
    site = await home_of(visit)

    async def wanted() -> list[str]:
        if not site.is_known("bought_month"):
            return ["Not known yet"]
        told = {key: site.told_by("bought_month", key) for key in COMPARED}
        shown = [f"This month {span('month').begin:%B} 1", f"{figure(site.bought('month'), 1)} kWh"]
        if min(told[key] or 0 for key in COMPARED[1:]) < COMPARABLE:
            return shown[1:]
        more = site.bought("month") - Decimal(str(told["same_last_year"]))
        kind = "more" if more > 0 else "less"
        before = f"{span('month', 12).begin:%B %Y}"
        return [*shown[1:], f"{figure(abs(more), 1)} kWh {kind} than in {before}"]

    await says(visit, "home", wanted)


COMPARED = ("same_last_year", "known", "same_last_year_known")
COMPARABLE = 95
"""So many % of both are known where one is told beside the other."""


async def goal_of(visit: Visit) -> Json:
    """Return the goal of saving, in equal cold."""
    goals = (await (await home_of(visit)).ask("goals"))["goals"]
    saving: Json = next(one for one in goals if one["kind"] == "saving")
    return saving


async def winter_at_equal_cold(visit: Visit) -> None:
    """See what was saved this winter, and what would have been used in this cold."""

    async def wanted() -> list[str]:
        goal, unsure = await goal_of(visit), visit.texts["goals"]["states"]["unknown"]
        if goal["done"] is None:
            return [goal["name"], unsure]
        sums = [figure(one, 1) for one in (goal["expected"]["value"], goal["used"])]
        saved = figure(abs(goal["done"]["percent"]), 1)
        return ["in equal cold", f"So far {' '.join(sums)}", f"{saved}%"]

    await says(visit, "goals", wanted)


async def state_of_the_goal(visit: Visit) -> None:
    """See how the goal stands, in words, as its entity does."""
    site = await home_of(visit)

    async def wanted() -> list[str]:
        goal = await goal_of(visit)
        state, heading = site.state(f"{goal['id']}_goal_state"), goal["heading"]
        if goal["reason"] == "too_close":
            state = "close"
        elif state == "possible" and heading and heading["high"] < goal["target"]:
            state = "short"
        return [goal["name"], visit.texts["goals"]["states"][state]]

    await says(visit, "goals", wanted)


async def cost_of_the_year(visit: Visit) -> None:
    """See what the year will have cost."""
    site = await home_of(visit)

    async def wanted() -> list[str]:
        energy, cost = (site.value(f"forecast_{one}") for one in ("energy", "cost"))
        return ["By 31 December", f"around {figure(energy)} kWh", f"around €{figure(cost)}"]

    await says(visit, "home", wanted)


async def highest_power(visit: Visit, month: Span) -> None:
    """See the highest power of a month and when: what the simulation drew, while it was that."""
    site = await home_of(visit)

    async def wanted() -> list[str]:
        peak = (await site.energies(month.begin, month.end, "day"))["peak"]
        known = [one for one in zip(peak["power"], peak["at"], strict=True) if one[0] is not None]
        power, at = max(known, key=lambda one: one[0])
        when = datetime.fromtimestamp(at / 1000, PARIS)
        if when < past_end():
            whole = when.replace(minute=0)
            assert round(1000 * power) == halves(BOUGHT, whole)[when.minute // 30]
        past = hours(month.begin, max(month.begin, min(month.end, past_end())))
        assert all(watts <= round(1000 * power) for at in past for watts in halves(BOUGHT, at))
        return [f"{figure(1000 * power)} W, {when:%-d %a at %-I:%M %p}"]

    await says(visit, "past", wanted)


BESIDE_USUAL = {"above": "More than usual", "usual": "As usual", "below": "Less than usual"}


async def is_now_unusual(visit: Visit) -> None:
    """See in words whether what is used now is unusual."""
    site = await home_of(visit)

    async def wanted() -> list[str]:
        now = (await site.ask("usual"))["now"]
        if not now or now["state"] not in BESIDE_USUAL:
            return ["usual"]
        limits = f"between {figure(now['low'])} and {figure(now['high'])} W at this hour"
        return [BESIDE_USUAL[now["state"]], limits]

    await says(visit, "home", wanted)


async def last_year_printed(visit: Visit) -> None:
    """Print what has opened: four sheets, with what was bought in the year."""
    pages = visit.page.context.pages
    await until(lambda: len(pages) == 2, "the report is on a page of its own")
    report = pages[-1]
    try:
        await expect(report.locator(".sheet")).to_have_count(4)
        bought = (await home_of(visit)).value("bought_year", "last_period")
        await expect(report.locator(".sheet").first).to_contain_text(f"{figure(bought, 1)} kWh")
        printed = await report.pdf(prefer_css_page_size=True)
        assert len(re.findall(rb"/Type /Page\b", printed)) == 4
    finally:
        await report.close()


async def place_among_friends(visit: Visit) -> None:
    """See the place of the home among those of the neighbours."""
    mine = int((await home_of(visit)).value("energy_per_area"))
    others = [one.by_area.value() for one in visit.show.stage.association.neighbours]
    place = 1 + sum(one < mine for one in others)
    shown = card(visit.page, "together").locator(".ranks .mine")
    await expect(shown).to_have_text(re.compile(rf"^{place}\s*Me\s*{mine}$"))
    await expect(frame(visit.page, "together")).to_contain_text("kWh per m² a year")


async def last_value_of_a_friend(visit: Visit) -> None:
    """See what a neighbour's home uses at this moment, as it says itself."""
    friend = visit.show.stage.association.neighbours[0]

    async def wanted() -> list[str]:
        return [f"{figure(friend.power.value())} VA", f"{friend.by_area.value()} kWh/m²"]

    await says(visit, "together", wanted)


async def family_invited(visit: Visit) -> None:
    """See the form of an invitation, with its fields."""
    form = card(visit.page, "invite")
    await expect(form.get_by_role("textbox", name="Name of this family")).to_be_editable()
    await expect(form.get_by_role("combobox", name="The link works for")).to_be_visible()
    await expect(form.get_by_role("checkbox", name="Consumption of the home").first).to_be_visible()
    await expect(form.get_by_role("button", name="Make the link")).to_be_enabled()


async def days_shared(visit: Visit, sister: str) -> None:
    """See a form in which day figures are shared with her, of which the last are shown."""
    form = card(visit.page, "sharing").get_by_role("dialog", name="Share my home")
    await form.get_by_role("combobox", name="With whom").select_option(sister)
    by_day = form.get_by_role("checkbox", name="By day")
    await by_day.check()
    days = [
        total(BOUGHT, span("day", back).begin, span("day", back).end) for back in range(7, 0, -1)
    ]
    bars = form.get_by_role("img", name="By day").locator("> rect")
    await expect(bars).to_have_count(len(days))
    heights = await bars.evaluate_all("all => all.map(one => Number(one.getAttribute('height')))")
    shares_of_most = [height / max(heights) for height in heights]
    assert shares_of_most == pytest.approx([one / max(days) for one in days], abs=0.01)
    await expect(form.get_by_role("button", name="Share", exact=True)).to_be_enabled()


async def shares(visit: Visit) -> list[Json]:
    """Return what is shared, each with whom."""
    (account,) = (await visit.home_assistant.command("sen1/sharing"))["accounts"]
    return [
        {**grant, "title": share["title"]}
        for share in account["shares"]
        for grant in share["grants"]
    ]


async def nothing_shared(visit: Visit, sister: str) -> None:
    """See that nothing is shared with her any more, and that it was taken back."""
    sharing = card(visit.page, "sharing")
    await expect(sharing).to_contain_text("What I took back")
    await expect(sharing.get_by_role("button", name=f"Withdraw: {sister}")).to_have_count(0)
    assert sister not in {one["friend"] for one in await shares(visit)}


async def who_received_what(visit: Visit) -> None:
    """See of each friend what is shared, and how many values went there."""

    async def wanted() -> list[str]:
        found = await shares(visit)
        sums: dict[str, int] = {}
        for one in found:
            sums[one["friend"]] = sums.get(one["friend"], 0) + one["readings"]
        counts = [
            f"{friend} {figure(count)} value{'s' * (count > 1)}"
            for friend, count in sums.items()
            if count
        ]
        return [*counts, found[0]["title"]]

    await says(visit, "sharing", wanted)


async def part_of_the_roof(visit: Visit) -> None:
    """See what the house's parts gave this year: what the roofs gave, but for hours to come."""
    await visit.show.stage.filled_back()
    projects, now = visit.show.stage.association.projects, datetime.now(PARIS)
    begin = span("year").begin
    ends = [now.replace(minute=0, second=0, microsecond=0) - timedelta(hours=n) for n in (3, 0)]
    least, most = (
        sum(one.part * total(one.roof, begin, max(begin, end)) for one in projects) / 1000
        for end in ends
    )
    shown = frame(visit.page, "investment").get_by_text(re.compile("Production this year"))
    text = flat(await shown.locator("xpath=..").inner_text())
    found = re.search(r"([\d,.]+) kWh", text)
    assert found is not None, text
    assert least - 0.1 <= float(found[1].replace(",", "")) <= most + 0.1


UNTOLD = "\u2013"
"""Of a team of which too few have a score."""


async def board(visit: Visit) -> None:
    """See the teams, each with the score that the organiser counts."""
    organiser = visit.show.stage.cooperative.home_assistant

    async def compare() -> Said:
        told = (await organiser.command("sen1/challenges"))["challenges"]
        (challenge,) = (one for one in told if one["title"] == CHALLENGE)
        rows = await card(visit.page, "challenge").locator(".teams li").all_inner_texts()
        shown = [flat(one) for one in rows]
        teams = (challenge["board"] or {}).get("teams", [])
        scores = {
            one["name"]: UNTOLD if one["value"] is None else f"{figure(one['value'], 1)}%"
            for one in teams
        }
        said = [
            f"{name}: no {score} in {shown}"
            for name, score in scores.items()
            if not any(name in one and one.endswith(score) for one in shown)
        ]
        return said if teams else ["no board yet"]

    # What is said within a minute is told together.
    await agree(compare, "the teams and their organiser", within=150)


async def collection_joined(visit: Visit) -> None:
    """See what taking part asks for, with its boxes, none of which is ticked."""
    shown = card(visit.page, "participate")
    await expect(shown).to_contain_text(COLLECTION[1]["name"])
    box = shown.get_by_role("checkbox", name="Consumption of the home")
    await expect(box).to_be_visible()
    assert not await box.is_checked()
    await expect(shown.get_by_role("button", name="Take part", exact=True)).to_be_visible()


async def year_of_the_school(visit: Visit) -> None:
    """See what the school bought this year, and what it cost."""
    _, school = await sites_of(visit.home_assistant)

    async def wanted() -> list[str]:
        bought, paid = school.bought("year"), school.paid("year")
        return [school.name, f"{figure(bought, 1)} kWh", f"€{figure(paid, 2)}"]

    await says(visit, "past", wanted)


async def reading_entered(visit: Visit) -> None:
    """See the form in which what the meter shows is entered."""
    form = visit.page.locator("dialog.flow")
    await expect(form.get_by_role("spinbutton", name="Index")).to_be_editable()
    await expect(form.get_by_role("button", name="Confirm")).to_be_enabled()


async def all_is_well(visit: Visit) -> None:
    """See that all devices answer."""
    foot = card(visit.page, "home").locator(".foot")
    await expect(foot).to_contain_text(re.compile(r"All is well: \d+ devices answer"))


async def what_needs_a_hand(visit: Visit) -> None:
    """See that all is well, and who waits for an answer."""
    await all_is_well(visit)
    home = card(visit.page, "home")
    offers = (await visit.home_assistant.command("sen1/collection_offers"))["offers"]
    waiting = [one["organiser"] for one in offers if one["title"] == COLLECTION[1]["name"]]
    assert waiting
    for organiser in waiting:
        name = f"Answer: Answer the invitation of {organiser}"
        await expect(home.get_by_role("button", name=name, exact=True)).to_be_visible()


# What is pressed


def questions(sister: str) -> tuple[Question, ...]:
    """Return the questions of a house; a friend plays the sister."""
    last_year = span("year", 1).begin.year
    past, year, together, sharing = map(tab, ("The past", "The year", "Together", "Sharing"))
    month, invitation = link("This month"), "Answer: Answer the invitation of Coopérative"
    # Of the first hours of a month no power is known yet: one looks at the month before.
    is_early = datetime.now(PARIS) - span("month").begin < timedelta(hours=2)
    with_power = span("month", int(is_early))
    before = (button("Period before"),) if is_early else ()
    return (
        Question(
            "What was used on Tuesday of last week?",
            (past, button("Week"), button("Period before")),
            used_on_tuesday,
        ),
        Question("What is this month beside that of last year?", (), month_beside_last_years),
        Question("What is this winter at equal cold?", (year,), winter_at_equal_cold),
        Question("What does it cost by the end of the year?", (), cost_of_the_year),
        Question(
            "What was the highest power this month, and when?",
            (month, *before, button("power")),
            partial(highest_power, month=with_power),
        ),
        Question("Is now unusual?", (), is_now_unusual),
        Question("How does the goal stand?", (year,), state_of_the_goal),
        Question("Print last year", (year, button(f"Report of {last_year}")), last_year_printed),
        Question("What is my place among friends?", (together,), place_among_friends),
        Question("What did a friend say last?", (together, link("Ajonc")), last_value_of_a_friend),
        Question("Invite a family", (together, link("Invite a family")), family_invited, False),
        Question(
            "Share my day figures with my sister",
            (sharing, button("Share my home")),
            partial(days_shared, sister=sister),
            False,
        ),
        Question(
            "Stop sharing with her",
            (sharing, button(f"Withdraw: {sister}"), button("Withdraw")),
            partial(nothing_shared, sister=sister),
            False,
        ),
        Question(
            "Who has received what?", (sharing, button("The journal")), who_received_what, False
        ),
        Question(
            "What did my part of the roof give this year?",
            (together, link("My investment")),
            part_of_the_roof,
        ),
        Question("Where are the teams?", (together, link(CHALLENGE)), board, False),
        Question("Take part in a collection", (button(invitation),), collection_joined, False),
        Question(
            "What is the year of the school?",
            (button("Maison"), button("École du port"), link("This year")),
            year_of_the_school,
        ),
        Question("What needs a hand?", (), what_needs_a_hand, False),
    )


READING = Question(
    "Enter a reading",
    (
        button("Chez Jeanne"),
        button(CHALET.name),
        button("Enter what the meter shows: Compteur"),
    ),
    reading_entered,
)
"""At the relatives, of whom one is read by hand."""


class Reader(NamedTuple):
    """Who asks, and how."""

    who: str
    is_by_keyboard: bool = False
    is_relative: bool = False


HOUSE = {
    Reader("an administrator"): questions("Sterne"),
    Reader("an administrator, by the keyboard", is_by_keyboard=True): questions("Lande"),
    Reader("another user"): (
        *(one for one in questions("") if one.is_for_all),
        Question("What needs a hand?", (), all_is_well),
    ),
    Reader("a relative", is_relative=True): (READING,),
    Reader("a relative, by the keyboard", is_by_keyboard=True, is_relative=True): (READING,),
}
CASES = [
    pytest.param(reader, question, id=f"{reader.who}: {question.asked}")
    for reader, asked in HOUSE.items()
    for question in asked
]


@pytest.fixture(scope="module")
def reading(request: pytest.FixtureRequest, show: Show) -> Iterator[tuple[Reader, Visit]]:
    """Open Home as one reads it, once for all that is asked."""
    pytest_socket.enable_socket()  # Home Assistant's plugin forbids it, between tests too
    reader: Reader = request.param
    at = show.stage.relatives.page if reader.is_relative else None
    with show.visit("en", at, guest=reader.who == "another user") as opened:
        yield reader, opened
        pytest_socket.enable_socket()


@pytest.mark.parametrize(("reading", "question"), CASES, indirect=["reading"], scope="module")
def test_a_question_is_answered_within_three_presses_from_home(
    reading: tuple[Reader, Visit], question: Question
) -> None:
    reader, opened = reading
    assert len(question.presses) <= MOST

    async def scenario(visit: Visit) -> None:
        await visit.load("home")
        await expect(card(visit.page, "home").locator(".tap.today")).to_be_visible()
        for one in question.presses:
            await (go_and_press if reader.is_by_keyboard else point_and_press)(visit.page, one)
        await question.answer(visit)

    opened.play(scenario)


async def point_and_press(page: Page, one: Press) -> None:
    """Press it with a pointer."""
    await one.on(page).click()


async def go_and_press(page: Page, one: Press) -> None:
    """Press it with the keyboard alone: through tabs one goes by arrows."""
    if one.role != "tab":
        await press(page, one.on(page))
        return
    await press(page, page.get_by_role("tab", selected=True), "ArrowRight")
    for _ in range(5):
        if await one.on(page).evaluate(HAS_FOCUS):
            break
        await page.keyboard.press("ArrowRight")
    await page.keyboard.press("Enter")
