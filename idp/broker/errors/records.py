"""Ways in which a provider, or a record of one, is refused."""

from kernel.errors import Conflict, Malformed, NotFound, Refused


class ProviderUnknown(NotFound):
    """No upstream provider has this slug."""

    code = "provider_unknown"


class ProviderExists(Conflict):
    """A provider with this slug or issuer is on record already."""

    code = "provider_exists"


class ProviderMalformed(Malformed):
    """A provider's record says something it may not say; the detail names it."""

    code = "provider_malformed"


class ProviderInMaintenance(Refused):
    """The provider is not used at present, as an operator has said."""

    code = "provider_in_maintenance"


class ProviderOfRegister(Refused):
    """The provider is a represented member: its record is the register's, not ours."""

    code = "provider_of_register"


class ProviderMetadataUnusable(Refused):
    """The resolved metadata lacks what a sign-in needs; the detail names the member."""

    code = "provider_metadata_unusable"


class RegistrationTypeUnsupported(ProviderMetadataUnusable):
    """The provider does not say that relying parties may register in the way we would."""

    code = "registration_type_unsupported"


class NotRegistered(Refused):
    """We are not registered at the provider at present; the worker goes on trying."""

    code = "not_registered_upstream"


class RegistrationRefused(Refused):
    """What a provider answered to our registration does not hold; the detail says what."""

    code = "registration_refused"
