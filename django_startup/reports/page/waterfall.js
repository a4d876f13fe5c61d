// The boot over time: a row for phases, one for apps, then imports by depth, garbage collections, other threads.

const ROW = 18;
const LEAST = 200; // microseconds: no further in
const STRENGTH = { app: 1, project: 1, package: 0.62, django: 0.4, stdlib: 0.24 };
const PHASES = ["interpreter", "entry", "settings", "apps", "models", "ready", "urls", "checks"];
const KIND = Object.fromEntries(data.kinds.map((kind, number) => [kind, number]));
const IN_APPS = new Set([KIND.app, KIND.models, KIND.ready]);
const OF_APPS = { app: "create", models: "models", ready: "ready()" };

class Waterfall {
  constructor(boot, end, zoomed, selected) {
    this.boot = boot;
    this.end = end;
    this.view = [0, end];
    this.zoomed = zoomed;
    this.selected = selected;
    this.matches = null;
    this.labelled = new Set();
    this.current = -1;
    this.layOut();
    this.dom = element("div", {
      class: "chart",
      tabindex: "0",
      role: "application",
      "aria-describedby": "waterfall-keys",
      "aria-label": `Waterfall of the boot ${boot.label}, ${boot.start.length} intervals`,
      onkeydown: (event) => this.key(event),
    });
  }

  // The row, phase and app of each span, and names for the rows.
  layOut() {
    const { kind, parent, thread, name } = this.boot;
    const count = kind.length;
    const depth = new Int32Array(count);
    this.row = new Int32Array(count);
    this.phase = new Int32Array(count).fill(-1);
    this.app = new Int32Array(count).fill(-1);
    const deepest = new Int32Array(this.boot.threads.length).fill(-1);
    for (let span = 0; span < count; span += 1) {
      const outer = parent[span];
      if (outer >= 0) {
        depth[span] = depth[outer] + (kind[outer] === KIND.import || kind[outer] === KIND.check ? 1 : 0);
        this.phase[span] = this.phase[outer];
        this.app[span] = this.app[outer];
      }
      if (kind[span] === KIND.phase) this.phase[span] = span;
      if (IN_APPS.has(kind[span])) this.app[span] = span;
      const level = kind[span] === KIND.gc ? 0 : depth[span];
      deepest[thread[span]] = Math.max(deepest[thread[span]], level);
    }
    const first = [2];
    this.collections = 3 + Math.max(0, deepest[0]);
    let next = this.collections + 1;
    this.labels = new Map([
      [0, "phases"],
      [1, "apps"],
      [2, "imports"],
      [this.collections, "GC"],
    ]);
    for (let number = 1; number < deepest.length; number += 1) {
      first[number] = next;
      this.labels.set(next, textOf(this.boot.threads[number]));
      next += deepest[number] + 1;
    }
    this.rows = next;
    for (let span = 0; span < count; span += 1) {
      if (thread[span]) this.row[span] = first[thread[span]] + (kind[span] === KIND.gc ? 0 : depth[span]);
      else if (kind[span] === KIND.phase) this.row[span] = 0;
      else if (kind[span] === KIND.gc) this.row[span] = this.collections;
      else this.row[span] = IN_APPS.has(kind[span]) ? 1 : 2 + depth[span];
    }
    this.items = Array.from(kind, (_, span) => [
      this.boot.start[span],
      this.boot.start[span] + this.boot.length[span],
      this.row[span],
      span,
    ]);
    this.names = name;
  }

