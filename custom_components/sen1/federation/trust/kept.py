"""What is kept of peers' keys."""

from typing import NotRequired, TypedDict


class KeysData(TypedDict):
    """Public keys, in base64."""

    signing: str
    sealing: str


class PeerData(TypedDict):
    """What is known of the keys of a peer; `Peer` says what of it means."""

    keys: KeysData | None
    how: str
    since: float
    before: NotRequired[list[str]]
    """Signing keys it had before."""
    said: NotRequired[float]
    """When its last message was said."""
    address: NotRequired[str]
    """Its installation's full address."""
    expected: NotRequired[str]
    met: NotRequired[bool]
    """Whether a key was held against the fingerprint in its link."""
    changed: NotRequired[KeysData]
    changed_at: NotRequired[float]
    refused: NotRequired[bool]
    """Whether the household answered that the numbers are others."""
    rolled_at: NotRequired[float]
    """When a change of key that the key before had signed was taken over last."""
