// The boot over time.

const ROW = 18;
const TALLEST = 8000; // pixels that a canvas can have everywhere
const LEAST = 200; // microseconds: no further in
const STRENGTH = { app: 1, project: 1, package: 0.62, django: 0.4, stdlib: 0.24 };
// How much of its phase's colour an import has: more in the dark, where the least would not be seen.
const strength = (owner) => {
  const share = STRENGTH[owner] ?? STRENGTH.stdlib;
  return isDark() ? 0.2 + 0.8 * share : share;
};
const PHASES = ["interpreter", "entry", "settings", "apps", "models", "ready", "urls", "checks"];

class Waterfall extends Course {
  constructor(boot, end, zoomed, selected) {
    super(boot);
    this.end = end;
    this.view = [0, end];
    this.zoomed = zoomed;
    this.selected = selected;
    this.matches = null;
    this.labelled = new Set();
    this.current = -1;
    this.dom = element("div", {
      class: "chart",
      tabindex: "0",
      role: "application",
      "aria-describedby": "waterfall-keys",
      "aria-label": `Waterfall of the boot ${boot.label}, ${boot.start.length} intervals`,
      onkeydown: (event) => this.key(event),
    });
  }

  mount() {
    const height = Math.min(ROW, Math.max(7, 900 / this.rows), TALLEST / this.rows);
    this.dom.style.height = `${Math.round(this.rows * height) + 74}px`;
    this.chart = echarts.init(this.dom, null, { renderer: "canvas" });
    this.chart.on("datazoom", (event) => this.onZoom(event.batch?.[0] ?? event));
    this.chart.on("click", (event) => this.select(event.data[3], true));
    this.chart.getZr().on("dblclick", (event) => event.target ?? this.zoom(0, this.end));
    this.draw();
    new ResizeObserver(() => this.chart.resize()).observe(this.dom);
  }

  draw() {
    this.colours = new Map([...PHASES, "command", "paper", "gc", "mark"].map((name) => [name, colour(name)]));
    this.fills = this.items.map((_, span) => this.fill(span));
    const narrow = this.dom.clientWidth < 600;
    const text = { color: colour("soft"), fontSize: 11, fontFamily: getComputedStyle(document.body).fontFamily };
    this.chart.setOption({
      animation: false,
      textStyle: { fontFamily: text.fontFamily },
      grid: { left: narrow ? 58 : 72, right: 12, top: 6, bottom: 68 },
      tooltip: { ...tooltipStyle(), formatter: (hovered) => this.tip(hovered.data[3]) },
      xAxis: {
        type: "value",
        min: 0,
        max: this.end,
        splitNumber: narrow ? 3 : 8,
        axisLabel: { ...text, hideOverlap: true, formatter: (value) => this.mark(value) },
        axisLine: { lineStyle: { color: colour("line") } },
        splitLine: { lineStyle: { color: colour("faint") } },
      },
      yAxis: {
        type: "category",
        inverse: true,
        data: Array.from({ length: this.rows }, (_, row) => this.labels.get(row) ?? ""),
        axisLabel: { ...text, interval: 0, width: narrow ? 50 : 64, overflow: "truncate" },
        axisLine: { show: false },
        axisTick: { show: false },
        splitLine: { show: false },
      },
      dataZoom: [
        {
          type: "inside",
          filterMode: "none",
          minValueSpan: LEAST,
          zoomOnMouseWheel: "ctrl",
          moveOnMouseWheel: false,
          preventDefaultMouseMove: false,
        },
        {
          type: "slider",
          filterMode: "none",
          minValueSpan: LEAST,
          height: 18,
          bottom: 10,
          showDetail: false,
          showDataShadow: false,
          brushSelect: false,
          borderColor: colour("line"),
          fillerColor: mixed(colour("models"), colour("paper"), 0.22),
          backgroundColor: colour("raised"),
          handleStyle: { color: colour("paper"), borderColor: colour("soft") },
          moveHandleStyle: { color: colour("line") },
          moveHandleSize: 5,
        },
      ],
      series: [
        {
          id: "spans",
          type: "custom",
          progressive: 0,
          clip: true,
          data: this.items,
          encode: { x: [0, 1], y: 2 },
          dimensions: ["start", "end", "row", "span"],
          renderItem: (params, api) => this.bar(params, api),
        },
      ],
    });
  }

