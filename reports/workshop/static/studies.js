// Finished studies: walk along the front of a search, look into the groups of a batch, and a region's story.
import { ask, tried } from "./api.js";
import { front, objectiveName } from "./charts.js";
import { el, fill } from "./dom.js";
import { Regions } from "./regions.js";
import { HEADLINES } from "./table.js";
import { lang, leverName, named, quantity, t, unitName } from "./words.js";

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
  Object.assign(S, { study, chosen: 0, group: 0, page: null, told: null });
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
  if (study.groups?.length) await pick(Math.max(0, groupOf(S.chosen)));
}

// A study of another kind is told by its report, in the language of the moment.
async function readPage() {
  const { study, told } = S;
  if (!study || study.groups || told === `${study.id} ${lang}`) return;
  S.told = `${study.id} ${lang}`;
  S.page = await tried(() => ask(`studies/${study.id}/page?lang=${lang}`));
  if (root) draw(root);
}

async function pick(group) {
  S.group = group;
  S.rows?.forEach((row, index) => { row.className = index === group ? "on" : ""; });
  const path = `studies/${S.study.id}`;
  const rows = await tried(() => ask(`${path}/regions?group=${group}`));
  if (rows && S.group === group) await regions.show(path, rows, [groupName(S.study.groups[group])], `?group=${group}`);
}

// What a group of runs is called: a search names its candidates and stages in a way that programs read.
function groupName(group) {
  if (!group.scenario) return group.name;
  const [, today, number, stage] = /^(?:(today)|candidate (\d+))(?: (fresh|answer|confirm))?$/.exec(group.policy) ?? [];
  let policy = today ? t("studies.today") : number === undefined ? group.policy : t("studies.finalist", { number });
  if (stage) policy = t("studies.at_stage", { policy, stage: t(`studies.stage_${stage}`) });
  const inputs = Object.entries(group.inputs).map(([key, text]) => `${leverName(key)} ${text}`);
  return [group.scenario, policy, ...inputs].filter(Boolean).join(" · ");
}

// The runs of a finalist on fresh seeds.
function groupOf(place) {
  const it = S.study.search?.finalists?.[place];
  return it ? S.study.groups.findIndex((each) => each.policy === `candidate ${it.candidate} fresh`) : -1;
}

let settled;
function walk(place) {
  S.chosen = Math.min(Math.max(0, place), S.study.search.finalists.length - 1);
  drawFront();
  clearTimeout(settled);
  settled = setTimeout(() => { const group = groupOf(S.chosen); if (group >= 0) pick(group); }, 250);
}

export function draw(node) {
  root = node;
  if (!S.list.length) return fill(root, el("section", { class: "card" }, el("h2", { text: t("studies.title") }), el("p", { class: "hint", text: t("studies.none") })));
  S.chart = el("div", { class: "chart front" });
  S.detail = el("div", { class: "detail" });
  const study = S.study;
  if (regions.rows) regions.labels = [groupName(study.groups[S.group])];
  return fill(root, el("div", { class: "studiesview" },
    el("aside", { class: "card list" }, el("h2", { text: t("studies.title") }), S.list.map((each) => el("button", { class: each.id === study?.id ? "on" : "", onclick: () => open(each.id) }, el("b", { text: each.name }), el("small", { text: t(`studies.${each.kind}`) })))),
    study && el("div", { class: "main" },
      el("div", { class: "row" }, el("h1", { text: study.name }), el("a", { class: "button", id: "report", href: `/api/studies/${study.id}/report?lang=${lang}`, download: `channellab-${study.id}.html`, text: t("control.report") })),
      study.kind === "search" && el("section", { class: "card" }, el("h2", { text: t("studies.front") }), el("p", { class: "hint", text: t("studies.front_hint") }),
        el("div", { class: "two" }, el("div", {}, S.chart, el("input", { type: "range", id: "walk", min: 0, max: study.search.finalists.length - 1, value: S.chosen, "aria-label": t("studies.front"), oninput: (event) => walk(Number(event.target.value)) })), S.detail)),
      S.page && pageOf(study, S.page),
      study.groups && el("section", { class: "card" }, el("h2", { text: t("studies.groups") }), groups(study)),
      study.groups?.length > 0 && regions.draw())), requestAnimationFrame(drawFront) && null, queueMicrotask(readPage) ?? null);
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
    el("tbody", {}, S.rows = study.groups.map((group, index) => el("tr", { class: index === S.group ? "on" : "", tabindex: 0, onclick: () => pick(index), onkeydown: (event) => { if (event.key === "Enter") pick(index); } },
      el("th", { scope: "row" }, groupName(group), el("small", { text: t("studies.runs", { done: group.done, runs: group.runs }) })),
      shown.map((name) => { const each = group.metrics[name]; return el("td", { text: each ? quantity(each.mean, facts[name].unit) : t("number.missing") }); }))))));
}

// What the report of a study says, in the same words and with the same charts.
function pageOf(study, page) {
  const table = (each) => el("div", { class: "scroll" }, el("table", {}, el("caption", { text: each.caption }), el("thead", {}, el("tr", {}, each.columns.map((name, place) => el("th", { class: place && each.rows[0] && !each.rows[0][place].number ? "said" : null, text: name })))),
    el("tbody", {}, each.rows.map((row) => el("tr", {}, row.map((cell, place) => el(place ? "td" : "th", { scope: place ? null : "row", class: place && !cell.number ? "said" : null, text: cell.text })))))));
  const shown = (each) => (each.folded ? el("details", {}, el("summary", { text: each.caption }), table(each)) : table(each));
  const chart = (each) => el("img", { class: "drawn", src: `/api/studies/${study.id}/charts/${encodeURIComponent(each.name)}?lang=${lang}`, alt: each.alt });
  return [
    el("section", { class: "card" }, el("h2", { text: page.title }), el("p", { class: "hint", text: page.facts.join(" · ") }), page.alarm && el("p", { class: "alarm", text: page.alarm }), page.lead && el("p", { class: "lead", text: page.lead }),
      el("ul", {}, page.findings.map((text) => el("li", { text }))), el("p", { class: "hint", text: page.validity })),
    page.sections.map((each) => el("section", { class: "card" }, el("h2", { text: each.title }), each.notes.map((text) => el("p", { class: "hint", text })), each.charts.map(chart), each.tables.map(shown))),
  ];
}
