"""Sensors followed by their references: under another name, and removed and made again."""

from homeassistant.core import HomeAssistant, State
from homeassistant.helpers import entity_registry as er

from custom_components.sen1.figures.counting.following import async_follow
from custom_components.sen1.figures.counting.sources import state_of


def make(hass: HomeAssistant, name: str) -> str:
    """Make a sensor as its integration does at each start; return its reference."""
    registry = er.async_get(hass)
    return registry.async_get_or_create("sensor", "test", name, suggested_object_id=name).id


class Heard:
    """What was told of each reference, in order."""

    def __init__(self, hass: HomeAssistant, *refs: str, with_reports: bool = False) -> None:
        self.told: list[tuple[str, str | None]] = []
        self.stop = async_follow(hass, refs, self._on_state, with_reports=with_reports)

    def _on_state(self, ref: str, state: State | None, _since: float) -> None:
        self.told.append((ref, None if state is None else state.state))

    def take(self) -> list[tuple[str, str | None]]:
        """Return what was told since the last time."""
        told, self.told = self.told, []
        return told


async def test_a_sensor_is_heard_under_its_new_name_and_no_more_under_the_old(
    hass: HomeAssistant,
) -> None:
    ref = make(hass, "roof")
    heard = Heard(hass, ref)
    hass.states.async_set("sensor.roof", "1")
    await hass.async_block_till_done()
    assert heard.take() == [(ref, "1")]
    er.async_get(hass).async_update_entity("sensor.roof", new_entity_id="sensor.garage")
    await hass.async_block_till_done()
    assert heard.take() == [(ref, None)]
    hass.states.async_set("sensor.garage", "2")
    hass.states.async_set("sensor.roof", "3")
    await hass.async_block_till_done()
    assert heard.take() == [(ref, "2")]
    assert state_of(hass, ref) == hass.states.get("sensor.garage")


async def test_two_sensors_that_exchange_their_names_are_told_apart(hass: HomeAssistant) -> None:
    one, other = make(hass, "one"), make(hass, "other")
    heard = Heard(hass, one, other)
    rename = er.async_get(hass).async_update_entity
    rename("sensor.one", new_entity_id="sensor.between")
    rename("sensor.other", new_entity_id="sensor.one")
    rename("sensor.between", new_entity_id="sensor.other")
    await hass.async_block_till_done()
    heard.take()
    hass.states.async_set("sensor.one", "1")
    await hass.async_block_till_done()
    assert heard.take() == [(other, "1")]


async def test_a_sensor_that_was_removed_is_heard_when_it_is_made_again(
    hass: HomeAssistant,
) -> None:
    ref = make(hass, "roof")
    hass.states.async_set("sensor.roof", "1")
    heard = Heard(hass, ref)
    er.async_get(hass).async_remove("sensor.roof")
    hass.states.async_remove("sensor.roof")
    await hass.async_block_till_done()
    assert heard.take() == [(ref, None)]
    assert make(hass, "roof") == ref
    hass.states.async_set("sensor.roof", "2")
    await hass.async_block_till_done()
    assert heard.take()[-1] == (ref, "2")


async def test_a_sensor_without_an_entry_in_the_registry_is_followed_by_its_name(
    hass: HomeAssistant,
) -> None:
    heard = Heard(hass, "sensor.old", "sensor.old", with_reports=True)
    hass.states.async_set("sensor.old", "1")
    hass.states.async_set("sensor.old", "1")
    await hass.async_block_till_done()
    assert heard.take() == [("sensor.old", "1"), ("sensor.old", "1")]


async def test_nothing_is_heard_once_stopped(hass: HomeAssistant) -> None:
    ref = make(hass, "roof")
    heard = Heard(hass, ref)
    heard.stop()
    hass.states.async_set("sensor.roof", "1")
    er.async_get(hass).async_update_entity("sensor.roof", new_entity_id="sensor.garage")
    hass.states.async_set("sensor.garage", "2")
    await hass.async_block_till_done()
    assert heard.take() == []
