"""The dashboard, in a real Home Assistant and in Chromium: what it shows is what there is."""

import asyncio
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
import re
from typing import Any

from playwright.async_api import Locator, Page, expect
import pytest

from testbed.association import (
    BOUGHT,
    GATEWAY_INDEXES,
    HOUSE,
    INVITED,
    PANELS,
    SOLD,
    past_begin,
    past_end,
)
from testbed.browser import PHONE
from testbed.client import connect
from testbed.home_assistant import Json
from testbed.household import PARIS
from testbed.lovelace import PATH
from testbed.screenshots import CONTENT
from testbed.tic_meter import TicMeter
from testbed.translations import LANGUAGES
from testbed.waiting import until
from testbed.years import Source, hours, midnight, total

from .looking import Show, card, faults, figure, flat, frame, press

pytestmark = pytest.mark.timeout(400)


def part(page: Page, name: str) -> Locator:
    """Return a part of Home."""
    return card(page, "home").locator(f".tap.{name}")


def test_home_shows_what_the_meter_says(show: Show) -> None:
    async def scenario(show: Show) -> None:
        meter = show.stage.house.meter
        async with show.view("home") as page:
            limit = 1000 * int(meter.truth["PREF"].removesuffix("kVA"))
            await expect(part(page, "now")).to_contain_text(f"{figure(limit)}\u00a0W")
            share = figure(Decimal(100 * int(meter.truth["SINSTS"])) / limit)
            await expect(part(page, "now")).to_contain_text(f"{share}% of the limit")
            await expect(card(page, "home").locator(".foot")).to_contain_text("All is well")
            for name, key in (("today", "day"), ("month", "month"), ("year", "year")):
                shown = part(page, name)
                bought = show.value(f"bought_{key}")
                cost = show.attributes(f"cost_{key}")["energy_cost"]
                await expect(shown.locator(".figure").first).to_contain_text(figure(bought, 1))
                await expect(shown.locator(".figure").last).to_contain_text(f"€{figure(cost, 2)}")
            assert await faults(page) == []

    show.play(scenario)


SHIFTS = """() => {
    window.shifted = 0;
    new PerformanceObserver((list) => {
        for (const one of list.getEntries()) if (!one.hadRecentInput) shifted += one.value;
    }).observe({type: "layout-shift", buffered: true});
}"""


@pytest.mark.parametrize("language", LANGUAGES)
def test_on_a_phone_today_comes_first_and_nothing_moves_as_home_fills(
    show: Show, language: str
) -> None:
    async def scenario(show: Show) -> None:
        async with show.view("home", language=language, size=PHONE) as page:
            await page.add_init_script(f"({SHIFTS})()")
            await page.reload()
            await expect(part(page, "now").locator("svg[aria-label]")).to_be_visible()
            await expect(card(page, "home").locator(".turn li").first).to_be_visible()
            energy, cost = await part(page, "today").locator(".figure").all()
            await expect(energy).to_contain_text("kWh")
            await expect(cost).to_contain_text("€")
            for one in (energy, cost):
                box = await one.bounding_box()
                assert box is not None
                assert box["y"] + box["height"] < PHONE["height"]
            assert await page.evaluate("shifted") < 0.1

    show.play(scenario)


def test_values_move_as_they_arrive(show: Show) -> None:
    async def scenario(show: Show) -> None:
        meter = show.stage.house.meter
        assert isinstance(meter, TicMeter)
        step = 4000
        async with show.view("home") as page:
            limit = 10 * int(meter.truth["PREF"].removesuffix("kVA"))

            async def agrees() -> bool:
                """Compare anew each time: a step is in the meter's next frame, not in this one."""
                drawn = figure(Decimal(meter.truth["SINSTS"]) / limit)
                used = figure(show.value("consumption"))
                shown = await part(page, "now").text_content() or ""
                return f"{drawn}% of the limit" in shown and used in shown

            await until(agrees, "the page shows what there is")
            before = show.value("consumption")
            meter.household.step(step)
            try:
                await until(
                    lambda: show.value("consumption") > before + step / 2, "the house knows of it"
                )
                await until(agrees, "the page shows the step")
                await expect(part(page, "now").locator("svg circle")).to_be_visible()
                assert await faults(page) == []
            finally:
                meter.household.step(-step)
            await until(
                lambda: show.value("consumption") < before + step / 2, "the house knows of it"
            )
            await until(agrees, "the page shows what there was")

    show.play(scenario)


def test_the_forecast_and_the_class_are_those_of_the_home(show: Show) -> None:
    async def scenario(show: Show) -> None:
        async with show.view("year", language="fr") as page:
            total = show.value("forecast_energy")
            said = show.attributes("forecast_energy")
            await expect(card(page, "forecast").locator(".figure").first).to_be_visible()
            shown = flat(await frame(page, "forecast").inner_text())
            low, high = (f"{said[key]:,}".replace(",", " ") for key in ("low", "high"))
            assert f"vers {figure(total).replace(',', ' ')} kWh" in shown, shown
            assert f"entre {low} et {high} kWh" in shown, shown
            assert "Heures creuses" in shown
            mine = card(page, "class").locator("[aria-current]")
            letter = show.state("energy_class").upper()
            await expect(mine).to_contain_text(letter)
            await expect(mine).to_contain_text(f"{figure(show.value('energy_per_area'))} kWh/m²/an")

    show.play(scenario)


