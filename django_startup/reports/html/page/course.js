// What the spans of a boot are, and in which row each is drawn: phases, apps, imports by depth, garbage
// collections, other threads.

const KIND = Object.fromEntries(data.kinds.map((kind, number) => [kind, number]));
const IN_APPS = new Set([KIND.app, KIND.models, KIND.ready]);
const OF_APPS = { app: "create", models: "models", ready: "ready()" };

// The last parts of a dotted name.
const tail = (name, count) => name.split(".").slice(-count).join(".");

class Course {
  constructor(boot) {
    this.boot = boot;
    this.layOut();
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
    this.repeated = this.repeatedNames();
  }

  // The last parts of names, such as models, that several modules have.
  repeatedNames() {
    const of = new Map();
    const repeated = new Set();
    this.names.forEach((number, span) => {
      if (this.boot.kind[span] !== KIND.import) return;
      const last = tail(textOf(number), 1);
      if (of.has(last) && of.get(last) !== number) repeated.add(last);
      of.set(last, number);
    });
    return repeated;
  }

  // The end of a name for which there is room: with its parent, where others end the same.
  label(span, room) {
    const name = this.title(span);
    if (name.length * 6 < room || this.boot.kind[span] !== KIND.import) return name;
    const last = tail(name, 1);
    if (!this.repeated.has(last)) return last;
    const wide = [tail(name, 2), `…${last}`].find((text) => text.length * 6 < room);
    return wide ?? last;
  }

  title(span) {
    const name = textOf(this.names[span]);
    const kind = data.kinds[this.boot.kind[span]];
    if (kind in OF_APPS) return `${name} ${OF_APPS[kind]}`;
    return kind === "gc" ? `garbage collection, generation ${name}` : name;
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
}
