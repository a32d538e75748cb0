// Elements are made of text and attributes, never of markup: what a visitor typed stays text.

export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "class") node.className = value;
    else if (name === "text") node.textContent = value;
    else if (name === "value") node.value = value;
    else if (name === "checked" || name === "disabled" || name === "open" || name === "hidden" || name === "selected") node[name] = Boolean(value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  for (const child of children.flat(Infinity)) {
    if (child === undefined || child === null || child === false) continue;
    node.append(child);
  }
  return node;
}

export function fill(node, ...children) {
  node.replaceChildren(...children.flat(Infinity).filter((child) => child !== undefined && child !== null && child !== false));
  return node;
}

let hiding;
export function notice(sentence, lasting = false) {
  const bar = document.getElementById("notice");
  bar.textContent = sentence;
  bar.hidden = !sentence;
  clearTimeout(hiding);
  if (sentence && !lasting) hiding = setTimeout(() => { bar.hidden = true; }, 7000);
}
