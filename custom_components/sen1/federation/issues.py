"""What the household is told in the repairs: one way to say it, one to take it back."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from ..const import DOMAIN, plain


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
    issue: Issue,
    subject: str,
    placeholders: Mapping[str, str],
    *,
    data: Mapping[str, str] | None = None,
    severity: ir.IssueSeverity = ir.IssueSeverity.WARNING,
) -> None:
    """Tell an issue of a subject: an account, a publication, somebody who asks.

    With `data`, a flow of ours answers it.
    """
    ir.async_create_issue(
        hass,
        DOMAIN,
        _issue_id(issue, subject),
        data=None if data is None else dict(data),
        is_fixable=data is not None,
        severity=severity,
        translation_key=issue,
        # The repairs show it as Markdown.
        translation_placeholders={key: plain(text) for key, text in placeholders.items()},
    )


@callback
def async_take_back(hass: HomeAssistant, subject: str, *issues: Issue) -> None:
    """Tell these issues of a subject no more: their cause is gone."""
    for issue in issues:
        ir.async_delete_issue(hass, DOMAIN, _issue_id(issue, subject))


def _issue_id(issue: Issue, subject: str) -> str:
    return f"{issue}_{subject}"
