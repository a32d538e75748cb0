// A participant's phone: start from a card, move a few levers, send it; and see what is on the big screen.
import { ask, follow, tried } from "./api.js";
import { weekly } from "./charts.js";
import { el, fill } from "./dom.js";
import { JobView } from "./joblog.js";
import { inSight, leverRow, prepared } from "./levers.js";
import { named, t } from "./words.js";

const S = { policy: { label: "", preset: "today", levers: {} }, name: "", sent: false, metric: "channel_profit" };
const view = new JobView(() => soon());
let root, chart;

export async function start(room) {
  const market = room.board.market ? `?market=${encodeURIComponent(room.board.market)}` : "";
  [S.info, S.facts] = await Promise.all([ask(`levers${market}`).then(prepared), ask("metrics")]);
  await take(room.revealed);
  follow("room/events", { revealed: (news) => take(news) });
}

async function take(revealed) {
  if (S.facts[revealed.metric]?.weekly) S.metric = revealed.metric;
  if (revealed.job === null) view.clear();
  else if (revealed.job !== view.id) await tried(() => view.open(revealed.job));
  if (root) draw(root);
}

export function draw(node) {
  root = node;
  chart = el("div", { class: "chart small" });
  fill(root, el("div", { class: "joinview" }, S.sent ? thanks() : form(),
    view.job && el("section", { class: "card" }, el("h2", { text: t("join.shown") }), el("p", { class: "hint", text: named("metrics", S.metric) }), chart, el("p", { class: "hint", text: view.note() }))));
  soon();
}

function thanks() {
  return el("section", { class: "card thanks" }, el("p", { text: t("join.sent") }), el("button", { class: "main", text: t("join.again"), onclick: () => { S.sent = false; S.policy = { label: "", preset: "today", levers: {} }; draw(root); } }));
}

function form() {
  const change = (key, value) => { S.policy = { ...S.policy, levers: { ...S.policy.levers, [key]: value } }; draw(root); };
  return el("section", { class: "card" }, el("h1", { text: t("join.title") }),
    el("label", { class: "field" }, t("join.name"), el("input", { id: "who", maxlength: 40, autocomplete: "off", value: S.name, oninput: (event) => { S.name = event.target.value; } })),
    el("label", { class: "field" }, t("join.label"), el("input", { id: "what", maxlength: 40, autocomplete: "off", value: S.policy.label, oninput: (event) => { S.policy.label = event.target.value; } })),
    el("label", { class: "field" }, t("join.start"), el("select", { id: "preset", onchange: (event) => { S.policy = { ...S.policy, preset: event.target.value, levers: {} }; draw(root); } }, S.info.cards.map((card) => el("option", { value: card.name, selected: card.name === S.policy.preset, text: named("presets", card.name) })))),
    el("p", { class: "hint", text: t(`about.${S.policy.preset}`) }),
    inSight(S.info, S.policy).map((lever) => leverRow(S.info, lever, S.policy, change)),
    el("button", { id: "send", class: "main wide", text: t("join.send"), onclick: send }));
}

async function send() {
  const label = S.policy.label.trim() || null;
  const done = await tried(() => ask("proposals", "POST", { name: S.name.trim() || "?", policy: { ...S.policy, label } }));
  if (done) { S.sent = true; draw(root); }
}

let waiting = false;
function soon() {
  if (waiting || !root) return;
  waiting = true;
  requestAnimationFrame(() => {
    waiting = false;
    if (view.job && chart?.isConnected) weekly(chart, { lines: view.lines(S.metric), unit: S.facts[S.metric].weekly_unit, currency: view.job.currency, metric: S.metric, warmup: view.job.warmup, all: view.length, size: 12 });
  });
}
