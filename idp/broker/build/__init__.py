"""Assembles the broker."""

from idp.broker.build.parts import Drivers, Neighbours
from idp.broker.build.room import CATALOGUE, BrokerRoom, build

__all__ = ["CATALOGUE", "BrokerRoom", "Drivers", "Neighbours", "build"]
