"""What signing offers to other rooms, and what it needs from below."""

from trustroot.keys.ports.ceremonies import (
    AnchorAtWork as AnchorAtWork,
)
from trustroot.keys.ports.ceremonies import (
    CeremonyFolder as CeremonyFolder,
)
from trustroot.keys.ports.ceremonies import (
    Passphrases as Passphrases,
)
from trustroot.keys.ports.ceremonies import (
    RootKey as RootKey,
)
from trustroot.keys.ports.kept import (
    ActStore as ActStore,
)
from trustroot.keys.ports.kept import (
    DecryptionKey as DecryptionKey,
)
from trustroot.keys.ports.kept import (
    KeyStore as KeyStore,
)
from trustroot.keys.ports.kept import (
    SigningKey as SigningKey,
)
from trustroot.keys.ports.kept import (
    Vault as Vault,
)
from trustroot.keys.ports.offered import (
    Decrypter as Decrypter,
)
from trustroot.keys.ports.offered import (
    EndorsedKeys as EndorsedKeys,
)
from trustroot.keys.ports.offered import (
    Endorsements as Endorsements,
)
from trustroot.keys.ports.offered import (
    KeyHistory as KeyHistory,
)
from trustroot.keys.ports.offered import (
    RepresentedSigner as RepresentedSigner,
)
from trustroot.keys.ports.offered import (
    Signer as Signer,
)
