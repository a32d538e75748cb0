// The interface, and logs that are followed. Every problem becomes one sentence at the foot of the page.
import { notice } from "./dom.js";
import { has, lang, settingName, t } from "./words.js";

export async function ask(path, method = "GET", body = undefined) {
  const options = { method, headers: { "accept-language": lang } };
  if (method !== "GET") {
    options.headers["content-type"] = "application/json";
    options.body = JSON.stringify(body ?? {});
  }
  let answer;
  try {
    answer = await fetch(`/api/${path}`, options);
  } catch {
    throw new Error(has("page.lost") ? t("page.lost") : "?");
  }
  if (answer.status === 204) return null;
  if (!answer.ok) throw new Error(sentence(await answer.json().catch(() => ({}))));
  return answer.json();
}

// The server says the key of a setting; the page, what the setting is called on it.
function sentence({ detail, key }) {
  if (typeof detail !== "string") return t("page.failed");
  const name = key && settingName(key);
  return name ? detail.replace(key, () => t("page.setting", { name, key })).replace("） ", "）") : detail;
}

export async function tried(work) {
  try {
    return await work();
  } catch (error) {
    notice(error.message);
    return undefined;
  }
}

// Follows a log of events; the browser comes back by itself after a break and is told what it missed.
export function follow(path, handlers) {
  const source = new EventSource(`/api/${path}`);
  for (const [kind, handle] of Object.entries(handlers)) {
    source.addEventListener(kind, (event) => handle(JSON.parse(event.data), Number(event.lastEventId)));
  }
  return source;
}
