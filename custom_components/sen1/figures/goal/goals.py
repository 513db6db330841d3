"""The goals of a site while its entry is loaded: days and the cold in, progress and notes out."""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import ExitStack
from datetime import date, timedelta
from enum import StrEnum
import time
from typing import Any

from homeassistant.config_entries import ConfigEntry, ConfigSubentry
from homeassistant.const import UnitOfApparentPower, UnitOfEnergy, UnitOfPower, UnitOfVolume
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.start import async_at_started
from homeassistant.util import dt as dt_util

from ...faults import contained
from ...history.recorder import async_listen_hours
from ...listeners import Listeners
from ..const import CONF_BOUGHT_POWER, CONF_HEATING, GOAL
from ..counting.balance import Balance, HomeQuantity
from ..counting.calendar import ONE_DAY, Calendar
from ..counting.sources import subentries_of
from ..counting.states import milliseconds
from ..tariff.spending import Spending
from ..tariff.tally import Commodity, Derived, SiteQuantity
from ..year.cold import Cold
from ..year.forecast import learnt_from
from ..year.model import Unfit
from ..year.outlook import heating_by_gas
from .ledger import QUANTITIES, GoalSeries, Ledger
from .progress import (
    Goal,
    GoalKind,
    GoalProgress,
    GoalState,
    Reference,
    Untold,
    budget,
    limit,
    not_told,
    saving,
    share,
)
from .reference import YEAR_OF_WEEKS, BudgetShape, shaped
from .yardstick import Yardstick

CONF_KIND = "kind"
CONF_QUANTITY = "quantity"
CONF_TARGET = "target"
CONF_BEGIN = "begin"
CONF_END = "end"
CONF_REFERENCE_BEGIN = "reference_begin"
CONF_REFERENCE_END = "reference_end"
"""Days in ISO 8601; the last one is part of it."""
CONF_CORRECTED = "corrected"
"""Whether the reference is told in the cold of the goal's days."""

FEWEST_USUAL = 28
"""Days of which a home's usual year is made."""

SELDOM = timedelta(days=7)
"""Notes of a goal are at least so far apart."""

CHUNK = timedelta(days=62)
"""The highest power is asked for by so many days: of longer times, fewer sources tell it."""

MILLIWATTS_OF_KW = 1_000_000

APPARENT = UnitOfApparentPower.KILO_VOLT_AMPERE
"""What subscribed powers are told in; a balance knows no other than that of its sensors."""

KILO = {"W": 0.001, "VA": 0.001, "kW": 1.0, "kVA": 1.0, "MW": 1000.0}

type PeakOf = Callable[[list[int]], Awaitable[dict[str, Any] | None]]
"""Tells the highest power bought between moments, as `async_peak` of a site does."""


class GoalNote(StrEnum):
    """What may be said of a goal, once a week."""

    ON_TRACK = "on_track"
    OFF_TRACK = "off_track"
    MET = "met"


def goal_from(data: Mapping[str, Any]) -> Goal:
    """Return a goal as a subentry stores it."""
    begin, end = (date.fromisoformat(data[key]) for key in (CONF_BEGIN, CONF_END))
    return Goal(GoalKind(data[CONF_KIND]), data[CONF_TARGET], begin, end)


def series_of(data: Mapping[str, Any]) -> GoalSeries:
    """Return what a goal counts: of a share or a limit no one series."""
    return GoalKind(data[CONF_KIND]), data[CONF_QUANTITY]


def _reference_days(data: Mapping[str, Any]) -> tuple[date, date] | None:
    """Return the reference period of a saving: [begin, end)."""
    if not data.get(CONF_REFERENCE_BEGIN) or not data.get(CONF_REFERENCE_END):
        return None
    end = date.fromisoformat(data[CONF_REFERENCE_END]) + ONE_DAY
    return date.fromisoformat(data[CONF_REFERENCE_BEGIN]), end


def note_of(progress: GoalProgress) -> GoalNote | None:
    """Return what can be said of a goal with certainty."""
    notes = {
        GoalState.MET: GoalNote.MET,
        GoalState.AHEAD: GoalNote.ON_TRACK,
        GoalState.MISSED: GoalNote.OFF_TRACK,
    }
    return notes.get(progress.state, GoalNote.OFF_TRACK if progress.is_short else None)


