"""The switchboard of faults."""

from dataclasses import dataclass

from peers.mock_op.domain import Fault, Weather


@dataclass(slots=True)
class Switch:
    """What is switched on; may be changed while the provider runs."""

    weather: Weather = Weather()  # noqa: RUF009  frozen

    def has(self, fault: Fault) -> bool:
        """Tell whether a fault is on."""
        return fault in self.weather.faults

    @property
    def delay_s(self) -> float:
        """How long the token endpoint is to think."""
        return self.weather.slow_s if self.has(Fault.SLOW) else 0.0