def test_home_is_in_french_on_a_phone_in_the_dark(show: Show) -> None:
    async def scenario(show: Show) -> None:
        async with show.view("home", language="fr", size=PHONE, is_dark=True) as page:
            await expect(card(page, "home")).to_contain_text("Tout va bien")
            await expect(card(page, "home")).to_contain_text("utilisés ici")
            width = await page.evaluate("document.documentElement.scrollWidth")
            assert width <= PHONE["width"]
            assert await faults(page) == []

    show.play(scenario)


def test_who_is_waited_for_is_one_click_away_for_an_administrator_only(show: Show) -> None:
    async def scenario(show: Show) -> None:
        async with show.view("together") as page:
            waited = card(page, "together").get_by_role("link", name=f"Invitation for {INVITED}")
            await waited.click()
            await expect(card(page, "invite").locator(".invitations")).to_contain_text(INVITED)
        async with show.view("home", guest=True) as page:
            await expect(card(page, "home")).to_contain_text("All is well")
            await expect(card(page, "home").locator(".turn")).to_have_count(0)
            await expect(card(page, "home")).not_to_contain_text(show.stage.cooperative.name)

    show.play(scenario)


def test_files_and_sensors_agree_on_every_hour_of_the_past(show: Show) -> None:
    async def scenario(show: Show) -> None:
        truths: dict[str, Source] = {"sen1:enedis": BOUGHT, "sen1:enedis_injection": SOLD}
        truths |= dict(GATEWAY_INDEXES.values())
        found = await show.stage.page.command(
            "recorder/statistics_during_period",
            start_time=past_begin().isoformat(),
            end_time=past_end().isoformat(),
            statistic_ids=list(truths),
            period="hour",
            types=["change"],
            units={"energy": "Wh"},
        )
        for statistic, source in truths.items():
            changes = [round(row["change"], 3) for row in found[statistic]]
            assert changes == [source.hour(at) for at in hours(past_begin(), past_end())], statistic

    show.play(scenario)


@dataclass
class Compared:
    """What a comparison should say, from what Home Assistant tells of the same time."""

    production: list[float | None]
    consumption: list[float | None]
    hours: float
    """How long a step is."""

    @property
    def both(self) -> list[tuple[float, float]]:
        """Return the steps of which both are known, kW."""
        steps = zip(self.production, self.consumption, strict=True)
        return [(one, other) for one, other in steps if one is not None and other is not None]

    @property
    def covered(self) -> float:
        """Return what is covered, kWh."""
        return sum(min(one, other) for one, other in self.both) * self.hours

    @property
    def grid(self) -> float:
        """Return what the grid gives, kWh."""
        return sum(other for _, other in self.both) * self.hours - self.covered

    @property
    def surplus(self) -> float:
        """Return what is sent out, kWh."""
        return sum(one for one, _ in self.both) * self.hours - self.covered

    @property
    def share(self) -> float:
        """Return the share covered, per cent."""
        return 100 * self.covered / (self.covered + self.grid)


def days_ago(first: int, last: int = 0) -> tuple[datetime, datetime]:
    """Return the days from some ago until others ago, of the home's calendar."""
    today = datetime.now(PARIS).date()
    return midnight(today - timedelta(days=first)), midnight(today - timedelta(days=last))


def last_week() -> tuple[datetime, datetime]:
    """Return the days of the week before this one."""
    weekday = datetime.now(PARIS).weekday()
    return days_ago(weekday + 7, weekday)


async def asked(show: Show, series: list[str], begin: datetime, end: datetime) -> Compared:
    """Return a production and a consumption of a time, as the integration tells them."""
    answer = await show.stage.page.command(
        "sen1/values",
        ids=series,
        begin=begin.isoformat(),
        end=end.isoformat(),
        step="half_hour",
    )
    assert set(answer["unit"].values()) == {"kW"}
    production, consumption = (answer["values"][one] for one in series)
    return Compared(production, consumption, hours=0.5)


TRUTHS = {"bought": BOUGHT, "sold": SOLD, "produced": PANELS, "consumed": HOUSE}
"""What each series of the house was made of, by the end of its name."""


def energy_of(statistic: str, begin: datetime, end: datetime) -> float:
    """Return what a series of the house came to in whole days of the past, kWh."""
    return total(TRUTHS[statistic.rpartition("_")[2]], begin, end) / 1000


async def chosen(page: Page) -> list[str]:
    """Return the series that the comparison shows, once it shows them."""
    await expect(card(page, "comparison").locator("svg").first).to_be_visible()
    found: list[str] = await card(page, "comparison").evaluate("(element) => element.card.chosen")
    return found


