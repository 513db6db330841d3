"""Commands that others send us: friends are answered, a few at a time; nobody else is."""

import asyncio
from collections import Counter
from collections.abc import Callable
import time

from ...faults import note_fault
from ...protocol.budget import Budgets, Effort
from ...protocol.catalogue import CATALOGUE
from ...protocol.errors import FriendRefused, PayloadRefused
from ...protocol.limits import MAX_ID
from ...protocol.model import BareJid
from ...protocol.quoalise import GET_HISTORY
from ..consent.journal import Journal
from ..xmpp.events import CommandRequest
from ..xmpp.session import Session
from .catalogue_server import CatalogueServer
from .history_server import HistoryServer

COSTS = {Effort.ANSWER: 100, Effort.COMMAND: 1}
"""What a command costs of its sender's budget before it is answered."""

MOST_AT_ONCE = 4
"""Commands of one friend that are being answered; more are refused at once."""


class CommandServer:
    """Hand each command to what serves it, and its answer to the session."""

    def __init__(
        self,
        session: Session,
        is_friend: Callable[[BareJid], bool],
        history: HistoryServer,
        catalogue_server: CatalogueServer,
        journal: Journal,
        budgets: Budgets,
    ) -> None:
        self._session = session
        self._is_friend = is_friend
        self._history = history
        self._catalogue_server = catalogue_server
        self._journal = journal
        self._budgets = budgets
        self._running: Counter[BareJid] = Counter()

    def take(self, request: CommandRequest, tasks: asyncio.TaskGroup) -> None:
        """Answer a command in a task, or refuse it at once."""
        effort = Effort.ANSWER if request.command.get("node") == GET_HISTORY else Effort.COMMAND
        if not self._is_friend(request.sender):
            self._journal.refused("stranger")
            self._session.refuse_command(request, "not-authorized", "Not a friend.")
        elif len(request.command.get("sessionid", "")) > MAX_ID:
            # It would come back as long.
            self._journal.refused("too_long")
            self._session.refuse_command(request, "bad-request", "The session is too long.")
        elif not self._budgets.take(effort, request.sender, time.monotonic(), COSTS[effort]):
            self._session.refuse_command(request, "resource-constraint", "Too much for now.")
        elif self._running[request.sender] >= MOST_AT_ONCE:
            self._journal.refused("too_many_commands")
            self._session.refuse_command(request, "resource-constraint", "Too many at once.")
        else:
            self._running[request.sender] += 1
            tasks.create_task(self._answer(request))

    async def _answer(self, request: CommandRequest) -> None:
        try:
            if request.command.get("node") in CATALOGUE:
                answer = self._catalogue_server.answer(request.sender, request.command)
            else:
                answer = await self._history.answer(request.sender, request.command)
            self._session.answer(request, answer)
        except FriendRefused as error:
            self._session.refuse_command(request, error.condition, error.text)
        except PayloadRefused as error:
            self._session.refuse_command(request, "bad-request", str(error))
        except Exception as error:
            note_fault(error)
            self._session.refuse_command(request, "internal-server-error", "")
        finally:
            self._running[request.sender] -= 1
            if not self._running[request.sender]:
                del self._running[request.sender]
