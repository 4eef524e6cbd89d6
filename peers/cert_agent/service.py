"""Ask the person, then sign: never one without the other."""

import threading
from base64 import b64encode
from dataclasses import dataclass, field

from kernel.clock import Clock
from kernel.entropy import Entropy, token
from kernel.secret import Digest, Secret
from peers.cert_agent.domain import WAITS, Answer, Pending, Question, may_be_asked
from peers.cert_agent.errors import PendingUnknown
from peers.cert_agent.ports import HolderKey

_MOST_WAITING = 32


@dataclass(slots=True)
class Agent:
    """Keeps questions until the person confirms them; each is answered at most once."""

    key: HolderKey
    allowed: frozenset[str]
    clock: Clock
    entropy: Entropy
    _waiting: dict[Digest, Pending] = field(default_factory=dict, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def ask(self, question: Question) -> Secret:
        """Keep a question and return the token that its confirmation page carries.

        Raises:
            AskerRefused, ChallengeMalformed: nothing is kept.
        """
        may_be_asked(question, self.allowed)
        fresh = Secret(token(self.entropy))
        digest = fresh.digest()
        with self._lock:
            self._forget_old()
            until = self.clock() + WAITS
            self._waiting[digest] = Pending(question=question, token=digest, until=until)
        return fresh

    def confirm(self, confirmation: Secret) -> tuple[Question, Answer]:
        """Sign what the person has just seen and confirmed; once.

        Raises:
            PendingUnknown: not asked, answered already, or too long ago.
        """
        question = self._take(confirmation).question
        signature = self.key.sign(question.message.encode())
        return question, Answer(
            challenge=question.challenge,
            certificate=b64encode(self.key.certificate).decode(),
            chain=" ".join(b64encode(each).decode() for each in self.key.chain),
            signature=b64encode(signature).decode(),
        )

    def refuse(self, confirmation: Secret) -> Question:
        """Forget what the person does not want to sign.

        Raises:
            PendingUnknown: as for ``confirm``.
        """
        return self._take(confirmation).question

    def _take(self, confirmation: Secret) -> Pending:
        with self._lock:
            pending = self._waiting.pop(confirmation.digest(), None)
        if pending is None or self.clock() >= pending.until:
            raise PendingUnknown
        return pending

    def _forget_old(self) -> None:
        """Keep few questions: a site that asks again and again fills no memory."""
        now = self.clock()
        for digest, pending in tuple(self._waiting.items()):
            if now >= pending.until or len(self._waiting) >= _MOST_WAITING:
                del self._waiting[digest]
