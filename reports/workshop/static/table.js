// Metrics side by side: means, and differences from the first policy with a sign for what may be said of them.
import { el } from "./dom.js";
import { swatch } from "./regions.js";
import { SIGNS, difference, lang, named, quantity, t, unitName } from "./words.js";

export const HEADLINES = ["channel_profit", "manufacturer_profit", "partner_profit", "consumer_surplus", "market_share", "weighted_distribution", "fill_rate", "conflict_index"];

export function resultTable(result, labels, facts, currency, all = false) {
  const names = all ? Object.keys(result.metrics) : HEADLINES;
  let group = null;
  return el("table", { class: "metrics" },
    el("thead", {}, el("tr", {}, el("th", { text: t("result.metric") }), labels.map((label, index) => el("th", {}, swatch(index), `${"ABCD"[index]} ${label}`)))),
    el("tbody", {}, names.flatMap((name) => {
      const entry = result.metrics[name], fact = facts[name];
      const heading = all && fact.group !== group ? el("tr", { class: "group" }, el("th", { colspan: labels.length + 1, text: t(`metric_groups.${fact.group}`) })) : null;
      group = fact.group;
      const row = el("tr", {}, el("th", { scope: "row", title: lang === "zh" ? fact.definition_zh : fact.definition }, named("metrics", name), el("small", { text: unitName(fact.unit, currency) })),
        entry.policies.map((each, index) => el("td", {}, el("b", { text: quantity(each.mean, fact.unit) }), entry.differences[index] && gap(entry.differences[index], fact.unit))));
      return [heading, row].filter(Boolean);
    })));
}

// The metrics that are judged together, apart from all others.
export function primaryNames(result) { return result.primary.map((name) => named("metrics", name)).join(t("list.separator")); }

export function gap(found, unit) {
  const kind = found.verdict ?? "single";
  return el("span", { class: `gap ${kind}` }, el("i", { "aria-label": t(`result.${kind}`), title: t(`result.${kind}`), text: SIGNS[found.verdict] ?? "" }), difference(found, unit));
}