def test_the_share_that_is_covered_is_that_of_the_past_step_by_step(show: Show) -> None:
    async def scenario(show: Show) -> None:
        async with show.view("compare", language="fr") as page:
            await expect(card(page, "comparison").locator(".answer")).to_be_visible()
            shown = flat(await frame(page, "comparison").inner_text())
            series = await chosen(page)
            now = await asked(show, series, *days_ago(7))
            assert f"couvert à {figure(now.share)} %" in shown
            # As printed, what is covered adds up with each of the others to what was used and made.
            covered, used, made = (
                Decimal(figure(round(energy, 6), 1).replace(",", ""))
                for energy in (now.covered, now.covered + now.grid, now.covered + now.surplus)
            )
            for printed, part in (
                (covered, "couverts par le toit"),
                (used - covered, "venus du réseau"),
                (made - covered, "en surplus"),
            ):
                assert f"{printed} kWh {part}".replace(".", ",") in shown
            # What is covered and what is not are what the recorder has of both.
            for statistic, energy in zip(
                series,
                (now.covered + now.surplus, now.covered + now.grid),
                strict=True,
            ):
                assert energy_of(statistic, *days_ago(7)) == pytest.approx(energy, 1e-3)
            assert await faults(page) == []

    show.play(scenario)


def test_a_period_and_a_way_to_compare_are_chosen_by_the_keyboard(show: Show) -> None:
    async def scenario(show: Show) -> None:
        async with show.view("compare") as page:
            comparison = card(page, "comparison")
            day = comparison.get_by_role("button", name="Day", exact=True)
            await day.focus()
            await page.keyboard.press("Enter")
            await expect(day).to_have_attribute("aria-pressed", "true")
            await expect(day).to_be_focused()
            _production, consumption = await chosen(page)
            row = comparison.locator("tbody tr").last
            used = energy_of(consumption, *days_ago(1))
            await expect(row).to_contain_text(f"{figure(used, 1)}\xa0kWh")
            for mode in ("Overlay", "Stack"):
                button = comparison.get_by_role("button", name=mode)
                await button.focus()
                await page.keyboard.press("Space")
                await expect(button).to_have_attribute("aria-pressed", "true")
                await expect(comparison.locator("svg").first).to_be_visible()
                assert await faults(page) == []

    show.play(scenario)


def test_series_are_chosen_by_the_keyboard_and_found_again_at_the_next_visit(show: Show) -> None:
    async def scenario(show: Show) -> None:
        async with show.view("compare") as page:
            comparison = card(page, "comparison")
            first = await chosen(page)
            choose = comparison.get_by_role("button", name="Choose", exact=True)
            await press(page, choose)
            picker = comparison.get_by_role("dialog", name="Compare with…")
            await expect(picker.locator("li").first).to_be_visible()
            assert await faults(page) == []
            await page.keyboard.press("Escape")
            await expect(picker).to_have_count(0)
            await expect(choose).to_be_focused()
            await press(page, choose)
            await picker.get_by_role("searchbox").fill(show.stage.cooperative.name)
            await press(page, picker.get_by_role("checkbox", disabled=False).first, "Space")
            await press(page, picker.get_by_role("button", name="Compare", exact=True))
            chips = comparison.locator(".chosen")
            await expect(chips).to_have_count(len(first) + 1)
            await press(page, chips.first.get_by_role("button"))
            await expect(chips).to_have_count(len(first))
            names = await chips.all_inner_texts()
        async with show.view("compare", is_anew=False, size=PHONE, is_dark=True) as page:
            comparison = card(page, "comparison")
            await expect(comparison.locator(".chosen")).to_have_text(names)
            await comparison.get_by_role("button", name="Choose", exact=True).click()
            picker = comparison.get_by_role("dialog")
            box = await picker.bounding_box()
            assert box is not None
            # A sheet at the foot of the screen.
            assert box["width"] == PHONE["width"]
            assert box["y"] + box["height"] == PHONE["height"]
            assert await faults(page) == []

    show.play(scenario)


async def taken_away(page: Page, what: str) -> bytes:
    """Return the file that a button of the comparison gives."""
    async with page.expect_download() as download:
        await card(page, "comparison").get_by_role("button", name="More choices").click()
        await card(page, "comparison").get_by_role("button", name=what).click()
    path = await (await download.value).path()
    return await asyncio.to_thread(path.read_bytes)


def test_a_comparison_is_taken_away_as_a_picture_and_as_values(show: Show) -> None:
    async def scenario(show: Show) -> None:
        async with show.view("compare") as page:
            series = await chosen(page)
            content = await taken_away(page, "PNG")
            assert content.startswith(b"\x89PNG")
            text = (await taken_away(page, "CSV")).decode("utf-8-sig")
            rows = [line.split(",") for line in text.splitlines()]
            # Of half-hours, W.
            sums = [
                sum(float(cell) for row in rows[1:] if (cell := row[column])) / 2000
                for column in (1, 2)
            ]
            for statistic, energy in zip(series, sums, strict=True):
                assert energy_of(statistic, *days_ago(7)) == pytest.approx(energy, 1e-3)

    show.play(scenario)


FORMS = """async () => Promise.all(
    window.customCards.filter(({type}) => type.startsWith("sen1-")).map(async (card) => {
        const {schema, computeLabel} = await customElements.get(card.type).getConfigForm();
        const labels = schema.map((field) => computeLabel(field) ?? "");
        return [card.name, [card.preview, card.description, ...labels]];
    })
)"""
LISTED = """() => window.customCards?.some(({type}) => type.startsWith("sen1-"))"""
OFFERED = """(entity) => {
    const {hass} = document.querySelector("home-assistant");
    return window.customCards.flatMap(
        ({getEntitySuggestion: suggest}) => suggest?.(hass, entity)?.config ?? []);
}"""


