"""What the brand steers with; the only part of a scenario that a timetable may change, together with the layout."""

from typing import Literal, Self

from pydantic import model_validator

from channellab.scenarios.settings.base import Settings, setting, table
from channellab.scenarios.settings.development import DevelopmentPolicySettings
from channellab.scenarios.settings.disputes import DisputePolicySettings
from channellab.scenarios.settings.kols import KolPolicySettings
from channellab.scenarios.settings.minimum_prices import MapPolicySettings
from channellab.scenarios.settings.online_policy import OnlinePolicySettings
from channellab.scenarios.settings.promotions import PromotionPolicySettings
from channellab.scenarios.settings.protection import ProtectionPolicySettings
from channellab.scenarios.settings.quantity import QuantityDiscountSettings
from channellab.scenarios.settings.rebates import RebatePolicySettings
from channellab.scenarios.settings.returns import ReturnPolicySettings
from channellab.scenarios.settings.subsidies import SubsidyPolicySettings


class PricePolicySettings(Settings):
    """Prices in force for a partner group."""

    ex_factory_discount: float = setting(0.0, "Off-invoice discount ex factory.", unit="1", ge=0, le=0.95)
    recommended_discount: float = setting(0.0, "Discount on the recommended retail price.", unit="1", ge=0, le=0.95)
    kind: Literal["free", "uniform", "banded"] = setting(
        "free",
        "Retail prices of own goods at authorised retailers and online shops. free: what their rule gives; uniform: "
        "the recommended price; banded: what their rule gives, inside a band around the recommended price.",
    )
    band: float = setting(
        0.1, "Half the width of the band, as a share of the recommended price.", unit="1", ge=0, le=0.95
    )
    quantity: QuantityDiscountSettings = table(
        QuantityDiscountSettings, "Discounts ex factory by the size of one order, to those who buy from the brand."
    )


class FundsPolicySettings(Settings):
    """Money the brand gives its retailers."""

    district_support: float = setting(
        24.0,
        "Support for a district, per eight candidate sites; each authorised retailer of the group gets an equal "
        "part of it among all authorised retailers of the district.",
        unit="money/week",
        ge=0,
    )


class PolicySettings(Settings):
    """All policy families."""

    price: PricePolicySettings = table(PricePolicySettings, "Price policy.")
    map: MapPolicySettings = table(MapPolicySettings, "Minimum advertised prices.")
    promotion: PromotionPolicySettings = table(PromotionPolicySettings, "Promotion calendar.")
    rebate: RebatePolicySettings = table(RebatePolicySettings, "Volume rebate to those who buy from the brand.")
    returns: ReturnPolicySettings = table(ReturnPolicySettings, "Goods that partners may return to the brand.")
    development: DevelopmentPolicySettings = table(DevelopmentPolicySettings, "The market development fund.")
    subsidies: SubsidyPolicySettings = table(SubsidyPolicySettings, "Strategic subsidies.")
    funds: FundsPolicySettings = table(FundsPolicySettings, "Funds policy.")
    kols: KolPolicySettings = table(KolPolicySettings, "Opinion leaders hired.")
    protection: ProtectionPolicySettings = table(ProtectionPolicySettings, "Territories and their protection.")
    disputes: DisputePolicySettings = table(DisputePolicySettings, "The dispute desk.")
    online: OnlinePolicySettings = table(OnlinePolicySettings, "What shops get of online sales.")

    @model_validator(mode="after")
    def _something_is_found(self) -> Self:
        """Penalties for diverted goods need cases: found by the brand, or brought before the desk by who was harmed."""
        if self.protection.finds or any(level.staff for level in self.disputes.levels):
            return self
        penalties = {
            "protection.stop_weeks": self.protection.stop_weeks,
            "protection.damages_cases": self.protection.damages_cases,
            "rebate.clawback": self.rebate.clawback,
        }
        for name, value in penalties.items():
            if value:
                raise ValueError(
                    f"{name} is {value:g}, but nothing is ever found; give detection, scan_rate, anomaly_threshold or "
                    "audits a value"
                )
        return self
