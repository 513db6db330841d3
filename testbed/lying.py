"""A server that lies: its operator reads, changes, holds back and makes up what passes.

    with federation_of({"maison.test": LyingServer, "coop.test": ProsodyServer}) as (maison, coop):
        maison.hold("urn:sen1:publication", times=3)  # never passed on, but for what is made up
        ...
        maison.make_up(maison.caught()[0].replace("640", "999"))

What it lies about are stanzas with all of some texts in them, whoever they are of or to, as they
come from a client of its own or another server (`way="in"`) or go there (`"out"`).
"""

from collections.abc import Mapping
import json
from typing import Literal

from .xmpp import ProsodyServer

type Way = Literal["in", "out"]

ALWAYS = 1_000_000


class LyingServer(ProsodyServer):
    """A Prosody that is honest until it is told otherwise; its lies are told at once."""

    def _configuration(self, neighbours: Mapping[str, int], storage: str, *, limits: bool) -> str:
        return super()._configuration(neighbours, storage, limits=limits) + LYING

    def hold(self, *texts: str, times: int = ALWAYS, way: Way = "out") -> None:
        """Keep the next stanzas back; of a client's own (`in`), say that it was done."""
        self._lie("hold", texts, times, way)

    def copy(self, *texts: str, times: int = ALWAYS, way: Way = "out") -> None:
        """Remember the next stanzas, which pass."""
        self._lie("copy", texts, times, way)

    def replace(
        self,
        *texts: str,
        first: str,
        last: str,
        new: str,
        times: int = ALWAYS,
        way: Way = "out",
    ) -> None:
        """Replace, in the next stanzas, whatever begins and ends with two texts."""
        self._lie("replace", texts, times, way, first=first, last=last, new=new)

    def caught(self) -> list[str]:
        """Return all stanzas so far that a lie was about, as they would have gone."""
        caught: list[str] = json.loads(self._order("caught()"))
        return caught

    def make_up(self, stanza: str) -> None:
        """Send a stanza of whomever it says to whom it says."""
        self._order(f"make_up({_quoted(stanza)})")

    def affiliate(self, user: str, node: str, jid: str, affiliation: str) -> None:
        """Give somebody an affiliation with a node, without its owner."""
        arguments = ", ".join(map(_quoted, (user, node, jid, affiliation)))
        assert self._order(f"affiliate({arguments})") == "done"

    def be_honest(self) -> None:
        """Lie no more, and forget all that was caught."""
        self._order("be_honest()")

    def _lie(self, act: str, texts: tuple[str, ...], times: int, way: Way, **more: str) -> None:
        assert texts
        lie = {"act": act, "texts": texts, "times": times, "way": way} | more
        self._order(f"lie({_quoted(json.dumps(lie))})")

    def _order(self, call: str) -> str:
        answer = self.shell(f"> prosody.lying.{call}")
        assert answer.startswith("Result: "), answer
        return answer.removeprefix("Result: ").strip()


LYING = '  modules_enabled = { "lying" }\n'
"""For the one domain, whose configuration is the last."""


def _quoted(text: str) -> str:
    """Return a text as Lua reads it, whatever is in it but these brackets."""
    return f"[==[{text}]==]"
