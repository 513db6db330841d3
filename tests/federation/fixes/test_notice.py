"""What is only told names on its page what it is about, and nowhere else."""

from typing import Any

from homeassistant.config_entries import ConfigSubentryData
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.translation import async_get_translations
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.sen1.const import CONF_KIND, DOMAIN, FRIEND, Kind, plain
from custom_components.sen1.federation.config import PUBLICATION, FriendKind
from custom_components.sen1.federation.issues import (
    OF_A_DATA_NODE,
    OF_AN_ACCOUNT,
    Issue,
    async_tell,
)
from custom_components.sen1.federation.repairs import ANSWERED
from custom_components.sen1.repairs import async_create_fix_flow

ACCOUNT, SERIES, NODE = "Chez Mimosa", "Villa [Mimosa]", "Régie Mimosa"

TOLD = sorted(set(Issue) - ANSWERED.keys() - {Issue.ACCESS_REFUSED})
"""A refusal needs a friend who refuses: publish/test_catalogue_server.py."""


@pytest.fixture
def entry(hass: HomeAssistant) -> MockConfigEntry:
    """Return an account that is not set up, with a data node and a publication."""
    entry = MockConfigEntry(
        domain=DOMAIN,
        title=ACCOUNT,
        data={CONF_KIND: Kind.ACCOUNT},
        subentries_data=[
            ConfigSubentryData(
                data={CONF_KIND: FriendKind.DATA_NODE},
                subentry_type=FRIEND,
                title=NODE,
                unique_id=None,
            ),
            ConfigSubentryData(
                data={"publication": "p1"}, subentry_type=PUBLICATION, title=SERIES, unique_id=None
            ),
        ],
    )
    entry.add_to_hass(hass)
    return entry


def subject_of(entry: MockConfigEntry, issue: Issue) -> tuple[str, str]:
    """Return the subject of an issue, and what it is called."""
    if issue in OF_AN_ACCOUNT:
        return entry.entry_id, ACCOUNT
    if issue in OF_A_DATA_NODE:
        (node,) = (one for one in entry.subentries.values() if one.subentry_type == FRIEND)
        return node.subentry_id, NODE
    return "p1", SERIES


async def opened(hass: HomeAssistant) -> Any:
    """Open the page of the one issue there is."""
    (issue,) = ir.async_get(hass).issues.values()
    flow: Any = await async_create_fix_flow(hass, issue.issue_id, issue.data)
    flow.hass, flow.handler, flow.flow_id = hass, DOMAIN, "f"
    return flow


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("issue", TOLD)
async def test_the_page_names_what_the_issue_does_not(
    hass: HomeAssistant,
    enable_custom_integrations: None,
    entry: MockConfigEntry,
    issue: Issue,
    language: str,
) -> None:
    subject, name = subject_of(entry, issue)
    async_tell(hass, entry, issue, subject)
    (told,) = ir.async_get(hass).issues.values()
    assert "Mimosa" not in str(told)
    flow = await opened(hass)
    page = await flow.async_step_init({"issue_id": told.issue_id})
    texts = await async_get_translations(hass, language, "issues", [DOMAIN])
    key = f"component.{DOMAIN}.issues.{issue}.fix_flow"
    text = texts[f"{key}.step.notice.description"].format(**page["description_placeholders"])
    assert plain(name) in text
    assert (await flow.async_step_notice({}))["type"] == "create_entry"


@pytest.mark.parametrize("issue", [one for one in TOLD if one not in OF_AN_ACCOUNT])
async def test_what_is_gone_meanwhile_is_said_to_be_settled(
    hass: HomeAssistant, enable_custom_integrations: None, entry: MockConfigEntry, issue: Issue
) -> None:
    async_tell(hass, entry, issue, subject_of(entry, issue)[0])
    flow = await opened(hass)
    for subentry_id in list(entry.subentries):
        hass.config_entries.async_remove_subentry(entry, subentry_id)
    page = await flow.async_step_init()
    texts = await async_get_translations(hass, "en", "issues", [DOMAIN])
    key = f"component.{DOMAIN}.issues.{issue}.fix_flow"
    assert f"{key}.abort.{page['reason']}" in texts
