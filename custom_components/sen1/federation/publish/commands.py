"""Commands that others send us: friends are answered, a few at a time; nobody else is."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
import logging

from ...protocol.catalogue import CATALOGUE
from ...protocol.errors import FriendRefused, type_and_place
from ...protocol.model import BareJid
from ...protocol.stanzas import size_of
from ..xmpp.events import CommandRequest
from ..xmpp.session import Session
from .catalogue_server import AccessServer
from .history_server import HistoryServer

_LOGGER = logging.getLogger(__name__)

AROUND = 500
"""Bytes of a stanza around what it carries."""

MOST_AT_ONCE = 4
"""Commands of one friend that are being answered; more are refused at once."""


class Answerer:
    """Hand each command to what serves it, and its answer to the session."""

    def __init__(
        self,
        session: Session,
        is_friend: Callable[[BareJid], bool],
        history: HistoryServer,
        access: AccessServer,
        refused: Counter[str],
    ) -> None:
        self._session = session
        self._is_friend = is_friend
        self._history = history
        self._access = access
        self._refused = refused
        self._running: Counter[BareJid] = Counter()

    def take(self, request: CommandRequest, tasks: asyncio.TaskGroup | None) -> None:
        """Answer a command in a task, or refuse it at once."""
        if not self._is_friend(request.sender):
            self._refused["stranger"] += 1
            self._session.refuse_command(request, "not-authorized", "Not a friend.")
        elif self._running[request.sender] >= MOST_AT_ONCE:
            self._refused["too_many_commands"] += 1
            self._session.refuse_command(request, "resource-constraint", "Too many at once.")
        elif tasks is not None:
            self._running[request.sender] += 1
            tasks.create_task(self._answer(request))

    async def _answer(self, request: CommandRequest) -> None:
        try:
            if request.command.get("node") in CATALOGUE:
                answer = self._access.answer(request.sender, request.command)
            else:
                answer = await self._history.answer(request.sender, request.command)
            if size_of(answer) + AROUND > self._session.stanza_bytes:
                # The server would end the stream.
                raise FriendRefused("bad-request", "Response would be too big.")
        except FriendRefused as error:
            self._session.refuse_command(request, error.condition, error.text)
        except Exception as error:
            # The last resort: whatever somebody asks, the account goes on.
            _LOGGER.error("A command could not be answered: %s", type_and_place(error))
            self._session.refuse_command(request, "internal-server-error", "")
        else:
            self._session.answer(request, answer)
        finally:
            self._running[request.sender] -= 1
            if not self._running[request.sender]:
                del self._running[request.sender]
