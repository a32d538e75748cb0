// Finished studies: walk along the front of a search, look into the groups of a batch, and a region's story.
import { ask, tried } from "./api.js";
import { front, objectiveName } from "./charts.js";
import { el, fill } from "./dom.js";
import { Regions } from "./regions.js";
import { HEADLINES } from "./table.js";
import { leverName, named, quantity, t, unitName } from "./words.js";

const S = { list: [], study: null, chosen: 0, group: 0 };
const regions = new Regions();
let root, facts, room;

export async function start(there) {
  room = there;
  [S.list, facts] = await Promise.all([ask("studies"), ask("metrics")]);
  const asked = new URLSearchParams(location.search).get("study");
  const first = S.list.find((each) => each.id === asked) ?? S.list[0];
  if (first) await open(first.id);
  addEventListener("keydown", (event) => {
    if (S.study?.kind !== "search" || event.target.tagName === "INPUT") return;
    if (event.key === "ArrowRight") walk(S.chosen + 1);
    if (event.key === "ArrowLeft") walk(S.chosen - 1);
  });
}

async function open(id) {
  const study = await tried(() => ask(`studies/${id}`));
  if (!study) return;
  Object.assign(S, { study, chosen: 0, group: 0 });
  regions.rows = null;
  if (study.search?.finalists) {
    const label = study.search.objectives[0].label;
    study.search.finalists.sort((a, b) => a.objectives[label].mean - b.objectives[label].mean);
    S.chosen = Math.max(0, study.search.finalists.findIndex((each) => each.candidate === study.search.recommended?.candidate));
  }
  const address = new URL(location.href);
  address.searchParams.set("study", id);
  history.replaceState(null, "", address);
  if (root) draw(root);
  if (study.groups?.length) await pick(0);
}

async function pick(group) {
  S.group = group;
  const path = `studies/${S.study.id}`;
  const rows = await tried(() => ask(`${path}/regions?group=${group}`));
  if (root) draw(root);
  if (rows) await regions.show(path, rows, [S.study.groups[group].name], `?group=${group}`);
}

function walk(place) {
  S.chosen = Math.min(Math.max(0, place), S.study.search.finalists.length - 1);
  drawFront();
}

export function draw(node) {
  root = node;
  if (!S.list.length) return fill(root, el("section", { class: "card" }, el("h2", { text: t("studies.title") }), el("p", { class: "hint", text: t("studies.none") })));
  S.chart = el("div", { class: "chart front" });
  S.detail = el("div", { class: "detail" });
  const study = S.study;
  return fill(root, el("div", { class: "studiesview" },
    el("aside", { class: "card list" }, el("h2", { text: t("studies.title") }), S.list.map((each) => el("button", { class: each.id === study?.id ? "on" : "", onclick: () => open(each.id) }, el("b", { text: each.name }), el("small", { text: t(`studies.${each.kind}`) })))),
    study && el("div", { class: "main" },
      study.kind === "search" && el("section", { class: "card" }, el("h2", { text: `${study.name} · ${t("studies.front")}` }), el("p", { class: "hint", text: t("studies.front_hint") }),
        el("div", { class: "two" }, el("div", {}, S.chart, el("input", { type: "range", id: "walk", min: 0, max: study.search.finalists.length - 1, value: S.chosen, "aria-label": t("studies.front"), oninput: (event) => walk(Number(event.target.value)) })), S.detail)),
      study.calibration && el("section", { class: "card" }, el("h2", { text: `${study.name} · ${t("studies.calibration")}` }), tree(study.calibration)),
      study.groups && el("section", { class: "card" }, el("h2", { text: study.kind === "search" ? t("studies.groups") : `${study.name} · ${t("studies.groups")}` }), groups(study)),
      study.groups?.length > 0 && regions.draw())), requestAnimationFrame(drawFront) && null);
}

