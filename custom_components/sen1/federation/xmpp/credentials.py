"""Where and as whom an account logs in."""

from dataclasses import dataclass
import ssl

from ...protocol.model import BareJid


@dataclass(frozen=True, slots=True)
class Credentials:
    """Where and as whom to log in; `ca` is PEM text of an authority to trust besides the usual."""

    jid: BareJid
    password: str
    resource: str
    host: str | None = None
    port: int | None = None
    ca: str | None = None
    proves: bool = False
    """Whether the server proves that it knows the password too (SCRAM, RFC 5802): then one that
    asks for the password itself is not ours."""

    def ssl_context(self) -> ssl.SSLContext:
        """Return a context that verifies; reads the disk, so run it in the executor."""
        context = ssl.create_default_context()
        if self.ca:
            context.load_verify_locations(cadata=self.ca)
        return context
