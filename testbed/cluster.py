"""Several ejabberds that are one, with one PostgreSQL: unprivileged, alone on the loopback."""

from collections.abc import Mapping
from contextlib import ExitStack, suppress
import secrets
import time
from typing import Any, Self

from .certificates import CertificateAuthority
from .ejabberd import EjabberdServer, Erlang
from .process import LOOPBACK, UNPRIVILEGED, Process, free_port, temporary_folder


class EjabberdCluster:
    """The nodes of one domain, and the epmd they find each other by; it stops with them."""

    def __init__(
        self,
        domain: str,
        authority: CertificateAuthority,
        *,
        size: int,
        neighbours: Mapping[str, int],
        options: Mapping[str, Any],
    ) -> None:
        """Prepare nodes that nobody has started; `options` name their database."""
        cookie, epmd_port = secrets.token_hex(16), free_port()
        self.nodes = [
            EjabberdServer(
                domain,
                authority,
                neighbours=neighbours,
                options=options,
                erlang=Erlang(f"ejabberd{number}@{LOOPBACK}", cookie, epmd_port),
            )
            for number in range(1, size + 1)
        ]
        self._epmd_port = epmd_port
        self._epmd = Process(
            [*UNPRIVILEGED, "epmd", "-address", LOOPBACK, "-port", str(epmd_port)],
            temporary_folder("epmd") / "output.log",
            {},
        )
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        """Start the nodes, one after the other, and let each join the first."""
        with ExitStack() as stack:
            stack.callback(self._epmd.log.parent.rmdir)
            stack.callback(self._epmd.log.unlink)
            self._epmd.start()
            stack.callback(self._epmd.stop)
            self._epmd.wait_for_port(self._epmd_port, within=60)
            for node in self.nodes:
                stack.enter_context(node)
            for number, node in enumerate(self.nodes[1:], 2):
                node.command("join_cluster", node=f"ejabberd1@{LOOPBACK}")
                # It answers at once, and starts anew only then.
                for one in (self.nodes[0], node):
                    _wait_for_nodes(one, number)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop all that was started and remove all it stored."""
        self._stack.close()


def _wait_for_nodes(node: EjabberdServer, count: int) -> None:
    """Wait until a node is one of so many that run."""
    deadline = time.monotonic() + 60
    while True:
        with suppress(OSError):
            if len(node.command("list_cluster")) == count:
                return
        if time.monotonic() > deadline:
            raise RuntimeError(f"no cluster of {count} after 60 s:\n{node.log[-2000:]}")
        time.sleep(0.05)
