"""Policies that change by week, place and partner group: what is in force where, and whether entries contradict.

Entries are numbered from 0, weeks from 1 (the first measured week). Only keys under ``policy`` and ``layout`` change.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from itertools import combinations
from typing import Any

from pydantic import ValidationError

from channellab.scenarios.errors import BadInput
from channellab.scenarios.explain import explain
from channellab.scenarios.keys import Parts, dotted, frozen, nearest, plain, split
from channellab.scenarios.layers import Layers
from channellab.scenarios.overrides import place
from channellab.scenarios.regions import ROLES
from channellab.scenarios.settings import Scenario
from channellab.scenarios.settings.base import Settings
from channellab.scenarios.settings.layout import LayoutSettings
from channellab.scenarios.settings.policy import PolicySettings
from channellab.scenarios.settings.promotions import PromotionPolicySettings
from channellab.scenarios.settings.scenario import TimetableEntry

DISTRIBUTORS = "distributors"
"""The group of all distributors; the other groups are the retail formats, the online shops and opinion leaders."""
ONLINE = "online"
STORES = "stores"
KOLS = "kols"
Changes = tuple[tuple[str, Any], ...]


class _Steered(Settings):
    policy: PolicySettings
    layout: LayoutSettings


@dataclass(frozen=True)
class Terms:
    """What one partner group in one region lives under; equal terms are equal objects in value and hash."""

    policy: PolicySettings
    layout: LayoutSettings


def groups(scenario: Scenario) -> tuple[str, ...]:
    """All partner groups: retail formats, distributors, and online shops, own stores and KOLs where there are any."""
    online = (ONLINE,) if scenario.online.shops else ()
    stores = (STORES,) if scenario.stores.per_area else ()
    kols = (KOLS,) if scenario.kols.count else ()
    return (*(shop.name for shop in scenario.retailers.formats), DISTRIBUTORS, *online, *stores, *kols)


def active_entries(scenario: Scenario, week: int) -> tuple[int, ...]:
    """Numbers of the entries whose weeks hold ``week``; none in the warm-up (``week`` below 1)."""
    return tuple(n for n, entry in enumerate(scenario.timetable) if entry.weeks[0] <= week <= entry.weeks[1])


def effective(scenario: Scenario, week: int, region_id: str, role: str, group: str) -> Terms:
    """The policy and layout in force for a group (a retail format or ``"distributors"``) in a region.

    The scenario must have passed ``check``. ``week`` counts measured weeks from 1; the warm-up knows no entries.
    """
    return _terms(scenario.policy, scenario.layout, _changes(scenario, week, region_id, role, group))


def changed(scenario: Scenario, week: int, region_ids: Iterable[str], region_roles: Iterable[str]) -> bool:
    """Whether anything in force in a week differs from what was in force in the week before, for anybody anywhere.

    An entry may begin or end and set what holds without it.
    """
    if active_entries(scenario, week) == active_entries(scenario, week - 1):
        return False
    places = [("", ""), *zip(region_ids, region_roles, strict=True)]
    here = ((*place, group) for group in groups(scenario) for place in places)
    return any(effective(scenario, week, *who) != effective(scenario, week - 1, *who) for who in here)


def check_keys(scenario: Scenario, where: str) -> None:
    """Check what can be checked without knowing the regions: keys, values and groups.

    Raises:
        BadInput: for an unknown key, a value its setting does not allow, an unknown group, or a layout for some groups
            only; ``where`` is its file.
    """
    known = groups(scenario)
    _check_calendar(scenario, scenario.policy.promotion, where, dotted)
    for number, entry in enumerate(scenario.timetable):
        for position, group in enumerate(entry.who):
            if group not in known:
                raise BadInput(where, f"timetable.{number}.who.{position}", _not_among(group, known))
        _check_entry(scenario, number, where)
        _check_groups(scenario, number, where)
        layouts = [key for key in entry.set if split(key)[0] == "layout"]
        if layouts and entry.who:
            problem = f"stands beside {layouts[0]}, but a layout holds for everybody; allowed is an entry of its own"
            raise BadInput(where, f"timetable.{number}.who", problem)


def check(scenario: Scenario, region_ids: Sequence[str], region_roles: Sequence[str], where: str) -> None:
    """Check the whole timetable for a market of these regions.

    Args:
        scenario: any scenario; weeks beyond its end are allowed.
        region_ids: length R.
        region_roles: length R, market role of each region.
        where: the scenario's file, for messages.

    Raises:
        BadInput: as ``check_keys``, and for an unknown place, for two entries that set the same key for the same week,
            region and group, and for entries that only together break a rule.
    """
    check_keys(scenario, where)
    places = dict(zip(region_ids, region_roles, strict=True))
    for number, entry in enumerate(scenario.timetable):
        for position, name in enumerate(entry.where):
            if name not in places and name not in ROLES:
                raise BadInput(where, f"timetable.{number}.where.{position}", _not_among(name, (*ROLES, *places)))
    for first, second in combinations(range(len(scenario.timetable)), 2):
        _check_pair(scenario, first, second, places, where)
    _check_together(scenario, places, where)


def _changes(scenario: Scenario, week: int, region_id: str, role: str, group: str) -> Changes:
    if not scenario.timetable:
        return ()
    entries = (scenario.timetable[number] for number in _holding(scenario, week, region_id, role, group))
    # As text, since a value may hold tables and the terms are kept by the changes that make them.
    return tuple((key, json.dumps(plain(value))) for entry in entries for key, value in entry.set.items())


def _holding(scenario: Scenario, week: int, region_id: str, role: str, group: str) -> list[int]:
    active = ((number, scenario.timetable[number]) for number in active_entries(scenario, week))
    return [n for n, entry in active if _holds_in(entry, region_id, role) and (not entry.who or group in entry.who)]


def _holds_in(entry: TimetableEntry, region_id: str, role: str) -> bool:
    return not entry.where or region_id in entry.where or role in entry.where


@lru_cache(maxsize=1024)
def _terms(policy: PolicySettings, layout: LayoutSettings, changes: Changes) -> Terms:
    if not changes:
        return Terms(policy, layout)
    steered = _changed(policy, layout, tuple((key, json.loads(text)) for key, text in changes))
    return Terms(steered.policy, steered.layout)


def _changed(policy: PolicySettings, layout: LayoutSettings, changes: Changes) -> _Steered:
    layers = Layers("", _plain(policy, layout))
    for key, value in changes:
        layers.put(place(layers.data, split(key), _Steered), value, "")
    return _Steered.model_validate(frozen(layers.data))


def _plain(policy: PolicySettings, layout: LayoutSettings) -> dict[str, Any]:
    return {"policy": plain(policy), "layout": plain(layout)}


def _check_entry(scenario: Scenario, number: int, where: str) -> None:
    changes = tuple(scenario.timetable[number].set.items())
    for key, value in changes:
        problem = _key_problem(key, value, scenario)
        if problem:
            raise BadInput(where, _name(number, key), problem)
    try:
        steered = _changed(scenario.policy, scenario.layout, changes)
    except ValidationError as error:
        complaint = explain(error, _Steered)
        touched = [key for key, _ in changes if _touches(split(key), complaint.parts)]
        if touched:
            raise BadInput(where, _name_inside(number, touched[0], complaint.parts), complaint.problem) from None
        problem = f"breaks {dotted(complaint.parts)}: it {complaint.problem}"
        raise BadInput(where, _name(number, changes[0][0]), problem) from None
    calendars = [key for key, _ in changes if key.startswith("policy.promotion")]
    if calendars:
        key = calendars[0]
        _check_calendar(scenario, steered.policy.promotion, where, lambda inside: _name_inside(number, key, inside))


def _check_calendar(
    scenario: Scenario, calendar: PromotionPolicySettings, where: str, key: Callable[[Parts], str]
) -> None:
    """Events and deals must name groups that the scenario has, and that can take part; ``key`` names a setting."""
    formats = {shop.name for shop in scenario.retailers.formats}
    sellers = formats | ({ONLINE} if scenario.online.shops else set())
    outlets = sellers | ({STORES} if scenario.stores.per_area else set())
    direct = _direct_buyers(scenario, formats) | (sellers - formats)
    named: list[tuple[Parts, tuple[str, ...], set[str]]] = [
        (("events", number), event.who, outlets) for number, event in enumerate(calendar.events)
    ]
    for number, deal in enumerate(calendar.deals):
        named.append((("deals", number), deal.who, direct if deal.kind == "off_invoice" else sellers))
    for entry, who, allowed in named:
        for position, group in enumerate(who):
            if group not in allowed:
                inside = ("policy", "promotion", *entry, "who", position)
                raise BadInput(where, key(inside), _not_among(group, sorted(allowed)))


def _check_groups(scenario: Scenario, number: int, where: str) -> None:
    """A change must reach somebody: prices ex factory and rebates concern who buys there, others the retailers."""
    formats = {shop.name for shop in scenario.retailers.formats}
    online = {ONLINE} if scenario.online.shops else set()
    stores = {STORES} if scenario.stores.per_area else set()
    direct = _direct_buyers(scenario, formats) | online
    concerned = {
        "policy.price.ex_factory_discount": direct,
        **{f"policy.price.{key}": formats | online | stores for key in ("recommended_discount", "kind", "band")},
    }
    everybody = formats | online | stores | direct
    families = {"kols": {KOLS}, "online": formats, "promotion": everybody, "map": formats | online}
    families |= dict.fromkeys(("rebate", "development", "returns"), direct)
    freight = [f"policy.subsidies.freight.{name}" for name in ("share", "grade_step", "city_tier")]
    concerned |= {key: {DISTRIBUTORS} for key in freight}
    families |= {"protection": {DISTRIBUTORS}, "disputes": {DISTRIBUTORS}}
    if not any(shop.owner == "brand" for shop in scenario.online.shops):
        concerned |= {f"policy.online.{name}": set() for name in ("routing", "pickup")}
    entry = scenario.timetable[number]
    policies = [key for key in entry.set if split(key)[0] == "policy"]
    if entry.where and ONLINE in entry.who and policies:
        problem = f"cannot single out places for {ONLINE!r}, whom {policies[0]} concerns everywhere; allowed is none"
        raise BadInput(where, f"timetable.{number}.where", problem)
    for key in entry.set:
        if entry.where and split(key)[1] == "disputes":
            problem = f"stands beside {key}, but the dispute desk is the same everywhere; allowed is an entry without"
            raise BadInput(where, f"timetable.{number}.where", problem)
        reach = concerned.get(key, families.get(split(key)[1], formats))
        if key.startswith("policy.price.quantity"):
            reach = direct
        if not reach:
            problem = "concerns orders at online shops of the brand, and online.shops has none"
            raise BadInput(where, _name(number, key), problem)
        if entry.who and not reach & set(entry.who):
            allowed = ", ".join(sorted(reach))
            raise BadInput(where, f"timetable.{number}.who", f"has nobody whom {key} concerns, allowed are {allowed}")


def _direct_buyers(scenario: Scenario, formats: set[str]) -> set[str]:
    """Groups that may buy from the brand: shops only where a layout lets it supply them."""
    chosen = {getattr(scenario.layout.supply, role) for role in ROLES}
    chosen |= {value for entry in scenario.timetable for key, value in entry.set.items() if "layout.supply" in key}
    wholesale = bool(scenario.distributors.per_region or scenario.subdistributors.per_district)
    wholesale |= bool(scenario.platform_distributors.regions)
    return ({DISTRIBUTORS} if wholesale else set()) | (formats if "direct" in chosen or not wholesale else set())


def _key_problem(key: str, value: Any, scenario: Scenario) -> str:
    """What can be said about one change before all changes of its entry are made; empty if nothing is wrong."""
    try:
        parts = split(key)
        place(_plain(scenario.policy, scenario.layout), parts, _Steered)
    except ValueError:
        return "is no key, allowed are names joined by dots"
    except BadInput as error:
        return error.problem
    if parts[0] not in _Steered.model_fields:
        return _not_steered(parts)
    return "is a table, allowed is one value for each key" if isinstance(value, dict) else ""


def _check_pair(scenario: Scenario, first: int, second: int, places: Mapping[str, str], where: str) -> None:
    a, b = scenario.timetable[first], scenario.timetable[second]
    weeks = (max(a.weeks[0], b.weeks[0]), min(a.weeks[1], b.weeks[1]))
    regions = [r for r, role in places.items() if _holds_in(a, r, role) and _holds_in(b, r, role)]
    who = [g for g in groups(scenario) if (not a.who or g in a.who) and (not b.who or g in b.who)]
    keys = [key for key in a.set for other in b.set if _touches(split(key), split(other))]
    if weeks[0] <= weeks[1] and regions and who and keys:
        problem = (
            f"sets {keys[0]} in weeks {weeks[0]} to {weeks[1]} in region {regions[0]} for {who[0]!r}, "
            f"as timetable.{first} does; allowed is one entry at a time"
        )
        raise BadInput(where, f"timetable.{second}", problem)


def _check_together(scenario: Scenario, places: Mapping[str, str], where: str) -> None:
    """Each entry alone is valid; here all that come to hold at once are tried together."""
    turns = {week for entry in scenario.timetable for week in (entry.weeks[0], entry.weeks[1] + 1)}
    for week in sorted(turns):
        for region, role in places.items():
            for group in groups(scenario):
                _try(scenario, week, region, role, group, where)


def _try(scenario: Scenario, week: int, region: str, role: str, group: str, where: str) -> None:
    try:
        effective(scenario, week, region, role, group)
    except ValidationError as error:
        complaint = explain(error, _Steered)
        numbers = " and ".join(f"timetable.{n}" for n in _holding(scenario, week, region, role, group))
        problem = f"together break {dotted(complaint.parts)} in week {week}: it {complaint.problem}"
        raise BadInput(where, numbers, problem) from None


def _touches(key: Parts, other: Parts) -> bool:
    """Whether the keys are the same, or one lies inside the other."""
    return all(str(a) == str(b) for a, b in zip(key, other, strict=False))


def _name(number: int, key: str) -> str:
    return f"timetable.{number}.set.{dotted((key,))}"


def _name_inside(number: int, key: str, inside: Parts) -> str:
    """The same for a setting inside what an entry sets under a key."""
    rest = inside[len(split(key)) :]
    return ".".join((_name(number, key), *((dotted(rest),) if rest else ())))


def _not_among(name: str, known: Sequence[str]) -> str:
    near = get_close_matches(name, known, 1)
    return f"is {name!r}, " + (f"the nearest known name is {near[0]!r}" if near else f"allowed are {', '.join(known)}")


def _not_steered(parts: Parts) -> str:
    near = nearest(_Steered, parts)
    hint = f"; the nearest known key is {near}" if near else ""
    return f"cannot change by week, allowed are keys under policy and layout{hint}"
