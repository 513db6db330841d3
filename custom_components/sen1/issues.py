"""What the repairs tell the household, and nobody answers: it goes when its cause does."""

from collections.abc import Mapping

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from .const import DOMAIN


@callback
def async_keep_issue(
    hass: HomeAssistant,
    issue_id: str,
    key: str | None,
    placeholders: Mapping[str, str],
    page: str | None = None,
) -> None:
    """Tell an issue by the key of its texts; without one, tell it no more."""
    if key is None:
        ir.async_delete_issue(hass, DOMAIN, issue_id)
        return
    ir.async_create_issue(
        hass,
        DOMAIN,
        issue_id,
        is_fixable=False,
        learn_more_url=page,
        severity=ir.IssueSeverity.WARNING,
        translation_key=key,
        translation_placeholders=dict(placeholders),
    )
