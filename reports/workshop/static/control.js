// The facilitator's view: cards, levers, policies side by side, and what comes of them.
import { ask, follow, tried } from "./api.js";
import { weekly } from "./charts.js";
import { el, fill, notice } from "./dom.js";
import { JobView } from "./joblog.js";
import { folded, inSight, leverRow, prepared } from "./levers.js";
import { Regions, swatch } from "./regions.js";
import { primaryNames, resultTable } from "./table.js";
import { choiceName, joinCode, lang, leverName, named, quantity, t, titleOf } from "./words.js";

const S = { metric: "channel_profit", all: false, fold: {} };
const view = new JobView((what) => updated(what));
const regions = new Regions();
const parts = {};
let pending = false;

export async function start(room) {
  S.room = room;
  S.board = room.board;
  const [info, facts, markets] = await Promise.all([ask(levers(room.board.market)), ask("metrics"), ask("scenarios")]);
  Object.assign(S, { info: prepared(info), facts, markets });
  const asked = new URLSearchParams(location.search).get("job") ?? room.jobs[0];
  if (asked) await tried(() => view.open(asked));
  const again = () => refresh();
  follow("room/events", { board: again, proposals: again, jobs: again, revealed: again, ready: again });
}

const levers = (market) => `levers${market ? `?market=${encodeURIComponent(market)}` : ""}`;

// Another browser may have changed the room.
async function refresh() {
  const room = await tried(() => ask("room"));
  if (!room) return;
  const market = S.board.market;
  S.room = room;
  S.board = room.board;
  if (S.board.market !== market) S.info = prepared(await ask(levers(S.board.market)));
  drawSide();
  drawPolicies();
  drawActions();
  if (room.jobs[0] && room.jobs[0] !== view.id && !pending) await watch(room.jobs[0]);
}

async function watch(job) {
  const address = new URL(location.href);
  address.searchParams.set("job", job);
  history.replaceState(null, "", address);
  await tried(() => view.open(job));
}

// What the facilitator does is done in turn, so that a run never misses the change before it.
let turn = Promise.resolve();
function inTurn(work) {
  turn = turn.then(work, work);
  return turn;
}

function put(board, play = true) { return inTurn(() => putNow(board, play)); }

async function putNow(board, play) {
  pending = true;
  const done = await tried(async () => {
    S.board = await ask("board", "PUT", board);
    if (play) await run();
    return true;
  });
  pending = false;
  if (!done) await refresh();
}

async function run() {
  const { policies, market, seeds, weeks } = S.board;
  const job = await ask("jobs", "POST", { policies, market, seeds, weeks, replaces: view.running ? view.id : null });
  await watch(job.id);
}

const active = () => Math.min(S.board.active, S.board.policies.length - 1);
const withPolicy = (index, policy) => ({ ...S.board, policies: S.board.policies.map((each, place) => (place === index ? policy : each)) });

// A card goes into the column that is selected; the first, the reference, gives way to a new column.
function useCard(name) {
  const policy = { label: null, preset: name, levers: {} };
  const { policies } = S.board;
  if (active() === 0 && policies.length === 1) return put({ ...S.board, policies: [...policies, policy], active: 1 });
  return put(withPolicy(active(), policy));
}

function moveLever(key, value) {
  const index = active(), policy = S.board.policies[index];
  put(withPolicy(index, { ...policy, levers: { ...policy.levers, [key]: value } }));
}

function addPolicy(policy) {
  const { policies } = S.board;
  if (policies.length >= 4) return notice(t("control.too_many"));
  const { label, preset, levers: moved } = policy ?? policies[active()];
  return put({ ...S.board, policies: [...policies, { label, preset, levers: moved }], active: policies.length });
}

function removePolicy(index) {
  const policies = S.board.policies.filter((_, place) => place !== index);
  put({ ...S.board, policies, active: Math.min(S.board.active, policies.length - 1) });
}

export function draw(root) {
  parts.side = el("aside", { class: "side" });
  parts.policies = el("div", { class: "policies" });
  parts.actions = el("div", { class: "actions" });
  parts.status = el("div", { class: "status", "aria-live": "polite" });
  parts.chart = el("div", { class: "chart weekly", id: "weekly" });
  parts.pick = el("select", { "aria-label": t("result.metric"), onchange: (event) => { S.metric = event.target.value; drawChart(); } },
    Object.entries(S.facts).filter(([, fact]) => fact.weekly).map(([name]) => el("option", { value: name, selected: name === S.metric, text: named("metrics", name) })));
  parts.table = el("div", { class: "tablebox" });
  fill(root, el("div", { class: "control" }, parts.side,
    el("div", { class: "main" },
      el("section", { class: "card bar" }, parts.policies, parts.actions, parts.status),
      parts.two = el("div", { class: "two" },
        el("section", { class: "card" }, el("div", { class: "row" }, el("h2", { text: t("result.weekly") }), parts.pick), parts.chart),
        el("section", { class: "card" }, el("h2", { text: t("result.title") }), parts.table)),
      regions.draw())));
  drawSide();
  drawPolicies();
  drawActions();
  drawStatus();
  drawTable();
  if (view.regions) regions.labels = view.job.policies.map(titleOf);
  requestAnimationFrame(() => { drawChart(); regions.update(); });
}

