"""The steps of signing in; each reads as what it checks, in order."""

from idp.login.service.arrival import Arrivals, Landing, Visitor
from idp.login.service.certificates import CertificateSignIn
from idp.login.service.codes import CodeStep
from idp.login.service.lockout import CountNames, Lockout
from idp.login.service.organisations import OrganisationStep
from idp.login.service.passwords import PasswordSignIn
from idp.login.service.real_names import RealNameStep
from idp.login.service.registration import Registration

__all__ = [
    "Arrivals",
    "CertificateSignIn",
    "CodeStep",
    "CountNames",
    "Landing",
    "Lockout",
    "OrganisationStep",
    "PasswordSignIn",
    "RealNameStep",
    "Registration",
    "Visitor",
]
