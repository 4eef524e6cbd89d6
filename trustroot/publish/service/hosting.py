"""Entity configurations that we host for members who speak no federation."""

from dataclasses import dataclass
from datetime import datetime

from kernel.clock import Clock
from kernel.proof.jose import KeySet
from kernel.proof.statement import Lifetime
from trustroot.keys.ports import RepresentedSigner
from trustroot.publish.domain import Answer, AnswerKind, Installation, fingerprint
from trustroot.publish.ports import AnswerStore, MarkStore
from trustroot.publish.service.desk import TYP
from trustroot.publish.service.drafting import for_represented
from trustroot.publish.service.marks import carried
from trustroot.registry.domain import Member


@dataclass(frozen=True, slots=True)
class Hosting:
    """Keeps one fresh configuration for every represented member that may act."""

    ours: Installation
    signer: RepresentedSigner
    answers: AnswerStore
    marks: MarkStore
    clock: Clock

    def keys(self, member: Member) -> KeySet:
        """Return what the statement about a member says its keys are.

        Of a represented one: those it has here, made if need be; not in a unit of work.
        """
        if member.represented is None:
            return KeySet.parse(member.jwks)
        self.signer.ensure(member.represented.slug)
        return self.signer.published(member.represented.slug)

    def keep(self, member: Member, keys: KeySet, until: datetime) -> None:
        """Sign the member's configuration unless what lies there is as good.

        It ends with what we say about the member (``until``), and is renewed with it.
        """
        if member.represented is None:
            return
        slug, lifetime = member.represented.slug, Lifetime(self.clock(), until)
        marks = carried(self.marks.held_by(member.entity_id), self.clock())
        claims = for_represented(self.ours, member, keys, lifetime, marks)
        mark = fingerprint(claims, next(iter(keys.by_kid)))
        held = self.answers.find(AnswerKind.REPRESENTED, slug)
        if held and held.fingerprint == mark and held.expires_at == until:
            return
        self.answers.put(
            Answer(
                kind=AnswerKind.REPRESENTED,
                name=slug,
                token=self.signer.sign(slug, TYP, claims),
                fingerprint=mark,
                issued_at=lifetime.issued_at,
                expires_at=until,
            )
        )

    def drop(self, member: Member) -> None:
        """Take the member's configuration away; inside a unit of work."""
        if member.represented is not None:
            self.answers.remove(AnswerKind.REPRESENTED, member.represented.slug)
