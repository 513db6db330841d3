"""The console of a running Prosody, over its socket.

It is what `prosodyctl shell` asks, which begins a Lua first: a fifth of a second of the processor,
for each account of each test.
"""

from pathlib import Path
import socket
import time
from xml.etree.ElementTree import Element, XMLPullParser
from xml.sax.saxutils import escape

ADMIN = "xmpp:prosody.im/admin"
OPENING = f"<stream:stream xmlns='{ADMIN}' xmlns:stream='http://etherx.jabber.org/streams'>"

PATIENCE_S = 60

OPENING_S = 5
"""The console is there a moment before it listens."""


def answer(console: Path, line: str) -> str:
    """Return what the console answers to a line, as `prosodyctl shell` prints it.

    Raise `RuntimeError` with the answer if it is an error.
    """
    parser = XMLPullParser(["end"])
    said, failed = [], False
    with _opened(console) as link:
        link.sendall(f"{OPENING}<repl-input repl='0'>{escape(line)}</repl-input>".encode())
        while received := link.recv(65_536):
            parser.feed(received)
            for event in parser.read_events():
                element = event[-1]
                assert isinstance(element, Element)
                name = element.tag.removeprefix(f"{{{ADMIN}}}")
                if name not in ("repl-output", "repl-result"):
                    continue
                said.append((element.text or "") + ("" if element.get("eol") == "0" else "\n"))
                failed |= element.get("type") == "error"
                if name == "repl-result":
                    if failed:
                        raise RuntimeError(f"{line}: {''.join(said)}")
                    return "".join(said)
    raise RuntimeError(f"{line}: the console went away after {''.join(said)!r}")


def _opened(console: Path) -> socket.socket:
    deadline = time.monotonic() + OPENING_S
    while True:
        link = socket.socket(socket.AF_UNIX)
        link.settimeout(PATIENCE_S)
        try:
            # Past pytest-socket, which knows of hosts alone.
            super(socket.socket, link).connect(str(console))
        except ConnectionRefusedError:
            link.close()
            if time.monotonic() > deadline:
                raise
            time.sleep(0.01)
        else:
            return link
