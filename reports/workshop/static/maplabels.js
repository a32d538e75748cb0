// Names beside the marks of a map: on the first side where one touches neither a mark, nor another name, nor the edge.
// Large marks choose first; who finds no room goes without, and is named when pointed at or chosen from the list.
const SIDES = ["right", "left", "top", "bottom"], GAP = 3;
const pen = document.createElement("canvas").getContext("2d");

function boxAt(mark, side, width, height) {
  const { x, y, radius } = mark, off = radius + GAP;
  if (side === "right") return [x + off, y - height / 2, x + off + width, y + height / 2];
  if (side === "left") return [x - off - width, y - height / 2, x - off, y + height / 2];
  if (side === "top") return [x - width / 2, y - off - height, x + width / 2, y - off];
  return [x - width / 2, y + off, x + width / 2, y + off + height];
}

function touches(box, mark) {
  const dx = Math.max(box[0] - mark.x, 0, mark.x - box[2]), dy = Math.max(box[1] - mark.y, 0, mark.y - box[3]);
  return dx * dx + dy * dy < mark.radius * mark.radius;
}

const overlap = (a, b) => a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];

// marks: {x, y, radius, text} in pixels; returns a side for each, or null.
export function labelsBeside(marks, { fontSize, fontFamily }, width, height) {
  pen.font = `${fontSize}px ${fontFamily}`;
  const taken = [], sides = marks.map(() => null);
  const order = marks.map((_, index) => index).sort((a, b) => marks[b].radius - marks[a].radius);
  for (const index of order) {
    const mark = marks[index], wide = pen.measureText(mark.text).width, high = fontSize * 1.2;
    for (const side of SIDES) {
      const box = boxAt(mark, side, wide, high);
      const inside = box[0] >= 0 && box[1] >= 0 && box[2] <= width && box[3] <= height;
      if (!inside || taken.some((other) => overlap(box, other)) || marks.some((other) => touches(box, other))) continue;
      taken.push(box);
      sides[index] = side;
      break;
    }
  }
  return sides;
}
