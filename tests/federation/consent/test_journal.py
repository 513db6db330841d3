"""The journal counts of friends, and of nobody else."""

from homeassistant.core import HomeAssistant

from custom_components.sen1.federation.consent.journal import Journal
from custom_components.sen1.federation.consent.parting import note_parting
from custom_components.sen1.federation.store import AccountStore
from custom_components.sen1.protocol.model import BareJid

FRIENDS = [BareJid(f"member{number}@coop.test") for number in range(300)]


async def test_who_comes_and_goes_leaves_no_count_behind(hass: HomeAssistant) -> None:
    store = AccountStore(hass, "account")
    await store.async_load()
    journal = Journal(store)
    for friend in FRIENDS:
        journal.seen(friend)
        journal.received(friend, 7)
        assert journal.counts(friend) == {"seen": 1, "received": 7}
        if friend is not FRIENDS[0]:
            note_parting(store, journal, friend, [])
    assert [friend for friend in FRIENDS if journal.counts(friend)] == FRIENDS[:1]
