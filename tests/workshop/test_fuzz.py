"""Whatever the description of the interface allows is answered without a failure of the server."""

from collections.abc import Iterator

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.specs.openapi.checks import content_type_conformance

from channellab.scenarios.files import Loaded

from .conftest import Served, serve

pytestmark = pytest.mark.slow
CASES = 25


@pytest.fixture(scope="module")
def fuzzed(market: Loaded) -> Iterator[Served]:
    yield from serve(market, workers=1)


@pytest.fixture(scope="module")
def schema(fuzzed: Served) -> schemathesis.schemas.BaseSchema:
    return schemathesis.openapi.from_url(f"{fuzzed.url}/api/openapi.json")


def test_no_request_makes_the_server_fail(schema: schemathesis.schemas.BaseSchema, fuzzed: Served) -> None:
    operations = [found.ok() for found in schema.exclude(path_regex="/events$").get_all_operations()]
    assert len(operations) > 20
    for operation in operations:
        _try(operation)
    assert fuzzed.client.get("/api/room").status_code == 200


def _try(operation: schemathesis.APIOperation) -> None:
    @given(case=operation.as_strategy())
    @settings(
        max_examples=CASES,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
        derandomize=True,
    )
    def one(case: schemathesis.Case) -> None:
        answer = case.call(timeout=60)
        assert answer.status_code < 500, (case.method, case.formatted_path, answer.status_code, answer.text)
        case.validate_response(answer, checks=[content_type_conformance])

    one()
