"""The two doors of a link: what comes in is looked at once, and what goes out is measured.

Each stanza that comes passes `admit`, before anything reads it: that its addresses are some, letter
for letter, how large and how deep it is. Its parts are measured as they are read (protocol/limits);
whether it is of a friend is asked in `account`. Each that goes passes `release`: one too large
would end the stream, and would end it again when it is sent anew. What is refused is counted, and
nobody is told.
"""

from collections import Counter
from collections.abc import Callable

from slixmpp.xmlstream import StanzaBase

from ...protocol.errors import PayloadRefused
from ...protocol.limits import check_stanza, size_of
from ...protocol.links import parse_jid

ANSWERS = ("result", "error")


class Door:
    """Filter the stanzas of a client; `refused` counts, by reason, what did not pass."""

    def __init__(self, stanza_bytes: Callable[[], int]) -> None:
        """`stanza_bytes` tells how large a stanza the server takes."""
        self.refused: Counter[str] = Counter()
        self._stanza_bytes = stanza_bytes

    def admit(self, stanza: StanzaBase) -> StanzaBase | None:
        """Return a stanza that may be read, or None."""
        try:
            for key in ("from", "to"):
                text = stanza.xml.get(key)
                if text is not None and parse_jid(text) is None:
                    # Each look at an address that is none raises, which would end the link.
                    raise PayloadRefused("bad_address")
            check_stanza(stanza.xml)
        except PayloadRefused as error:
            self.refused[error.reason] += 1
            if stanza.xml.get("type") in ANSWERS and error.reason != "bad_address":
                # Who waits for it learns at once that it brings nothing.
                stanza.xml.set("type", "error")
                del stanza.xml[:]
                return stanza
            return None
        return stanza

    def release(self, stanza: StanzaBase) -> StanzaBase | None:
        """Return a stanza that may go, or None."""
        try:
            if self.may_go(stanza):
                return stanza
            self.refused["too_large_to_send"] += 1
        except PayloadRefused as error:
            self.refused[error.reason] += 1
        return None

    def may_go(self, stanza: StanzaBase) -> bool:
        """Return whether the server takes a stanza of this size; raises PayloadRefused."""
        return size_of(stanza.xml) <= self._stanza_bytes()
