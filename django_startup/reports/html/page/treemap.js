// Packages as areas, by what they save or by their own time.

const WHAT = {
  move: ["gain-fill", "goes when imports are moved"],
  stay: ["models", "goes, but not by moving imports as they are"],
  shared: ["interpreter", "needed by others as well"],
};
const LEGIBLE = 3600; // pixels: no text in smaller areas
const AREAS = { saving: "Saves", self: "Self time" };

class Treemap {
  constructor(treemap, find) {
    this.label = treemap.label;
    this.packages = treemap.packages;
    this.find = find;
    this.dom = element("div", { class: "chart", role: "img" });
    this.dom.style.height = "340px";
  }

  mount() {
    this.chart = echarts.init(this.dom, null, { renderer: "canvas" });
    this.chart.on("click", (event) => event.data?.find && this.find(event.data.find));
    new ResizeObserver(() => this.chart.resize()).observe(this.dom);
  }

  // The modules of a package in groups by the first parts of their names, where it is large enough to look inside.
  inside(name) {
    const table = tableOf("modules");
    if (this.label || !table) return [];
    const of = Object.fromEntries(table.columns.map((column) => [column.key, column.values]));
    const groups = new Map();
    of.owner.forEach((owner, row) => {
      if (owner !== name) return;
      const group = textOf(of.name[row]).split(".").slice(0, 2).join(".");
      groups.set(group, (groups.get(group) ?? 0) + (of.self[row] ?? 0));
    });
    return [...groups].filter(([, self]) => self > 0);
  }

  draw(by) {
    const { name, saving, self, what } = this.packages;
    const sum = this.packages[by].reduce((all, value) => all + value, 0) || 1;
    const area = this.dom.clientWidth * this.dom.clientHeight;
    const legible = (value) => (value / sum) * area > LEGIBLE;
    const nodes = name.flatMap((number, row) => {
      const value = this.packages[by][row];
      if (value < 500) return [];
      const fill = colour(WHAT[what[row]][0]);
      const text = textOf(number);
      const node = {
        name: text,
        value,
        find: text,
        itemStyle: { color: fill, borderColor: fill },
        label: { color: readable(fill), show: legible(value) },
        upperLabel: { color: readable(fill) },
        facts: [
          ["saves", seconds(saving[row])],
          ["self", seconds(self[row])],
          ["", WHAT[what[row]][1]],
        ],
      };
      const groups = by === "self" ? this.inside(number) : [];
      if (groups.length > 1) {
        node.children = groups.map(([group, time]) => ({
          name: group,
          value: time,
          find: group,
          facts: [["self", fine(time)]],
          itemStyle: {
            color: mixed(fill, colour("paper"), 0.82),
            borderColor: colour("paper"),
            borderWidth: 0.5,
            gapWidth: 0,
          },
          label: { color: readable(mixed(fill, colour("paper"), 0.82)), show: legible(time) },
        }));
      }
      return [node];
    });
    this.dom.setAttribute(
      "aria-label",
      `Packages by ${AREAS[by]}: ${nodes.length}, together ${seconds(sum)}. The table of packages has the same figures.`,
    );
    const font = getComputedStyle(document.body).fontFamily;
    this.chart.setOption(
      {
        animation: false,
        tooltip: { ...tooltipStyle(), formatter: ({ data: node }) => (node?.facts ? tip(node.name, node.facts) : "") },
        series: [
          {
            type: "treemap",
            animation: false,
            data: nodes,
            roam: false,
            nodeClick: false,
            breadcrumb: { show: false },
            left: 0,
            right: 0,
            top: 0,
            bottom: 0,
            visibleMin: 60,
            childrenVisibleMin: 4000,
            label: {
              fontFamily: font,
              fontSize: 12,
              lineHeight: 16,
              position: "insideTopLeft",
              padding: [3, 4],
              overflow: "truncate",
              formatter: ({ data: node }) => `${node.name}\n${seconds(node.value)}`,
            },
            upperLabel: {
              show: true,
              height: 20,
              fontFamily: font,
              fontSize: 12,
              formatter: ({ data: node }) => (node?.find ? `${node.name}  ${seconds(node.value)}` : ""),
            },
            itemStyle: { borderColor: colour("paper"), borderWidth: 0, gapWidth: 2 },
            levels: [
              { itemStyle: { borderWidth: 0, gapWidth: 2 }, upperLabel: { show: false } },
              { itemStyle: { gapWidth: 1 } },
            ],
            emphasis: { itemStyle: { opacity: 0.85 }, upperLabel: { show: true } },
          },
        ],
      },
      true,
    );
  }
}

function makeTreemaps(find) {
  const maps = data.treemaps.map((treemap) => new Treemap(treemap, find));
  const saving = maps.flatMap((map) => map.packages.saving).filter((time) => time >= 500);
  let by = saving.length > 2 ? "saving" : "self";
  const legend = element("p", { class: "legend" });
  const buttons = Object.entries(AREAS).map(([key, label]) =>
    element(
      "button",
      {
        type: "button",
        class: "plain",
        "aria-pressed": String(key === by),
        onclick: () => {
          by = key;
          draw();
        },
      },
      label,
    ),
  );
  function draw() {
    buttons.forEach((button, at) => {
      button.setAttribute("aria-pressed", String(Object.keys(AREAS)[at] === by));
    });
    legend.replaceChildren(
      ...Object.values(WHAT).map(([name, label]) => element("span", {}, swatch(colour(name)), label)),
    );
    for (const map of maps) if (map.chart) map.draw(by);
  }
  const section = element(
    "section",
    { id: "treemap", "aria-labelledby": "treemap-title" },
    element(
      "div",
      { class: "head" },
      element("h2", { id: "treemap-title" }, "Treemap of packages"),
      element("div", { class: "tools", role: "group", "aria-label": "Area" }, ...buttons),
    ),
    element(
      "p",
      { class: "about" },
      "What packages share is saved only when all of them go, so savings do not add up.",
    ),
    legend,
    element(
      "div",
      { class: "pair" },
      ...maps.map((map) =>
        element("div", {}, ...(map.label ? [element("p", { class: "chart-label" }, map.label)] : []), map.dom),
      ),
    ),
  );
  return {
    section,
    draw,
    mount: () => {
      for (const map of maps) map.mount();
      draw();
    },
  };
}
