// Levers of a policy: at most three in sight, all others folded and searchable.
import { el, fill } from "./dom.js";
import { choiceName, has, lang, leverName, named, quantity, t, unitName } from "./words.js";

export function valueOf(info, policy, key) {
  if (policy.levers[key] !== undefined) return policy.levers[key];
  const card = info.cards.find((each) => each.name === policy.preset);
  if (card && card.values[key] !== undefined) return card.values[key];
  return info.byKey[key]?.value;
}

function shown(lever, value, currency) {
  if (lever.kind === "switch") return t(value ? "choices.on" : "choices.off");
  if (lever.kind === "choice") return choiceName(lever.key, value);
  if (lever.unit === "1" && (lever.high ?? 9) <= 1) return quantity(value, "1");
  if (lever.unit === "year") return String(value);
  const unit = unitName(lever.unit, currency);
  return `${quantity(value, "", 4)}${unit ? ` ${unit}` : ""}`;
}

const meaningOf = (lever) => (lang === "zh" ? lever.meaning_zh : lever.meaning);

function bounds(lever, currency) {
  if (lever.low === null || lever.low === undefined) return "";
  const low = shown(lever, lever.low, currency);
  return lever.high === null || lever.high === undefined ? t("control.allowed_from", { low }) : t("control.allowed", { low, high: shown(lever, lever.high, currency) });
}

// change(key, value) hears when a lever has come to rest.
export function leverRow(info, lever, policy, change) {
  const value = valueOf(info, policy, lever.key);
  const moved = policy.levers[lever.key] !== undefined;
  const id = `lever-${lever.key}`;
  const told = el("output", { class: "told", for: id, text: shown(lever, value, info.currency) });
  let control;
  if (lever.kind === "choice") {
    control = el("select", { id, onchange: (event) => change(lever.key, event.target.value) }, lever.choices.map((each) => el("option", { value: each, selected: each === value, text: choiceName(lever.key, each) })));
  } else if (lever.kind === "switch") {
    control = el("input", { id, type: "checkbox", checked: value, onchange: (event) => change(lever.key, event.target.checked) });
  } else {
    const read = (text) => (lever.kind === "whole" ? Math.round(Number(text)) : Number(Number(text).toPrecision(6)));
    const low = lever.low ?? 0;
    const range = el("input", { id, type: "range", min: low, max: Math.max(lever.top, value), step: lever.step, value,
      oninput: (event) => { told.textContent = shown(lever, read(event.target.value), info.currency); number.value = read(event.target.value); },
      onchange: (event) => change(lever.key, read(event.target.value)) });
    const number = el("input", { type: "number", class: "exact", step: "any", min: lever.low, max: lever.high, value, "aria-label": leverName(lever.key),
      onchange: (event) => { if (event.target.value !== "") change(lever.key, read(event.target.value)); } });
    control = el("div", { class: "slide" }, range, number);
  }
  return el("div", { class: `lever ${lever.kind}${moved ? " moved" : ""}`, title: meaningOf(lever) },
    el("label", { for: id }, el("span", { text: leverName(lever.key) }), moved && el("em", { text: t("control.moved") })),
    told, control,
    el("small", { class: "meaning" }, has(`levers.${lever.key}`) ? bounds(lever, info.currency) : `${meaningOf(lever)} ${bounds(lever, info.currency)}`));
}

export function inSight(info, policy) {
  const card = info.cards.find((each) => each.name === policy.preset) ?? info.cards[0];
  return (card?.sight ?? []).map((key) => info.byKey[key]).filter(Boolean).slice(0, 3);
}

export function prepared(info) {
  info.byKey = Object.fromEntries(info.levers.map((lever) => [lever.key, lever]));
  return info;
}

// All levers in groups, built when they are unfolded.
export function folded(info, policy, change, state) {
  const body = el("div", { class: "groups" });
  const search = el("input", { type: "search", placeholder: t("control.find"), "aria-label": t("control.find"), value: state.sought ?? "", oninput: (event) => { state.sought = event.target.value; build(); } });
  const there = new Set(["layout", ...info.levers.map((lever) => lever.group)]);
  function build() {
    const sought = (state.sought ?? "").toLowerCase();
    const fits = (lever) => !sought || `${leverName(lever.key)} ${lever.key} ${meaningOf(lever)}`.toLowerCase().includes(sought);
    fill(body, [...there].map((group) => {
      const rows = info.levers.filter((lever) => lever.group === group && fits(lever) && valueOf(info, policy, lever.key) !== undefined);
      if (!rows.length) return null;
      const box = el("details", { open: Boolean(sought) }, el("summary", {}, el("span", { text: named("groups", group) }), el("small", { text: rows.length })));
      const show = () => { if (box.open && box.childElementCount === 1) box.append(...rows.map((lever) => leverRow(info, lever, policy, change))); };
      box.addEventListener("toggle", show);
      if (sought) show();
      return box;
    }));
  }
  const all = el("details", { class: "all", open: state.unfolded, ontoggle: (event) => { state.unfolded = event.target.open; if (event.target.open && !body.childElementCount) build(); } },
    el("summary", {}, el("span", { text: t("control.more") }), el("small", { text: info.levers.length })), search, body);
  if (state.unfolded) build();
  return all;
}
