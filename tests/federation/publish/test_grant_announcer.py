"""What was told of grants, and is told again."""

from homeassistant.components.recorder.core import Recorder
from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant

from custom_components.sen1.federation.store import ToldGrant
from custom_components.sen1.history.archive import async_archive
from custom_components.sen1.history.points import Aggregation, Point
from custom_components.sen1.protocol.model import BareJid

from ...protocol.samples import ID
from ..conftest import Home, until
from ..follow.test_past import half_hours, imported, shared, shows, watt_hours
from .test_periodic import POWER, record

CAROLE, DAVE = BareJid("carole@coop.test"), BareJid("dave@coop.test")


async def test_grants_are_told_again_to_one_who_came_or_to_all(house: Home) -> None:
    announcer = house.runtime.announcer
    said = ToldGrant(state="active", revision=None, node=None, terms={})
    told = {(friend, ID): (said, 0.0) for friend in (CAROLE, DAVE)}
    announcer._said.update(told)
    announcer.tell_again(CAROLE)
    assert announcer._said.keys() == {(DAVE, ID)}
    announcer.tell_again()
    assert not announcer._said


async def give_past(house: Home, publication: ConfigSubentry, past: str) -> None:
    """Choose another past for a series on its page."""
    flows = house.hass.config_entries.subentries
    flow = await flows.async_init(
        (house.entry.entry_id, "publication"),
        context={"source": "reconfigure", "subentry_id": publication.subentry_id},
    )
    fields = {"title": publication.title, "interval_s": 1, "past": past}
    result = await flows.async_configure(flow["flow_id"], fields)
    assert result["reason"] == "reconfigure_successful", result


async def other_past(hass: HomeAssistant, points: list[Point]) -> None:
    await async_archive(hass).async_add("sen1:other", "Other", "W", Aggregation.MEAN, points)


async def test_another_past_of_a_series_is_announced_to_who_may_have_it(
    recorder_mock: Recorder, hass: HomeAssistant, house: Home, cooperative: Home
) -> None:
    publication, _friend = await shared(hass, house, cooperative, half_hours(20))
    curve = half_hours(20, watts=3000)
    await other_past(hass, curve)
    await give_past(house, publication, "sen1:other")
    await shows(hass, cooperative, watt_hours(curve))


async def test_another_past_of_a_series_that_nobody_may_have_is_announced_to_nobody(
    recorder_mock: Recorder, hass: HomeAssistant, house: Home
) -> None:
    record(hass, POWER, rising=False)
    await other_past(hass, half_hours(20))
    publication = await house.publish("sensor.p", granularity="pt30m")
    (running,) = house.runtime.publications.values()
    await give_past(house, publication, "sen1:other")
    await until(lambda: running.data["past"] == "sen1:other")
    assert running.description.changed is None


async def test_what_changed_while_a_friend_was_away_is_announced_in_one(
    recorder_mock: Recorder, hass: HomeAssistant, house: Home, cooperative: Home
) -> None:
    await shared(hass, house, cooperative, half_hours(60))
    (running,) = house.runtime.publications.values()
    await until(lambda: house.runtime.announcer.is_seen(running.id, running.description.revision))
    await hass.config_entries.async_unload(cooperative.entry.entry_id)
    later, earlier = half_hours(60, watts=3000)[50:], half_hours(60, watts=2000)[10:20]
    await imported(hass, later)
    await imported(hass, earlier)
    assert running.description.changed == (earlier[0].begin, later[-1].end)
    await hass.config_entries.async_setup(cooperative.entry.entry_id)
    middle = half_hours(60)
    await shows(hass, cooperative, watt_hours([*middle[:10], *earlier, *middle[20:50], *later]))
