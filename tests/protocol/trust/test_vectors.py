"""The published examples of what the trust is made of."""

import pytest

from custom_components.sen1.protocol.trust.keys import Keys
from custom_components.sen1.protocol.trust.verify_journal import (
    audit_paths,
    is_signed,
    leaf_hash,
    merkle_root,
    root_of_path,
    signed_bytes,
)

RFC_8032 = [
    # Section 7.1: secret key, public key, message, signature.
    (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
        "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
        "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
]

LEAVES = [
    bytes.fromhex(text)
    for text in (
        *("", "00", "10", "2021", "3031", "40414243"),
        *("5051525354555657", "606162636465666768696a6b6c6d6e6f"),
    )
]
"""Of the tests of the logs that RFC 6962 is about."""

ROOT = "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"


@pytest.mark.parametrize(("secret", "public", "message", "signature"), RFC_8032)
def test_keys_sign_as_rfc_8032_says(
    secret: str, public: str, message: str, signature: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = "custom_components.sen1.protocol.trust"
    for name in ("keys", "verify_journal"):
        # The bytes of the RFC bear no kind.
        monkeypatch.setattr(f"{module}.{name}.signed_bytes", lambda _kind, statement: statement)
    keys = Keys(bytes.fromhex(secret), bytes(32))
    said = bytes.fromhex(message)
    assert keys.public.signing.hex() == public
    assert keys.sign("", said).hex() == signature
    assert is_signed(keys.public.signing, "", said, bytes.fromhex(signature))
    assert not is_signed(keys.public.signing, "", said + b"\0", bytes.fromhex(signature))


def test_a_signature_of_one_kind_is_none_of_another() -> None:
    keys = Keys(bytes(range(32)), bytes(32))
    signature = keys.sign("grant", b"<statement/>")
    assert is_signed(keys.public.signing, "grant", b"<statement/>", signature)
    assert not is_signed(keys.public.signing, "withdrawal", b"<statement/>", signature)
    assert signed_bytes("grant", b"<statement/>") == b"sen1:grant:0\n<statement/>"


def test_a_tree_is_that_of_rfc_6962() -> None:
    assert merkle_root([]).hex() == (
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    )
    hashes = list(map(leaf_hash, LEAVES))
    assert merkle_root(hashes[:1]).hex() == (
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    )
    assert merkle_root(hashes).hex() == ROOT


def test_the_path_of_each_leaf_leads_to_the_root_and_no_other_does() -> None:
    for size in range(1, 34):
        hashes = [leaf_hash(bytes([number])) for number in range(size)]
        root = merkle_root(hashes)
        for at, leaf in enumerate(hashes):
            path = audit_paths(hashes)[at]
            assert root_of_path(leaf, at, size, path) == root
            assert root_of_path(leaf_hash(b"other"), at, size, path) != root
            with pytest.raises(ValueError, match="long"):
                root_of_path(leaf, at, size, [*path, leaf])
