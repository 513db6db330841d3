"""Who is expected in the collections organised here: a list of each, and which member is which row.

A list that another takes the place of is kept until that is put back.
"""

from collections.abc import Mapping
import time

from ...listeners import Listeners
from ...protocol.model import BareJid, PublicationId
from ..config import collections_by_id
from ..context import AccountContext
from ..part import Part
from ..relations.members import MemberData, Memberships
from ..store import SOON
from .kept import ExpectedData, ListData
from .member_list import MemberList, matched, read_list, renewed


class ExpectedMembers(Part):
    """Keep the lists that an organiser imports."""

    def __init__(self, context: AccountContext) -> None:
        super().__init__(context)
        self._memberships = context[Memberships]
        self._lists: dict[str, ListData] = self._store.kept("expected", {})
        """Collection organised here → who is expected."""
        self.changed = Listeners[()]()

    def list_of(self, collection: str) -> ListData | None:
        """Return the list of a collection, if one was imported."""
        return self._lists.get(collection)

    def rows(self, collection: str) -> list[ExpectedData]:
        """Return who is expected in a collection."""
        listed = self.list_of(collection)
        return [] if listed is None else listed["rows"]

    def matched(
        self, collection: str, rows: list[ExpectedData] | None = None
    ) -> dict[BareJid, int]:
        """Return which row of its list, or of another, each member of a collection is."""
        members = {BareJid(jid): one for jid, one in self._memberships.data_of(collection).items()}
        return matched(self.rows(collection) if rows is None else rows, members)

    def missing(self) -> int:
        """Return how many rows of all lists are no member yet."""
        return sum(len(self.rows(one)) - len(self.matched(one)) for one in self._lists)

    def expects(self, collection: str, jid: BareJid, newcomer: MemberData) -> bool:
        """Return whether a row of its list is somebody who may come to a collection."""
        known = {**self._memberships.data_of(collection), jid: newcomer}
        return jid in matched(self.rows(collection), known)

    def read(self, collection: str, text: str, projects: Mapping[PublicationId, str]) -> MemberList:
        """Return what a list says; of who was matched by hand the row is known, by name.

        Raises ListRefused.
        """
        found = read_list(text, projects)
        found.rows[:] = renewed(found.rows, self.rows(collection))
        return found

    def take(self, collection: str, rows: list[ExpectedData]) -> None:
        """Let these be expected from now on; who was can be put back."""
        before = self.rows(collection)
        self._lists[collection] = ListData(at=time.time(), rows=rows, before=before)
        self._keep()

    def put_back(self, collection: str) -> None:
        """Let those be expected again whose list was replaced last; KeyError without one."""
        before = self._lists[collection]["before"]
        self._lists[collection] = ListData(at=time.time(), rows=before)
        self._keep()

    def match(self, collection: str, by_hand: Mapping[int, BareJid | None]) -> None:
        """Say which member rows are, or that they are none: a member is one row."""
        rows = self.rows(collection)
        for row in rows:
            if row["address"] in by_hand.values():
                row["address"] = None
        for at, jid in by_hand.items():
            rows[at]["address"] = jid
        self._keep()

    def apply(self) -> None:
        """Forget the lists of collections that are no more."""
        for over in self._lists.keys() - collections_by_id(self._entry).keys():
            del self._lists[over]

    def moved(self, old: BareJid, new: BareJid) -> None:
        """Let a row be a member's at its new address."""
        for listed in self._lists.values():
            for row in listed["rows"]:
                if row["address"] == old:
                    row["address"] = new

    def _keep(self) -> None:
        self._store.save_within(SOON)
        self.changed.tell()
