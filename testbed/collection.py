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

CHARTER = """\
1. Why. The cooperative wants to know how much of the electricity that its roofs produce is used \
beside them, hour by hour, so that the next roof is built where its energy is needed. It asks for \
nothing that it does not need for this, and uses what it is given for nothing else.

2. What you give. Half-hour sums of what your home draws from the grid and, if you have panels, of \
what these produce. You choose the sensors yourself, see beforehand what yesterday would have \
looked like, and may leave out whatever is not marked as needed. Half-hours show when people get \
up, go to work and go to bed: talk about it with those who live with you before you agree.

3. Who sees it. The treasurer and whoever stands in for her, on one computer in the cooperative's \
office, which is encrypted. No other member ever sees a reading of yours. The operators of the two \
servers on the way could read what passes through them; both have promised in writing not to, and \
both are members. What is published at the general assembly are sums of five homes at least, by \
the hour, and never of fewer.

4. How long. Each reading is kept for a year after it was measured and then erased. The whole \
collection ends with the day that stands on its page, or earlier if the assembly says so.

5. Your name. You have a number, and the treasurer knows nobody by it unless you tell her. If you \
give your name it stands beside your number on her screen and nowhere else.

6. Leaving. At any time, with one press, without a reason. All that came from you is then erased \
within thirty days, and you are told when that is done. Sums that were shown before remain.

7. Changes. If anything of this changes you are asked again; until you have agreed to what is new, \
what you agreed to before goes on. Questions and complaints go to the address above, and beyond it \
to the data protection authority of your country.
"""
"""About a page, as prose: a text that is repeated would be packed too well."""

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
        charter=CHARTER,
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
