// Charts by ECharts on canvas: lines week by week, the map of regions, the front of a search. Tooltips are drawn too, so
// that no text of a visitor becomes markup.
import { labelsBeside } from "./maplabels.js";
import { lang, named, quantity, regionName, shortRegionName, t, unitName } from "./words.js";

export const COLORS = ["#0072B2", "#D55E00", "#009E73", "#7300E6"];
// Policies differ by more than colour.
const DASHES = ["solid", "dashed", "dotted", [14, 4, 3, 4]];
const INK = "#1d2733", FAINT = "#66727f", GRID = "#e3e7eb";
const FONT = "Inter, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, 'channellab zh', 'Noto Sans SC', 'PingFang SC', 'Microsoft YaHei', sans-serif";
const RAMP = ["#f3e3c3", "#cfe0b4", "#8fc7a4", "#4aa19a", "#1f6f8b", "#12324f"];
const drawn = new Map();

export function chart(node) {
  const known = drawn.get(node);
  if (known) return known;
  for (const [old, its] of drawn) if (!old.isConnected) { its.dispose(); drawn.delete(old); }
  const made = echarts.init(node, null, { renderer: "canvas" });
  new ResizeObserver(() => { if (!made.isDisposed()) made.resize(); }).observe(node);
  drawn.set(node, made);
  return made;
}

function base(size) {
  return {
    animation: false,
    textStyle: { fontFamily: FONT, fontSize: size, color: INK },
    tooltip: { renderMode: "richText", backgroundColor: "#fff", borderColor: GRID, textStyle: { fontFamily: FONT, fontSize: size, color: INK } },
  };
}

// Rows that the names of policies take; half of the letters of other scripts are as wide as they are high.
function rowsOf(lines, size, item, room) {
  const wide = (text) => [...text].reduce((sum, letter) => sum + (letter > "\u2e80" ? 1 : 0.58), 0) * size;
  let rows = 1, left = room;
  for (const line of lines) {
    const width = item + wide(`A  ${line.label}`);
    if (width > left && left < room) { rows += 1; left = room; }
    left -= width;
  }
  return rows;
}