  // A bar, or nothing where it is out of sight or would be drawn over another that is no wider than a pixel.
  bar(params, api) {
    const span = params.dataIndex;
    const [from, to, row] = this.items[span];
    const area = params.coordSys;
    const frame = params.context;
    if (!frame.last) {
      const [left, top] = api.coord([0, 0]);
      const [wide, height] = api.size([1, 1]);
      Object.assign(frame, { left, top, wide, height, last: new Map() });
    }
    const { height } = frame;
    const [x, y] = [frame.left + from * frame.wide, frame.top + row * height];
    const wide = (to - from) * frame.wide;
    if (x + wide < area.x || x > area.x + area.width) return undefined;
    const found = this.matches?.has(span);
    if (wide < 1 && !found) {
      if (frame.last.get(row) === Math.floor(x)) return undefined;
      frame.last.set(row, Math.floor(x));
    }
    const left = Math.max(x, area.x);
    const right = Math.min(Math.max(x + wide, x + 1), area.x + area.width);
    if (right <= left) return undefined;
    const fill = this.fills[span];
    const gap = right - left > 3 ? 0.5 : 0;
    const room = right - left - 8;
    const shape = { x: left, y: y - height / 2 + 0.5, width: right - left - gap, height: Math.max(1, height - 1) };
    const current = span === this.current;
    const stroke = found || current ? this.colours.get("mark") : null;
    const style = { fill, opacity: this.matches && !found ? 0.28 : 1, stroke, lineWidth: current ? 2 : 1 };
    // What lies on a bar of the same row covers its label too.
    const made = {
      type: "rect",
      z2: span,
      shape,
      style,
      emphasis: { style: { stroke: this.colours.get("mark"), lineWidth: 1 } },
    };
    if (room > 22 && height > 11 && this.boot.kind[span] !== KIND.gc) {
      made.textContent = {
        z2: span,
        style: {
          text: this.label(span, room),
          fill: readable(fill),
          fontSize: 11,
          width: room,
          overflow: "truncate",
          ellipsis: "…",
          opacity: style.opacity,
        },
      };
      made.textConfig = { position: "insideLeft", distance: 4 };
      this.labelled.add(span);
    } else if (this.labelled.has(span)) made.textContent = { style: { text: "" } }; // otherwise it keeps what it had
    return made;
  }

  mark(value) {
    return isMark(value, this.view[1] - this.view[0]) ? moment(value) : "";
  }

  fill(span) {
    const kind = this.boot.kind[span];
    if (kind === KIND.gc) return this.colours.get("gc");
    const phase = this.phase[span] < 0 ? "" : textOf(this.names[this.phase[span]]);
    const base = this.colours.get(phase) ?? this.colours.get("command");
    if (kind !== KIND.import) return base;
    const owner = textOf(modules.of("kind", this.names[span]) ?? -1);
    return mixed(base, this.colours.get("paper"), strength(owner));
  }

  tip(span) {
    return tip(this.title(span), this.facts(span));
  }

  // Mark what a search finds; how many there are.
  search(query) {
    const matches = matcher(query);
    this.matches = query ? new Set() : null;
    if (query) {
      this.names.forEach((name, span) => {
        const owner = this.boot.kind[span] === KIND.import ? (modules.of("owner", name) ?? -1) : -1;
        if (this.boot.kind[span] !== KIND.gc && matches([name, owner])) this.matches.add(span);
      });
    }
    this.redraw();
    return this.matches?.size ?? 0;
  }

