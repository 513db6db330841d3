"""What there is to share of a home: of its sites, then any other sensor.

Three details are offered: a value a day, a value an hour, each value as it comes.
"""

from dataclasses import dataclass, replace
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import ATTR_DEVICE_CLASS, ATTR_UNIT_OF_MEASUREMENT, Platform
from homeassistant.core import HomeAssistant, State, callback
from homeassistant.helpers import entity_registry as er

from ...commands import Refused
from ...protocol.errors import NotShareable
from ...protocol.model import Granularity, PublicationId
from ...protocol.wishes import YEAR
from ...sheets import Measured, Shareable, async_sheets
from ..running import Words
from ..states import told_of
from .direction import async_guessed_direction
from .new_series import Chosen, published_as
from .source import choose, is_too_fine, source_of, told_later

DETAILS = (Granularity.DAY, Granularity.HOUR, Granularity.LIVE)

NOTICE = "selector.share_tells"
"""The texts of the dashboard that say what each detail tells of a home."""

FIRST_SHOWN = ("energy", "power", "apparent_power", "gas", "water", "temperature")
"""Device classes of what is shared most."""

NOT_SO_FINE = "not_so_fine"


@dataclass(frozen=True, slots=True)
class Choice:
    """Something that can be shared."""

    id: str
    """`consumption` of the main site, `consumption:<its entry>` of another; else an entity_id."""
    title: str
    by_periods: str | None
    """The entity of what is told by days and hours."""
    live: str | None
    """The one that is told as it comes."""
    statistic_id: str | None

    def entity(self, granularity: Granularity) -> str | None:
        """Return the entity that is told in a detail, if one can be."""
        if self.is_of_a_year:
            return self.by_periods if granularity is Granularity.DAY else None
        return self.live if granularity is Granularity.LIVE else self.by_periods

    @property
    def is_of_a_year(self) -> bool:
        """Return whether it is one figure, of a whole year."""
        return self.id.partition(":")[0] == Shareable.PER_AREA

    @property
    def details(self) -> tuple[str, ...]:
        """Return how fine it can be told, the coarsest first."""
        return (YEAR,) if self.is_of_a_year else tuple(one for one in DETAILS if self.entity(one))


def all_choices(hass: HomeAssistant, words: Words) -> list[Choice]:
    """Return what can be shared: of the sites, then any other sensor."""
    of_sites = choices_of_sites(hass, words)
    known = {entity for choice in of_sites for entity in (choice.by_periods, choice.live)}
    others = [
        state
        for state in hass.states.async_all(Platform.SENSOR)
        if state.entity_id not in known and _is_of_interest(hass, state)
    ]
    others.sort(key=_order)
    return of_sites + [_of_sensor(state.entity_id, state.name) for state in others]


def _of_sensor(entity_id: str, name: str) -> Choice:
    return Choice(entity_id, name, entity_id, entity_id, entity_id)


@callback
def choices_of_sites(hass: HomeAssistant, words: Words) -> list[Choice]:
    """Return what can be shared of the sites, the main one first."""
    found = (
        _of_site(hass, entry_id, one, words) for entry_id, one in async_sheets(hass).measured()
    )
    return [choice for choice in found if choice.by_periods]


def _of_site(hass: HomeAssistant, entry_id: str, measured: Measured, words: Words) -> Choice:
    title = words.get(f"share_what.options.{measured.what}", measured.what)
    energy, power = (
        entity_id if entity_id and _can_be_shared(hass, entity_id) else None
        for entity_id in (measured.energy, measured.power)
    )
    by_periods = energy or power
    return Choice(
        measured.what if measured.is_main else f"{measured.what}:{entry_id}",
        title if measured.is_main else f"{title}, {measured.site}",
        by_periods,
        power,
        (energy and measured.statistic_id) or by_periods,
    )


def _is_of_interest(hass: HomeAssistant, state: State) -> bool:
    """Return whether a sensor measures something of the house, and not of itself."""
    entity = er.async_get(hass).async_get(state.entity_id)
    return (
        entity is not None
        and entity.entity_category is None
        and state.attributes.get("state_class") is not None
        and told_of(state).unit is not None
        and _can_be_shared(hass, state.entity_id)
    )


def _can_be_shared(hass: HomeAssistant, entity_id: str) -> bool:
    try:
        choose(hass, entity_id)
    except NotShareable:
        return False
    return True


def _order(state: State) -> tuple[int, str]:
    device_class = state.attributes.get(ATTR_DEVICE_CLASS)
    first = FIRST_SHOWN.index(device_class) if device_class in FIRST_SHOWN else len(FIRST_SHOWN)
    return first, state.name.casefold()


async def async_told(hass: HomeAssistant, choice: Choice) -> dict[str, Any]:
    """Return what is told of something that can be shared."""
    entity_id = choice.by_periods or choice.live
    state = hass.states.get(entity_id or "")
    assert entity_id is not None  # what has no entity is no choice
    assert state is not None  # nor is what has no state
    return {
        "id": choice.id,
        "title": choice.title,
        "unit": state.attributes.get(ATTR_UNIT_OF_MEASUREMENT),
        "direction": await async_guessed_direction(hass, entity_id, state),
        "entity_id": entity_id,
        "live": choice.live is not None,
        "live_entity_id": choice.live,
        "is_later": (entity := er.async_get(hass).async_get(entity_id)) is not None
        and told_later(source_of(entity)) is not None,
        "statistic_id": choice.statistic_id,
    }


@callback
def shared_as(
    hass: HomeAssistant, entry: ConfigEntry, choice: Choice
) -> dict[Granularity, PublicationId]:
    """Return what is published of a choice already, by how fine."""
    return {
        granularity: publication
        for granularity in DETAILS
        if (entity_id := choice.entity(granularity)) is not None
        and (publication := published_as(hass, entry, entity_id, granularity)) is not None
    }


@callback
def find_choice(hass: HomeAssistant, what: str, words: Words) -> Choice:
    """Return what is meant by an id: something of a site, or a sensor, whatever becomes of it."""
    for entry_id, measured in async_sheets(hass).measured():
        choice = _of_site(hass, entry_id, measured, words)
        if choice.id == what:
            if choice.by_periods is None:
                # Whoever chooses it is told why it is not shared.
                entity_id = measured.energy or measured.power
                return replace(choice, by_periods=entity_id, live=measured.power)
            return choice
    state = hass.states.get(what)
    return _of_sensor(what, what if state is None else state.name)


async def async_chosen(hass: HomeAssistant, choice: Choice, detail: str) -> Chosen:
    """Return what is to be shared, so fine; raises Refused or NotShareable if it may not be."""
    if detail == YEAR and choice.is_of_a_year:
        detail = Granularity.DAY
    granularity = Granularity(detail) if detail in tuple(Granularity) else None
    entity_id = None if granularity is None else choice.entity(granularity)
    if granularity is None or entity_id is None:
        raise Refused(NOT_SO_FINE)
    if choice.is_of_a_year:
        # It is no mean or sum of a day: whatever is told as it comes is told of the year.
        granularity = Granularity.LIVE
    source, state = choose(hass, entity_id)
    has_no_periods = granularity is not Granularity.LIVE and told_of(state).unit is None
    if has_no_periods or is_too_fine(source, granularity):
        raise Refused(NOT_SO_FINE)
    direction = await async_guessed_direction(hass, entity_id, state)
    return Chosen(choice.title, entity_id, source, state, granularity, direction)
