"""What the report's template asks for: every word, number and chart of the page."""

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd
from markupsafe import Markup

from channellab.reports import assumptions, charts, incentives, inputs, protection
from channellab.reports.charts.network_text import Coverage
from channellab.reports.charts.style import SERIES
from channellab.reports.language import Words, words
from channellab.reports.metric_rows import PRIMARY, Row, idle_metrics, metric_rows
from channellab.reports.pictures import FANNED, pictures
from channellab.reports.quantities import quantity, share_of_one
from channellab.reports.roles import MEASURES, Role, roles
from channellab.reports.sections import Chart
from channellab.reports.shelf_price import STOCK, ShelfPrice, ordered, part_name, shelf_price, tier_name
from channellab.reports.study import Told, about, full_title
from channellab.reports.summary import Summary, judged_together, summary
from channellab.reports.typefaces import families
from channellab.reports.validity import validity
from channellab.scenarios.metrics import Group
from channellab.scenarios.show import to_toml

CHARTED = ("channel_profit", "market_share", "numeric_distribution", "fill_rate", "retail_stock", "awareness")
COVERAGE: Coverage = "weighted_distribution"
"""The numeric one says little on a map: within a layout it is the same share of sites in every region."""
_BALANCED = 1e-9
"""Share of a week's turnover by which money may be off, for rounding."""
_GROUPS: tuple[Group, ...] = ("money", "sales", "coverage", "consumers", "goods", "partners")


