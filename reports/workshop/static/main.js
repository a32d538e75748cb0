// One document, several views: the address says which. Words come first, then the view; a change of language draws it anew.
import { ask, tried } from "./api.js";
import { el, fill, notice } from "./dom.js";
import { firstLanguage, lang, speak, t } from "./words.js";

const views = { control: "./control.js", present: "./present.js", join: "./join.js", studies: "./studies.js" };
const name = location.pathname.replaceAll("/", "") || "control";
let view;
let guest = false;

function head() {
  const links = guest ? ["present", "join"] : ["control", "present", "join", "studies"];
  fill(
    document.getElementById("head"),
    el("span", { class: "brand" }, el("img", { src: "/static/icon.svg", alt: "" }), el("span", { text: t("page.title") })),
    el("nav", {}, links.map((each) => el("a", { href: `/${each}`, class: each === name ? "here" : "", text: t(`page.${each}`) }))),
    el("button", { class: "quiet", id: "language", lang: lang === "en" ? "zh-CN" : "en", text: t("page.language"), onclick: turn }),
  );
}

async function turn() {
  await tried(async () => {
    await speak(lang === "en" ? "zh" : "en");
    head();
    view.draw(document.getElementById("view"));
  });
}

async function start() {
  document.body.className = `on-${name}`;
  const [module, room] = await Promise.all([import(views[name] ?? views.control), ask("room"), speak(firstLanguage())]);
  guest = room.guest;
  head();
  view = module;
  await view.start(room);
  view.draw(document.getElementById("view"));
  document.body.dataset.ready = "yes";
}

start().catch((error) => notice(error.message, true));