function drawSide() {
  if (!parts.side) return;
  const index = active(), policy = S.board.policies[index];
  const scroll = parts.side.scrollTop, focused = document.activeElement?.id;
  fill(parts.side,
    el("section", { class: "card" }, el("h2", { text: t("control.cards") }), el("p", { class: "hint", text: t("control.cards_hint") }),
      el("div", { class: "cards" }, S.info.cards.map((card) => el("button", { class: `preset${card.name === policy.preset ? " on" : ""}`, "data-preset": card.name, onclick: () => useCard(card.name) }, el("b", { text: named("presets", card.name) }), el("small", { text: t(`about.${card.name}`) }))))),
    el("section", { class: "card levers" },
      el("div", { class: "row" }, el("h2", {}, swatch(index), t("control.levers", { label: `${"ABCD"[index]} ${titleOf(policy)}` })),
        Object.keys(policy.levers).length > 0 && el("button", { class: "quiet", text: t("control.reset"), onclick: () => put(withPolicy(index, { ...policy, levers: {} })) })),
      inSight(S.info, policy).map((lever) => leverRow(S.info, lever, policy, moveLever)),
      Object.keys(policy.levers).filter((key) => !inSight(S.info, policy).some((lever) => lever.key === key)).length > 0 &&
        el("p", { class: "hint", text: `${t("control.moved")}: ${Object.keys(policy.levers).map(leverName).join(" · ")}` }),
      folded(S.info, policy, moveLever, S.fold)),
    el("section", { class: "card" }, el("h2", { text: t("control.proposals") }),
      S.room.proposals.length === 0
        ? el("p", { class: "hint", text: S.room.join ? t("control.no_proposals", { link: S.room.join }) : t("control.no_phones") })
        : S.room.proposals.map((each) => el("div", { class: "proposal" }, el("b", { text: each.name }), el("span", { text: titleOf(each.policy) }),
          el("small", { text: [named("presets", each.policy.preset), ...Object.entries(each.policy.levers).map(([key, value]) => `${leverName(key)} ${leverValue(key, value)}`)].join(" · ") }),
          el("div", { class: "row" }, el("button", { text: t("control.take", { slot: "ABCD"[Math.min(S.board.policies.length, 3)] }), onclick: () => addPolicy({ ...each.policy, label: `${titleOf(each.policy)} (${each.name})`.slice(0, 40) }) }),
            el("button", { class: "quiet", text: t("control.dismiss"), onclick: () => tried(() => ask(`proposals/${each.number}`, "DELETE")) })))),
      S.room.join && joinCode()),
    el("section", { class: "card" }, el("label", { class: "market" }, el("h2", { text: t("control.market") }),
      el("select", { onchange: (event) => changeMarket(event.target.value) }, S.markets.map((each) => el("option", { value: each.name, selected: each.name === (S.board.market ?? S.room.market), title: (lang === "zh" ? each.about_zh : "") || each.about, text: (lang === "zh" ? each.title_zh : each.title_en) || each.name }))))));
  parts.side.scrollTop = scroll;
  if (focused && parts.side.contains(document.getElementById(focused))) document.getElementById(focused).focus({ preventScroll: true });
}

function leverValue(key, value) {
  const lever = S.info.byKey[key];
  if (typeof value === "boolean") return t(value ? "choices.on" : "choices.off");
  return typeof value === "string" ? choiceName(key, value) : quantity(value, lever?.unit === "1" && (lever.high ?? 9) <= 1 ? "1" : "", 4);
}

async function changeMarket(name) {
  const market = name === S.room.market ? null : name;
  S.info = prepared(await ask(levers(market)));
  await put({ ...S.board, market, policies: [{ label: null, preset: "today", levers: {} }], active: 0 }, false);
  await refresh();
}

