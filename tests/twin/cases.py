"""Twenty small markets that between them turn every dial of the model; number ``n`` is always the same market.

The values of a dial are dealt out to the markets like shuffled cards, so that each occurs about equally often, and in
other company every time.
"""

import random
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from channellab.scenarios.keys import frozen
from channellab.scenarios.regions import RegionTable
from channellab.scenarios.settings import Scenario
from channellab.scenarios.settings.protection import ProtectionPolicySettings
from channellab.scenarios.settings.rebates import RebatePolicySettings
from channellab.sim.market import Market, region_table
from channellab.sim.rules import Rules

from .dial_kinds import DIRECT_BUYERS, ONLINE_SHOPS, Values
from .dial_places import PLACES, REGION_FILES
from .dials import DIALS
from .leavers import LEAVERS, Leaver, leave

COUNT = 20
WEEKS = 20


@dataclass(frozen=True)
class Case:
    """One small market: its scenario and regions, its seed, and the firms that leave while it is played."""

    number: int
    scenario: Scenario
    table: RegionTable
    leavers: tuple[Leaver, ...]

    @property
    def seed(self) -> int:
        """The market's luck."""
        return 1000 + self.number

    def market(self, rules: Rules) -> Market:
        """The market before its first week."""
        return Market(self.scenario, self.table, self.seed, rules)

    def step(self, market: Market) -> None:
        """Plays the next week, after the firms that leave before it have left."""
        for leaver in self.leavers:
            if leaver[0] == market.week + 1:
                leave(market, leaver)
        market.step()


def case(number: int, folder: Path, **changes: Any) -> Case:
    """The market of a number; files of regions are written to ``folder``.

    ``changes`` replace what was dealt, by dotted key with ``__`` for the dot.
    """
    settings = {key: dealt(key, values, number) for key, values in DIALS.items()}
    settings |= PLACES[dealt("place", tuple(PLACES), number)]
    settings |= {key.replace("__", "."): value for key, value in changes.items()}
    settings["run.weeks"] = WEEKS - settings["run.warmup"]
    wholesale = settings["distributors.per_region"] or settings["subdistributors.per_district"]
    wholesale = wholesale or nested(settings)["platform_distributors"].get("regions")
    names = {DIRECT_BUYERS: "distributors" if wholesale else "shop"}
    names[ONLINE_SHOPS] = "online" if settings["online.shops"] else "shop"
    settings["timetable"] = [_for(names, entry) for entry in settings["timetable"]]
    scenario = Scenario.model_validate(frozen(possible(nested(settings))))
    for name, text in REGION_FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    return Case(number, scenario, region_table(scenario, folder), dealt("leavers", LEAVERS, number))


def _for(names: dict[str, str], entry: dict[str, Any]) -> dict[str, Any]:
    """A timetable's entry with the names that partners have in a market."""
    return entry | {"who": [names.get(name, name) for name in entry.get("who", ())]}


def possible(tables: dict[str, Any]) -> dict[str, Any]:
    """A scenario whose layout counts only on partners and sites that were dealt to it too, and whose policies agree."""
    _agree(tables["policy"])
    layout, there = tables["layout"], {"distributors": tables["distributors"]["per_region"]}
    there["subdistributors"] = tables["subdistributors"]["per_district"]
    there["platform_distributors"] = len(tables["platform_distributors"].get("regions", ()))
    supply = layout.get("supply", {})
    layout["supply"] = {role: name if there.get(name, 1) else "lowest" for role, name in supply.items()}
    if not tables["stores"].get("per_area"):
        layout.pop("own_stores", None)
    for tier in ("distributors", "subdistributors"):
        if not there[tier]:
            layout.pop(tier, None)
    if not any(shop.get("owner") == "brand" for shop in tables["online"]["shops"]):
        # Nobody orders where the brand has no shop online.
        for name in ("routing", "pickup"):
            tables["policy"]["online"].pop(name, None)
    return tables


def _agree(policy: dict[str, Any]) -> None:
    """All plans together, with those a timetable brings, pay no more than goods cost; who is fined has been found."""
    rebate = policy["rebate"]
    on = {"kind": "all_units", "yearly": rebate.get("yearly", {}) | {"kind": "all_units"}}
    try:
        RebatePolicySettings.model_validate(frozen(rebate | on))
    except ValidationError:
        rebate["cap"] = 1.0
    if not ProtectionPolicySettings.model_validate(frozen(policy["protection"])).finds:
        rebate.pop("clawback", None)


def dealt(dial: str, values: Values, number: int) -> Any:
    """The value of a dial in the market of a number: a shuffled pack is dealt to its end, then the next one.

    >>> sorted(dealt("any", ("a", "b", "c"), number) for number in range(3))
    ['a', 'b', 'c']
    """
    pack, card = divmod(number, len(values))
    order = list(range(len(values)))
    random.Random(f"{dial}, pack {pack}").shuffle(order)
    return deepcopy(values[order[card]])


def nested(settings: dict[str, Any]) -> dict[str, Any]:
    """Dotted keys as tables in tables; tables that are named twice are joined.

    >>> nested({"a.b": 1, "a.c#one": {"d": 2}, "a.c#two": {"e": 3}})
    {'a': {'b': 1, 'c': {'d': 2, 'e': 3}}}
    """
    tables: dict[str, Any] = {}
    for key, value in settings.items():
        *path, last = key.split("#")[0].split(".")
        table = tables
        for name in path:
            table = table.setdefault(name, {})
        table[last] = table.get(last, {}) | value if isinstance(value, dict) else value
    return tables
