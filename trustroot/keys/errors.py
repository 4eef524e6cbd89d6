"""Ways to fail around the installation's keys."""

from kernel.errors import Conflict, NotFound, Refused, Unavailable


class KeyFileMissing(Unavailable):
    """A vault file is not where the settings say."""

    code = "key_file_missing"


class KeyFileUnreadable(Unavailable):
    """A vault file cannot be read, or is no vault file."""

    code = "key_file_unreadable"


class KeyFileForeign(Unavailable):
    """A vault file does not open with this secret, or was made for another role group."""

    code = "key_file_foreign"


class VaultSecretTooWeak(Refused):
    """The secret that opens a vault file has fewer than 256 bits."""

    code = "vault_secret_too_weak"


class KeyNotHeld(Unavailable):
    """This process does not hold the private key it was asked to use."""

    code = "key_not_held"


class NoActiveKey(Unavailable):
    """No key of the purpose is active: `trusthub init` has not run here."""

    code = "no_active_key"


class KeysExist(Conflict):
    """The installation has its keys already; keys are rotated, not made anew."""

    code = "keys_exist"


class PurposeLasts(Refused):
    """Keys of this purpose are never rotated: what they name must stay the same."""

    code = "purpose_lasts"


class PurposeUnsupported(Refused):
    """No kind of key is laid down for this purpose yet."""

    code = "purpose_unsupported"


class NextKeyTooFresh(Conflict):
    """The next key has not been published long enough to sign with."""

    code = "next_key_too_fresh"


class UnknownPurpose(NotFound):
    """There are no keys of this purpose here."""

    code = "unknown_purpose"
