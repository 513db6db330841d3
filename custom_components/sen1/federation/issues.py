"""What the household is told in the repairs: one way to say it, one to take it back."""

from __future__ import annotations

from enum import StrEnum

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from ..const import DOMAIN


class Issue(StrEnum):
    """What may be told."""

    ACCESS_REFUSED = "access_refused"
    ACCESS_REQUEST = "access_request"
    CONSENT_EXPIRED = "consent_expired"
    CONSENT_MISSING = "consent_missing"
    CONSENT_WANTED = "consent_wanted"
    FRIEND_REQUEST = "friend_request"
    GRANT_ENDS = "grant_ends"
    NOT_RECORDED = "not_recorded"
    OLDER_COPY = "older_copy"
    RESOURCE_CONFLICT = "resource_conflict"
    SOURCE_MISSING = "source_missing"
    UNPLACED = "unplaced"
    UNKNOWN_SERIES = "unknown_series"


OF_AN_ACCOUNT = (Issue.OLDER_COPY, Issue.RESOURCE_CONFLICT)
OF_A_DATA_NODE = (
    Issue.CONSENT_EXPIRED,
    Issue.CONSENT_MISSING,
    Issue.CONSENT_WANTED,
    Issue.UNKNOWN_SERIES,
)
OF_A_PUBLICATION = (Issue.NOT_RECORDED, Issue.SOURCE_MISSING)


@callback
def async_tell(
    hass: HomeAssistant,
    entry: ConfigEntry,
    issue: Issue,
    subject: str,
    *,
    severity: ir.IssueSeverity = ir.IssueSeverity.WARNING,
) -> None:
    """Tell an issue of a subject: the id of an entry, a publication or a node, or a pseudonym.

    Home Assistant shows issues and their data to every user of the house. Whom and what this one
    is about is told by its flow, which only administrators can open.
    """
    ir.async_create_issue(
        hass,
        DOMAIN,
        _issue_id(issue, subject),
        data={"entry_id": entry.entry_id, "issue": issue, "subject": subject},
        is_fixable=True,
        severity=severity,
        translation_key=issue,
    )


@callback
def async_take_back(hass: HomeAssistant, subject: str, *issues: Issue) -> None:
    """Tell these issues of a subject no more: their cause is gone."""
    for issue in issues:
        ir.async_delete_issue(hass, DOMAIN, _issue_id(issue, subject))


def _issue_id(issue: Issue, subject: str) -> str:
    return f"{issue}_{subject}"
