"""What signing offers to other rooms, and what it needs from below."""

from trustroot.keys.ports.ceremonies import (
    AnchorAtWork,
    CeremonyFolder,
    Passphrases,
    RootKey,
)
from trustroot.keys.ports.kept import (
    ActStore,
    KeyStore,
    SigningKey,
    Vault,
)
from trustroot.keys.ports.offered import (
    EndorsedKeys,
    Endorsements,
    KeyHistory,
    RepresentedSigner,
    Signer,
)

__all__ = [
    "ActStore",
    "AnchorAtWork",
    "CeremonyFolder",
    "EndorsedKeys",
    "Endorsements",
    "KeyHistory",
    "KeyStore",
    "Passphrases",
    "RepresentedSigner",
    "RootKey",
    "Signer",
    "SigningKey",
    "Vault",
]