class Goals:
    """Knows how far each goal is, and tells who listens when that is another."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        balance: Balance,
        spending: Spending,
        cold: Cold,
        peak_of: PeakOf,
    ) -> None:
        self._hass = hass
        self._entry = entry
        self._balance = balance
        self._spending = spending
        self._cold = cold
        self._peak_of = peak_of
        self._calendar = Calendar(dt_util.get_default_time_zone())
        self.ledger = Ledger(spending)
        self.yardstick = Yardstick(entry.data, self.ledger, cold, lambda: self._balance.today)
        self.progress: dict[str, GoalProgress] = {}
        """By the id of its subentry."""
        self.shapes: dict[str, BudgetShape] = {}
        """Of each budget, what says which part of it belongs to which day."""
        self._budgets: dict[str, Callable[[tuple[float, float]], GoalProgress]] = {}
        """What is left to do when today has come to more."""
        self._highest: dict[str, tuple[float, int, str]] = {}
        """The highest power since a goal began, its moment and its unit; kept up to now."""
        self._limits: dict[str, Goal] = {}
        self._looked_until: dict[str, date] = {}
        self._notes: dict[str, dict[str, Any]] = {}
        """By goal: the last note, of which day, whether it was the last of all."""
        self.listeners = Listeners[()]()
        """When the progress of any may be another."""
        self.day_listeners = Listeners[()]()
        """When what days came to, or how cold they were, may be another."""
        self.goal_listeners = Listeners[()]()
        """When goals were added."""
        self.note_listeners = defaultdict[str, Listeners[GoalNote]](Listeners)
        """By goal: what is to be said of it now."""
        self._undo = ExitStack()
        self._is_started = False

    # Life

    @callback
    def start(self) -> None:
        """Hear of the cold, of the hours that the recorder has put together, and when all runs."""
        self._is_started = True
        self._undo.callback(self._cold.listeners.add(self._look_at_all))
        if "recorder" in self._hass.config.components:
            self._undo.callback(async_listen_hours(self._hass, self._on_hour))
        self._undo.callback(async_at_started(self._hass, self._on_hour))

    @callback
    def stop(self) -> None:
        """Hear of nothing."""
        self._is_started = False
        self._undo.close()

    def snapshot(self) -> dict[str, Any]:
        """Return what must survive a restart."""
        goals = subentries_of(self._entry, GOAL)
        return {goal_id: note for goal_id, note in self._notes.items() if goal_id in goals}

    def restore(self, kept: Mapping[str, Any]) -> None:
        """Take back what was said, so that it is not said again."""
        self._notes = dict(kept)

    def diagnostics(self) -> list[dict[str, Any]]:
        """Return what a helper needs to understand a goal: no name, no amount."""
        return [
            {
                "kind": goal.data[CONF_KIND],
                "quantity": goal.data[CONF_QUANTITY],
                "corrected": goal.data.get(CONF_CORRECTED, False),
                "state": progress.state,
                "reason": progress.reason,
                "known": round(progress.known, 2),
            }
            for goal_id, goal in subentries_of(self._entry, GOAL).items()
            if (progress := self.progress.get(goal_id)) is not None
        ]

    @callback
    def async_apply(self) -> None:
        """Take the goals as they are now."""
        known = set(self.progress)
        self._highest.clear()
        self._looked_until.clear()
        self.update()
        if not subentries_of(self._entry, GOAL).keys() <= known:
            self.goal_listeners.tell()

    # Looking

    @callback
    def update(self) -> None:
        """Look at all that is known: the past is another, or the goals are."""
        self.ledger.forget()
        if not self._balance.measures(HomeQuantity.BOUGHT):
            self._looked_until.clear()
        self._look_at_all()

    @callback
    def _look_at_all(self) -> None:
        """Look at each goal: a day has ended, or was colder than was thought."""
        self._budgets.clear()
        self._limits.clear()
        self.shapes.clear()
        goals = subentries_of(self._entry, GOAL)
        self.progress = {i: one for i, one in self.progress.items() if i in goals}
        for goal_id, subentry in goals.items():
            self.progress.setdefault(goal_id, not_told(Untold.NO_DATA))
            with contained():
                self._look(goal_id, subentry)
        self.day_listeners.tell()
        self._tell()

    @callback
    def refresh(self) -> None:
        """Count what today has come to since; the days before it are the same."""
        if not self._budgets and not self._limits:
            return
        goals = subentries_of(self._entry, GOAL)
        for goal_id, budget_at in self._budgets.items():
            with contained():
                if goal_id in goals:
                    today = self.ledger.today(series_of(goals[goal_id].data), self._balance.today)
                    self.progress[goal_id] = budget_at(today)
        # What an index tells of this moment is a mean, or a guess.
        is_told = bool(self._entry.data.get(CONF_BOUGHT_POWER))
        power = self._balance.power(HomeQuantity.BOUGHT) if is_told else None
        for goal_id, goal in self._limits.items():
            with contained():
                highest, _, unit = self._highest.get(goal_id, (0.0, 0, APPARENT))
                if power is not None and power / MILLIWATTS_OF_KW > highest:
                    kilowatts = power / MILLIWATTS_OF_KW
                    self._highest[goal_id] = kilowatts, milliseconds(time.time()), unit
                self._look_at_limit(goal_id, goal)
        self._tell()

    def _tell(self) -> None:
        self.look_for_notes()
        self.listeners.tell()

    @callback
    def look_for_notes(self) -> None:
        """Say of each goal what is to be said."""
        for goal_id, subentry in subentries_of(self._entry, GOAL).items():
            with contained():
                self._note(goal_id, goal_from(subentry.data))

    def _look(self, goal_id: str, subentry: ConfigSubentry) -> None:
        data, goal, today = subentry.data, goal_from(subentry.data), self._balance.today
        match goal.kind:
            case GoalKind.SAVING:
                self.progress[goal_id] = self._saving(goal, data)
            case GoalKind.ENERGY | GoalKind.COST:
                budget_at = self._budgets[goal_id] = self._budget(goal_id, goal, data)
                self.progress[goal_id] = budget_at(self.ledger.today(series_of(data), today))
            case GoalKind.SELF_CONSUMPTION:
                sun = self.ledger.sun(goal.begin, min(goal.end + ONE_DAY, today))
                before = self.ledger.sun(goal.begin - YEAR_OF_WEEKS, today)
                self.progress[goal_id] = share(
                    goal,
                    today,
                    {day: produced for day, (produced, _) in sun.items()},
                    {day: kept for day, (_, kept) in sun.items()},
                    {
                        day: before[day - YEAR_OF_WEEKS]
                        for day in goal.days
                        if day - YEAR_OF_WEEKS in before
                    },
                )
            case GoalKind.MAX_POWER:
                if goal.begin <= today <= goal.end:
                    self._limits[goal_id] = goal
                self._look_at_limit(goal_id, goal)
                self._ask_for_power(goal_id, goal)

    @callback
    def _on_hour(self, _told: object) -> None:
        for goal_id, goal in self._limits.items():
            self._ask_for_power(goal_id, goal)

    def _ask_for_power(self, goal_id: str, goal: Goal) -> None:
        if goal.begin <= self._balance.today and self._hass.is_running:
            self._entry.async_create_background_task(
                self._hass, self._async_look_at_power(goal_id, goal), "sen1 highest power"
            )

    def _saving(self, goal: Goal, data: Mapping[str, Any]) -> GoalProgress:
        period = _reference_days(data)
        if period is None:
            return not_told(Untold.NO_REFERENCE)
        series = series_of(data)
        reference: Reference | Unfit | None
        if data.get(CONF_CORRECTED):
            reference = self.yardstick.corrected(series, goal, period)
            if isinstance(reference, Unfit):
                return not_told(reference)
        elif (reference := self.yardstick.plain(series, goal, period[0])) is None:
            return not_told(Untold.NO_REFERENCE)
        return saving(goal, self._balance.today, self.yardstick.used(series, goal), reference)

    def _budget(
        self, goal_id: str, goal: Goal, data: Mapping[str, Any]
    ) -> Callable[[tuple[float, float]], GoalProgress]:
        """Return what tells how far a budget is by what today has come to."""
        series, today = series_of(data), self._balance.today
        used = self.ledger.used(series, goal.begin - YEAR_OF_WEEKS, today)
        heating = self._entry.data.get(CONF_HEATING)
        usual: Callable[[date], float] | None = None
        if series[1] != Commodity.WATER:
            is_gas = series[1] == Commodity.GAS
            model = learnt_from(used, heating_by_gas(heating) if is_gas else heating)
            if model is not None and len(used) >= FEWEST_USUAL:
                usual = model.of
        shape, parts = shaped(goal, used, usual)
        self.shapes[goal_id] = shape
        own = {day: amount for day, amount in used.items() if goal.begin <= day <= goal.end}

        def at(now: tuple[float, float]) -> GoalProgress:
            return budget(
                goal,
                today,
                own,
                now,
                parts,
                is_supposed=shape is not BudgetShape.EVEN,
                weather=self.yardstick.weather(series),
            )

        return at

    # The highest power

    def _look_at_limit(self, goal_id: str, goal: Goal) -> None:
        highest, at, _ = self._highest.get(goal_id, (None, None, ""))
        known = self.ledger.known(
            goal.begin, max(goal.begin, min(goal.end + ONE_DAY, self._balance.today))
        )
        self.progress[goal_id] = limit(goal, self._balance.today, highest, at, known)

    async def _async_look_at_power(self, goal_id: str, goal: Goal) -> None:
        """Ask for the highest power since the goal began; of days that were asked for, no more."""
        with contained():
            today = self._balance.today
            stop = min(goal.end, today) + ONE_DAY
            begin = self._looked_until.get(goal_id, goal.begin)
            while begin < stop:
                end = min(begin + CHUNK, stop)
                bounds = [self._calendar.begin(begin), self._calendar.begin(end)]
                self._take_peak(goal_id, await self._peak_of(bounds))
                begin = end
            if not self._is_started:
                return
            # Yesterday is told to its end, and what came late of it.
            self._looked_until[goal_id] = max(goal.begin, min(stop, today) - 2 * ONE_DAY)
            self._look_at_limit(goal_id, goal)
            self._tell()

    def _take_peak(self, goal_id: str, peak: Mapping[str, Any] | None) -> None:
        if peak is None:
            return
        (power,), (at,), unit = peak["power"], peak["at"], peak["unit"]
        if power is None or unit not in KILO:
            return
        kilo = power * KILO[unit]
        highest = self._highest.get(goal_id)
        if highest is None or kilo > highest[0]:
            shown = APPARENT if unit.endswith("VA") else UnitOfPower.KILO_WATT
            self._highest[goal_id] = kilo, at, shown

    # Notes

    def _note(self, goal_id: str, goal: Goal) -> None:
        """Say how it is with a goal, at most once a week, and once when it is over."""
        note, last = note_of(self.of(goal_id)), self._notes.get(goal_id)
        listeners = self.note_listeners[goal_id]
        # While Home Assistant starts, no automation hears it yet.
        if note is None or not listeners or not self._hass.is_running:
            return
        today = self._balance.today
        if last is not None and (
            last["is_last"] or today - date.fromisoformat(last["day"]) < SELDOM
        ):
            return
        is_last = goal.end < today
        self._notes[goal_id] = {"day": today.isoformat(), "note": note, "is_last": is_last}
        listeners.tell(note)

    # Telling

    def unit(self, goal_id: str, data: Mapping[str, Any]) -> str:
        """Return the unit of what was done for a goal."""
        match GoalKind(data[CONF_KIND]):
            case GoalKind.SELF_CONSUMPTION:
                return "%"
            case GoalKind.COST:
                return self._hass.config.currency
            case GoalKind.MAX_POWER:
                return self._highest.get(goal_id, (0, 0, APPARENT))[2]
        if QUANTITIES[data[CONF_QUANTITY]] is Commodity.WATER:
            return UnitOfVolume.CUBIC_METERS
        return UnitOfEnergy.KILO_WATT_HOUR

    def all(self) -> Iterator[tuple[ConfigSubentry, GoalProgress]]:
        """Yield each goal and how far it is, the one that ends first, first."""
        goals = sorted(subentries_of(self._entry, GOAL).values(), key=lambda g: g.data[CONF_END])
        for subentry in goals:
            if (progress := self.progress.get(subentry.subentry_id)) is not None:
                yield subentry, progress

    def lacks(self, data: Mapping[str, Any]) -> str | None:
        """Return what a goal would need that this site does not have, as an error of its form."""
        kind = GoalKind(data[CONF_KIND])
        if kind is GoalKind.COST and not self._spending.tariffs.all:
            return "no_contract"
        if kind is GoalKind.SELF_CONSUMPTION:
            return None if self.has(HomeQuantity.PRODUCED) else "no_production"
        is_bought = kind in (GoalKind.COST, GoalKind.MAX_POWER)
        quantity = HomeQuantity.BOUGHT if is_bought else QUANTITIES[data[CONF_QUANTITY]]
        return None if self.has(quantity) else "no_such_quantity"

    def has(self, quantity: SiteQuantity | Derived) -> bool:
        """Return whether a quantity is measured here, or known of before."""
        if self.ledger.has(quantity):
            return True
        if isinstance(quantity, Derived):
            return bool(self._spending.book.needed)
        return isinstance(quantity, HomeQuantity) and self._balance.knows(quantity)

    @property
    def can_correct(self) -> bool:
        """Return whether anything tells how cold it is."""
        return self._cold.outdoor.is_set

    @property
    def is_southern(self) -> bool:
        """Return whether winter is in July."""
        return self._cold.outdoor.is_southern

    def of(self, goal_id: str) -> GoalProgress:
        """Return how far a goal is."""
        return self.progress.get(goal_id) or not_told(Untold.NO_DATA)
