"""Whatever the description of the interface allows can be sent: it is answered or refused and breaks nothing."""

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.core.result import Ok

from gateway.api.context import EXTENSION
from tests.real_gateway import RealGateway


def test_nothing_that_fits_the_description_breaks_the_gateway(tmp_path_factory: pytest.TempPathFactory) -> None:
    real = RealGateway.make(tmp_path_factory.mktemp("described"))
    real.list_companies(range(5))
    real.declare()
    real.publish()
    app, key = real.app(), real.client()
    tried: set[str] = set()
    for found in schemathesis.openapi.from_wsgi("/openapi.json", app).get_all_operations():
        operation = found.ok() if isinstance(found, Ok) else None
        assert operation, found
        if operation.path == "/distribution/pulse":
            continue

        @settings(max_examples=8, database=None, suppress_health_check=list(HealthCheck))
        @given(case=operation.as_strategy())
        def send(case: schemathesis.Case[Any]) -> None:
            response = case.call(headers={"Authorization": f"Bearer {key}"})
            tried.add(case.operation.label)
            assert response.status_code < 500, response.text
            if response.status_code >= 400:
                assert response.headers["content-type"] == ["application/problem+json"]
                assert response.json()["status"] == response.status_code

        send()
    assert len(tried) >= 13
    app.extensions[EXTENSION].engine.dispose()
    real.close()