function drawPolicies() {
  if (!parts.policies) return;
  const { policies } = S.board;
  fill(parts.policies, policies.map((policy, index) => {
    const name = el("input", { class: "name", value: titleOf(policy), maxlength: 40, "aria-label": t("control.rename"), onchange: (event) => { put(withPolicy(index, { ...policy, label: event.target.value.trim() || null }), false); } });
    const moved = Object.keys(policy.levers).length;
    return el("div", { class: `policy${index === active() ? " on" : ""}`, "data-slot": "ABCD"[index], onclick: (event) => { if (event.target.tagName !== "BUTTON" && index !== active()) put({ ...S.board, active: index }, false).then(() => { drawSide(); drawPolicies(); }); } },
      el("b", { class: "slot" }, swatch(index), "ABCD"[index]), name,
      el("small", { text: index === 0 ? t("control.reference") : [policy.label === null ? "" : named("presets", policy.preset), moved ? `${moved} × ${t("control.moved")}` : ""].filter(Boolean).join(" · ") }),
      policies.length > 1 && index > 0 && el("button", { class: "quiet x", "aria-label": t("control.remove"), title: t("control.remove"), text: "×", onclick: () => removePolicy(index) }));
  }), policies.length < 4 && el("button", { class: "add", title: t("control.luck"), text: `+ ${t("control.add")}`, onclick: () => addPolicy() }));
}

function drawActions() {
  if (!parts.actions) return;
  const shown = S.room.revealed.job === view.id && view.id !== null;
  fill(parts.actions,
    el("button", { id: "run", class: "main", text: t("control.run"), onclick: () => inTurn(() => tried(run)) }),
    el("button", { id: "stop", disabled: !view.running, text: t("control.stop"), onclick: () => tried(() => ask(`jobs/${view.id}/stop`, "POST")) }),
    el("button", { id: "undo", disabled: S.room.undo === 0, text: t("control.undo"), onclick: () => inTurn(undo) }),
    el("button", { id: "reveal", class: shown ? "on" : "", disabled: !view.id, text: t(shown ? "control.hide" : "control.reveal"), onclick: () => tried(() => ask("reveal", "PUT", { job: shown ? null : view.id, metric: S.metric })) }),
    el("label", { class: "inline" }, t("control.seeds"), el("select", { id: "seeds", onchange: (event) => put({ ...S.board, seeds: Number(event.target.value) }) }, [1, 2, 4, 8, 16].map((count) => el("option", { value: count, selected: count === S.board.seeds, text: count })))),
    el("a", { class: `button${view.result && !view.result.shipped && (view.result.seeds > 1 || view.job?.policies.length === 1) ? "" : " off"}`, id: "report", href: view.id ? `/api/jobs/${view.id}/report?lang=${lang}` : "#", download: `channellab-${view.id}.html`, text: t("control.report") }));
}

async function undo() {
  pending = true;
  await tried(async () => {
    await ask("board/undo", "POST");
    S.room = await ask("room");
    S.board = S.room.board;
    await run();
  });
  pending = false;
  await refresh();
}

function drawStatus() {
  if (!parts.status) return;
  const done = view.running ? (view.runs > 1 && view.done ? view.done / view.runs : Math.min(1, view.played / Math.max(1, (view.job?.warmup ?? 0) + view.length))) : 1;
  const bar = el("progress", { max: 1, value: done, hidden: !view.running });
  const ready = S.room.ready > 0;
  fill(parts.status, el("span", { class: `state ${view.state ?? ""}`, text: view.said() }), bar,
    view.running && el("span", { class: "hint", text: t("job.progress", { done: view.done, runs: view.runs }) }),
    view.job && el("span", { class: `note ${view.result?.stage ?? "coarse"}`, text: view.note() }),
    !ready && el("span", { class: "hint", text: t("page.warming") }));
}

function drawChart() {
  if (!parts.chart?.isConnected) return;
  const fact = S.facts[S.metric];
  const lines = view.job ? view.lines(S.metric) : [];
  weekly(parts.chart, { lines, unit: fact.weekly_unit, currency: view.job?.currency ?? S.info.currency, metric: S.metric, warmup: view.job?.warmup ?? 0, all: view.length });
}

function drawTable() {
  if (!parts.table) return;
  if (!view.result) return fill(parts.table, el("p", { class: "hint", text: view.said() }));
  const labels = view.job.policies.map(titleOf);
  parts.two.classList.toggle("many", labels.length > 2);
  return fill(parts.table, el("p", { class: `stage ${view.result.stage}`, text: view.note() }),
    resultTable(view.result, labels, S.facts, view.job.currency, S.all),
    labels.length > 1 && view.result.seeds > 1 && el("p", { class: "hint", text: t("result.legend", { primary: primaryNames(view.result) }) }),
    el("button", { class: "quiet", text: t("result.more"), onclick: () => { S.all = !S.all; drawTable(); } }),
    el("p", { class: "hint", text: t("result.books", { money: quantity(view.result.books.money_imbalance), goods: quantity(view.result.books.goods_imbalance) }) }));
}

let waiting = false;
function updated(what) {
  if (what === "regions" && view.regions) {
    regions.currency = view.job.currency;
    regions.show(`jobs/${view.id}`, view.regions, view.job.policies.map(titleOf));
  }
  if (waiting) return;
  waiting = true;
  requestAnimationFrame(() => {
    waiting = false;
    drawStatus();
    drawActions();
    drawChart();
    drawTable();
  });
}
