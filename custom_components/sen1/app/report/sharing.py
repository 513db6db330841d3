"""What left the house, by friend and series: counts, never a value. For administrators alone."""

from collections import Counter
from datetime import date

from homeassistant.core import HomeAssistant, callback

from ...federation.config import (
    FriendKind,
    circles_of,
    collection_data,
    collections_of,
    friend_data,
    grantees_of,
    kind_of,
    publication_data,
    publications_of,
)
from ...federation.relations.circles import Circles
from ...federation.relations.members import Memberships
from ...federation.running import accounts
from ...protocol.model import BareJid
from .facts import Shared


@callback
def async_shared(hass: HomeAssistant, begin: date, end: date) -> list[Shared]:
    """Return what all accounts that run sent in the months that the days [begin, end) touch."""
    counts: Counter[tuple[str, str, str]] = Counter()
    first, last = f"{begin:%Y-%m}", f"{date.fromordinal(end.toordinal() - 1):%Y-%m}"
    for entry in accounts(hass):
        account = entry.runtime_data
        names = (
            {
                jid: circle.title
                for circle in circles_of(entry).values()
                for jid in account[Circles].members(circle)
            }
            | {
                member.jid: collection.title
                for collection in collections_of(entry).values()
                for member in account[Memberships].of_collection(
                    collection_data(collection)["collection"]
                )
            }
            | {
                BareJid(friend_data(friend)["jid"]): friend.title
                for friend in grantees_of(entry)
                if kind_of(friend) not in (FriendKind.CIRCLE, FriendKind.COLLECTION)
            }
        )
        for publication, subentry in publications_of(entry).items():
            granularity = publication_data(subentry)["granularity"]
            for jid, sent in account.journal.disclosures.of(publication).items():
                row = names.get(BareJid(jid), ""), subentry.title, granularity
                counts[row] += sum(
                    readings for month, readings in sent["months"].items() if first <= month <= last
                )
    return [
        Shared(*row, readings)
        for row, readings in sorted(counts.items(), key=lambda one: (-one[1], one[0]))
        if readings
    ]
