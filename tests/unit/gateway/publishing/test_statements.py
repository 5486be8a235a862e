"""The statement of a publication: what it may say after the last one, and what it says of settings."""

from datetime import timedelta

import pytest

from credit_sdk.errors import IntegrityError, ShrunkenError
from credit_sdk.publication.succession import require_successor
from gateway.publishing.release import Publisher, publish
from tests.published_records import published
from tests.real_gateway import LISTED, NOW, RealGateway, company


def test_refuses_to_publish_a_list_that_lost_too_much_unless_it_is_meant(real: RealGateway) -> None:
    real.list_companies(range(40))
    real.publish()
    real.remove(range(9))
    with pytest.raises(ShrunkenError, match=f"loses over 20 % of {LISTED}"):
        real.publish(1)
    with pytest.raises(ShrunkenError):
        real.publish(1, allow_shrink=["tax-a"])
    assert real.served().serial == 1
    report = real.publish(2, allow_shrink=[LISTED])
    assert report.allowed_losses == (LISTED,)
    assert real.served().allowed_losses == {LISTED: 2}
    real.list_companies([200])
    assert real.publish(3).allowed_losses == ()
    # Whoever was away is told still, from which serial on.
    assert real.served().allowed_losses == {LISTED: 2}


def test_what_a_list_lost_in_small_steps_is_allowed_to_those_who_see_it_as_one(real: RealGateway) -> None:
    real.list_companies(range(40))
    real.publish()
    held = real.served()
    for step in range(3):
        real.remove(range(7 * step, 7 * step + 5))
        assert real.publish(step + 1).is_new
        require_successor(held, real.served())
    assert real.served().allowed_losses == {LISTED: 3}
    assert real.served().lists[LISTED].peak == 30
    real.remove([38, 39])
    real.publish(9)
    require_successor(held, real.served())


def test_refuses_to_publish_under_another_origin_what_every_replica_would_refuse(real: RealGateway) -> None:
    real.publish()
    home = type(real.home)(real.home.path, real.home.settings.model_copy(update={"origin": "another"}))
    with pytest.raises(IntegrityError, match="lists are not mixed"):
        publish(home, NOW + timedelta(seconds=1), engine=real.engine)
    assert real.served().serial == 1


def test_a_changed_setting_is_published(real: RealGateway) -> None:
    real.publish()
    settings = real.home.settings.model_copy(update={"heartbeat_s": 7, "canary": company(77).code})
    home = type(real.home)(real.home.path, settings)
    assert Publisher(home, real.engine).wants_publishing(NOW)
    assert publish(home, NOW + timedelta(seconds=1), engine=real.engine).serial == 2
    statement = real.served()
    assert (statement.pace.heartbeat_s, statement.subjects) == (7, 1)
    assert list(published(real, statement)) == [company(77).key]
