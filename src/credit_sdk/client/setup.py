"""Setting up an installation (初始化): made beside the directory, which appears only when everything works."""

import json
import shutil
import uuid
from http import HTTPStatus

from credit_sdk.client.clock import Clock
from credit_sdk.client.line import Line
from credit_sdk.client.loading import loading
from credit_sdk.client.status import SyncReport
from credit_sdk.errors import GatewayRefusedError, SettingsError
from credit_sdk.outbox.store import OUTBOX_FILE, Outbox
from credit_sdk.replica.store import Replica
from credit_sdk.settings import TRUST_FILE, Settings
from credit_sdk.transport import Transport

_HELLO_PATH = "/v1/checks"
_KEY_REFUSED = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})


def set_up(settings: Settings, *, clock: Clock, transport: Transport | None = None) -> SyncReport:
    """Make the directory ``settings.home``: trust root, settings, key, outbox, and a replica of what is published now.

    Behind an air gap the replica is empty until the first bundle is imported.

    Args:
        settings: Where to, which gateway, which key; ``trust`` is copied into the directory.
        clock: Tells how old the publication is.
        transport: Another way to the gateway, for tests.

    Raises:
        SettingsError: The directory is in use, or a file cannot be read or written.
        TransportError: The gateway cannot be reached, or refuses the key.
        PublicationRefusedError: What it publishes is not signed under the trust root.
    """
    home = settings.home
    if home.exists() and (not home.is_dir() or any(home.iterdir())):
        raise SettingsError(
            f"{home} is not empty, and what lies there would be mixed up with the replica.",
            hint="Name a new directory; an installation that exists is brought up to date with `credit sync`.",
        )
    with loading():
        from credit_sdk.client.takeover import taken_over, trust_root
    root = trust_root(settings.trust)
    draft = home.with_name(f".{home.name}.{uuid.uuid4().hex}")
    line = Line(settings, transport)
    try:
        draft.mkdir(parents=True, mode=0o700)
        (draft / TRUST_FILE).write_bytes(root)
        settings.model_copy(update={"home": draft, "trust": draft / TRUST_FILE}).save()
        with Outbox(draft / OUTBOX_FILE, create=True) as outbox, Replica.create(draft) as replica:
            if settings.is_online:
                _require_key(line.transport, outbox.id)
            if settings.is_isolated:
                report = SyncReport(serial=0, map_root="", changed=False, contact_at=None)
            else:
                report = taken_over(draft, replica, root, line.transport, clock())
        try:
            draft.rename(home)
        except OSError:
            # Of several processes that start at once, the first set it up.
            if not settings.is_set_up:
                raise
    except OSError as error:
        raise SettingsError(
            f"{home} cannot be made ({error.strerror}).", hint="Name a directory that this account may write."
        ) from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)
        if transport is None:
            line.close()
    return report


def _require_key(transport: Transport, outbox: str) -> None:
    """Deliver nothing, to learn whether the key would be taken: the files of a publication are served without one.

    Raises:
        TransportError: The gateway cannot be reached, or refuses the key.
    """
    try:
        transport.post(_HELLO_PATH, json.dumps({"outbox": outbox, "records": []}).encode())
    except GatewayRefusedError as refused:
        if refused.status in _KEY_REFUSED:
            raise
        # Refused for being empty, after the key was looked at.
