"""Sealing: values only we can read, and names only we can compute.

AES-256-GCM for what must be read again; HMAC-SHA256 for blind indexes, pseudonyms and
pairwise subjects. Keys stay behind a port and are told apart by purpose and key id.
"""

from kernel.proof.seal.keys import (
    Purpose,
    SealBroken,
    SealKeyUnknown,
    SealMalformed,
    SealRefused,
    SymmetricKey,
    SymmetricKeys,
)
from kernel.proof.seal.sealer import Place, Sealer

__all__ = [
    "Place",
    "Purpose",
    "SealBroken",
    "SealKeyUnknown",
    "SealMalformed",
    "SealRefused",
    "Sealer",
    "SymmetricKey",
    "SymmetricKeys",
]
