"""Territories, goods diverted across them, what the brand does about it, and what conflict does to partners."""

from typing import Literal, Self

from pydantic import model_validator

from channellab.scenarios.settings.base import Settings, setting


class ProtectionPolicySettings(Settings):
    """Exclusive territories of distributors and sub-distributors: their deposit, policing and penalties.

    Deposit, false alarms, watching of shipments and audits are those of the partner's own region, all else is that of
    the region sold into. Cases against a partner lead up a ladder: warnings, deductions from the deposit, damages with
    a stop of supply, the end of the contract.
    """

    territories: bool = setting(
        True, "Whether a partner may sell in its own territory only; if not, selling elsewhere is no offence."
    )
    deposit: float = setting(
        0.0,
        "Deposit of each partner, held by the brand without interest; due when it comes into force, given back when "
        "it ends or the partner leaves.",
        unit="money",
        ge=0,
    )
    detection: float = setting(
        0.0,
        "Share of outlets whose goods are traced each week, and so the probability that a diverted consignment is "
        "found.",
        unit="1",
        ge=0,
        le=1,
    )
    check_cost: float = setting(0.5, "Cost of tracing the goods of one outlet.", unit="money/outlet", ge=0)
    trace_days: float = setting(
        2.0, "Days from a consignment to the end of its case.", unit="days", ge=0, le=365, source="48 h in source 000"
    )
    false_alarms: float = setting(
        0.0, "Probability that a partner which diverts nothing is accused in a week.", unit="1", ge=0, le=1
    )
    scan_rate: float = setting(
        0.0, "Probability that the buyer of a unit scans its code, which shows where it belongs.", unit="1", ge=0, le=1
    )
    member_scan_rate: float = setting(0.0, "The same for members of the brand.", unit="1", ge=0, le=1)
    scan_days: float = setting(
        14.0, "Days from a consignment to the end of a case that a scan opens.", unit="days", ge=0, le=365
    )
    anomaly_threshold: float | None = setting(
        None,
        "Share by which a partner's shipments of a week must exceed its usual ones for it to be accused; shipments are "
        "not watched if absent.",
        unit="1",
        gt=0,
        le=1000,
        source="+300 % in source 000",
    )
    history_weeks: int = setting(
        8, "Weeks over which a partner's usual shipments are averaged.", unit="weeks", ge=1, le=520
    )
    audits: float = setting(
        0.0,
        "Audits a week among the partners of each region, as far as there are any; a fraction is the probability of "
        "one more.",
        unit="audits/week",
        ge=0,
        le=1000,
    )
    audit_target: Literal["random", "suspects"] = setting(
        "random",
        "Who is audited. random: anybody; suspects: those whose shipments exceed their usual ones most, by share.",
    )
    audit_finds: float = setting(
        0.8, "Probability that an audit finds a consignment that the partner diverted this week.", unit="1", ge=0, le=1
    )
    audit_cost: float = setting(20.0, "Cost of an audit.", unit="money/audit", ge=0)
    tolerance: float = setting(
        0.0,
        "Share of the margin that a partner's forecast sales leave the brand in a year, at prices ex factory: a case "
        "over goods worth less is overlooked and brings no step up the ladder; 0 = no case is.",
        unit="1",
        ge=0,
        le=1000,
    )
    warnings: int = setting(1, "Cases that only bring a warning.", unit="cases", ge=0, le=100)
    deductions: int = setting(1, "Cases after them that are paid from the deposit.", unit="cases", ge=0, le=100)
    deduction: float = setting(
        1.0, "Deduction from the deposit, as far as it reaches, as a multiple of the goods' value.", unit="1", ge=0
    )
    damages: float = setting(
        3.0, "Damages in all later cases, as a multiple of the goods' value.", unit="1", ge=0, source="source 000"
    )
    damages_cases: int | None = setting(
        None,
        "Cases with damages after which the next one also ends the contract, for good; never if absent.",
        unit="cases",
        ge=0,
        le=100,
    )
    injured_share: float = setting(
        0.0, "Share of a penalty that goes to the partner sold into; the brand keeps the rest.", unit="1", ge=0, le=1
    )
    stop_weeks: int = setting(
        0, "Weeks in which a partner's orders are refused after a case with damages.", unit="weeks", ge=0, le=104
    )

    @model_validator(mode="after")
    def _a_ladder(self) -> Self:
        if self.deductions and self.deduction > self.damages:
            raise ValueError(
                f"damages is {self.damages:g}, allowed are values from deduction ({self.deduction:g}), the step before"
            )
        if self.damages_cases == 0 and self.stop_weeks:
            raise ValueError(
                f"stop_weeks is {self.stop_weeks}, but damages_cases is 0 and the first case with damages ends the "
                "contract; allowed is 0"
            )
        return self

    @property
    def finds(self) -> bool:
        """Whether the brand has any means to find diverted goods, or accuses anybody."""
        rates = self.detection, self.scan_rate, self.member_scan_rate, self.audits, self.false_alarms
        return any(rates) or self.anomaly_threshold is not None