  // The next match (way 1) or the one before (-1).
  step(way) {
    const all = this.matches?.size ? [...this.matches] : [];
    if (!all.length) return;
    const at = all.indexOf(this.current);
    this.select(all[(at < 0 ? (way > 0 ? 0 : all.length - 1) : at + way + all.length) % all.length], true);
  }

  select(span, closer) {
    this.current = span;
    this.selected(this, span);
    if (closer) this.fit(span);
    else this.redraw();
  }

  deselect() {
    this.current = -1;
    this.redraw();
  }

  fit(span) {
    const room = Math.max(this.boot.length[span] * 0.15, LEAST);
    this.zoom(this.boot.start[span] - room, this.boot.start[span] + this.boot.length[span] + room);
  }

  zoom(from, to) {
    const wide = Math.min(this.end, Math.max(LEAST, to - from));
    const start = Math.min(Math.max(0, from), this.end - wide);
    this.chart.dispatchAction({ type: "dataZoom", startValue: start, endValue: start + wide });
  }

  // Closer by a factor, around what is selected if that is in sight.
  closer(factor) {
    const [from, to] = this.view;
    const { start, length } = this.boot;
    const at = this.current < 0 ? NaN : start[this.current] + length[this.current] / 2;
    const centre = at >= from && at <= to ? at : (from + to) / 2;
    this.zoom(centre - (centre - from) / factor, centre + (to - centre) / factor);
  }

  pan(share) {
    const by = (this.view[1] - this.view[0]) * share;
    this.zoom(this.view[0] + by, this.view[1] + by);
  }

  onZoom(event) {
    const { start, end, startValue, endValue } = event;
    this.view = startValue === undefined ? [(start / 100) * this.end, (end / 100) * this.end] : [startValue, endValue];
    this.zoomed(this, this.view);
  }

  // The other of two follows.
  follow(view) {
    if (view[0] !== this.view[0] || view[1] !== this.view[1]) this.zoom(...view);
  }

  redraw() {
    this.chart?.setOption({ series: [{ id: "spans" }] });
  }

  // Arrow keys walk from span to span: up and down the nesting, left and right along the time.
  walk(key) {
    const { parent, length } = this.boot;
    const level = this.current < 0 ? -1 : parent[this.current];
    const among = (outer) =>
      parent.flatMap((of, span) => (of === outer && this.boot.kind[span] !== KIND.gc ? [span] : []));
    let to;
    if (key === "ArrowUp") to = level;
    else if (key === "ArrowDown" || this.current < 0)
      [to] = among(this.current).sort((one, other) => length[other] - length[one]);
    else {
      const all = among(level);
      to = all[all.indexOf(this.current) + (key === "ArrowRight" ? 1 : -1)];
    }
    if (to === undefined || to < 0) return;
    this.select(to, false);
    const [from, until] = this.view;
    const { start } = this.boot;
    if (start[to] + length[to] <= from || start[to] >= until || length[to] * 200 < until - from) this.fit(to);
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { key } = event;
    const keys = {
      "+": () => this.closer(2),
      "=": () => this.closer(2),
      "-": () => this.closer(0.5),
      0: () => this.zoom(0, this.end),
      Home: () => this.zoom(0, this.end),
      Enter: () => this.current >= 0 && this.fit(this.current),
      n: () => this.step(1),
      p: () => this.step(-1),
      Escape: () => this.selected(this, -1),
      a: () => this.pan(-0.25),
      d: () => this.pan(0.25),
    };
    if (key.startsWith("Arrow") && event.shiftKey) {
      if (key === "ArrowLeft" || key === "ArrowRight") this.pan(key === "ArrowLeft" ? -0.25 : 0.25);
    } else if (key.startsWith("Arrow")) this.walk(key);
    else if (key in keys) keys[key]();
    else return;
    event.preventDefault();
  }
}
