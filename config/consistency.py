"""Rules between settings, for every profile."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from ipaddress import ip_network
from typing import Final
from urllib.parse import urlsplit

from config.drivers import Carrier
from config.schema import Settings
from config.words import Problem, Role

Check = Callable[[Settings], Iterator[Problem]]


def the_root_stands_under_nobody(page: Settings) -> Iterator[Problem]:
    """OpenID Federation 1.0 §3: a trust anchor has no authority_hints."""
    if page.installation.role is Role.NATIONAL and page.trust.superiors:
        yield Problem("trust.superiors", "the national root has no superior")


def an_intermediate_stands_under_somebody(page: Settings) -> Iterator[Problem]:
    """OpenID Federation 1.0 §3: an intermediate names its superiors."""
    if page.installation.role is not Role.NATIONAL and not page.trust.superiors:
        yield Problem("trust.superiors", "a province or city names its superior")


def renewal_comes_before_the_end(page: Settings) -> Iterator[Problem]:
    """A statement is renewed while it is still valid."""
    if page.trust.refresh_ahead >= page.trust.statement_lifetime:
        yield Problem(
            "trust.refresh_ahead", "must be shorter than trust.statement_lifetime"
        )


def idle_ends_before_the_whole(page: Settings) -> Iterator[Problem]:
    """A span of rest is no longer than the life it belongs to."""
    if page.oidc.session_idle > page.oidc.session_lifetime:
        yield Problem("oidc.session_idle", "must not exceed oidc.session_lifetime")
    if page.oidc.refresh_idle > page.oidc.refresh_lifetime:
        yield Problem("oidc.refresh_idle", "must not exceed oidc.refresh_lifetime")


def a_portal_has_one_way_to_its_provider(page: Settings) -> Iterator[Problem]:
    """OpenID Federation 1.0 §12.1: a secret from the provider, or keys and superiors.

    A portal that federates itself is known by its own address.
    """
    for at, portal in enumerate(page.portals):
        federates = portal.federation_dir is not None
        if federates == (portal.client_secret_file is not None):
            yield Problem(f"portals[{at}]", "name client_secret_file or federation_dir")
        if federates != bool(portal.authority_hints):
            yield Problem(f"portals[{at}].authority_hints", "set with federation_dir only")
        if federates and portal.client_id != portal.base_url:
            yield Problem(f"portals[{at}].client_id", "is base_url with federation_dir")


def every_name_and_port_is_used_once(page: Settings) -> Iterator[Problem]:
    """Two programs cannot share a port, two portals or anchors not a name."""
    ports = [
        page.http.port,
        page.http.management_port,
        *(each.port for each in page.portals),
    ]
    yield from _repeated("portals", "port {} is used twice", ports)
    names = [portal.name for portal in page.portals]
    yield from _repeated("portals", "name {} is used twice", names)
    anchors = [anchor.entity_id for anchor in page.trust.anchors]
    yield from _repeated("trust.anchors", "{} is named twice", anchors)


def an_anchor_is_known_by_one_thing(page: Settings) -> Iterator[Problem]:
    """OpenID Federation 1.0 §10.2: an anchor's keys come out of band, by one way."""
    for index, anchor in enumerate(page.trust.anchors):
        if (anchor.jwks_file is None) is (anchor.root_file is None):
            yield Problem(f"trust.anchors[{index}]", "name jwks_file or root_file")


def proxies_stand_in_networks(page: Settings) -> Iterator[Problem]:
    """RFC 9440 §4: who may tell a certificate is named exactly, or nobody may."""
    told = page.http.client_certificate.proxies
    for index in _no_networks(told, strict=True):
        key = f"http.client_certificate.proxies[{index}]"
        yield Problem(key, "is no network, or has bits beside its prefix")
    for index in _no_networks(page.http.trusted_proxies, strict=False):
        yield Problem(f"http.trusted_proxies[{index}]", "is no network")


def _no_networks(networks: tuple[str, ...], *, strict: bool) -> Iterator[int]:
    for index, network in enumerate(networks):
        try:
            ip_network(network, strict=strict)
        except ValueError:
            yield index


def stores_are_at_an_address(page: Settings) -> Iterator[Problem]:
    """RFC 3986 §3.2: what no driver can read as host and port stops the start here.

    Several hosts, with commas between them, are a driver's own matter.
    """
    for key, url in (("database", page.database.url), ("ephemeral", page.ephemeral.url)):
        try:
            _ = "," in url or urlsplit(url).port
        except ValueError:
            yield Problem(f"{key}.url", "host and port cannot be read; write //host:port")


def a_purpose_lies_in_one_module(page: Settings) -> Iterator[Problem]:
    """A fresh key is made in one place."""
    purposes = [each for module in page.keys.pkcs11 for each in module.purposes]
    yield from _repeated("keys.pkcs11", "{} is named twice", purposes)


def _repeated(key: str, reason: str, values: Iterable[object]) -> Iterator[Problem]:
    for value, times in Counter(values).items():
        if times > 1:
            yield Problem(key, reason.format(value))


def each_carrier_is_described(page: Settings) -> Iterator[Problem]:
    """A channel names a carrier whose own settings are there."""
    wanted = {page.notices.mail, page.notices.sms}
    if Carrier.OUTBOX in wanted and page.notices.outbox_file is None:
        yield Problem("notices.outbox_file", "missing")
    if Carrier.WEBHOOK in wanted and page.notices.webhook_url is None:
        yield Problem("notices.webhook_url", "missing")
    if Carrier.SMTP in wanted and page.notices.smtp_host is None:
        yield Problem("notices.smtp_host", "missing")
    if Carrier.SMTP in wanted and page.notices.sender is None:
        yield Problem("notices.sender", "missing")


def short_messages_need_a_gateway(page: Settings) -> Iterator[Problem]:
    """A mail relay carries no short messages."""
    if page.notices.sms is Carrier.SMTP:
        yield Problem("notices.sms", "must be one of outbox, webhook")


def pairs_come_together(page: Settings) -> Iterator[Problem]:
    """What makes sense only in company is given in company."""
    if page.http.tls_certificate and not page.http.tls_key:
        yield Problem("http.tls_key", "missing")
    if page.http.tls_key and not page.http.tls_certificate:
        yield Problem("http.tls_certificate", "missing")
    told = page.http.client_certificate
    if told.proxies and not told.proxy_secret_file:
        yield Problem("http.client_certificate.proxy_secret_file", "missing")
    if told.proxy_secret_file and not told.proxies:
        yield Problem("http.client_certificate.proxies", "missing")
    if page.realname.endpoint and not page.realname.client_id:
        yield Problem("realname.client_id", "missing")
    if page.realname.endpoint and not page.realname.client_secret_file:
        yield Problem("realname.client_secret_file", "missing")


CHECKS: Final[tuple[Check, ...]] = (
    the_root_stands_under_nobody,
    an_intermediate_stands_under_somebody,
    renewal_comes_before_the_end,
    idle_ends_before_the_whole,
    every_name_and_port_is_used_once,
    each_carrier_is_described,
    short_messages_need_a_gateway,
    pairs_come_together,
    proxies_stand_in_networks,
    stores_are_at_an_address,
    a_portal_has_one_way_to_its_provider,
    an_anchor_is_known_by_one_thing,
    a_purpose_lies_in_one_module,
)
