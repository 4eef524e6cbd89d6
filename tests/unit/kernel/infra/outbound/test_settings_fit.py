"""The operator's page and the driver speak of the same rules."""

from dataclasses import asdict, fields

from config.drivers import OutboundCalls
from kernel.infra.outbound import OutboundRules


def test_every_setting_of_the_page_is_a_rule_of_the_driver() -> None:
    page = OutboundCalls(allow_loopback=True, ports=(8443,))
    rules = OutboundRules(**asdict(page))
    assert asdict(rules) == asdict(page)


def test_page_and_driver_have_the_same_defaults() -> None:
    assert {field.name for field in fields(OutboundCalls)} == {
        field.name for field in fields(OutboundRules)
    }
    assert asdict(OutboundCalls()) == asdict(OutboundRules())
