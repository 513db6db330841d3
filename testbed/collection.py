"""A collection of half-hours, and homes that come to it: of tests and of benchmarks."""

from collections.abc import Sequence
from datetime import UTC, datetime
import time

from custom_components.sen1.federation.config import AskData, CollectionData, FriendKind
from custom_components.sen1.protocol.links import Link
from custom_components.sen1.protocol.term import years_later

from .member import SimulatedMember
from .xmpp import Account
from .years import Habits, Roof

TITLE = "What shall we build?"
ASKED = ("consumption", "production")


def half_hours() -> CollectionData:
    """Return what asks for what homes use and produce, by half-hours, from joining on."""
    asks = [
        AskData(what=what, granularity="PT30M", past_days=0, is_needed=what == ASKED[0])
        for what in ASKED
    ]
    return CollectionData(
        kind=FriendKind.COLLECTION,
        collection="0123456789abcdef",
        token="t" * 24,
        grants=[],
        asks=asks,
        purpose="investment",
        reason="To know what to build next.",
        responsible="The cooperative",
        contact="coop@coop.test",
        until=years_later(datetime.now(UTC).date(), 1).isoformat(),
        retention_days=365,
        charter="What you give is seen by the treasurer alone, and erased when you leave. " * 40,
        charter_version=1,
        charter_at=time.time(),
        revision=1,
    )


def homes(accounts: Sequence[Account], link: Link, *, behind: int = 0) -> list[SimulatedMember]:
    """Return homes with panels, no two alike; each second one gives its name."""
    return [
        SimulatedMember(
            account,
            link,
            {
                "consumption": Habits(f"Home {number}", 60 + number, 2_000 + 20 * number, 0.4),
                "production": Roof(f"Roof {number}", 1_000 + 10 * number),
            },
            name=f"Home {number}" if number % 2 else "",
            behind=behind,
        )
        for number, account in enumerate(accounts)
    ]
