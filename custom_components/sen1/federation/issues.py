"""What the household is told: in the repairs, until it is taken back; once, in a notification."""

from collections.abc import Collection, Iterator
from enum import StrEnum

from homeassistant.components.persistent_notification import async_create
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from ..const import DOMAIN
from ..texts import async_texts


class Issue(StrEnum):
    """What may be told."""

    ACCESS_REFUSED = "access_refused"
    ACCESS_REQUEST = "access_request"
    CONSENT_EXPIRED = "consent_expired"
    CONSENT_MISSING = "consent_missing"
    CONSENT_WANTED = "consent_wanted"
    FRIEND_REQUEST = "friend_request"
    GRANT_ENDS = "grant_ends"
    GRANT_REVIVED = "grant_revived"
    KEY_CHANGED = "key_changed"
    MEMBER_ADDED = "member_added"
    NOT_RECORDED = "not_recorded"
    OLDER_COPY = "older_copy"
    OWN_KEY_FORGED = "own_key_forged"
    RESOURCE_CONFLICT = "resource_conflict"
    SOURCE_MISSING = "source_missing"
    UNPLACED = "unplaced"
    UNKNOWN_SERIES = "unknown_series"


ERRORS = (Issue.MEMBER_ADDED, Issue.OWN_KEY_FORGED, Issue.RESOURCE_CONFLICT)
"""What is told as an error; all else as a warning."""

OF_AN_ACCOUNT = (Issue.OLDER_COPY, Issue.OWN_KEY_FORGED, Issue.RESOURCE_CONFLICT)
OF_A_DATA_NODE = (
    Issue.CONSENT_EXPIRED,
    Issue.CONSENT_MISSING,
    Issue.CONSENT_WANTED,
    Issue.UNKNOWN_SERIES,
)
OF_A_PUBLICATION = (
    Issue.GRANT_REVIVED,
    Issue.MEMBER_ADDED,
    Issue.NOT_RECORDED,
    Issue.SOURCE_MISSING,
)


@callback
def async_tell(hass: HomeAssistant, entry: ConfigEntry, issue: Issue, subject: str) -> None:
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
        severity=ir.IssueSeverity.ERROR if issue in ERRORS else ir.IssueSeverity.WARNING,
        translation_key=issue,
    )


@callback
def async_take_back(hass: HomeAssistant, subject: str, *issues: Issue) -> None:
    """Tell these issues of a subject no more: their cause is gone."""
    for issue in issues:
        ir.async_delete_issue(hass, DOMAIN, _issue_id(issue, subject))


@callback
def is_told(hass: HomeAssistant, subject: str, issue: Issue) -> bool:
    """Return whether an issue of a subject is told."""
    return ir.async_get(hass).async_get_issue(DOMAIN, _issue_id(issue, subject)) is not None


@callback
def async_take_back_all(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Tell nothing more of an account, which is removed."""
    for issue, subject in list(_told(hass, entry)):
        async_take_back(hass, subject, issue)


@callback
def async_tell_only(
    hass: HomeAssistant, entry: ConfigEntry, issue: Issue, subjects: Collection[str]
) -> None:
    """Tell an issue of an account of these subjects, and of no other.

    Home Assistant's registry knows what is told, also after a reload.
    """
    for told, subject in list(_told(hass, entry)):
        if told is issue and subject not in subjects:
            async_take_back(hass, subject, issue)
    for subject in subjects:
        async_tell(hass, entry, issue, subject)


async def async_notify(hass: HomeAssistant, entry: ConfigEntry, news: str) -> None:
    """Tell news of an account once, by their word in the texts; the same again takes its place.

    Every user of the house reads notifications: whom and what they are of is on the dashboard.
    """
    texts = await async_texts(hass, "selector.notification.options")
    async_create(hass, texts[news], "SEN1", f"{DOMAIN}_{news}_{entry.entry_id}")


@callback
def notify(hass: HomeAssistant, entry: ConfigEntry, news: str) -> None:
    """Begin to tell news of an account."""
    entry.async_create_task(hass, async_notify(hass, entry, news), "sen1 notification")


def _told(hass: HomeAssistant, entry: ConfigEntry) -> Iterator[tuple[Issue, str]]:
    """Yield what is told of an account, and of what in it."""
    for known in ir.async_get(hass).issues.values():
        data = known.data or {}
        if known.domain == DOMAIN and data.get("entry_id") == entry.entry_id:
            yield Issue(str(data["issue"])), str(data["subject"])


def _issue_id(issue: Issue, subject: str) -> str:
    return f"{issue}_{subject}"
