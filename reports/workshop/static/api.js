// The interface, and logs that are followed. Every problem becomes one sentence at the foot of the page.
import { notice } from "./dom.js";

export async function ask(path, method = "GET", body = undefined) {
  const options = { method, headers: {} };
  if (method !== "GET") {
    options.headers["content-type"] = "application/json";
    options.body = JSON.stringify(body ?? {});
  }
  let answer;
  try {
    answer = await fetch(`/api/${path}`, options);
  } catch {
    throw new Error("?");
  }
  if (answer.status === 204) return null;
  const data = await answer.json();
  if (!answer.ok) throw new Error(typeof data.detail === "string" ? data.detail : answer.statusText);
  return data;
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
