"""Which flow answers which issue."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from homeassistant.components.repairs import RepairsFlow

from .fixes.access_request import AccessRequestFlow
from .fixes.consent import ConsentFlow
from .fixes.friend_request import FriendRequestFlow
from .fixes.key import KeyChangedFlow
from .fixes.notice import NoticeFlow
from .fixes.renewal import RenewFlow
from .fixes.source import SourceMissingFlow
from .fixes.unplaced import UnplacedFlow
from .issues import Issue
from .running import RunningEntry

ANSWERED: Mapping[Issue, Callable[[RunningEntry, str], RepairsFlow]] = {
    Issue.ACCESS_REQUEST: AccessRequestFlow,
    Issue.CONSENT_WANTED: ConsentFlow,
    Issue.FRIEND_REQUEST: FriendRequestFlow,
    Issue.GRANT_ENDS: RenewFlow,
    Issue.KEY_CHANGED: KeyChangedFlow,
    Issue.SOURCE_MISSING: SourceMissingFlow,
    Issue.UNPLACED: UnplacedFlow,
}
"""The flow that an issue's subject is given to; the others are only read."""


def fix_flow(entry: RunningEntry, data: Mapping[str, Any]) -> RepairsFlow:
    """Return the flow of an issue."""
    issue, subject = Issue(data["issue"]), str(data["subject"])
    answered = ANSWERED.get(issue, partial(NoticeFlow, issue=issue))
    return answered(entry, subject)