// lines: one a policy, {label, weeks: [..], mean: [..], low, high}
export function weekly(node, { lines, unit, currency, metric, warmup, all, size = 13 }) {
  const big = size > 18;
  const series = [];
  lines.forEach((line, index) => {
    if (line.low) {
      const up = line.weeks.map((week, place) => [week, line.high[place]]);
      const down = line.weeks.map((week, place) => [week, line.low[place]]).reverse();
      series.push({
        type: "custom", silent: true, z: 1, tooltip: { show: false }, encode: { x: 0, y: [1, 2] }, clip: true,
        data: line.weeks.map((week, place) => [week, line.low[place], line.high[place]]),
        renderItem: (params, api) => (params.context.done ? null : ((params.context.done = true), { type: "polygon", shape: { points: [...up, ...down].map((point) => api.coord(point)) }, style: { fill: COLORS[index], opacity: 0.16 } })),
      });
    }
    series.push({
      name: `${"ABCD"[index]}  ${line.label}`,
      type: "line", symbol: "none", z: 3,
      lineStyle: { width: big ? 5 : 2.4, color: COLORS[index], type: DASHES[index] },
      itemStyle: { color: COLORS[index] },
      data: line.weeks.map((week, place) => [week, line.mean[place]]),
      markArea: index === 0 && warmup > 0 && line.weeks[0] < 1
        ? { silent: true, z: 0, itemStyle: { color: "#eef1f4" }, label: { color: FAINT, fontSize: size - 1, position: "insideTop" }, data: [[{ name: t("job.warmup"), xAxis: 1 - warmup }, { xAxis: 0 }]] }
        : undefined,
    });
  });
  const rows = rowsOf(lines, big ? size * 1.15 : size, big ? 101 : 53, node.clientWidth);
  const more = (rows - 1) * (big ? size * 1.15 + 30 : size + 10);
  const first = Math.min(1, ...lines.filter((line) => line.weeks.length).map((line) => line.weeks[0]));
  chart(node).setOption({
    ...base(size),
    aria: { enabled: true, label: { description: `${named("metrics", metric)}: ${lines.map((line) => line.label).join(", ")}` } },
    legend: { type: "plain", show: lines.length > 0, top: big ? 14 : 2, left: 0, itemWidth: big ? 56 : 30, itemHeight: big ? 14 : 7, itemGap: big ? 40 : 18, itemStyle: { opacity: 0 }, lineStyle: { width: big ? 5 : 2.4 }, textStyle: { fontSize: big ? size * 1.15 : size, fontFamily: FONT }, data: lines.map((line, index) => `${"ABCD"[index]}  ${line.label}`) },
    grid: { left: 8, right: big ? 30 : 16, top: (big ? size * 2.6 : 54) + more, bottom: size * 1.9 + 4, containLabel: true },
    tooltip: {
      ...base(size).tooltip, trigger: "axis",
      formatter: (rows) => [`${t("job.week", { week: rows[0].value[0], all })}`, ...rows.filter((row) => row.seriesName.match(/^[A-D] {2}/)).map((row) => `${row.seriesName}: ${quantity(row.value[1], unit)}`)].join("\n"),
    },
    xAxis: { type: "value", z: 1, show: lines.some((line) => line.weeks.length > 0), name: t("job.axis"), nameLocation: "middle", nameGap: (big ? 14 : 8) + size * 1.25, nameTextStyle: { fontSize: size, color: FAINT }, min: first, max: all, minInterval: 1, axisLine: { lineStyle: { color: FAINT } }, axisLabel: { fontSize: size, color: FAINT, hideOverlap: true, formatter: (value) => String(value).replace("-", "−"), showMinLabel: first % 10 === 0 || first === 1, showMaxLabel: all % 10 === 0 || all < 10, margin: big ? 14 : 8 }, splitLine: { show: false }, axisTick: { show: false } },
    yAxis: { type: "value", scale: true, axisLine: { show: false, onZero: false }, axisTick: { show: false }, name: currency === null ? "" : unitName(unit, currency), nameTextStyle: { align: "left", fontSize: size, color: FAINT }, nameGap: big ? 14 : 8, axisLabel: { fontSize: size, color: FAINT, formatter: (value) => quantity(value, unit) }, splitLine: { lineStyle: { color: GRID } } },
    series,
  }, { notMerge: true });
}

export function mapOf(node, { rows, policy, selected, onpick, size = 12 }) {
  const most = Math.max(...rows.map((row) => row.policies[policy]?.units_sold ?? 0), 1);
  const narrow = node.clientWidth < 460;
  const data = rows.map((row) => ({
    value: [row.longitude, row.latitude, row.policies[policy]?.weighted_distribution ?? 0],
    name: regionName(row), region: row.region, row,
    symbolSize: 9 + (narrow ? 16 : 30) * Math.sqrt((row.policies[policy]?.units_sold ?? 0) / most),
    itemStyle: { borderColor: row.region === selected ? "#D55E00" : "#fff", borderWidth: row.region === selected ? 3 : 1 },
  }));
  const made = chart(node);
  made.setOption({
    ...base(size),
    aria: { enabled: true, label: { description: t("map.shown") } },
    grid: { left: 16, right: 16, top: 10, bottom: 46 },
    tooltip: { ...base(size).tooltip, formatter: ({ data: it }) => `${it.name}\n${t("map.coverage")}: ${quantity(it.value[2], "1")}\n${t("map.sold")}: ${quantity(it.row.policies[policy]?.units_sold, "units")}` },
    visualMap: { min: 0, max: 1, dimension: 2, orient: "horizontal", left: "center", bottom: 0, itemWidth: 12, itemHeight: 150, text: [quantity(1, "1"), quantity(0, "1")], textStyle: { fontSize: size, color: FAINT }, inRange: { color: RAMP }, calculable: false, hoverLink: false },
    xAxis: { type: "value", scale: true, show: false, boundaryGap: ["4%", "10%"] },
    yAxis: { type: "value", scale: true, show: false, boundaryGap: ["6%", "6%"] },
    series: [{ type: "scatter", data, cursor: "pointer" }],
  }, { notMerge: true });
  // Where the marks have come to lie says where there is room for their names.
  const marks = data.map((each) => {
    const [x, y] = made.convertToPixel({ seriesIndex: 0 }, each.value.slice(0, 2));
    return { x, y, radius: each.symbolSize / 2, text: shortRegionName(each.row) };
  });
  const style = { fontSize: size - 1, color: INK, fontFamily: FONT };
  const sides = labelsBeside(marks, style, made.getWidth(), made.getHeight() - 46);
  made.setOption({
    series: [{ data: data.map((each, index) => ({ ...each, label: sides[index] ? { ...style, show: true, position: sides[index], distance: 3, formatter: marks[index].text } : { show: false } })) }],
  });
  made.off("click");
  made.on("click", (event) => { if (event.data?.region) onpick(event.data.region); });
}

