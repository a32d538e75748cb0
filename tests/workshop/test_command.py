"""``channellab workshop``: what it refuses, and where it says that the page is."""

import pytest

from channellab.cli import main
from channellab.reports.workshop.guard import LOOPBACK
from channellab.reports.workshop.server import address
from channellab.scenarios.errors import BadInput


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--port", "0"], "allowed are values from 1 to 65535"),
        (["--token", "short"], "--token: is not a good one"),
        (["--studies", "nowhere"], "--studies nowhere: is no folder"),
        (["--consumers", "10"], "consumers.count is 100000, allowed here are values up to 10"),
        (["--workers", "0"], "--workers"),
        (["nothing"], "no scenario of the library"),
    ],
)
def test_bad_input_is_one_sentence(options: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["workshop", *options]) == 2
    told = capsys.readouterr().err
    assert said in told
    assert told.count("\n") == 1


def test_without_the_extra_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("channellab.commands.workshop.find_spec", lambda name: None)
    assert main(["workshop"]) == 2
    assert "pip install 'channellab[workshop]'" in capsys.readouterr().err


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1"])
def test_loopback_goes_without_a_token_under_its_own_names(host: str) -> None:
    where = address(host, 8710, None)
    assert where.doors.control is None
    assert where.doors.hosts == LOOPBACK
    assert "token" not in where.link("control")


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5", "example.org"])
def test_elsewhere_a_token_is_made_and_participants_get_another(host: str) -> None:
    first, second = address(host, 8710, None), address(host, 8710, None)
    assert first.doors.control != second.doors.control
    assert first.doors.control not in first.link("join")
    assert first.doors.guest in first.link("join")
    assert address(host, 8710, "a-token-of-mine").doors.control == "a-token-of-mine"


def test_a_token_that_could_break_a_header_is_refused() -> None:
    with pytest.raises(BadInput, match="not a good one"):
        address("0.0.0.0", 8710, "abcdefgh\r\nset-cookie: x")
