// The big screen: what the facilitator has revealed, readable from eight metres.
import { ask, follow, tried } from "./api.js";
import { weekly } from "./charts.js";
import { el, fill } from "./dom.js";
import { JobView } from "./joblog.js";
import { swatch } from "./regions.js";
import { gap } from "./table.js";
import { joinCode, named, quantity, t, unitName } from "./words.js";

const SHOWN = ["channel_profit", "market_share", "weighted_distribution", "conflict_index"];
const S = { metric: "channel_profit" };
const view = new JobView(() => soon());
let root;

export async function start(room) {
  S.room = room;
  S.facts = await ask("metrics");
  await take(room.revealed);
  follow("room/events", { revealed: (news) => take(news) });
  addEventListener("resize", () => soon());
}

async function take(revealed) {
  if (S.facts[revealed.metric]?.weekly) S.metric = revealed.metric;
  if (revealed.job === null) view.clear();
  else if (revealed.job !== view.id) await tried(() => view.open(revealed.job));
  soon();
}

export function draw(node) {
  root = node;
  S.chart = null;
  update();
}

let waiting = false;
function soon() {
  if (waiting || !root) return;
  waiting = true;
  requestAnimationFrame(() => { waiting = false; update(); });
}

function update() {
  const { join } = S.room;
  if (!view.job) {
    S.chart = null;
    fill(root, el("div", { class: "blank" }, el("p", { text: t("present.nothing") }), join && joinCode(), join && el("p", { class: "joinlink" }, `${t("present.join")} `, el("b", { text: join }))));
    return;
  }
  if (!S.chart?.isConnected) {
    S.tiles = el("div", { class: "tiles" });
    S.title = el("h1");
    S.chart = el("div", { class: "chart big" });
    S.foot = el("footer");
    fill(root, el("div", { class: "stageview" }, el("div", { class: "top" }, S.title, join && joinCode()), S.chart, S.tiles, S.foot));
  }
  const size = Math.max(15, Math.min(30, innerWidth / 66));
  S.title.textContent = named("metrics", S.metric) + (unitName(S.facts[S.metric].weekly_unit, view.job.currency) ? ` · ${unitName(S.facts[S.metric].weekly_unit, view.job.currency)}` : "");
  weekly(S.chart, { lines: view.lines(S.metric), unit: S.facts[S.metric].weekly_unit, currency: null, metric: S.metric, warmup: view.job.warmup, all: view.length, size });
  fill(S.tiles, view.result && SHOWN.map((name) => {
    const entry = view.result.metrics[name], fact = S.facts[name];
    return el("section", {}, el("h2", { text: named("metrics", name) }), entry.policies.map((each, index) => el("div", { class: "figure" }, el("span", {}, swatch(index), "ABCD"[index]), el("b", { text: quantity(each.mean, fact.unit) }), entry.differences[index] && gap({ ...entry.differences[index], ci95: null }, fact.unit))));
  }));
  fill(S.foot, el("span", { class: `note ${view.result?.stage ?? "coarse"}`, text: `${view.running ? `${view.said()} · ` : ""}${view.note()}` }));
}
