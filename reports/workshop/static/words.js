// Words and numbers in the language that is chosen; it can change at any moment.
import { ask } from "./api.js";
import { el } from "./dom.js";

let dict = {};
export let lang = firstLanguage();

export async function speak(wanted) {
  const [words] = await Promise.all([ask(`words/${wanted}`), wanted === "zh" && chineseFont()]);
  dict = words;
  lang = wanted;
  document.documentElement.lang = wanted === "zh" ? "zh-CN" : "en";
  document.title = t("page.title");
  try { localStorage.setItem("lang", wanted); } catch { /* a private window */ }
}

// Charts measure a text once: with the font still on its way they would measure another, and names would overlap.
async function chineseFont() {
  try { await document.fonts.load("16px 'channellab zh'", "渠道"); } catch { /* then another font draws it */ }
}

export function firstLanguage() {
  const asked = new URLSearchParams(location.search).get("lang");
  if (asked === "en" || asked === "zh") return asked;
  try {
    const kept = localStorage.getItem("lang");
    if (kept === "en" || kept === "zh") return kept;
  } catch { /* a private window */ }
  return navigator.language.startsWith("zh") ? "zh" : "en";
}

export function t(key, values = {}) {
  const text = dict[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

export function named(section, name) {
  const plain = String(name).replaceAll("_", " ");
  return dict[`${section}.${name}`] ?? plain.charAt(0).toUpperCase() + plain.slice(1);
}

// The address for participants, for the cameras of their phones.
export function joinCode() { return el("img", { class: "code", src: "/api/join.svg", alt: t("page.code") }); }

// What a policy is called: by whoever made it, else as its card is.
export function titleOf(policy) { return policy.label ?? named("presets", policy.preset); }

export function has(key) { return key in dict; }

export function leverName(key) {
  if (has(`levers.${key}`)) return t(`levers.${key}`);
  const parts = key.split("."), step = parts.find((part) => /^\d+$/.test(part));
  const above = parts.slice(0, 3).join("."), plan = parts[1] === "rebate" && parts.length > 3 ? `incentives.plans.${parts[2]}` : "";
  let name = named("fields", parts.at(-1));
  if (step !== undefined) name = t("control.step", { field: name, number: Number(step) + 1 });
  const table = [plan, `tables.${above}`].find((word) => has(word));
  return table ? t("control.of_table", { table: t(table), field: name }) : name;
}

// What a setting is called that need not be a lever: a table, or none that is known (then nothing).
export function settingName(key) {
  if (has(`groups.${key}`)) return t(`groups.${key}`);
  return has(`levers.${key}`) || has(`fields.${key.split(".").at(-1)}`) ? leverName(key) : "";
}

// What a choice of a lever is called; some words mean another thing for another lever.
export function choiceName(key, choice) {
  const own = `choices.${key.split(".").at(-1)}_${choice}`;
  return has(own) ? t(own) : named("choices", choice);
}

export function unitName(unit, currency = "") {
  if (!unit || unit === "1") return "";
  const money = has(`currencies.${currency}`) ? t(`currencies.${currency}`) : currency || t("units.unknown_money");
  return has(`units.${unit}`) ? t(`units.${unit}`, { currency: money }) : unit.replace("money", money);
}

function plain(value, digits) {
  const size = Math.abs(value);
  if (size <= 1e-12) return "0"; // what computers leave of sums that cancel
  const places = Math.max(0, Math.min(6, digits - 1 - Math.floor(Math.log10(size))));
  return value.toLocaleString("en-US", { maximumFractionDigits: places, minimumFractionDigits: 0 }).replace("-", "−");
}

// A number with its unit's habit: shares in percent, large amounts in thousands and millions (or ten thousands).
export function quantity(value, unit = "", digits = 3, signed = false) {
  if (value === null || value === undefined || !Number.isFinite(value)) return t("number.missing");
  const sign = signed && value > 0 ? "+" : "";
  if (unit === "1") return sign + t("number.percent", { value: fixed(value * 100) });
  if (unit === "score") return sign + fixed(value * 100);
  const step = 10 ** Number(dict["number.step_exponent"] ?? 3);
  const names = ["thousand", "million", "billion"];
  let size = Math.abs(value), level = -1, shown = value;
  while (level < 2 && size >= step * (level < 0 && step === 1000 ? 10 : 1)) {
    level += 1;
    shown = value / step ** (level + 1);
    size = Math.abs(shown);
    if (size < step) break;
  }
  const text = plain(shown, digits);
  return sign + (level < 0 ? text : t(`number.${names[level]}`, { value: text }));
}

function fixed(value) {
  const places = Math.abs(value) < 0.095 && value !== 0 ? 2 : 1;
  return value.toFixed(places).replace(/^-(0\.?0*)$/, "$1").replace("-", "−");
}

export function difference(found, unit) {
  if (!found) return "";
  const points = unit === "1";
  const told = (value, signed) => (points
    ? (signed && value > 0 ? "+" : "") + t("number.points", { value: fixed(value * 100) })
    : quantity(value, unit, 3, signed));
  if (!found.ci95) return told(found.mean, true);
  const half = (found.ci95[1] - found.ci95[0]) / 2;
  if (points) return t("number.points", { value: t("number.plus_minus", { value: (found.mean > 0 ? "+" : "") + fixed(found.mean * 100), half: fixed(half * 100) }) });
  return t("number.plus_minus", { value: told(found.mean, true), half: told(half, false) });
}

export const SIGNS = { better: "▲", worse: "▼", differs: "◆", unclear: "○", same: "＝" };

export function partnerName(partner) {
  const [kind, number] = partner.split(" ");
  return `${named("tiers", kind)} ${number ?? ""}`;
}

export function regionName(row) { return lang === "zh" ? row.name_zh : row.name_en; }

// As maps write it: 新疆, not 新疆维吾尔自治区.
export function shortRegionName(row) { return regionName(row).replace(/(壮族|回族|维吾尔)?自治区$|特别行政区$|省$|市$/, ""); }
