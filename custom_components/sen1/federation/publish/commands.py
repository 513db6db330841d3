"""Commands that others send us: those we know are answered, a few at a time.

Nobody else is, but for what anybody may ask who has a secret of ours. Who signs is answered what is
signed, with a signed answer; who has no keys as Quoalise says it.
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
from ...protocol.forms import ended_by
from ...protocol.limits import MAX_ID
from ...protocol.model import BareJid
from ...protocol.quoalise import GET_HISTORY
from ...protocol.trust.kinds import StatementKind, answer_kind
from ...protocol.trust.signed import Signed, signed_in
from ...protocol.trust.wire import command_said, signed_command, signed_part
from ..consent.journal import Journal
from ..consent.relations import Relations
from ..trust.peers import Standing
from ..trust.trust import Trust
from ..xmpp.events import CommandRequest
from ..xmpp.session import Session
from .catalogue_server import CatalogueServer
from .history_server import HistoryServer

OF_TRUST = ("unsigned", "bad_signed", "bad_signature", "bad_statement", "wrong_command")
"""Refusals of what is not signed as it is to be: they are counted, whoever asked."""

COSTS = {Effort.ANSWER: 100, Effort.COMMAND: 1, Effort.STRANGER: 1}
"""What a command costs of its sender's budget before it is answered."""

MOST_AT_ONCE = 4
"""Commands of one friend that are being answered; more are refused at once."""


MOST_OF_STRANGERS = 32
"""The same of all together who are not known."""

STRANGERS = "strangers that ask"
"""Who is answered so many at a time, whoever asks."""


class CommandServer:
    """Hand each command to what serves it, and its answer to the session."""

    def __init__(
        self,
        session: Session,
        trust: Trust,
        relations: Relations,
        history: HistoryServer,
        catalogue_server: CatalogueServer,
        journal: Journal,
        budgets: Budgets,
    ) -> None:
        self._session = session
        self._trust = trust
        self._relations = relations
        self._history = history
        self._catalogue_server = catalogue_server
        self._journal = journal
        self._budgets = budgets
        self._running: Counter[str] = Counter()
        self.others: dict[str, Callable[[BareJid, Element], Awaitable[Element]]] = {}
        """What serves other commands, by their names."""
        self.open: dict[str, Callable[[BareJid, Element], Element]] = {}
        """What serves commands of anybody, by their names: what they say lets them in, or not."""
        self.answered = Listeners[BareJid, Element, Signed]()
        """Of each signed answer: to whom, to which command."""

    def take(self, request: CommandRequest, tasks: asyncio.TaskGroup) -> None:
        """Answer a command in a task, or refuse it at once."""
        node, running = request.command.get("node"), str(request.sender)
        effort = Effort.ANSWER if node == GET_HISTORY else Effort.COMMAND
        is_known, most = self._relations.is_known(request.sender), MOST_AT_ONCE
        if not is_known and node in self.open:
            effort, running, most = Effort.STRANGER, STRANGERS, MOST_OF_STRANGERS
        elif not is_known or (node in CATALOGUE and not self._relations.is_friend(request.sender)):
            self._journal.refused("stranger")
            self._session.refuse_command(request, "not-authorized", "Not a friend.")
            return
        if len(request.command.get("sessionid", "")) > MAX_ID:
            # It would come back as long.
            self._journal.refused("too_long")
            self._session.refuse_command(request, "bad-request", "The session is too long.")
        elif not self._budgets.take(effort, request.sender, time.monotonic(), COSTS[effort]):
            self._session.refuse_command(request, "resource-constraint", "Too much for now.")
        elif self._running[running] >= most:
            self._journal.refused("too_many_commands")
            self._session.refuse_command(request, "resource-constraint", "Too many at once.")
        else:
            self._running[running] += 1
            tasks.create_task(self._answer(request, running))

    async def _answer(self, request: CommandRequest, running: str) -> None:
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
            self._running[running] -= 1
            if not self._running[running]:
                del self._running[running]

    async def _answer_to(self, sender: BareJid, outer: Element) -> Element:
        """Return the answer as it goes; raises FriendRefused or PayloadRefused."""
        if (ended := ended_by(outer)) is not None:
            return ended
        signed = signed_part(outer)
        if (serve := self.open.get(outer.get("node", ""))) is not None:
            return await self._open_answer(sender, outer, signed, serve)
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

    async def _open_answer(
        self,
        sender: BareJid,
        outer: Element,
        signed: Element | None,
        serve: Callable[[BareJid, Element], Element],
    ) -> Element:
        """Return what anybody is answered, signed: by whatever key the question was, if by any."""
        command, about = outer, outer.get("sessionid", "")
        if signed is not None:
            statement = self._trust.claimed(sender, signed, StatementKind.REQUEST)
            command, about = command_said(statement, outer), statement.about or ""
        answer, kind = serve(sender, command), answer_kind(command.get("node", ""))
        return signed_command(answer, await self._trust.async_sign(sender, kind, answer, about))

    async def _plain_answer(self, sender: BareJid, command: Element) -> Element:
        if (serve := self.others.get(command.get("node", ""))) is not None:
            return await serve(sender, command)
        if command.get("node") in CATALOGUE:
            return self._catalogue_server.answer(sender, command)
        return await self._history.answer(sender, command)
