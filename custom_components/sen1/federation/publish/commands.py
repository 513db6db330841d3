"""Commands that others send us: friends are answered, a few at a time; nobody else is.

Who signs is answered what is signed, with a signed answer; who has no keys as Quoalise says it.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
import time
from xml.etree.ElementTree import Element

from ...faults import note_fault
from ...listeners import Listeners
from ...protocol.budget import Budgets, Effort
from ...protocol.catalogue import CATALOGUE, REQUEST_ACCESS
from ...protocol.errors import FriendRefused, PayloadRefused
from ...protocol.limits import MAX_ID
from ...protocol.model import BareJid
from ...protocol.quoalise import GET_HISTORY
from ...protocol.trust.signed import Signed, StatementKind, signed_in
from ...protocol.trust.wire import answer_kind, command_said, signed_command, signed_part
from ..consent.journal import Journal
from ..trust.peers import Standing
from ..trust.trust import Trust
from ..xmpp.events import CommandRequest
from ..xmpp.session import Session
from .catalogue_server import CatalogueServer
from .history_server import HistoryServer

OF_TRUST = ("unsigned", "bad_signed", "bad_signature", "bad_statement", "wrong_command")
"""Refusals of what is not signed as it is to be: they are counted, whoever asked."""

COSTS = {Effort.ANSWER: 100, Effort.COMMAND: 1}
"""What a command costs of its sender's budget before it is answered."""

MOST_AT_ONCE = 4
"""Commands of one friend that are being answered; more are refused at once."""


class CommandServer:
    """Hand each command to what serves it, and its answer to the session."""

    def __init__(
        self,
        session: Session,
        trust: Trust,
        is_friend: Callable[[BareJid], bool],
        history: HistoryServer,
        catalogue_server: CatalogueServer,
        journal: Journal,
        budgets: Budgets,
    ) -> None:
        self._session = session
        self._trust = trust
        self._is_friend = is_friend
        self._history = history
        self._catalogue_server = catalogue_server
        self._journal = journal
        self._budgets = budgets
        self._running: Counter[BareJid] = Counter()
        self.others: dict[str, Callable[[BareJid, Element], Awaitable[Element]]] = {}
        """What serves other commands, by their names."""
        self.answered = Listeners[BareJid, Element, Signed]()
        """Of each signed answer: to whom, to which command."""

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
            self._session.answer(request, await self._answer_to(request.sender, request.command))
        except FriendRefused as error:
            self._session.refuse_command(request, error.condition, error.text)
        except PayloadRefused as error:
            self._session.refuse_command(request, "bad-request", str(error))
            if error.reason in OF_TRUST:
                self._journal.refused(error.reason)
        except Exception as error:
            note_fault(error)
            self._session.refuse_command(request, "internal-server-error", "")
        finally:
            self._running[request.sender] -= 1
            if not self._running[request.sender]:
                del self._running[request.sender]

    async def _answer_to(self, sender: BareJid, outer: Element) -> Element:
        """Return the answer as it goes; raises FriendRefused or PayloadRefused."""
        signed = signed_part(outer)
        await self._trust.async_known(sender)
        if signed is None:
            if self._trust.standing(sender) is not Standing.KEYLESS:
                raise PayloadRefused("unsigned")
            return await self._plain_answer(sender, outer)
        statement = self._trust.opened(sender, signed, StatementKind.REQUEST)
        command, about = command_said(statement, outer), statement.about
        if not about:
            raise PayloadRefused("bad_statement", "about nothing")
        is_entered, request = command.get("node") == REQUEST_ACCESS, signed_in(signed)
        now, size = time.monotonic(), len(request.statement)
        if is_entered and not self._budgets.take(Effort.KEPT, sender, now, size):
            raise PayloadRefused("too_often")
        answer = await self._plain_answer(sender, command)
        if is_entered:
            self._journal.entered(StatementKind.REQUEST, sender, request, ours=False)
        kind = answer_kind(command.get("node", ""))
        said = await self._trust.async_sign(sender, kind, answer, about)
        self.answered.tell(sender, command, signed_in(said))
        return signed_command(answer, said)

    async def _plain_answer(self, sender: BareJid, command: Element) -> Element:
        if (serve := self.others.get(command.get("node", ""))) is not None:
            return await serve(sender, command)
        if command.get("node") in CATALOGUE:
            return self._catalogue_server.answer(sender, command)
        return await self._history.answer(sender, command)
