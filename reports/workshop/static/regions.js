// The map of regions, and the story of the one that was clicked: its figures and its partners, policy by policy.
import { ask, tried } from "./api.js";
import { COLORS, mapOf } from "./charts.js";
import { el, fill } from "./dom.js";
import { named, partnerName, quantity, regionName, t, unitName } from "./words.js";

const HEADS = { units_received: "units" };
const UNITS = { units_received: "units", rebates: "money" };

export class Regions {
  // where: path below /api that has regions; query: added to it.
  constructor() { this.selected = null; this.policy = 0; this.rows = null; }

  async show(where, rows, labels, query = "") {
    if (where !== this.where || query !== this.query) { this.selected = null; this.told = null; this.partner = null; }
    Object.assign(this, { where, rows, labels, query });
    if (this.policy >= labels.length) this.policy = 0;
    this.update();
    if (this.selected) await this.pick(this.selected);
  }

  draw() {
    this.tabs = el("div", { class: "tabs" });
    this.map = el("div", { class: "chart map" });
    this.story = el("div", { class: "story" });
    this.box = el("section", { class: "card regions" }, el("div", { class: "row" }, el("h2", { text: t("map.title") }), this.tabs), el("p", { class: "hint", text: t("map.shown") }), this.map, this.story);
    queueMicrotask(() => this.update());
    return this.box;
  }

  update() {
    if (!this.map) return;
    if (!this.rows) { fill(this.story, el("p", { class: "hint", text: t("map.none") })); this.map.hidden = true; return; }
    this.map.hidden = this.rows.length < 2; // one mark alone says nothing; the list leads to its story
    const choice = el("select", { "aria-label": t("map.title"), onchange: (event) => this.pick(event.target.value) }, el("option", { value: "", text: t("map.choose") }), this.rows.map((row) => el("option", { value: row.region, selected: row.region === this.selected, text: regionName(row) })));
    fill(this.tabs, choice, this.labels.length > 1 && this.labels.map((label, index) => el("button", { class: index === this.policy ? "tab on" : "tab", text: "ABCD"[index], title: label, onclick: () => { this.policy = index; this.update(); } })));
    if (this.map.isConnected && !this.map.hidden) mapOf(this.map, { rows: this.rows, policy: this.policy, selected: this.selected, onpick: (region) => this.pick(region) });
    this.tell();
  }

  async pick(region) {
    if (region !== this.selected) this.partner = null;
    this.selected = region;
    this.told = await tried(() => ask(`${this.where}/regions/${encodeURIComponent(region)}${this.query}`));
    if (this.partner) await this.ask(this.partner);
    this.update();
  }

  // A partner's story: the same partner under every policy, beside the middle of its tier.
  async ask(partner) {
    this.partner = partner;
    this.portrait = await tried(() => ask(`${this.where}/partners/${encodeURIComponent(partner)}${this.query}`));
  }

  tell() {
    const row = this.rows.find((each) => each.region === this.selected);
    if (!row) { fill(this.story); return; }
    const figures = [["coverage", "weighted_distribution", "1"], ["sold", "units_sold", "units"], ["revenue", "revenue", "money"], ["contribution", "contribution", "money"]];
    const table = el("table", {}, el("thead", {}, el("tr", {}, el("th"), this.labels.map((label, index) => el("th", {}, swatch(index), label)))),
      el("tbody", {}, figures.map(([word, name, unit]) => el("tr", {}, el("th", { scope: "row" }, t(`map.${word}`), el("small", { text: unitName(unit, this.currency) })), row.policies.map((each) => el("td", { text: quantity(each[name], unit) }))))));
    const its = this.told?.[Math.min(this.policy, (this.told?.length ?? 1) - 1)];
    fill(this.story, el("h3", { text: `${regionName(row)} · ${t(`roles.${row.role}`)}` }), table, its && this.partners(its), this.partner && this.portrait && this.portraits());
  }

  portraits() {
    const there = this.portrait.find(Boolean);
    if (!there) return null;
    const row = (key, unit, label) => el("tr", {}, el("th", { scope: "row", text: label }), this.portrait.map((each) => {
      const found = each?.figures[key];
      return el("td", {}, el("b", { text: quantity(found?.value, unit) }), found && el("small", { text: t("map.middle", { value: quantity(found.median, unit) }) }));
    }));
    const plans = [...new Set(this.portrait.flatMap((each) => Object.keys(each?.rebates ?? {})))];
    return el("section", { class: "portrait", id: "portrait" },
      el("div", { class: "row" }, el("h3", { text: `${partnerName(this.partner)} · ${regionName(this.rows.find((each) => each.region === there.region) ?? this.rows[0])}` }),
        el("button", { class: "quiet", "aria-label": t("page.close"), text: "×", onclick: () => { this.partner = null; this.tell(); } })),
      el("table", {}, el("thead", {}, el("tr", {}, el("th"), this.labels.map((label, index) => el("th", {}, swatch(index), label)))),
        el("tbody", {}, el("tr", {}, el("th", { scope: "row", text: t("map.place") }), this.portrait.map((each) => el("td", { text: !each ? t("map.absent") : each.quarter ? t(`map.quarter_${each.quarter}`, { of: each.of }) : t("map.idle") }))),
          Object.keys(there.figures).map((key) => row(key, key === "satisfaction" || key === "resentment" ? "1" : "", t(`map.${HEADS[key] ?? key}`))),
          plans.map((plan) => el("tr", {}, el("th", { scope: "row", text: t("map.plan", { plan: named("incentives.plans", plan) }) }), this.portrait.map((each) => el("td", { text: quantity(each?.rebates[plan] ?? (each ? 0 : null)) })))))));
  }

  partners(its) {
    if (!its.partners.length) return el("p", { class: "hint", text: t("map.no_partners") });
    const columns = ["units_received", "satisfaction", "resentment", "attempts", "caught", "rebates"].filter((name) => name in its.partners[0]);
    return el("div", { class: "partners" },
      el("p", { class: "hint" }, swatch(this.policy), t("map.first_seed", { shown: its.partners.length, all: its.all })),
      el("table", {}, el("thead", {}, el("tr", {}, el("th", { text: t("map.partner") }), columns.map((name) => el("th", {}, t(`map.${HEADS[name] ?? name}`), el("small", { text: unitName(UNITS[name], this.currency) }))))),
        el("tbody", {}, its.partners.map((each) => el("tr", {}, el("th", { scope: "row" }, el("button", { class: "quiet", "aria-pressed": each.partner === this.partner ? "true" : "false", text: partnerName(each.partner), onclick: () => this.ask(each.partner).then(() => { this.tell(); document.getElementById("portrait")?.scrollIntoView({ block: "nearest" }); }) })), columns.map((name) => el("td", { text: name === "satisfaction" || name === "resentment" ? quantity(each[name], "1") : quantity(each[name]) })))))));
  }
}

export function swatch(index) {
  const node = el("i", { class: "swatch", "aria-hidden": "true" });
  node.style.background = COLORS[index];
  return node;
}
