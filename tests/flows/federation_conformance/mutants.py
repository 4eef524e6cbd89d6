"""Ways in which a deployed entity can be wrong: each makes one module fail."""

import json
from collections.abc import Mapping

from kernel.proof.jose import from_base64url, profiles
from kernel.proof.jose.profiles import JwsProfile
from kernel.proof.statement import MEDIA_TYPE
from kernel.web import Reply
from tests.flows.federation_conformance.deployed import Bend, Deployed, claims_of
from tests.unit.kernel.proof.signers import signer

WELL_KNOWN = "/trust/.well-known/openid-federation"
FETCH = "/trust/fetch"
TYPES = {
    f"application/{each.typ}": each.typ
    for each in vars(profiles).values()
    if isinstance(each, JwsProfile)
}


def only_at(path: str, bend: Bend) -> Bend:
    """Bend the answers of one address."""

    def bent(deployed: Deployed, asked: str, reply: Reply) -> Reply:
        return bend(deployed, asked, reply) if asked == path else reply

    return bent


def saying(path: str, **change: object) -> Bend:
    """Say something else, signed with the true key; None leaves a claim out."""

    def bend(deployed: Deployed, _path: str, reply: Reply) -> Reply:
        typ = TYPES.get(str(reply.header("content-type")))
        return reply if typ is None else deployed.resigned(typ, reply, change)

    return only_at(path, bend)


def with_metadata(path: str, **change: object) -> Bend:
    """Say something else in the federation_entity metadata."""

    def bend(deployed: Deployed, _path: str, reply: Reply) -> Reply:
        metadata = claims_of(reply, TYPES[MEDIA_TYPE])["metadata"]
        assert isinstance(metadata, Mapping)
        held = {**metadata["federation_entity"], **change}
        said = {"metadata": {**metadata, "federation_entity": held}}
        return deployed.resigned(TYPES[MEDIA_TYPE], reply, said)

    return only_at(path, bend)


def as_media_type(path: str, media_type: str) -> Bend:
    """Serve it as something else."""
    return only_at(
        path, lambda _d, _p, reply: Reply.content(reply.body, media_type, (), reply.status)
    )


def with_status(path: str, status: int) -> Bend:
    """Answer with another status."""
    return only_at(
        path,
        lambda _d, _p, reply: Reply.content(
            reply.body, str(reply.header("content-type")), (), status
        ),
    )


def in_json(path: str, value: object, status: int = 200) -> Bend:
    """Answer with a fixed JSON value."""
    return only_at(path, lambda _d, _p, _r: Reply.json(value, status))


def signed_by_a_stranger(path: str) -> Bend:
    """Sign with a key that nobody knows, under the name of the true one."""

    def bend(_deployed: Deployed, _path: str, reply: Reply) -> Reply:
        media = str(reply.header("content-type"))
        if media not in TYPES:
            return reply
        header = _header(reply)
        token = signer(kid="stranger").token(header, claims_of(reply, TYPES[media]))
        return Reply.content(token.encode(), media)

    return only_at(path, bend)


def with_header(path: str, **change: object) -> Bend:
    """Another header over the same claims; the signature cannot hold."""

    def bend(_deployed: Deployed, _path: str, reply: Reply) -> Reply:
        media = str(reply.header("content-type"))
        if media not in TYPES:
            return reply
        header = {**_header(reply), **change}
        claims = claims_of(reply, TYPES[media])
        return Reply.content(signer(kid="x").token(header, claims).encode(), media)

    return only_at(path, bend)


def unsigned(path: str) -> Bend:
    """``alg`` none and no signature."""

    def bend(_deployed: Deployed, _path: str, reply: Reply) -> Reply:
        media = str(reply.header("content-type"))
        if media not in TYPES:
            return reply
        header = {**_header(reply), "alg": "none"}
        token = signer(kid="x").token(header, claims_of(reply, TYPES[media]))
        return Reply.content(f"{token.rpartition('.')[0]}.".encode(), media)

    return only_at(path, bend)


def _header(reply: Reply) -> dict[str, object]:

    header: dict[str, object] = json.loads(
        from_base64url(reply.body.decode().split(".")[0])
    )
    return header
