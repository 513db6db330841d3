"""What is told in the repairs is told as long as it is so, of the account it is of."""

from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.sen1.const import DOMAIN
from custom_components.sen1.federation.issues import (
    Issue,
    async_take_back_all,
    async_tell,
    async_tell_only,
)


def told(hass: HomeAssistant) -> set[str]:
    """Return the ids of what is told."""
    return {issue_id for domain, issue_id in ir.async_get(hass).issues if domain == DOMAIN}


async def test_an_issue_is_told_of_these_subjects_and_of_no_other(hass: HomeAssistant) -> None:
    entry = MockConfigEntry(domain=DOMAIN)
    async_tell_only(hass, entry, Issue.UNPLACED, ("one", "another"))
    assert told(hass) == {"unplaced_one", "unplaced_another"}
    async_tell_only(hass, entry, Issue.UNPLACED, ("another", "third"))
    assert told(hass) == {"unplaced_another", "unplaced_third"}
    async_tell_only(hass, entry, Issue.UNPLACED, ())
    assert told(hass) == set()


async def test_what_was_told_before_a_reload_is_taken_back_too(hass: HomeAssistant) -> None:
    entry = MockConfigEntry(domain=DOMAIN)
    async_tell_only(hass, entry, Issue.UNPLACED, ("one",))
    async_tell_only(hass, entry, Issue.UNPLACED, ())
    assert told(hass) == set()


async def test_what_another_account_or_another_cause_told_stays(hass: HomeAssistant) -> None:
    entry, other = MockConfigEntry(domain=DOMAIN), MockConfigEntry(domain=DOMAIN)
    async_tell_only(hass, other, Issue.UNPLACED, ("other",))
    async_tell(hass, entry, Issue.OLDER_COPY, entry.entry_id)
    async_tell_only(hass, entry, Issue.UNPLACED, ())
    assert told(hass) == {"unplaced_other", f"older_copy_{entry.entry_id}"}


async def test_an_account_that_is_removed_leaves_nothing_told(hass: HomeAssistant) -> None:
    entry, other = MockConfigEntry(domain=DOMAIN), MockConfigEntry(domain=DOMAIN)
    async_tell_only(hass, entry, Issue.UNPLACED, ("one",))
    async_tell(hass, entry, Issue.NOT_RECORDED, "series")
    async_tell(hass, other, Issue.NOT_RECORDED, "other")
    async_take_back_all(hass, entry)
    assert told(hass) == {"not_recorded_other"}
