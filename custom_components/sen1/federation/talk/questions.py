"""What is asked of friends' installations by commands: who signs is asked, and answers, signed."""

import secrets
from xml.etree.ElementTree import Element

from ...listeners import Listeners
from ...protocol.errors import PayloadRefused, RequestFailed
from ...protocol.forms import COMMAND
from ...protocol.model import BareJid
from ...protocol.trust.kinds import StatementKind, answer_kind
from ...protocol.trust.signed import Signed, signed_in
from ...protocol.trust.wire import command_said, signed_command, signed_part
from ..context import AccountContext
from ..journal.journal import Journal
from ..trust.peers import Standing
from ..trust.statements import Statements
from ..trust.trust import Trust


class Questions:
    """Ask, and take no answer but the one to what was asked."""

    def __init__(self, context: AccountContext) -> None:
        self._session, self._trust = context.session, context[Trust]
        self._statements, self._journal = context[Statements], context[Journal]
        self.answered = Listeners[BareJid, Element, Signed]()
        """Of each signed answer: of whom, to which command."""

    async def ask(
        self, friend: BareJid, address: str, command: Element, *, is_entered: bool = False
    ) -> Element:
        """Return the answer of a friend's installation; `is_entered`: the journal is to have it.

        Raises RequestFailed, or PayloadRefused for what is not signed as it is to be.
        """
        await self._trust.async_known(friend)
        if self._trust.standing(friend) is Standing.KEYLESS:
            return await self._session.ask(address, command)
        if not self._trust.signs(friend):
            # What keys it has is not known yet, or not believed.
            raise RequestFailed("not-acceptable")
        about = secrets.token_hex(16)
        request = self._statements.sign(friend, StatementKind.REQUEST, command, about)
        if is_entered:
            self._journal.entered(StatementKind.REQUEST, friend, signed_in(request))
            await self._journal.written()
        answer = await self._session.ask(address, signed_command(command, request))
        outer = answer.find(COMMAND)
        signed = None if outer is None else signed_part(outer)
        if outer is None or signed is None:
            raise PayloadRefused("unsigned")
        kind = answer_kind(command.get("node", ""))
        statement = await self._statements.async_opened(friend, signed, kind, about=about)
        self.answered.tell(friend, command, signed_in(signed))
        return command_said(statement, outer)