def test_each_card_is_offered_by_its_name_for_what_fits_with_a_form_for_its_options(
    show: Show,
) -> None:
    async def scenario(show: Show) -> None:
        async with show.view("home", language="fr") as page:
            await expect(part(page, "today")).to_be_visible()
            # Who presses nothing opens no picker, and loads no names of cards.
            assert not await page.evaluate(LISTED)
            await page.keyboard.press("Shift")
            await page.wait_for_function(LISTED)
            forms = dict(await page.evaluate(FORMS))
            entity = show.stage.entities["bought_month"]
            offered = await page.evaluate(OFFERED, entity)
        assert len(forms) == 20
        assert all(name.startswith("SEN1 · ") for name in forms)
        assert all(all(told) for told in forms.values())
        assert len(forms["SEN1 · Comparaison"]) > 2
        assert {"type": "custom:sen1-home-card", "part": "month"} in offered

    show.play(scenario)


def test_a_friends_curve_is_offered_to_an_administrator_only(show: Show) -> None:
    async def scenario(show: Show) -> None:
        friend = show.stage.cooperative.name
        for guest in (False, True):
            async with show.view("compare", guest=guest) as page:
                await chosen(page)
                comparison = card(page, "comparison")
                await comparison.get_by_role("button", name="Choose", exact=True).click()
                offered = comparison.get_by_role("dialog")
                await expect(offered.locator("li").first).to_be_visible()
                of_friend = offered.locator("h3").filter(has_text=friend)
                await expect(of_friend).to_have_count(0 if guest else 1)
                # What a contract says is no measurement.
                await expect(offered).not_to_contain_text(re.compile("subscribed", re.IGNORECASE))

    show.play(scenario)


@pytest.mark.timeout(1300)
def test_all_see_a_friends_curve_that_an_administrator_put_on_a_dashboard(show: Show) -> None:
    async def scenario(show: Show) -> None:
        await show.stage.filled_back()
        page, project = show.stage.page, show.stage.association.projects[0]
        statistic = next(
            state["attributes"]["statistic"]
            for state in page.states.values()
            if "statistic" in state["attributes"]
            and "project" in state["attributes"]
            and state["attributes"]["friendly_name"].startswith(project.name)
        )
        series = {"statistic": statistic, "name": project.roof.name, "kind": "production"}
        shown = {"type": "custom:sen1-comparison-card", "period": "last_month", "series": [series]}
        await page.command(
            "lovelace/dashboards/create",
            url_path="the-class",
            title="The class",
            mode="storage",
            show_in_sidebar=True,
            require_admin=False,
        )
        await page.command(
            "lovelace/config/save",
            url_path="the-class",
            config={"views": [{"path": "roof", "cards": [shown]}]},
        )
        this_month = midnight(datetime.now(PARIS).date().replace(day=1))
        month_before = midnight((this_month.date() - timedelta(days=1)).replace(day=1))
        produced_wh = total(project.roof, month_before, this_month)
        async with show.view("roof", dashboard="the-class", guest=True) as opened:
            row = card(opened, "comparison").locator("tbody tr").filter(has_text=project.roof.name)
            await expect(row).to_contain_text(figure(produced_wh / 1000, 1))
            assert await faults(opened) == []

    show.play(scenario)


COMPARISON_STATES = """async (element) => {
    const {card} = element, real = element._hass, {compared} = card, found = {};
    const look = (name) => { found[name] = element.shadowRoot.textContent; };
    const set = (status) => { Object.assign(compared, {status, error: {message: "why"}}); };
    set("loading");
    card.redraw();
    found.loading = Boolean(element.shadowRoot.querySelector(".loading[aria-label]"));
    set("error");
    card.redraw();
    look("error");
    set("ready");
    element.hass = {...real, connected: false};
    // What the page itself says next, that it is connected, does not get through.
    Object.defineProperty(element, "hass", {value: real, writable: true});
    await new Promise((done) => setTimeout(done));
    look("offline");
    element.shadowRoot.querySelector(".arrow-to").click();
    look("another period");
    return found;
}"""


def test_each_state_of_the_comparison_says_what_it_is(show: Show) -> None:
    async def scenario(show: Show) -> None:
        async with show.view("compare") as page:
            comparison = card(page, "comparison")
            await expect(comparison.locator(".answer")).to_be_visible()
            found = await comparison.evaluate(COMPARISON_STATES)
        assert found["loading"]
        assert "The history could not be read" in found["error"]
        assert "Try again" in found["error"]
        assert "Home Assistant does not answer" in found["offline"]
        assert "covered" in found["offline"], "what was known last stays"
        assert "Home Assistant does not answer" in found["another period"]
        assert "covered" not in found["another period"], "what is shown is of the period named"

    show.play(scenario)