class DiversionSettings(Settings):
    """How distributors and sub-distributors sell outside their territory, and who buys there."""

    openness: float = setting(
        0.0, "Share of buyers who take goods from another territory's partner at all; 0 = none.", unit="1", ge=0, le=1
    )
    undercut: float = setting(
        0.5, "Share of the diverter's gain that it passes on to the buyer as a lower price.", unit="1", ge=0, lt=1
    )
    half_discount: float = setting(
        0.03, "Discount at which an open buyer orders half of a SKU from the diverter.", unit="1", gt=0, le=1
    )
    margin: float = setting(
        0.3, "Least margin on top of all costs for which a partner diverts.", unit="money/unit", ge=0
    )
    pressure: float = setting(
        0.1,
        "Share of the purchase price by which a partner values goods lower while it has more than its order-up-to "
        "level.",
        unit="1",
        ge=0,
        le=1,
    )
    prior_detection: float = setting(
        0.1, "Probability of being found that partners believe in before any case.", unit="1", ge=0, le=1
    )
    prior_attempts: float = setting(20.0, "Consignments' worth of experience behind that belief.", unit="1", gt=0)
    hearsay: float = setting(
        0.5, "Weight of a neighbour's consignments and cases against the partner's own.", unit="1", ge=0, le=1
    )


class ConflictSettings(Settings):
    """What conflict does to partners, and how the conflict index weighs its five parts.

    A partner is content with a week's profit p where it is used to u by 1/2 + (p - u) / (2 (|p| + |u|)).
    """

    satisfaction_rate: float = setting(0.1, "Weight of the newest week in satisfaction.", unit="1", gt=0, le=1)
    habit_rate: float = setting(
        0.02, "Weight of the newest week in the profit a partner is used to.", unit="1", ge=0, le=1
    )
    from_diversion: float = setting(
        1.0, "Resentment of a partner all of whose territory's orders go to diverters.", unit="0..1", ge=0, le=1
    )
    from_online: float = setting(
        0.5, "Resentment of a shop whose goods are given away online; in proportion below.", unit="0..1", ge=0, le=1
    )
    from_unfairness: float = setting(
        0.0,
        "Resentment of shops that keep nothing of what the channel earns on own goods sold to the people of their "
        "area; in proportion where they keep less than a fair share.",
        unit="0..1",
        ge=0,
        le=1,
        source="form: aversion to disadvantageous inequity, Cui, Raju & Zhang 2007",
    )
    fair_share: float = setting(
        0.3, "Share of that margin which the shops of an area together hold fair for themselves.", unit="1", gt=0, le=1
    )
    push_withheld: float = setting(
        0.0, "Utility of own goods that a shop at full resentment withholds from them.", unit="utility", ge=0, le=20
    )
    stock_withheld: float = setting(
        0.0, "Share of its need of own goods that a shop at full resentment does not order.", unit="1", ge=0, le=1
    )
    from_accusation: float = setting(0.5, "Resentment of a false accusation.", unit="0..1", ge=0, le=1)
    from_audit: float = setting(0.1, "Resentment of an audit that finds nothing.", unit="0..1", ge=0, le=1)
    from_dispute: float = setting(
        0.1, "Resentment of each party to an open dispute, per dispute and week.", unit="0..1", ge=0, le=1
    )
    from_ruling: float = setting(
        0.5, "Resentment of a ruling that wrongs a partner, in the week of the ruling.", unit="0..1", ge=0, le=1
    )
    contest: float = setting(
        0.5,
        "Probability that a partner that is accused, rightly or not, brings its case before the dispute desk, where "
        "there is one.",
        unit="1",
        ge=0,
        le=1,
    )
    complaint: float = setting(
        0.1,
        "Probability that a partner into whose territory goods were diverted that the brand has not found brings them "
        "before the dispute desk.",
        unit="1",
        ge=0,
        le=1,
    )
    diversion_reference: float = setting(
        0.2, "Diverted share of volume at which its part of the conflict index is 1.", unit="1", gt=0, le=1
    )
    map_reference: float = setting(
        0.5, "Share of advertised prices below the minimum at which its part is 1.", unit="1", gt=0, le=1
    )
    dispersion_reference: float = setting(
        0.3, "Price dispersion within regions at which its part of the conflict index is 1.", unit="1", gt=0
    )
    dispute_reference: float = setting(
        0.5,
        "Open disputes per partner with a territory at which their part of the conflict index is 1.",
        unit="1",
        gt=0,
    )
    resentment_reference: float = setting(
        1.0, "Share of satisfaction lost at which resentment's part of the conflict index is 1.", unit="1", gt=0, le=1
    )
    diversion_weight: float = setting(1.0, "Weight of diversion in the conflict index.", unit="1", gt=0)
    map_weight: float = setting(1.0, "Weight of prices below the minimum.", unit="1", ge=0)
    dispersion_weight: float = setting(1.0, "Weight of price dispersion.", unit="1", ge=0)
    dispute_weight: float = setting(1.0, "Weight of open disputes.", unit="1", ge=0)
    resentment_weight: float = setting(1.0, "Weight of resentment.", unit="1", ge=0)
