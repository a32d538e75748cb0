"""The code for phones says the address that participants are told."""

import numpy as np
import pytest

from channellab.reports.workshop.code import code
from channellab.reports.workshop.server import address

from . import qr


@pytest.mark.parametrize(
    "host",
    ["192.0.2.1", "192.168.100.100", "[2001:db8::8a2e:370:7334]", "a-room-with-a-long-name.example.org", "10.0.0.1"],
)
def test_it_is_read_by_the_standard(host: str) -> None:
    link = f"http://{host}:8710/join?token=j0123456789ab"
    modules, margin = qr.of_svg(code(link).decode())
    assert margin == 4, "as the standard asks for"
    assert qr.read(modules) == link


def test_it_holds_the_link_of_the_command() -> None:
    where = address("192.0.2.9", 65535, None)
    assert where.join is not None
    assert qr.read(qr.of_svg(code(where.join).decode())[0]) == where.join


def test_the_reader_notices_a_wrong_module() -> None:
    modules, _ = qr.of_svg(code("http://192.0.2.1:8710/join?token=j0123456789ab").decode())
    wrong = modules.copy()
    wrong[len(wrong) // 2, -1] ^= True
    with pytest.raises(AssertionError, match="whole"):
        qr.read(wrong)


def test_the_reader_takes_pictures() -> None:
    link = "http://192.0.2.1:8710/join?token=j0123456789ab"
    modules, _ = qr.of_svg(code(link).decode())
    grey = np.pad(np.kron(np.where(modules, 0, 255), np.ones((5, 5))), 20, constant_values=255).astype(np.uint8)
    found, margin = qr.of_picture(grey)
    assert (qr.read(found), margin) == (link, 4)