@pytest.mark.parametrize(
    ("dashboard", "view", "name", "words"),
    [
        (PATH, "compare", "comparison", "Production sur consommation"),
        (PATH, "wall", "wall", "Le soleil suffit-il ?"),
        (PATH, "cooperative", "investment", "Mon investissement citoyen"),
        (PATH, "together", "together", "Du plus sobre au plus gourmand"),
        (PATH, "invite", "invite", "Qui invitez-vous ?"),
    ],
)
def test_each_view_is_in_french_on_a_phone_in_the_dark(
    show: Show, dashboard: str, view: str, name: str, words: str
) -> None:
    async def scenario(show: Show) -> None:
        look: Json = {"language": "fr", "size": PHONE, "is_dark": True}
        async with show.view(view, dashboard=dashboard, **look) as page:
            await expect(card(page, name)).to_contain_text(words)
            await expect(card(page, name).locator(".loading")).to_have_count(0)
            assert await page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
            assert await faults(page) == []

    show.play(scenario)


def test_a_period_without_data_says_so_and_one_button_leads_to_data(show: Show) -> None:
    async def scenario(show: Show) -> None:
        async with show.view("compare") as page:
            comparison = card(page, "comparison")
            await chosen(page)
            await comparison.get_by_role("button", name="Year", exact=True).click()
            for _ in range(6):
                await comparison.get_by_role("button", name="Period before").click()
            await expect(comparison.locator("tr.resting")).to_have_count(2)
            await expect(comparison).to_contain_text("Nothing in this period. Data: ")
            assert await faults(page) == []
            await comparison.get_by_role("button", name="Go to").click()
            await expect(comparison.locator(".answer")).to_be_visible()
            await expect(comparison.locator("tr.resting")).to_have_count(0)

    show.play(scenario)


@pytest.mark.parametrize(
    "look",
    [
        pytest.param({"language": "en"}, id="desktop"),
        pytest.param({"language": "fr", "size": PHONE, "is_dark": True}, id="phone, in the dark"),
    ],
)
def test_the_year_tells_what_it_knows_and_shuts_nobody_out(
    show: Show, look: dict[str, Any]
) -> None:
    async def scenario(show: Show) -> None:
        async with show.view("year", **look) as page:
            await expect(card(page, "goals").first.locator("svg[aria-label]")).to_be_visible()
            for name, inside in (("cold", "table"), ("learnt", ".four")):
                await card(page, name).locator("summary").click()
                await expect(card(page, name).locator(inside)).to_be_visible()
            await expect(card(page, "report").locator(".rows")).to_be_visible()
            await expect(page.locator(".alert.error")).to_have_count(0)
            assert await faults(page) == []

    show.play(scenario)


def test_the_report_opens_on_a_page_of_its_own(show: Show) -> None:
    async def scenario(show: Show) -> None:
        async with show.view("year") as page:
            await expect(card(page, "report").locator(".primary")).to_be_visible()
            async with page.expect_popup() as opened:
                await card(page, "report").locator(".primary").click()
            report = await opened.value
            await expect(report.locator(".sheet").first).to_be_visible()
            assert report.url.startswith("blob:")
            await expect(card(page, "report").locator(".alert")).to_have_count(0)

    show.play(scenario)


def test_my_part_of_a_project_is_told_beside_the_whole(show: Show) -> None:
    async def scenario(show: Show) -> None:
        async with show.view("cooperative", language="fr") as page:
            investment = card(page, "investment")
            await expect(investment.locator("tbody tr").first).to_contain_text("ONCIME")
            shown = flat(await frame(page, "investment").inner_text())
            # 10 shares of 160, of 40,000 € and 64 m²; 525 € of dividends so far.
            for figure in ("2 500", "40 000", "4,0", "525,00 €", "11 dans 2 projets"):
                assert figure in shown
            await expect(investment.locator("svg").last).to_be_visible()
            assert await faults(page) == []

    show.play(scenario)


@pytest.mark.timeout(1300)
def test_the_energies_of_projects_are_those_of_their_roofs(show: Show) -> None:
    async def scenario(show: Show) -> None:
        await show.stage.filled_back()
        now, projects = datetime.now(PARIS), show.stage.association.projects
        begin = midnight(now.date().replace(month=1, day=1))
        # What the current hour and the one before gave may not have come yet.
        ends = [now.replace(minute=0, second=0, microsecond=0) - timedelta(hours=n) for n in (3, 0)]
        least, most = (
            [total(one.roof, begin, max(begin, end)) / 1000 for one in projects] for end in ends
        )
        mine = [
            sum(float(one.part) * kwh for one, kwh in zip(projects, all_of_it, strict=True))
            for all_of_it in (least, most)
        ]
        async with show.view("cooperative") as page:
            year = card(page, "investment").locator("ha-card").filter(has_text="2026, by month")
            await expect(year.locator("svg")).to_have_count(2)
            text = flat(await year.inner_text())
            part, whole = (
                float(found.replace(",", "")) for found in re.findall(r"([\d,.]+) kWh", text)[:2]
            )
            assert mine[0] - 0.1 <= part <= mine[1] + 0.1
            assert sum(least) - 1 <= whole <= sum(most) + 1
            # A bar for each month so far, of the projects and of my part; in its first hours a
            # month may have none yet.
            months = {now.month, (max(begin, ends[0]) - timedelta(seconds=1)).month}
            for picture in await year.locator("svg").all():
                assert await picture.locator("rect[stroke]").count() in months

    show.play(scenario)


