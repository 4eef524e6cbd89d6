"""Use cases of interactions, sessions and sign-outs."""

from idp.session.service.back_channels import BackChannels
from idp.session.service.interactions import Interactions
from idp.session.service.sessions import Sessions, Start
from idp.session.service.sign_outs import BROKER, DeliveryOrder, SignOuts
from idp.session.service.standing import StandingFollower
from idp.session.service.surroundings import Surroundings

__all__ = [
    "BROKER",
    "BackChannels",
    "DeliveryOrder",
    "Interactions",
    "Sessions",
    "SignOuts",
    "StandingFollower",
    "Start",
    "Surroundings",
]