  mount() {
    const height = Math.max(7, Math.min(ROW, 900 / this.rows));
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
        axisLabel: { ...text, hideOverlap: true, formatter: moment },
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

  label(span, room) {
    const name = this.title(span);
    if (name.length * 6 < room || this.boot.kind[span] !== KIND.import) return name;
    return name.slice(name.lastIndexOf(".") + 1);
  }

  title(span) {
    const name = textOf(this.names[span]);
    const kind = data.kinds[this.boot.kind[span]];
    if (kind in OF_APPS) return `${name} ${OF_APPS[kind]}`;
    return kind === "gc" ? `garbage collection, generation ${name}` : name;
  }

  fill(span) {
    const kind = this.boot.kind[span];
    if (kind === KIND.gc) return this.colours.get("gc");
    const phase = this.phase[span] < 0 ? "" : textOf(this.names[this.phase[span]]);
    const base = this.colours.get(phase) ?? this.colours.get("command");
    if (kind !== KIND.import) return base;
    const owner = textOf(modules.of("kind", this.names[span]) ?? -1);
    return mixed(base, this.colours.get("paper"), STRENGTH[owner] ?? STRENGTH.stdlib);
  }

  facts(span) {
    const { kind, start, length, waiting, parent } = this.boot;
    const of = (key) => modules.of(key, this.names[span]);
    const isImport = kind[span] === KIND.import;
    const facts = [["in this boot", `${fine(length[span])}, from ${seconds(start[span])} on`]];
    if (kind[span] !== KIND.gc) facts.push(["self", fine(this.boot.self[span])]);
    if (waiting[span] >= 500) facts.push(["of it waiting", fine(waiting[span])]);
    if (isImport && of("cumulative") !== null) facts.push(["cumulative", fine(of("cumulative"))]);
    if (isImport && of("saving") !== null) facts.push(["saves", fine(of("saving"))]);
    if (isImport && textOf(of("importer") ?? -1)) facts.push(["imported by", textOf(of("importer"))]);
    if (isImport && of("owner") !== null) facts.push(["belongs to", `${textOf(of("owner"))} (${textOf(of("kind"))})`]);
    if (this.phase[span] >= 0 && this.phase[span] !== span) facts.push(["phase", textOf(this.names[this.phase[span]])]);
    if (this.app[span] >= 0 && this.app[span] !== span) facts.push(["app", textOf(this.names[this.app[span]])]);
    if (this.boot.thread[span]) facts.push(["thread", textOf(this.boot.threads[this.boot.thread[span]])]);
    if (parent[span] >= 0 && kind[span] === KIND.gc) facts.push(["during", this.title(parent[span])]);
    return facts;
  }

  tip(span) {
    return tip(this.title(span), this.facts(span));
  }

  // The facts, the file and the way from the outside, for the panel below.
  detail(span) {
    const way = [];
    for (let at = this.boot.parent[span]; at >= 0; at = this.boot.parent[at]) way.unshift(this.title(at));
    const rows = [[data.kinds[this.boot.kind[span]], this.title(span)], ...this.facts(span)];
    const file = this.boot.kind[span] === KIND.import ? textOf(modules.of("file", this.names[span]) ?? -1) : "";
    if (file) rows.push(["file", file]);
    if (way.length) rows.push(["way", way.join(" > ")]);
    return rows;
  }

  find(name) {
    return this.names.findIndex((number, span) => number === name && this.boot.kind[span] === KIND.import);
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

// The section with one waterfall, or those of before and now.
function makeWaterfalls() {
  const end = Math.max(
    ...data.boots.map((boot) => boot.start.reduce((most, start, span) => Math.max(most, start + boot.length[span]), 1)),
  );
  const detail = element("dl", { class: "detail", "aria-live": "polite", id: "detail" });
  const falls = [];
  const zoomed = (from, view) => falls.forEach((fall) => fall !== from && fall.follow(view));
  const selected = (from, span) => {
    falls.forEach((fall) => (fall !== from || span < 0) && fall.current >= 0 && fall.deselect());
    detail.replaceChildren(...(span < 0 ? [] : terms(from.detail(span))));
  };
  data.boots.forEach((boot) => falls.push(new Waterfall(boot, end, zoomed, selected)));
  const button = (label, about, onclick) =>
    element("button", { type: "button", class: "plain", "aria-label": about, title: about, onclick }, label);
  const first = falls[falls.length - 1];
  const legend = element("p", { class: "legend" });
  const section = element(
    "section",
    { id: "waterfall", "aria-labelledby": "waterfall-title" },
    element(
      "div",
      { class: "head" },
      element("h2", { id: "waterfall-title" }, "Waterfall"),
      element(
        "div",
        { class: "tools" },
        button("+", "Zoom in", () => first.closer(2)),
        button("−", "Zoom out", () => first.closer(0.5)),
        button("All", "Whole boot", () => first.zoom(0, end)),
      ),
    ),
    element(
      "p",
      { class: "about" },
      "The fastest boot as it ran, garbage collections apart. Colour is the phase; the more of it, the closer to the project is what was imported.",
    ),
    legend,
    ...falls.flatMap((fall) => [
      ...(fall.boot.label ? [element("p", { class: "chart-label" }, fall.boot.label)] : []),
      fall.dom,
    ]),
    element(
      "p",
      { class: "keys", id: "waterfall-keys" },
      "Click a bar to come closer, drag to move, Ctrl and the wheel to zoom. Keys: " +
        "arrows go from bar to bar, + and − zoom, Shift with ← → moves, Enter fits, 0 shows all, n and p go to what is found.",
    ),
    detail,
  );
  const draw = () => {
    const strong = colour("models");
    const kinds = {
      "the project": 1,
      packages: STRENGTH.package,
      Django: STRENGTH.django,
      "standard library": STRENGTH.stdlib,
    };
    legend.replaceChildren(
      ...Object.entries(kinds).map(([name, share]) =>
        element("span", {}, swatch(mixed(strong, colour("paper"), share)), name),
      ),
      element("span", {}, swatch(colour("gc")), "garbage collection"),
    );
    falls.forEach((fall) => fall.chart && fall.draw());
  };
  return { section, falls, draw, mount: () => falls.forEach((fall) => fall.mount()) };
}