def test_projects_are_on_a_map_no_nearer_than_their_commune(show: Show) -> None:
    async def scenario(show: Show) -> None:
        states = show.stage.page.states.values()
        place = next(
            state["attributes"]
            for state in states
            if state["attributes"].get("commune") == "Lorient"
        )
        for key, degrees in (("latitude", 47.75), ("longitude", -3.35)):
            assert place[key] == degrees
        async with show.view("together") as page:
            shown = page.locator("hui-map-card")
            await expect(shown).to_contain_text("Map of communes")
            await expect(shown.get_by_text("Lorient")).to_be_visible()

    show.play(scenario)


def test_what_a_friend_gives_is_on_its_page_and_who_looks_decides_nothing(
    show: Show,
) -> None:
    async def scenario(show: Show) -> None:
        friend = show.stage.cooperative.name
        async with show.view("together") as page:
            shown = card(page, "together")
            await shown.locator(".friends a").filter(has_text=friend).click()
            await expect(shown.get_by_role("heading", name=friend, exact=True)).to_be_focused()
            shared = show.stage.cooperative.series
            # What is shared by hours is there from its beginning.
            hourly = len(show.stage.cooperative.figures)
            await expect(shown.locator(".rows > div")).to_have_count(len(shared) + hourly)
            assert await faults(page) == []
            await page.go_back()
            await expect(shown.locator(".friends a").filter(has_text=friend)).to_be_focused()
        async with show.view("together", guest=True) as page:
            shown = card(page, "together")
            await expect(shown.locator(".friends a").filter(has_text=friend)).to_be_visible()
            await expect(shown.get_by_role("link", name="Invite a family")).to_have_count(0)
            assert await faults(page) == []

    show.play(scenario)


def test_a_family_is_invited_by_a_link_that_can_be_taken_back(show: Show) -> None:
    async def scenario(show: Show) -> None:
        async with show.view("together") as page:
            await card(page, "together").get_by_role("link", name="Invite a family").click()
            shown = card(page, "invite")
            label = shown.get_by_role("textbox", name="Name of this family")
            await label.fill("Le Goff")
            await expect(shown.get_by_role("checkbox", checked=True)).to_have_count(0)
            assert await faults(page) == []
            await label.press("Enter")
            heading = shown.get_by_role("heading", name="Link for “Le Goff”")
            await expect(heading).to_be_focused()
            link = await shown.locator("#link").inner_text()
            assert link.startswith("xmpp:")
            await expect(shown.locator(".message")).to_contain_text(link)
            await shown.get_by_role("button", name="Copy the text").click()
            await expect(shown.get_by_text("Copied", exact=True)).to_be_visible()
            assert await faults(page) == []
            await shown.get_by_role("button", name="Take the link back: Le Goff").click()
            await shown.get_by_role("dialog").get_by_text("Take the link back", exact=True).click()
            await expect(shown.locator(".invitations")).to_contain_text("link taken back")
            await expect(heading).to_have_count(0)
            await page.locator("hui-root ha-icon-button-arrow-prev").click()
            await expect(card(page, "together")).to_be_visible()

    show.play(scenario)


def test_homes_are_ranked_and_mine_stands_in_its_place(show: Show) -> None:
    async def scenario(show: Show) -> None:
        mine = int(show.value("energy_per_area"))
        neighbours = show.stage.association.neighbours
        homes = sorted([*(home.by_area.value() for home in neighbours), mine])
        async with show.view("together") as page:
            ranks = card(page, "together").locator(".ranks li")
            await expect(ranks).to_have_count(len(homes))
            shown = [flat(text) for text in await ranks.locator(".amount").all_inner_texts()]
            assert shown == [str(value) for value in homes]
            await expect(card(page, "together").locator(".ranks .mine")).to_contain_text("Me")
            for neighbour in neighbours:
                told = re.compile(rf"(?<!\d){neighbour.by_area.value()}\s+kWh\s*per m²")
                friend = card(page, "together").locator(".friends > li").filter(has_text=told)
                await expect(friend).to_contain_text(neighbour.habits.name)
            assert await faults(page) == []

    show.play(scenario)


def test_a_class_reads_the_share_on_a_wall_and_then_other_screens(show: Show) -> None:
    async def scenario(show: Show) -> None:
        async with show.view("wall", size={"width": 1920, "height": 1080}) as page:
            wall = card(page, "wall")
            await expect(wall.locator(".huge")).to_be_visible()
            series = await wall.evaluate(
                "({card}) => [card.production, card.consumption].map(({statistic}) => statistic)"
            )
            week = await asked(show, series, *last_week())
            await expect(wall.locator(".huge")).to_have_text(f"{figure(week.share)}%")
            squares = wall.locator(".squares .sun")
            await expect(squares).to_have_count(int(figure(week.share)))
            # What compares with another building is there once a year of both is read.
            await expect(wall.locator(".dot")).to_have_count(5)
            for screen in await wall.locator(".dot").all():
                await screen.focus()
                await page.keyboard.press("Enter")
                title = await screen.get_attribute("aria-label")
                await expect(wall.get_by_role("heading", level=1)).to_have_text(title or "")
                assert await faults(page) == []
            await press(page, wall.get_by_role("button", name="What does 1 kWh do?"))
            used = energy_of(series[1], *last_week())
            await expect(wall.locator(".verdict .big")).to_contain_text(figure(used / 7))

    show.play(scenario)


