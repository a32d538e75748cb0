"""The twenty small markets turn every dial, and what they vary really happens in them."""

from pathlib import Path

from channellab.sim.rules import COMPILED

from .cases import COUNT, WEEKS, case, dealt
from .dial_places import PLACES
from .dials import DIALS
from .events import EVENTS, Seen
from .leavers import LEAVERS
from .notice import notice
from .photo import photo
from .watch import watched


def test_every_value_of_every_dial_is_dealt() -> None:
    for dial, values in (DIALS | {"place": tuple(PLACES), "leavers": LEAVERS}).items():
        hands = [dealt(dial, values, number) for number in range(COUNT)]
        assert all(value in hands for value in values), dial


def test_what_the_markets_vary_happens_in_them(tmp_path: Path) -> None:
    seen: Seen = set()
    for number in range(COUNT):
        small = case(number, tmp_path)
        market = small.market(watched(COMPILED, seen))
        for _ in range(WEEKS):
            was = photo(market)
            small.step(market)
            notice(market, was, seen)
        market.close()
    assert [event for event in EVENTS if event not in seen] == []


def test_the_markets_are_small(tmp_path: Path) -> None:
    for number in range(COUNT):
        market = case(number, tmp_path).market(COMPILED)
        assert (market.consumers.count, market.retailers.party.size) in {(200, 10), (200, 12)}
        market.close()
