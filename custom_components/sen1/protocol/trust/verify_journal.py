#!/usr/bin/env python3
"""Verify a SEN1 journal: whether its chain, its signatures and both accounts agree.

This one file needs nothing but Python and the package `cryptography`, and nothing of SEN1: whoever
doubts SEN1 can read it. SEN1 uses the same functions, so that there is one of each.
"""

from base64 import b64decode, b64encode
from collections.abc import Sequence
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

FINGERPRINT_DIGITS = 24
"""Six numbers of four digits: short enough to be read aloud, and some 2^80 keys to try."""


def to_text(data: bytes) -> str:
    """Return bytes as they are written everywhere: base64 (RFC 4648, section 4)."""
    return b64encode(data).decode()


def to_bytes(text: str) -> bytes:
    """Return the bytes of a text; raises ValueError when it is not what `to_text` writes."""
    data = b64decode(text, validate=True)
    if to_text(data) != text:
        raise ValueError("not the base64 that was written")
    return data


def signed_bytes(kind: str, statement: bytes) -> bytes:
    """Return what is signed of a statement: its kind stands in front, so that none is another."""
    return f"sen1:{kind}:0\n".encode() + statement


def is_signed(key: bytes, kind: str, statement: bytes, signature: bytes) -> bool:
    """Return whether a key signed a statement as of this kind (Ed25519, RFC 8032)."""
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, signed_bytes(kind, statement))
    except (InvalidSignature, ValueError):
        return False
    return True


def fingerprint(key: bytes) -> str:
    """Return the 24 digits that people compare: of the SHA-256 of a signing key."""
    number = int.from_bytes(sha256(key).digest()) % 10**FINGERPRINT_DIGITS
    return f"{number:0{FINGERPRINT_DIGITS}d}"


def leaf_hash(data: bytes) -> bytes:
    """Return the hash of a leaf of a Merkle tree (RFC 6962, section 2.1)."""
    return sha256(b"\0" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of an inner node of a Merkle tree (RFC 6962, section 2.1)."""
    return sha256(b"\1" + left + right).digest()


def merkle_root(leaves: Sequence[bytes]) -> bytes:
    """Return the root over hashes of leaves (RFC 6962, section 2.1); of none it is SHA-256 of
    nothing.
    """
    return _levels(leaves)[-1][0] if leaves else sha256(b"").digest()


def audit_path(leaves: Sequence[bytes], at: int) -> list[bytes]:
    """Return the hashes that lead from a leaf to the root (RFC 6962, section 2.1.1)."""
    return _path(_levels(leaves), at)


def audit_paths(leaves: Sequence[bytes]) -> list[list[bytes]]:
    """Return the path of each leaf, in their order."""
    levels = _levels(leaves)
    return [_path(levels, at) for at in range(len(leaves))]


def _levels(leaves: Sequence[bytes]) -> list[list[bytes]]:
    """Return a tree from its leaves up to its root."""
    levels = [list(leaves)]
    while len(level := levels[-1]) > 1:
        paired = [node_hash(*level[at : at + 2]) for at in range(0, len(level) - 1, 2)]
        # The one that is left over goes up as it is: so is the tree of the RFC, level by level.
        levels.append(paired + level[len(paired) * 2 :])
    return levels


def _path(levels: Sequence[Sequence[bytes]], at: int) -> list[bytes]:
    path: list[bytes] = []
    for level in levels[:-1]:
        beside = at ^ 1
        if beside < len(level):
            path.append(level[beside])
        at //= 2
    return path


def root_of_path(leaf: bytes, at: int, size: int, path: Sequence[bytes]) -> bytes:
    """Return the root that a path of a tree of `size` leaves leads to; raises ValueError."""
    if not 0 <= at < size:
        raise ValueError("no such leaf")
    left = list(path)
    found, last = leaf, size - 1
    while last > 0:
        if at % 2 or at < last:
            if not left:
                raise ValueError("the path is too short")
            beside = left.pop(0)
            found = node_hash(beside, found) if at % 2 else node_hash(found, beside)
        at, last = at // 2, last // 2
    if left:
        raise ValueError("the path is too long")
    return found
