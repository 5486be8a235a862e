"""The library could be learned from its public names alone, so they are kept as carefully as its behaviour."""

import credit_sdk
from credit_sdk import errors


def test_the_public_names_are_sorted_and_complete() -> None:
    assert list(credit_sdk.__all__) == sorted(credit_sdk.__all__)
    assert [name for name in credit_sdk.__all__ if not hasattr(credit_sdk, name)] == []
    rooms = {name for name, value in vars(credit_sdk).items() if type(value) is type(credit_sdk)}
    public = {name for name in vars(credit_sdk) if not name.startswith("_")} - rooms
    assert public == set(credit_sdk.__all__)


def test_every_error_is_public() -> None:
    named = {name for name, value in vars(errors).items() if isinstance(value, type)}
    assert named - set(credit_sdk.__all__) == set()


def test_the_contract_is_there() -> None:
    assert {"CreditClient", "Outcome", "Subject", "Verdict"} <= set(credit_sdk.__all__)
    promised = [
        "check",
        "check_group",
        "screen",
        "report",
        "standing",
        "watch",
        "sync",
        "status",
        "close",
        "open",
        "from_env",
    ]
    assert [name for name in promised if not hasattr(credit_sdk.CreditClient, name)] == []
