"""The keys of an account: one to sign with (Ed25519), one that others seal to (X25519)."""

from dataclasses import dataclass
from functools import cached_property
from typing import Annotated

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from ..attributes import AttributeForm
from .verify_journal import fingerprint, signed_bytes, to_bytes, to_text

KEY_BYTES = 32
"""Of each key, private or public."""


def raw(length: int) -> AttributeForm[bytes]:
    """Return the form of so many bytes, in base64."""

    def read(text: str) -> bytes:
        if len(data := to_bytes(text)) != length:
            raise ValueError("of another length")
        return data

    return AttributeForm(read, to_text)


RAW = raw(KEY_BYTES)
"""A key, or a hash."""


@dataclass(frozen=True, slots=True)
class PublicKeys:
    """What others know of an account's keys: raw public keys, 32 bytes each."""

    signing: Annotated[bytes, RAW]
    sealing: Annotated[bytes, RAW]

    @property
    def fingerprint(self) -> str:
        """The 24 digits that people compare."""
        return fingerprint(self.signing)


@dataclass(frozen=True)
class Keys:
    """An account's own keys: raw private keys, 32 random bytes each; they never leave the house."""

    signing: bytes
    sealing: bytes

    @cached_property
    def public(self) -> PublicKeys:
        """What others may know of them."""
        sealing = X25519PrivateKey.from_private_bytes(self.sealing).public_key()
        return PublicKeys(self._signing.public_key().public_bytes_raw(), sealing.public_bytes_raw())

    def sign(self, kind: str, statement: bytes) -> bytes:
        """Return the signature of a statement, 64 bytes."""
        return self._signing.sign(signed_bytes(kind, statement))

    @cached_property
    def _signing(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.signing)


def grouped(digits: str) -> tuple[str, ...]:
    """Return a fingerprint as the six numbers that are read aloud."""
    return tuple(digits[at : at + 4] for at in range(0, len(digits), 4))