async def grants(show: Show) -> list[tuple[str, Json]]:
    """Return what the house shares: the title of each series with a grant of it."""
    answer = await show.stage.page.command("sen1/sharing")
    return [
        (series["title"], grant | {"granularity": series["granularity"]})
        for account in answer["accounts"]
        for series in account["shares"]
        for grant in series["grants"]
    ]


async def unfolded(sharing: Locator) -> None:
    """Unfold all that is folded in the lists of what is shared and held."""
    folded = sharing.locator(".grouped button.fold[aria-expanded=false]")
    while await folded.count():
        await folded.first.click()


def test_what_is_shared_is_told_with_its_end_and_count_on_a_phone_too(show: Show) -> None:
    async def scenario(show: Show) -> None:
        shared = await grants(show)
        (account,) = (await show.stage.page.command("sen1/sharing"))["accounts"]
        async with show.view("sharing") as page:
            await expect(card(page, "sharing")).to_contain_text("What I receive")
            await unfolded(card(page, "sharing"))
            rows = card(page, "sharing").locator("li.grant")
            await expect(rows).to_have_count(len(shared))
            for title, grant in shared:
                stop = f"Withdraw: {title}, {grant['friend']}"
                row = rows.filter(has=page.get_by_role("button", name=stop))
                last = datetime.fromisoformat(grant["until"]) - timedelta(seconds=1)
                await expect(row.first).to_contain_text(f"{last:%b} {last.day}, {last.year}")
            held = card(page, "sharing").locator(".grouped").last
            erasers = held.get_by_role("button", name=re.compile("^Erase: .*, .*"))
            # One for each measure, and one for each friend of several.
            of_each = Counter(one["friend_id"] for one in account["holds"]).values()
            wanted = sum(of_each) + sum(count > 1 for count in of_each)
            await expect(erasers).to_have_count(wanted)
            assert await faults(page) == []
        async with show.view("sharing", language="fr", size=PHONE, is_dark=True) as page:
            await expect(card(page, "sharing")).to_contain_text("Ce que je reçois")
            await expect(card(page, "sharing")).to_contain_text("Mes six nombres")
            assert await page.evaluate(CONTENT) <= 2 * PHONE["height"]
            await unfolded(card(page, "sharing"))
            blocks = card(page, "sharing").locator("li.grant")
            await expect(blocks).to_have_count(len(shared))
            await expect(card(page, "sharing")).to_contain_text(
                "Rien ne sort de la maison sans votre accord."
            )
            assert await page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
            assert await faults(page) == []
        async with show.view("home", guest=True) as page:
            await expect(part(page, "today")).to_be_visible()
            await expect(page.get_by_role("tab", name="Sharing")).to_have_count(0)

    show.play(scenario)


def test_a_grant_rests_and_is_withdrawn_by_the_keyboard_once_this_is_confirmed(show: Show) -> None:
    async def scenario(show: Show) -> None:
        house, friend = show.stage.house, show.stage.cooperative
        series = house.series["PREF"]
        title = house.home_assistant.states[series.entity_id]["attributes"]["friendly_name"]
        status = (await friend.followed(house, ["PREF"]))["PREF"].status
        async with show.view("sharing") as page:
            sharing = card(page, "sharing")
            await expect(sharing).to_contain_text("What I receive")
            await unfolded(sharing)

            async def press(action: str) -> None:
                button = sharing.get_by_role("button", name=f"{action}: {title}, {friend.name}")
                await button.focus()
                await page.keyboard.press("Enter")

            async def is_told(state: str) -> None:
                await until(
                    lambda: friend.home_assistant.states[status]["state"] == state,
                    f"the friend is told: {state}",
                    within=60,
                )

            await press("Pause")
            await is_told("paused")
            await press("Resume")
            await is_told("receiving")
            before = await grants(show)
            await press("Withdraw")
            question = sharing.get_by_role("dialog")
            await expect(question).to_contain_text(f"Withdraw “{title}” from “{friend.name}”?")
            assert await faults(page) == []
            await page.keyboard.press("Escape")
            await expect(question).to_have_count(0)
            assert len(await grants(show)) == len(before)
            await press("Withdraw")
            await question.get_by_role("button", name="Withdraw").focus()
            await page.keyboard.press("Enter")
            await is_told("withdrawn")
            assert len(await grants(show)) == len(before) - 1
            await expect(sharing).to_contain_text("What I took back")
            await sharing.get_by_role("button", name="What I took back").click()
            row = f"{title} → {friend.name}"
            taken_back = sharing.locator("li li").filter(has_text=row)
            await expect(taken_back).to_be_visible()

    show.play(scenario)


