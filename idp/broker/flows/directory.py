"""The rows of the province chooser: who may be gone to, for the level that is asked."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from federation.domain import VerifiedChain
from idp.broker.domain import Provider
from idp.broker.flows.trust import Trust
from idp.broker.ports import ProviderStore
from idp.login.domain import ProviderRow
from kernel.assurance import Level, asserted
from kernel.errors import Refused

_REGIONS: Final[Mapping[str, tuple[str, str]]] = {
    "1": ("华北", "North China"),
    "2": ("东北", "Northeast China"),
    "3": ("华东", "East China"),
    "4": ("中南", "Central and South China"),
    "5": ("西南", "Southwest China"),
    "6": ("西北", "Northwest China"),
    "7": ("台湾", "Taiwan"),
    "8": ("港澳", "Hong Kong and Macao"),
}
"""GB/T 2260-2007: the first digit of a region code names the great region."""


@dataclass(frozen=True, slots=True)
class Directory:
    """The `ProviderDirectory` of `idp.login`."""

    store: ProviderStore
    trust: Trust

    def providers(self, asked: Level, locale: str) -> tuple[ProviderRow, ...]:
        """Return the providers that may be relied on now and may assert ``asked``."""
        return tuple(self._rows(asked, locale))

    def _rows(self, asked: Level, locale: str) -> Iterator[ProviderRow]:
        for provider in self.store.all():
            try:
                chain = self.trust.require(provider).chain
            except Refused:
                continue
            level = most_assertable(chain)
            if level >= asked:
                yield _row(provider, chain, level, locale)


def most_assertable(chain: VerifiedChain) -> Level:
    """Return the highest level that the chain's ceiling leaves of a claim."""
    return asserted(Level.STRONG).capped(chain.ceiling).level


def _row(
    provider: Provider, chain: VerifiedChain, level: Level, locale: str
) -> ProviderRow:
    return ProviderRow(
        slug=provider.slug,
        kind=provider.kind.value,
        code=provider.code,
        name_zh=_named(chain, "name_zh") or provider.name_zh,
        name_en=_named(chain, "name_en") or provider.name_en,
        pinyin=provider.pinyin,
        level=level,
        href=f"/broker/{provider.slug}/start",
        region=_heading(provider.code, locale),
        maintenance=provider.maintenance,
    )


def _named(chain: VerifiedChain, member: str) -> str:
    """Return a name that a superior vouches for, "" without one."""
    value = chain.region.get(member)
    return value if isinstance(value, str) else ""


def _heading(code: str, locale: str) -> str:
    chinese, english = _REGIONS.get(code[:1], ("", ""))
    return english if locale.startswith("en") else chinese
