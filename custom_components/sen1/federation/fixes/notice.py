"""What is only told, such as a friend's refusal: a repair issue's page says whom it is about."""

from ...const import UserInput, plain
from ...fields import show_form
from ...protocol.model import PublicationId
from ..config import data_nodes_of, friends_of, publications_of
from ..follow.catalogue_client import CatalogueClient
from ..issues import Issue
from ..running import RunningEntry
from .flow import FixFlow, FixResult


class NoticeFlow(FixFlow):
    """Name the account, the node or the series. What is confirmed is gone until told again."""

    def __init__(self, entry: RunningEntry, subject: str, issue: Issue) -> None:
        super().__init__(entry, subject)
        self._issue = issue

    async def async_step_init(self, user_input: UserInput = None) -> FixResult:
        """Begin: what this step is given is the issue, no answer of the user."""
        return await self.async_step_notice()

    async def async_step_notice(self, user_input: UserInput = None) -> FixResult:
        """Say what happened and what to do about it."""
        if user_input is not None:
            return self.async_create_entry(data={})
        if (names := self._names()) is None:
            return self.async_abort(reason="already_settled")
        placeholders = {key: plain(name) for key, name in names.items()}
        return show_form(self, "notice", {}, placeholders=placeholders)

    def _names(self) -> dict[str, str] | None:
        """Return the names in the text; None: what it is about is gone."""
        match self._issue:
            case Issue.OLDER_COPY | Issue.OWN_KEY_FORGED | Issue.RESOURCE_CONFLICT:
                return {"account": self._entry.title}
            case Issue.GRANT_REVIVED | Issue.MEMBER_ADDED | Issue.NOT_RECORDED:
                publication = publications_of(self._entry).get(PublicationId(self._subject))
                return None if publication is None else {"series": publication.title}
            case Issue.ACCESS_REFUSED:
                refusal = self._entry.runtime_data[CatalogueClient].refusal_of(self._subject)
                if refusal is None:
                    return None
                friend, wish = refusal
                return {"friend": friends_of(self._entry)[friend].title, "series": wish["title"]}
            case _:
                node = data_nodes_of(self._entry).get(self._subject)
                return None if node is None else {"node": node.title}
