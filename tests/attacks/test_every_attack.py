"""One law for every attack: the last good publication still answers, the error is of its type, the status is loud."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from credit_sdk.errors import CreditError
from tests.attacks import forged_maps, with_keys, without_keys
from tests.attacks.attack import Attack
from tests.attacks.stage import KEY, SERIAL, Stage

ATTACKS = (*with_keys.ATTACKS, *forged_maps.ATTACKS, *without_keys.ATTACKS)


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    stage = Stage(tmp_path)
    yield stage
    stage.close()


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_an_attack_is_refused_by_name_and_changes_nothing(stage: Stage, attack: Attack) -> None:
    attack.launch(stage)
    before = stage.answers()
    assert (before.listed, before.newly_listed, before.unlisted) == ("DENY", "CLEAR", "CLEAR")
    if attack.timeout_s != stage.timeout_s:
        stage.timeout_s = attack.timeout_s
        stage.restart()

    with pytest.raises(CreditError, match=attack.because) as refusal:
        stage.client.sync()

    refused = refusal.value
    assert type(refused) is attack.refused
    assert refused.hint
    assert refused.line.isprintable()
    assert len(refused.line) < 1000
    assert KEY not in refused.line
    assert stage.answers() == before
    status = stage.client.status()
    assert (status.serial, status.sync.error) == (before.serial, refused.line)
    assert status.sync.error_at is not None
    assert stage.elsewhere.asked == []

    stage.restart()
    assert stage.answers() == before

    stage.peace()
    stage.restart()
    assert stage.client.sync().changed
    after = stage.answers()
    assert (after.listed, after.newly_listed, after.unlisted) == ("DENY", "DENY", "CLEAR")
    assert after.serial == SERIAL + 10
    assert stage.client.status().sync.error is None


def test_every_attack_has_a_name_of_its_own() -> None:
    assert [name for name, count in Counter(attack.name for attack in ATTACKS).items() if count > 1] == []