def test_a_request_is_answered_by_the_keyboard_and_never_without_a_tick(show: Show) -> None:
    async def scenario(show: Show) -> None:
        async with show.view("together") as page:
            friends = card(page, "together")
            row = friends.locator(".turn > li").filter(
                has_text="A friend asks for one of your measures"
            )
            await press(page, row.get_by_role("button", name="Answer"))
            questions = page.locator("dialog.flow")
            await press(page, questions.get_by_role("button", name="Choose what they may receive"))
            await expect(questions).to_contain_text("when you get up and go to bed")
            boxes = questions.get_by_role("checkbox")
            await expect(boxes).to_have_count(6)
            assert [await box.is_checked() for box in await boxes.all()] == [False] * 6
            assert await faults(page) == []
            confirm = questions.get_by_role("button", name="Confirm")
            await press(page, confirm)
            await expect(questions).to_contain_text("Tick at least one box")
            await press(page, questions.get_by_role("checkbox", name="Every day"), "Space")
            days = questions.get_by_role("spinbutton", name="Kept at most")
            await days.fill("0")
            await press(page, confirm)
            await expect(questions).to_contain_text("The answer did not get through")
            await days.fill("30")
            await press(page, confirm)
            # The cooperative asks for a workshop: children may be asked.
            await press(page, questions.get_by_role("checkbox", name="I am 15 or older"), "Space")
            await press(page, confirm)
            await expect(questions).to_have_count(0)
            await expect(row).to_have_count(0)
        given = [grant for _title, grant in await grants(show) if grant["granularity"] == "P1D"]
        assert [grant["purpose"] for grant in given] == ["workshop"]

    show.play(scenario)


STATES = """(element) => {
    const {card} = element, real = element._hass, found = {};
    const look = (name) => { found[name] = element.shadowRoot.textContent; };
    const shown = (more) => { element.hass = {...real, ...more}; card.redraw(); };
    const known = card.known;
    shown({connected: false});
    look("offline");
    shown({user: {...real.user, is_admin: false}});
    look("not an administrator");
    shown({});
    card.known = {accounts: []};
    card.redraw();
    look("no account");
    card.known = {accounts: known.accounts.map((account) => ({...account, online: false}))};
    card.redraw();
    look("server away");
    card.known = structuredClone(known);
    card.known.accounts[0].shares[0].grants[0].members = 12;
    card.redraw();
    look("many");
    card.known = undefined;
    card.redraw();
    found.loading = Boolean(element.shadowRoot.querySelector(".loading[aria-label]"));
    card.failed = true;
    card.redraw();
    look("error");
    Object.assign(card, {known, failed: false});
    shown({});
    return found;
}"""


def test_each_state_of_the_sharing_card_says_what_it_is(show: Show) -> None:
    async def scenario(show: Show) -> None:
        async with show.view("sharing") as page:
            await expect(card(page, "sharing")).to_contain_text("What I receive")
            found = await card(page, "sharing").evaluate(STATES)
        assert "Home Assistant does not answer" in found["offline"]
        assert "What I share" in found["offline"]
        assert "What I share" not in found["not an administrator"]
        assert "An administrator decides" in found["not an administrator"]
        assert "No sharing account yet" in found["no account"]
        assert "the server cannot be reached" in found["server away"]
        assert "12 homes" in found["many"]
        assert found["loading"]
        assert "What is shared could not be read" in found["error"]
        assert "Try again" in found["error"]

    show.play(scenario)


def test_who_asks_to_be_a_friend_is_accepted_on_the_page_also_if_it_was_ignored(show: Show) -> None:
    async def scenario(show: Show) -> None:
        house = show.stage.house
        stranger = show.stage.cooperative.server.register("voisin")
        async with connect(stranger) as client, show.view("together") as page:
            client.send_presence(pto=house.account.jid, ptype="subscribe")
            question = (
                card(page, "together")
                .locator(".turn > li")
                .filter(has_text="Somebody would like to exchange readings with you")
            )
            await expect(question).not_to_contain_text(stranger.jid)
            (issue,) = (
                issue
                for issue in (await show.stage.page.command("repairs/list_issues"))["issues"]
                if issue["translation_key"] == "friend_request"
            )
            # Every user of the house can do that, also one who may only read.
            await show.stage.page.command(
                "repairs/ignore_issue", domain="sen1", issue_id=issue["issue_id"], ignore=True
            )
            await expect(question).to_contain_text("Ignored in Repairs")
            await question.get_by_role("button", name="Answer").click()
            shown = page.locator("dialog.flow")
            await expect(shown).to_contain_text(stranger.jid)
            await shown.get_by_role("button", name="Accept", exact=True).click()
            await shown.get_by_role("textbox", name="Name").fill("The neighbour")
            assert await faults(page) == []
            await shown.get_by_role("button", name="Confirm").click()
            await expect(question).to_have_count(0)
            # The neighbour's server agrees as well, and is not waited for any more.
            named = card(page, "together").locator(".friends a").filter(has_text="The neighbour")
            await expect(named).to_be_visible()
        (account,) = (await show.stage.page.command("sen1/sharing"))["accounts"]
        friends = await show.stage.page.command(
            "config_entries/subentries/list", entry_id=account["entry_id"]
        )
        assert {friend["unique_id"]: friend["title"] for friend in friends}[
            stranger.jid
        ] == "The neighbour"

    show.play(scenario)
