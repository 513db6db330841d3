"""Commands that others send us: those we know are answered, a few at a time.

Nobody else is, but for what anybody may ask who has a secret of ours. Who signs is answered what is
signed, with a signed answer; who has no keys as Quoalise says it.
"""

from collections import Counter
from collections.abc import Mapping
import time
import uuid
from xml.etree.ElementTree import Element

from ...faults import note_fault
from ...listeners import Listeners
from ...protocol.budget import Effort
from ...protocol.catalogue import REQUEST_ACCESS
from ...protocol.errors import FriendRefused, PayloadRefused
from ...protocol.forms import ended_by
from ...protocol.limits import MAX_ID
from ...protocol.model import BareJid
from ...protocol.quoalise import GET_HISTORY
from ...protocol.trust.kinds import StatementKind, answer_kind
from ...protocol.trust.signed import Signed, signed_in
from ...protocol.trust.wire import command_said, signed_command, signed_part
from ..context import AccountContext
from ..journal.journal import Journal
from ..part import Part, Responder, Tasks, To
from ..relations.relations import Relations
from ..trust.peers import Standing
from ..trust.statements import Statements
from ..trust.trust import Trust
from ..xmpp.events import CommandRequest

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


class CommandServer(Part):
    """Hand each command to what serves it, and its answer to the session."""

    def __init__(self, context: AccountContext) -> None:
        super().__init__(context)
        self._trust, self._statements = context[Trust], context[Statements]
        self._journal, self._budgets = context[Journal], context.budgets
        self._relations = context[Relations]
        self.served: Mapping[str, Responder] = {}
        """What answers which command, of all parts."""
        self._running: Counter[str] = Counter()
        self._tasks = Tasks()
        self.answered = Listeners[BareJid, Element, Signed]()
        """Of each signed answer: to whom, to which command."""
        self.runs = (self._tasks.run,)
        self.hears = {CommandRequest: self._hear}

    def _hear(self, request: CommandRequest) -> None:
        """Answer a command in a task, or refuse it at once."""
        node, running = request.command.get("node", ""), str(request.sender)
        effort = Effort.ANSWER if node == GET_HISTORY else Effort.COMMAND
        is_known, most = self._relations.is_known(request.sender), MOST_AT_ONCE
        to = self._to(node)
        if not is_known and to is To.ANYBODY:
            effort, running, most = Effort.STRANGER, STRANGERS, MOST_OF_STRANGERS
        elif not is_known or (to is To.FRIENDS and not self._relations.is_friend(request.sender)):
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
        elif (tasks := self._tasks.group) is not None:
            self._running[running] += 1
            tasks.create_task(self._answer(request, running))

    def _to(self, node: str) -> To:
        return self.served[node].to if node in self.served else To.KNOWN

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
        if self._to(outer.get("node", "")) is To.ANYBODY:
            return await self._open_answer(sender, outer, signed)
        await self._trust.async_known(sender)
        if signed is None:
            if self._trust.standing(sender) is not Standing.KEYLESS:
                raise PayloadRefused("unsigned")
            return await self._plain_answer(sender, outer)
        statement = self._statements.opened(sender, signed, StatementKind.REQUEST)
        command, about = command_said(statement, outer), statement.about
        if not about:
            raise PayloadRefused("bad_statement", "about nothing")
        is_entered, request = command.get("node") == REQUEST_ACCESS, signed_in(signed)
        if is_entered:
            self._budgets.charge(Effort.KEPT, sender, time.monotonic(), len(request.statement))
        answer = await self._plain_answer(sender, command)
        if is_entered:
            self._journal.entered(StatementKind.REQUEST, sender, request, ours=False)
        kind = answer_kind(command.get("node", ""))
        said = await self._statements.async_sign(sender, kind, answer, about)
        self.answered.tell(sender, command, signed_in(said))
        return signed_command(answer, said)

    async def _open_answer(
        self, sender: BareJid, outer: Element, signed: Element | None
    ) -> Element:
        """Return what anybody is answered, signed: by whatever key the question was, if by any."""
        command, about = outer, outer.get("sessionid", "")
        if signed is not None:
            statement = self._statements.claimed(sender, signed, StatementKind.REQUEST)
            command, about = command_said(statement, outer), statement.about or ""
        answer = await self._plain_answer(sender, command)
        kind = answer_kind(command.get("node", ""))
        return signed_command(
            answer, await self._statements.async_sign(sender, kind, answer, about)
        )

    async def _plain_answer(self, sender: BareJid, command: Element) -> Element:
        if (serves := self.served.get(command.get("node", ""))) is None:
            raise FriendRefused("item-not-found", "No such command.")
        if not command.get("sessionid"):
            command.set("sessionid", uuid.uuid4().hex)
        return await serves.answer(sender, command)