// The front: candidates small, finalists large with intervals, one of them chosen.
export function front(node, { objectives, candidates, finalists, today, chosen, onpick, size = 13 }) {
  const [x, y] = objectives;
  const place = (each) => [each.objectives[x.label]?.mean, y ? each.objectives[y.label]?.mean : each.chance_of_front];
  const axis = (each, name) => ({ type: "value", scale: true, name, nameLocation: "middle", nameTextStyle: { fontSize: size, color: INK }, axisLabel: { fontSize: size - 1, color: FAINT, formatter: (value) => quantity(value, each ? each.unit : "1") }, splitLine: { lineStyle: { color: GRID } } });
  const whiskers = (each, index) => [[x, 0], ...(y ? [[y, 1]] : [])].map(([objective, dimension]) => {
    const here = place(each), ends = each.objectives[objective.label].ci95;
    const at = (value) => (dimension === 0 ? [value, here[1]] : [here[0], value]);
    return { type: "line", silent: true, symbol: "none", z: 2, lineStyle: { color: index === chosen ? "#D55E00" : "#7d96ab", width: index === chosen ? 3 : 1.5 }, data: [at(ends[0]), at(ends[1])], tooltip: { show: false } };
  });
  const made = chart(node);
  made.setOption({
    ...base(size),
    aria: { enabled: true, label: { description: t("studies.front_hint") } },
    grid: { left: 8, right: 24, top: 36, bottom: 30, containLabel: true },
    xAxis: { ...axis(x, objectiveName(x)), nameGap: 30 },
    yAxis: { ...axis(y, y ? objectiveName(y) : t("studies.chance")), nameLocation: "end", nameGap: 12, nameTextStyle: { fontSize: size, color: INK, align: "left" } },
    series: [
      { type: "scatter", symbolSize: 5, silent: true, itemStyle: { color: "#b8c4cf" }, data: candidates.map((each) => [each[x.label], y ? each[y.label] : 0]) },
      ...finalists.flatMap(whiskers),
      { type: "scatter", z: 4, symbolSize: (_, item) => (item.dataIndex === chosen ? 20 : 13), data: finalists.map((each, index) => ({ value: place(each), index, itemStyle: { color: index === chosen ? "#D55E00" : "#0072B2", borderColor: "#fff", borderWidth: 1.5 } })), tooltip: { formatter: ({ data: it }) => `${t("studies.finalist", { number: finalists[it.index].candidate })}\n${quantity(it.value[0], x.unit)}\n${quantity(it.value[1], y ? y.unit : "1")}` } },
      ...(today?.objectives ? [{ type: "scatter", z: 3, symbol: "diamond", symbolSize: 18, itemStyle: { color: INK }, data: [place(today)], label: { show: true, position: "top", formatter: t("studies.today"), fontSize: size, color: INK } }] : []),
    ],
  }, { notMerge: true });
  made.off("click");
  made.on("click", (event) => { if (event.data?.index !== undefined) onpick(event.data.index); });
}

export function objectiveName(objective) {
  const [metric, ...rest] = objective.label.split(" ");
  const said = named("metrics", metric);
  return rest.length ? `${said} (${rest.join(" ")})` : said;
}

export { lang };
