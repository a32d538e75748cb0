"""What a week's sales come to, beside the same added up by numpy: to the bit, as records must not change."""

import numpy as np
import pytest

from channellab.agents.kernels.takings import (
    by_outlet,
    by_region,
    costs_by_region,
    coverage,
    margin_by_area,
    online_costs,
    shares_by_region,
    takings,
    worth_by_area,
)

OUTLETS, ONLINE, SKUS, OWN, REGIONS = 300, 12, 5, 3, 4
SOLD = np.random.default_rng(1).integers(0, 9, (SKUS, OUTLETS + ONLINE))
PRICE = np.random.default_rng(2).random((SKUS, OUTLETS + ONLINE)) * 20.0


@pytest.mark.parametrize("count", [1, 7, 8, 9, 128, 129, 1000, 1001, 5000])
def test_many_numbers_are_added_up_as_numpy_does(count: int) -> None:
    values = np.random.default_rng(count).lognormal(sigma=9.0, size=(1, count))
    assert takings(np.ones((1, count), np.int64), values, 1).own == values.sum()


def test_sales_come_to_what_numpy_makes_of_them() -> None:
    found, money = takings(SOLD, PRICE, OWN), (SOLD * PRICE).T
    assert found.units.tolist() == SOLD.sum(axis=1).tolist()
    assert found.money.tolist() == money.sum(axis=0).tolist()
    assert found.by_outlet.tolist() == money[:, :OWN].sum(axis=1).tolist()
    assert (found.own, found.rivals) == (money[:, :OWN].sum(), money[:, OWN:].sum())
    own, rivals = by_outlet(SOLD, PRICE, OWN)
    assert own.tolist() == money[:, :OWN].sum(axis=1).tolist()
    assert rivals.tolist() == money[:, OWN:].sum(axis=1).tolist()


def test_margins_of_areas_are_those_of_their_shops_and_of_their_people_online() -> None:
    shops, areas, dice = 280, 6, np.random.default_rng(5)
    area = dice.integers(0, areas, OUTLETS).astype(np.int32)
    homes, cost = dice.integers(0, 4, (ONLINE, areas, SKUS)), dice.random(SKUS)
    margin = PRICE - cost[:, None]
    made = worth_by_area(homes, margin, OUTLETS, OWN).sum(axis=0)
    for here in (slice(0, shops), slice(shops, OUTLETS)):
        earned = (SOLD[:OWN, here].T * margin[:OWN, here].T).sum(axis=1)
        made += np.bincount(area[here], earned, areas)
    found = margin_by_area(SOLD, PRICE, cost, OWN, (shops, OUTLETS), area, homes)
    assert found.tolist() == made.tolist()


def test_online_shops_pay_for_takings_visits_and_units_brought_to_the_door() -> None:
    dice = np.random.default_rng(6)
    fee, traffic, delivery = dice.random((3, ONLINE))
    visits, collected = dice.integers(0, 50, (2, ONLINE))
    routed, collect_cost = dice.integers(0, 3, (OWN, ONLINE)), 0.7
    sold, price = SOLD.copy(), PRICE
    sold[:, OUTLETS] = 0
    units, money = sold[:, OUTLETS:].T, np.ascontiguousarray((sold * price)[:, OUTLETS:].T)
    brand, total = money[:, :OWN].sum(axis=1), money.sum(axis=1)
    share = np.divide(brand, total, out=np.ones(ONLINE), where=total > 0)
    door = units[:, :OWN].sum(axis=1) - collected - routed.sum(axis=0)
    own = fee * brand + traffic * visits * share + delivery * door + collect_cost * collected
    rival = fee * (total - brand) + traffic * visits * (1 - share) + delivery * units[:, OWN:].sum(axis=1)
    found = online_costs(sold, price, OUTLETS, OWN, (fee, traffic, delivery), visits, collected, routed, collect_cost)
    assert found[0].tolist() == own.tolist()
    assert found[1].tolist() == rival.tolist()


def test_costs_and_takings_online_are_split_over_regions() -> None:
    dice = np.random.default_rng(7)
    entries, accounts = dice.normal(size=(9, 400)), np.array([1, 4, 7])
    party, region = dice.permutation(400)[:50].astype(np.int32), dice.integers(0, REGIONS, 50).astype(np.int32)
    costs = -(entries[1] + entries[4] + entries[7])[party]
    found = costs_by_region(entries, accounts, party, region, REGIONS)
    assert found.tolist() == np.bincount(region, costs, REGIONS).tolist()
    online, home = dice.random((ONLINE, 30)), dice.integers(0, REGIONS, 30).astype(np.int32)
    online[0] = 0.0
    paid = np.stack([np.bincount(home, shop, REGIONS) for shop in online])
    shares = paid / np.maximum(paid.sum(axis=1), 1e-300)[:, None]
    assert shares_by_region(online, home, REGIONS).tolist() == shares.tolist()


def test_sales_by_region_are_those_of_its_shops_and_of_its_people_online() -> None:
    shops, stores, dice = 280, 20, np.random.default_rng(3)
    region, home = (dice.integers(0, REGIONS, size).astype(np.int32) for size in (OUTLETS, 30))
    homes, money = dice.integers(0, 4, (ONLINE, home.size, SKUS)), (SOLD * PRICE)[:OWN].sum(axis=0)
    online = worth_by_area(homes, PRICE, OUTLETS, OWN)
    assert np.array_equal(online, (homes[:, :, :OWN] * PRICE.T[OUTLETS:, None, :OWN]).sum(axis=2))
    ends = shops, shops + stores
    units, paid = by_region(SOLD[:OWN], money, ends, region, homes, online, home, REGIONS)
    parts = (region[:shops], money[:shops]), (region[shops:], money[shops:OUTLETS]), (home, online.sum(axis=0))
    assert paid.tolist() == sum(np.bincount(*part, REGIONS) for part in parts).tolist()  # type: ignore[union-attr]
    for here in range(REGIONS):
        street, door = SOLD[:OWN, :OUTLETS][:, region == here], homes[:, home == here, :OWN]
        assert units[here].tolist() == (street.sum(axis=1) + door.sum(axis=(0, 1))).tolist()


def test_coverage_counts_shops_at_work_that_have_own_goods() -> None:
    dice = np.random.default_rng(4)
    there, region = dice.random(OUTLETS) < 0.8, dice.integers(0, REGIONS, OUTLETS).astype(np.int32)
    held, past = dice.poisson(0.1, SOLD.shape), np.full(OUTLETS, 2.0)
    sums, week, stocked = coverage(SOLD, held, OWN, there, region, REGIONS, past)
    assert week.tolist() == SOLD[:, :OUTLETS].sum(axis=0).tolist()
    assert past.tolist() == (2.0 + week).tolist()
    assert 0 < stocked.sum() < there.sum()
    weights = there, stocked, past * there, past * stocked
    assert sums.tolist() == [np.bincount(region, weight, REGIONS).tolist() for weight in weights]
