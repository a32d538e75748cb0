"""All SKUs of a market side by side: the brand's own first, then the rivals'."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from channellab.agents.draws import GOLDEN
from channellab.scenarios.arrays import Floats
from channellab.scenarios.settings import Scenario

BRAND_SLOTS = 32
"""Each brand draws under 32 numbers of its own, so that a new SKU changes nobody else's luck."""
SITE_SLOTS = 512
"""Numbers set aside for the SKUs of a site: the brand and at most eight rivals, rounded up."""


@dataclass(frozen=True)
class Assortment:
    """K SKUs, the first ``own`` of them the brand's; arrays (K,).

    The rivals' goods all keep.

    Attributes:
        brand: 0 = own, 1.. = rivals. slot: number of the SKU in every draw. sku_key: the same for the shopping kernel.
        list_price, ex_factory_price, unit_cost: money per unit. appeal: utility. perishable: does not keep a week.
        subdistributor_price, distributor_price: (own,) money per unit.

    """

    names: tuple[str, ...]
    own: int
    brand: npt.NDArray[np.int8]
    slot: npt.NDArray[np.int64]
    list_price: Floats
    subdistributor_price: Floats
    distributor_price: Floats
    ex_factory_price: Floats
    unit_cost: Floats
    appeal: Floats
    perishable: npt.NDArray[np.bool_]

    @property
    def sku_key(self) -> npt.NDArray[np.uint64]:
        """Identity of the SKUs in the choice stream."""
        return self.slot.astype(np.uint64) * GOLDEN


def assortment(scenario: Scenario) -> Assortment:
    """The SKUs of a scenario."""
    brands = [scenario.products, *(rival.products for rival in scenario.rivals)]
    places = [(brand, number) for brand, products in enumerate(brands) for number in range(len(products))]
    skus = [sku for products in brands for sku in products]
    own = len(scenario.products)
    return Assortment(
        names=tuple(sku.name for sku in skus),
        own=own,
        brand=np.array([brand for brand, _ in places], np.int8),
        slot=np.array([brand * BRAND_SLOTS + number for brand, number in places], np.int64),
        list_price=np.array([sku.list_price for sku in skus]),
        subdistributor_price=np.array([sku.subdistributor_price for sku in scenario.products]),
        distributor_price=np.array([sku.distributor_price for sku in scenario.products]),
        ex_factory_price=np.array([sku.ex_factory_price for sku in skus]),
        unit_cost=np.array([sku.unit_cost for sku in skus]),
        appeal=np.array([sku.appeal for sku in skus]),
        perishable=np.array([number < own and scenario.products[number].perishable for number in range(len(skus))]),
    )
