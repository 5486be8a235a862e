"""The one delegation that is believed (委托): of the law, and to the people whom the trust root pins."""

from tuf.api.metadata import DelegatedRole, Root, Targets

from credit_sdk.errors import TrustError
from credit_sdk.publication.schemes import require_accepted
from credit_sdk.publication.signers import LAW_SIGNERS_FIELD, LawSigners
from credit_sdk.publication.statement import CATALOGUE_ROLE, CATALOGUE_TARGET

_ALARM = "What is held stays in use. Tell the gateway's operator at once."


def law_signers(root: Root) -> LawSigners:
    """Whom a root lets sign the law.

    Raises:
        TrustError: It names nobody, or a key that it does not hold, or has keys of a scheme that is not believed.
    """
    require_accepted(root.keys.values())
    pinned = LawSigners.from_field(root.unrecognized_fields.get(LAW_SIGNERS_FIELD))
    missing = [keyid for keyid in pinned.keyids if keyid not in root.keys]
    if missing:
        raise TrustError(
            f"The trust root lets the key {missing[0][:16]}… sign the law but does not hold it, so no law is believed.",
            hint="Ask the gateway's operator for a trust root that is whole.",
        )
    return pinned


def require_law_of_people(root: Root, targets: Targets) -> None:
    """Refuse targets that leave the law to others than the people the root pins.

    Raises:
        TrustError: Other roles, other keys or fewer signatures.
    """
    pinned = law_signers(root)
    delegations = targets.delegations
    role = _only_role(targets)
    if CATALOGUE_TARGET in targets.targets or role is None or delegations is None:
        raise TrustError(
            "The server signs the law itself or leaves it to another role than the people's, so it is not believed.",
            hint=_ALARM,
        )
    # Whoever has the server's keys signs what they like: python-tuf takes any JSON value for an identifier.
    named = [each if each.isprintable() else ascii(each) for each in map(str, role.keyids)]
    pinned.require_within(named, role.threshold)
    for keyid in named:
        if delegations.keys.get(keyid) != root.keys[keyid]:
            raise TrustError(
                f"The server puts another key in the place of {keyid[:16]}…, which may sign the law.", hint=_ALARM
            )


def _only_role(targets: Targets) -> DelegatedRole | None:
    """The role ``catalogue``, if it is the only one and about the law alone."""
    roles = targets.delegations.roles if targets.delegations else None
    if not roles or list(roles) != [CATALOGUE_ROLE]:
        return None
    role = roles[CATALOGUE_ROLE]
    return role if role.terminating and role.paths == [CATALOGUE_TARGET] else None