@dataclass(frozen=True)
class Page:
    """What the template asks for; each property is a part of the page."""

    told: Told

    @cached_property
    def say(self) -> Words:
        """The words of the page."""
        return words(self.told.lang)

    @property
    def fonts(self) -> Markup:
        """Families for the style sheet."""
        return families(self.told.lang)

    @property
    def title(self) -> str:
        """Of the page."""
        document, labels = self.told.document, self.told.labels
        if document.baseline is None:
            (name,) = document.scenarios
            return full_title(name, self.told.folder.scenarios.get(name), self.told.lang)
        others = self.say.listed([labels[name] for name in document.others])
        return self.say("report.title_comparison", others=others, baseline=labels[document.baseline])

    @property
    def facts(self) -> list[str]:
        """How large the result is."""
        document, say = self.told.document, self.say
        regions = len(self.told.folder.of("regions", document.scenarios[0]))
        weeks, n = sorted({*document.weeks.values()}), document.replications
        kind = "facts_runs_one" if n == 1 else "facts_runs" if document.baseline is None else "facts_runs_paired"
        length = say("report.facts_weeks", count=weeks[0])
        if len(weeks) > 1:
            length = say("report.facts_weeks_between", low=weeks[0], high=weeks[-1])
        counts = [f"{loaded.scenario.consumers.count:,}" for loaded in self.told.folder.scenarios.values()]
        people = [say("report.facts_consumers", count=counts[0])] if len({*counts}) == 1 else []
        return [say("report.facts_regions", count=regions), *people, length, say(f"report.{kind}", count=n)]

    @property
    def scenarios(self) -> list[dict[str, str]]:
        """Each scenario's label, full title and purpose, where its file is there."""
        found = self.told.folder.scenarios
        return [
            {
                "label": label,
                "title": full_title(name, found.get(name), self.told.lang),
                **about(found.get(name), self.told.lang),
                "name": name,
                "settings": to_toml(found[name].scenario) if name in found else "",
            }
            for name, label in self.told.labels.items()
        ]

    @cached_property
    def summary(self) -> Summary:
        """The result in sentences."""
        return summary(self.told)

    @property
    def table_caption(self) -> str:
        """What the numbers of the table of metrics are."""
        document = self.told.document
        if document.baseline is not None:
            facts = {"n": document.replications, "baseline": self.told.labels[document.baseline]}
            told = self.say("report.table_caption_comparison", **facts, judged=self._judged)
        else:
            kind = "single" if document.replications == 1 else "run"
            told = self.say(f"report.table_caption_{kind}", n=document.replications)
        idle = idle_metrics(self.told)
        return f"{told} {self.say('report.idle', count=idle)}" if idle else told

    @property
    def _judged(self) -> str:
        """Over what Holm's correction goes."""
        if self.judged_together:
            return self.say("report.judged_by_family")
        return self.say("report.judged_as_one", tests=self.told.tests(next(iter(self.told.document.metrics))))

    @property
    def judged_together(self) -> str:
        """Which metrics a comparison was made for."""
        return judged_together(self.told)

    @property
    def metric_rows(self) -> list[tuple[str, list[Row]]]:
        """The table of metrics by group, each with its title."""
        rows = metric_rows(self.told)
        return [(self.say(f"metric_groups.{group}"), rows[group]) for group in (PRIMARY, *_GROUPS) if group in rows]

    @cached_property
    def _weekly(self) -> dict[str, pd.DataFrame]:
        return dict(list(self.told.tables("weekly").items())[: len(SERIES)])

    @property
    def limited(self) -> str:
        """Says so where charts cannot show all scenarios."""
        left = len(self.told.labels) > len(SERIES)
        return self.say("report.limited", count=len(SERIES)) if left else ""

    @property
    def trajectories(self) -> list[Markup]:
        """A chart for each metric over time but for those that are drawn large."""
        lang, weekly = self.told.lang, self._weekly
        return [
            charts.inline_svg(
                charts.trajectory_panel(weekly, metric, lang, self.told.currency),
                f"time-{metric.replace('_', '-')}",
                charts.trajectories_alt_text(weekly, [metric], lang),
            )
            for metric in CHARTED
            if metric not in FANNED
        ]

    @property
    def trajectories_caption(self) -> str:
        """What lines and bands are."""
        return charts.trajectories_caption(self._weekly, self.told.lang)

    @cached_property
    def network(self) -> tuple[list[Markup], Markup, bool]:
        """A map for each scenario, their key, and whether there are diverted goods."""
        told = self.told
        regions, goods = dict(told.tables("regions")), dict(told.tables("goods"))
        edges = told.folder.of("edges", told.document.scenarios[0])
        panels, key = charts.network_panels(regions, edges, told.lang, COVERAGE, goods)
        maps = []
        for number, (label, figure) in enumerate(panels.items(), 1):
            alt = charts.network_alt_text({label: regions[label]}, edges, told.lang, COVERAGE, {label: goods[label]})
            maps.append(charts.inline_svg(figure, f"map-{number}", alt))
        diverted = any(bool(charts.is_diverted(table).any()) for table in goods.values())
        return maps, charts.inline_svg(key, "map-key", self.say("report.key")), diverted

    @property
    def regions(self) -> list[dict[str, Any]]:
        """A row a region: its name, role, and by scenario coverage and units."""
        frames = list(self.told.tables("regions").values())
        called, lang = self.told.region_names(), self.told.lang
        return [
            {
                "name": name,
                "role": self.say(f"roles.{frames[0]['role'][place]}"),
                "cells": [
                    (float(f[column][place]), quantity(float(f[column][place]), unit, lang, places))
                    for f in frames
                    for column, unit, places in ((COVERAGE, "1", 1), ("units_sold", "units/year", 0))
                ],
            }
            for place, name in enumerate(called)
        ]

    @cached_property
    def prices(self) -> dict[str, ShelfPrice]:
        """By label, the shelf price of each scenario in which something was sold."""
        found = {}
        for name, label in self.told.labels.items():
            profit = self.told.mean("channel_profit", name).mean
            where = str(self.told.folder.path / "money.csv")
            price = shelf_price(where, self.told.folder.of("money", name), profit)
            if price is not None:
                found[label] = price
        return found

    @property
    def waterfall(self) -> Markup:
        """Chart of the shelf prices, of which there must be one."""
        lang = self.told.lang
        return charts.inline_svg(
            charts.waterfall(self.prices, lang), "price", charts.waterfall_alt_text(self.prices, lang)
        )

    @property
    def price_rows(self) -> list[dict[str, Any]]:
        """The parts of the shelf price: tier, name, and the share in each scenario."""
        lang, rows = self.told.lang, []
        for part in ordered(self.prices):
            shares = [{p.key: p.share for p in price.parts}.get(part.key, 0.0) for price in self.prices.values()]
            tier = tier_name(part.tier, lang) if part.tier else ""
            cells = [(share, share_of_one(share)) for share in shares]
            rows.append({"tier": tier, "name": part_name(part, lang), "cells": cells})
        return rows

    @property
    def price_notes(self) -> list[str]:
        """What the parts leave open: stock, and scenarios in which nothing was sold."""
        notes = []
        if any(part.name == STOCK for price in self.prices.values() for part in price.parts):
            notes.append(self.say("report.price_stock_row"))
        stocked = {label: price.stocked for label, price in self.prices.items() if price.stocked}
        if stocked:
            item = [self.say("why.item", value=share_of_one(share), label=label) for label, share in stocked.items()]
            notes.append(self.say("report.price_stocked", shares=self.say.listed(item)))
        none = [label for label in self.told.labels.values() if label not in self.prices]
        return notes + [self.say("report.price_none", label=label) for label in none]

    @property
    def one(self) -> str:
        """One unit of money."""
        return self.say("report.one", currency=self.told.currency)

    @cached_property
    def roles(self) -> list[Role]:
        """The table by market role."""
        return roles(self.told)

    @cached_property
    def protection(self) -> list[protection.Row]:
        """What protecting territories cost and saved, where anybody diverts or is policed."""
        return protection.rows(self.told)

    @cached_property
    def pictures(self) -> dict[str, list[Chart]]:
        """Charts made for a room, by part of the page."""
        return defaultdict(list, pictures(self.told))

    @property
    def validity(self) -> str:
        """How far the model was held against the world."""
        return validity(self.told.folder.path, self.told.lang)

    @property
    def version(self) -> str:
        """Of the lab that played."""
        return self.told.document.versions.get("channellab", "")

    @property
    def inputs(self) -> Markup:
        """What the page carries for a repetition."""
        return inputs.embedded(inputs.of_result(self.told.folder))

    @cached_property
    def incentives(self) -> list[incentives.Block]:
        """Who earned which rebate, where there are any."""
        return incentives.blocks(self.told)

    @property
    def most_diverted(self) -> int:
        """Routes of diverted goods that a map shows."""
        return charts.MOST_DIVERTED

    @property
    def roles_note(self) -> str:
        """What the table by role counts."""
        return self.say("report.roles_caption" if self.told.document.others else "report.roles_caption_run")

    @property
    def measures(self) -> dict[str, str]:
        """Titles of that table's rows."""
        return {
            measure: self.say(f"report.{measure}", unit=self.say.unit(unit, self.told.currency))
            for measure, unit in MEASURES.items()
        }

    @property
    def varied(self) -> list[assumptions.Setting] | None:
        """Settings that differ."""
        return assumptions.varied(self.told)

    @property
    def market(self) -> list[str]:
        """The market in sentences."""
        return assumptions.market(self.told)

    @cached_property
    def command(self) -> assumptions.Command:
        """What gives the same numbers."""
        return assumptions.command(self.told)

    @property
    def seeds(self) -> str:
        """Seeds of all runs of the first scenario; with a comparison they are those of all scenarios."""
        table = self.told.folder.of("replications", self.told.document.scenarios[0])
        return self.say.several([str(int(seed)) for seed in table["seed"]])

    @property
    def versions(self) -> str:
        """Of the lab and what it is built on."""
        return self.say.several([f"{name} {version}" for name, version in self.told.document.versions.items()])

    @property
    def books_balance(self) -> bool:
        """Whether no gap is larger than rounding."""
        books = self.told.document.ledger
        return books.money_imbalance <= _BALANCED and books.goods_imbalance == 0

    @property
    def books(self) -> str:
        """Whether money and goods add up."""
        books = self.told.document.ledger
        money, goods = f"{books.money_imbalance:.1g}", f"{books.goods_imbalance:g}"
        return self.say(f"report.books_{'good' if self.books_balance else 'bad'}", money=money, goods=goods)
