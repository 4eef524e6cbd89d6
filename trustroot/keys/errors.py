"""Ways to fail around the installation's keys."""

from kernel.errors import Conflict, Malformed, NotFound, Refused, Unavailable


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


class NextKeyNotEndorsed(Conflict):
    """The offline root has not endorsed the next key: its readers would refuse it."""

    code = "next_key_not_endorsed"


class UnknownPurpose(NotFound):
    """There are no keys of this purpose here."""

    code = "unknown_purpose"


class UnknownKeyId(NotFound):
    """There is no key of this name here."""

    code = "unknown_key_id"


class DistrustUnsupported(Refused):
    """The key cannot be distrusted: it signs nothing, or nothing could take its place."""

    code = "distrust_unsupported"


class KeyDistrusted(Conflict):
    """The key is distrusted or destroyed already."""

    code = "key_distrusted"


class NothingToConfirm(Conflict):
    """No distrust of this key waits for a second person."""

    code = "no_distrust_to_confirm"


class EncryptedRefused(Refused):
    """What was encrypted to us is not of the form we open, or does not open."""

    code = "encrypted_refused"


class ReasonMissing(Refused):
    """An emergency needs a reason that somebody can read years later."""

    code = "emergency_reason_missing"


class HardwareUnavailable(Unavailable):
    """The security module or its token does not answer, or not to this PIN."""

    code = "hardware_unavailable"


class CeremonyMalformed(Malformed):
    """A ceremony's file is not of the form that can be run."""

    code = "ceremony_malformed"


class CeremonyNotReviewed(Refused):
    """The digest that was given is not the file's: it is not what was reviewed."""

    code = "ceremony_not_reviewed"


class CeremonyFileMissing(NotFound):
    """A step reads a file that is not there and that no earlier step writes."""

    code = "ceremony_file_missing"


class CeremonyFileTaken(Conflict):
    """A step would write over a file that is there."""

    code = "ceremony_file_taken"


class RootKeyLocked(Refused):
    """A root key does not open with this passphrase, or the passphrase is too short."""

    code = "root_key_locked"


class CeremonyOffline(Unavailable):
    """A step asks the installation, and the ceremony is held without one."""

    code = "ceremony_offline"


class CeremonyStepUnmet(Refused):
    """The installation's keys are not as the step needs them."""

    code = "ceremony_step_unmet"


class TranscriptBroken(Refused):
    """A line of a transcript does not follow from the one before it."""

    code = "transcript_broken"