function drawFront() {
  if (S.study?.kind !== "search" || !S.chart?.isConnected || !S.study.search.finalists.length) return;
  const { objectives, candidates, finalists, today, recommended } = S.study.search;
  front(S.chart, { objectives, candidates, finalists, today, chosen: S.chosen, onpick: walk });
  document.getElementById("walk").value = S.chosen;
  const it = finalists[S.chosen];
  fill(S.detail, el("h3", {}, t("studies.finalist", { number: it.candidate }), it.candidate === recommended?.candidate && el("em", { text: t("studies.recommended") })),
    el("table", {}, el("tbody", {}, objectives.map((each) => {
      const told = it.objectives[each.label], gap = it.against_today?.[each.label];
      return el("tr", {}, el("th", { scope: "row" }, objectiveName(each), el("small", { text: unitName(each.unit) })), el("td", {}, el("b", { text: quantity(told.mean, each.unit) }), el("small", { text: t("number.between", { low: quantity(told.ci95[0], each.unit), high: quantity(told.ci95[1], each.unit) }) }),
        gap && el("small", { text: `${t("studies.against")}: ${quantity(gap.mean, each.unit, 3, true)}` })));
    }), el("tr", {}, el("th", { scope: "row", text: t("studies.chance") }), el("td", { text: quantity(it.chance_of_front, "1") })))),
    el("p", { class: "hint", text: t(it.feasible ? "studies.feasible" : "studies.infeasible") }),
    el("h3", { text: t("studies.values") }),
    el("table", {}, el("tbody", {}, Object.entries(it.values).map(([key, value]) => el("tr", {}, el("th", { scope: "row", text: leverName(key) }), el("td", { text: typeof value === "number" ? quantity(value, "", 4) : String(value) }))))),
    !room.guest && el("button", { class: "main", text: t("studies.try"), onclick: () => attempt(it) }));
}

async function attempt(it) {
  const steered = Object.entries(it.values).filter(([key]) => key.startsWith("policy.") || key.startsWith("layout."));
  const policy = { label: t("studies.finalist", { number: it.candidate }), preset: "today", levers: Object.fromEntries(steered) };
  await tried(async () => {
    const { board } = await ask("room");
    const policies = [...board.policies.slice(0, 3), policy];
    await ask("board", "PUT", { ...board, policies, active: policies.length - 1 });
    await ask("jobs", "POST", { policies, market: board.market, seeds: board.seeds, weeks: board.weeks });
    location.href = "/control";
  });
}

function groups(study) {
  const shown = HEADLINES.filter((name) => study.groups.some((group) => group.metrics[name]));
  return el("div", { class: "scroll" }, el("table", { class: "groups" }, el("thead", {}, el("tr", {}, el("th"), shown.map((name) => el("th", { text: named("metrics", name) })))),
    el("tbody", {}, study.groups.map((group, index) => el("tr", { class: index === S.group ? "on" : "", tabindex: 0, onclick: () => pick(index), onkeydown: (event) => { if (event.key === "Enter") pick(index); } },
      el("th", { scope: "row" }, group.name, el("small", { text: t("studies.runs", { done: group.done, runs: group.runs }) })),
      shown.map((name) => { const each = group.metrics[name]; return el("td", { text: each ? quantity(each.mean, facts[name].unit) : t("number.missing") }); }))))));
}

// A document of which only the shape is known: tables in tables, numbers as they are.
function tree(value) {
  if (value === null || typeof value !== "object") return el("span", { text: typeof value === "number" ? quantity(value, "", 4) : String(value ?? t("number.missing")) });
  const entries = Object.entries(value).slice(0, 100);
  if (Array.isArray(value) && value.every((each) => each === null || typeof each !== "object")) return el("span", { text: value.slice(0, 50).map((each) => (typeof each === "number" ? quantity(each, "", 4) : String(each))).join(", ") });
  return el("table", {}, el("tbody", {}, entries.map(([key, inner]) => el("tr", {}, el("th", { scope: "row", text: key }), el("td", {}, inner !== null && typeof inner === "object" && Object.keys(inner).length > 6 ? el("details", {}, el("summary", { text: Object.keys(inner).length }), tree(inner)) : tree(inner))))));
}
