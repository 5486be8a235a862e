"""Who is trusted, and how that changes (密钥仪式): every act here is signed with the root keys.

The root keys lie offline. Either they come to the gateway for one command, on a medium that is taken away again, or
what they are to sign travels to them as a file (:mod:`gateway.publishing.root_request`). Without enough of their
signatures nothing is changed at all.

A change is accepted in this order, under the publisher's lock:

1. The root must follow from the one in force, be signed by enough keys of both, and be one the gateway can live with.
2. What is served is signed again so that it holds under the old root *and* the new one: with the online keys of both,
   the law delegated to people whom both pin.
3. The ledger takes a line. It may stand there twice if the power fails now; never is somebody trusted without one.
4. The root is written. From this instant hosts follow it.
5. New online keys take the place of the old, keys of people who lost trust are deleted, ``trust/root.json`` follows.

A stop before 4 leaves the old state and nothing but unused keys; a stop after it leaves the new one, and step 5 is
mended by the next ceremony. Whatever a host fetches, and in whatever order, it finds signatures that it trusts.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine
from tuf.api.metadata import Metadata, Root

from credit_sdk.model.term import civil_day
from credit_sdk.publication.statement import CATALOGUE_TARGET, Publication
from gateway.accounts import require_two
from gateway.database.columns import instant_text
from gateway.database.unit_of_work import reading, unit_of_work
from gateway.problems import ConflictError, NotFoundError
from gateway.publishing import publications, roles
from gateway.publishing.chain import Bridge, Signatures, believed, digest_of
from gateway.publishing.files import Folder, write_whole
from gateway.publishing.keyring import ONLINE_ROLES, Keyring
from gateway.publishing.lock import only_publisher
from gateway.publishing.planning import Planning, Wanted, people_of_both
from gateway.publishing.root_change import RoleChange, changes
from gateway.publishing.root_request import RootRequest
from gateway.publishing.scheme import CHOSEN, SignatureScheme
from gateway.publishing.steps import Observer, unobserved
from gateway.registry.editions import document_of, in_effect, waiting
from gateway.settings import GatewayHome

_ACTOR = "administrator"


@dataclass(frozen=True, slots=True)
class Accepted:
    """A trust root that is served now (已生效的信任根)."""

    root: Root
    changes: tuple[RoleChange, ...]
    is_new: bool


class Ceremony:
    """Changes who is trusted; made by :func:`ceremony`, which holds the publisher's lock.

    Attributes:
        planning: Makes the requests that it accepts.

    Args:
        home / engine: The gateway's folder and its registry.
        scheme: How new keys are made.
        watch: Told the name of each step before it begins.
        versions_ahead: How far ahead of the clock versions of signed files begin; for a gateway that was restored.
    """

    def __init__(
        self,
        home: GatewayHome,
        engine: Engine,
        scheme: SignatureScheme = CHOSEN,
        watch: Observer = unobserved,
        versions_ahead: int = 0,
    ) -> None:
        self._home = home
        self._engine = engine
        self._folder = Folder(home.distribution)
        self._keyring = Keyring(home.keys, scheme)
        self._signatures = Signatures(self._folder, self._keyring, versions_ahead=versions_ahead)
        self._step = watch
        self.planning = Planning(home, scheme)

    def accept(self, request: RootRequest, now: datetime) -> Accepted:
        """Take a signed root into force; what is served holds before, at and after that instant.

        Raises:
            ConflictError: It does not follow from the root in force, lacks signatures, or the gateway could not sign.
        """
        before = roles.newest_root_signed(self._folder)
        after, root = request.root.signed, before.signed
        if request.root.signed_bytes == before.signed_bytes:
            return Accepted(root, changes(request.before.signed, root), is_new=False)
        if request.before.signed_bytes != before.signed_bytes:
            raise ConflictError(
                f"该请求接续第{request.before.signed.version}版信任根，而现行为另一份第{root.version}版 / "
                f"the request follows trust root {request.before.signed.version}; another one, version {root.version}, "
                "is in force.",
                hint="请重新生成签名请求：credit-gateway keys request HOME FILE / Make the request again.",
            )
        request.require_signed()
        self._require_livable(root, after, now)
        self._step("bridge")
        self._bridge(root, after, now)
        data = request.root_bytes()
        self._step("ledger")
        self._note(root, after, data, now)
        self._step("root")
        self._folder.write_metadata(f"{after.version}.root.json", data)
        self._step("settle")
        self.settle(now)
        self._step("done")
        return Accepted(after, changes(root, after), is_new=True)

    def settle(self, now: datetime) -> bool:
        """Finish what an accepted root asks for (收尾); whether there was anything to finish."""
        newest = roles.newest_root_signed(self._folder)
        root, did = newest.signed, False
        for role, key in self._keyring.next_online().items():
            if key.keyid in root.roles[role].keyids:
                self._step(f"promote {role}")
                self._keyring.promote(role, now)
                did = True
        before = self._folder.read_metadata(f"{root.version - 1}.root.json")
        if before is not None:
            gone = roles.pinned(Metadata[Root].from_bytes(before).signed).keys.keys() - roles.pinned(root).keys.keys()
            for name, key in self._keyring.people().items():
                if key.keyid in gone:
                    self._step(f"forget {name}")
                    self._keyring.forget_person(name)
                    did = True
        data = self._folder.read_metadata(f"{root.version}.root.json")
        handed_out = self._home.trust_root.read_bytes() if self._home.trust_root.exists() else b""
        if data is not None and data != handed_out:
            write_whole(self._home.trust_root, data)
            did = True
        return did

    def sign_law_again(self, by: str, confirmed_by: str, now: datetime) -> tuple[str, ...]:
        """Have two people sign the law again, as it is (重新签署); the digests of what they signed.

        Raises:
            FourEyesError: Not two people with the right roles.
            NotFoundError: No law was adopted yet.
        """
        with reading(self._engine) as connection:
            require_two(connection, by, confirmed_by)
            today = civil_day(now)
            current = in_effect(connection, today)
            # The one in effect first: whatever follows must have the later version.
            standing = [each.digest for each in (current, *waiting(connection, today)) if each is not None]
            adopted = [document_of(connection, digest) for digest in standing]
        if not adopted:
            raise NotFoundError(
                "尚未采纳法律目录，无可签署 / no law has been adopted, so there is none to sign.",
                hint="先采纳法律目录：credit-gateway law adopt HOME DIR --by A --confirmed-by B / Adopt one first.",
            )
        last = self.last_published()
        # What is served may be an edition older than the one in effect since midnight: it comes before all.
        digest = last.catalogue.digest if last else ""
        in_use = self._folder.read_target(CATALOGUE_TARGET, digest) if digest else None
        documents = {digest_of(each): each for each in (in_use, *adopted) if each is not None}
        for document in documents.values():
            self._signatures.adopt(document, (by, confirmed_by), now)
        if last is not None:
            self._signatures.sign_again(last, believed(self._folder), now)
        with unit_of_work(self._engine, at=now) as work:
            particulars = {"digests": list(documents), "confirmed_by": confirmed_by}
            work.ledger.append("law:catalogue:sign", by, particulars)
        return tuple(documents)

    def _bridge(self, root: Root, after: Root, now: datetime) -> None:
        last = self.last_published()
        if last is None:
            return
        bridge = Bridge(after, people_of_both(roles.pinned(root), roles.pinned(after)))
        self._signatures.sign_again(last, believed(self._folder), now, bridge=bridge)

    def last_published(self) -> Publication | None:
        """What the registry published last; nothing else is ever signed again, whatever lies in the folder.

        Raises:
            ConflictError: Something later is served, by the right keys, that the registry knows nothing of.
        """
        with reading(self._engine) as connection:
            last = publications.last_published(connection)
        current = believed(self._folder)
        serial = Publication.from_bytes(current.statement).serial if current else 0
        if serial > (last.serial if last else 0):
            raise ConflictError(
                f"正在发布第{serial}号，而登记库中没有：登记库由较早的备份恢复，或在线密钥为他人所用 / "
                f"publication {serial} is served, and the registry knows nothing of it: it was restored from an older "
                "backup, or somebody else has the online keys.",
                hint=f"请先发布：credit-gateway publish HOME --serial-above {serial}，再重新执行 / "
                "Publish first, then do this again.",
            )
        return last

    def _require_livable(self, root: Root, after: Root, now: datetime) -> None:
        """Refuse a root under which this gateway could not go on: other online keys, unknown people, already over."""
        if after.expires <= now:
            raise ConflictError(
                "请求中的信任根已经到期 / the trust root in the request has expired already.",
                hint="请重新生成签名请求：credit-gateway keys request HOME FILE / Make the request again.",
            )
        waiting = {role: key.keyid for role, key in self._keyring.next_online().items()}
        for each in changes(root, after):
            if each.role in ONLINE_ROLES and each.gained and each.gained != (waiting.get(each.role),):
                raise ConflictError(
                    f"请求所列{each.role}的在线密钥不在此处，已被后来的取代 / "
                    f"the request names an online key for {each.role} that is not here; a later one has replaced it.",
                    hint="请使用最近一次的签名请求 / Use the request that was made last, or make a new one.",
                )
        known = {key.keyid for key in self._keyring.people().values()}
        if roles.pinned(after).keys.keys() - roles.pinned(root).keys.keys() - known:
            raise ConflictError(
                "请求让一把密钥签署法律目录，而此处不认识其持有人；该请求已被后来的取代 / "
                "the request lets a key sign the law whose holder is not known here; a later request has replaced it.",
                hint="请使用最近一次的签名请求 / Use the request that was made last, or make a new one.",
            )
        self.planning.require_law_without(root, after)

    def _note(self, root: Root, after: Root, data: bytes, now: datetime) -> None:
        with unit_of_work(self._engine, at=now) as work:
            work.ledger.append(
                "trust:root:accept",
                _ACTOR,
                {
                    "version": after.version,
                    "expires_at": instant_text(after.expires),
                    "sha256": digest_of(data),
                    "changes": [each.to_json() for each in changes(root, after) if each.is_any],
                },
            )


@contextmanager
def ceremony(
    home: GatewayHome,
    engine: Engine,
    now: datetime,
    *,
    scheme: SignatureScheme = CHOSEN,
    watch: Observer = unobserved,
    versions_ahead: int = 0,
) -> Iterator[Ceremony]:
    """A ceremony that has the gateway to itself: no publisher and no other ceremony runs meanwhile.

    Whatever an interrupted one left to be finished is finished first.

    Raises:
        PublisherBusyError: A publisher or another ceremony is at work.
        ConflictError: What is served is not what the registry published.
    """
    with only_publisher(home.path, engine):
        made = Ceremony(home, engine, scheme, watch, versions_ahead)
        made.settle(now)
        made.last_published()
        yield made


def change_trust(
    home: GatewayHome,
    engine: Engine,
    wanted: Wanted,
    now: datetime,
    *,
    keys: Sequence[Path] = (),
    scheme: SignatureScheme = CHOSEN,
    watch: Observer = unobserved,
) -> Accepted:
    """Change who is trusted with root keys that are at hand: request, sign and accept in one.

    Args:
        home: Its folder.
        engine: Its registry.
        wanted: What to change.
        now: The instant of the change.
        keys: Files of the root keys; those in ``keys/root`` unless given.
        scheme: How new keys are made.
        watch: Told the name of each step before it begins.

    Raises:
        SettingsError: Fewer root keys than the threshold are here; nothing was changed.
        ConflictError: The change would leave too few keys.
    """
    with ceremony(home, engine, now, scheme=scheme, watch=watch) as held:
        found = held.planning.root_signers(keys)
        request = held.planning.request(wanted, now)
        # A medium may hold keys that were dropped long ago.
        signers = [each for each in found if each.public_key.keyid in request.counting]
        return held.accept(request.signed_with(signers), now)
