"""The code for phones says the address that participants are told."""

import pytest

from channellab.reports.workshop.code import code
from channellab.reports.workshop.server import address

from . import qr


@pytest.mark.parametrize(
    "host",
    ["192.0.2.1", "192.168.100.100", "[2001:db8::8a2e:370:7334]", "a-room-with-a-long-name.example.org", "10.0.0.1"],
)
def test_a_phone_reads_it(host: str) -> None:
    link = f"http://{host}:8710/join?token=j0123456789ab"
    picture = qr.of_svg(code(link).decode())
    text, level = qr.read(picture)
    assert text == link
    assert level in ("M", "Q", "H"), "a seventh of it may be hidden, or more where there is room"
    assert qr.margin(picture) == 4, "as the standard asks for"


def test_it_holds_the_link_of_the_command() -> None:
    where = address("192.0.2.9", 65535, None)
    assert where.join is not None
    assert qr.read(qr.of_svg(code(where.join).decode()))[0] == where.join


def test_a_part_of_it_may_be_hidden_and_the_reader_makes_up_nothing() -> None:
    link = "http://192.0.2.1:8710/join?token=j0123456789ab"
    picture = qr.of_svg(code(link).decode())
    side = len(picture)
    picture[-side // 5 : -side // 10, side // 3 :] = 255
    assert qr.read(picture)[0] == link
    picture[side // 2 : -side // 10, side // 3 :] = 255
    with pytest.raises(AssertionError, match="0 codes"):
        qr.read(picture)
