// Tables that sort, filter, and make their rows when they are shown.

const FIRST = 15;
const FEW = 10; // that many more are not worth a button
const FURTHER = 200;
const FILTERS = { kind: "Any kind", phase: "Any phase", deferrable: "Movable or not" };
const TOLD = [2000, 0.1]; // by how much a time must differ to be coloured: microseconds, and share of what it was
const isText = (column) => column.kind === "text" || column.kind === "place" || column.kind === "prose";

class DataTable {
  constructor(table, open) {
    this.table = table;
    this.open = open;
    this.columns = table.columns;
    this.length = this.columns[0].values.length;
    this.texts = this.columns.filter(isText);
    this.sorted = this.columns.find((column) => column.key === table.sort) ?? this.columns[0];
    this.descending = true;
    this.query = "";
    this.chosen = new Map();
    this.limit = FIRST;
    this.build();
    this.arrange();
  }

  build() {
    const { name, title, about } = this.table;
    this.count = element("span", { class: "count" });
    this.headers = this.columns.map((column) => {
      const button = element("button", { type: "button", onclick: () => this.sortBy(column) }, column.label);
      return element("th", { scope: "col", class: isText(column) ? "text" : "number" }, button);
    });
    this.body = element("tbody");
    this.none = element("p", { class: "none", hidden: "" }, "Nothing is found here.");
    this.more = element("button", { type: "button", class: "plain more", onclick: () => this.showMore() });
    this.grid = element(
      "table",
      { class: "data", "aria-labelledby": `${name}-title` },
      element("thead", {}, element("tr", {}, ...this.headers)),
      this.body,
    );
    this.section = element(
      "section",
      { id: name, "aria-labelledby": `${name}-title` },
      element(
        "div",
        { class: "head" },
        element("h2", { id: `${name}-title` }, title),
        this.count,
        element("div", { class: "tools" }, ...this.filters()),
      ),
      element("p", { class: "about" }, about),
      element(
        "div",
        { class: "scroll", tabindex: "0", role: "region", "aria-label": `${title}, scrollable` },
        this.grid,
      ),
      this.none,
      this.more,
    );
  }

  filters() {
    return this.texts
      .filter((column) => column.key in FILTERS)
      .flatMap((column) => {
        const values = [...new Set(column.values)].filter((number) => number >= 0);
        if (values.length < 2 || values.length > 40) return [];
        values.sort((one, other) => (lower[one] < lower[other] ? -1 : 1));
        const options = values.map((number) => element("option", { value: String(number) }, textOf(number)));
        const select = element(
          "select",
          { "aria-label": `${this.table.title}: ${column.label}` },
          element("option", { value: "" }, FILTERS[column.key]),
          ...options,
        );
        select.addEventListener("change", () => {
          if (select.value) this.chosen.set(column, Number(select.value));
          else this.chosen.delete(column);
          this.limit = FIRST;
          this.arrange();
        });
        return [select];
      });
  }

  sortBy(column) {
    this.descending = this.sorted === column ? !this.descending : !isText(column);
    this.sorted = column;
    this.arrange();
  }

  search(query) {
    this.query = query;
    this.limit = FIRST;
    this.arrange();
    return this.rows.length;
  }

  showMore() {
    const focused = this.limit;
    this.limit += FURTHER;
    this.render();
    this.body.rows[focused]?.querySelector("button")?.focus({ preventScroll: true });
  }

  // Which rows are shown, in which order. What is not there comes last, either way.
  arrange() {
    const matches = matcher(this.query);
    const { kind, values } = this.sorted;
    const text = isText(this.sorted);
    const keys = text
      ? values.map((number) => (number < 0 ? null : lower[number]))
      : kind === "difference"
        ? values.map(Math.abs)
        : values;
    const way = this.descending ? -1 : 1;
    const rows = [];
    for (let row = 0; row < this.length; row += 1) {
      const chosen = [...this.chosen].every(([column, number]) => column.values[row] === number);
      if (chosen && (!this.query || matches(this.texts.map((column) => column.values[row])))) rows.push(row);
    }
    rows.sort((one, other) => {
      const [a, b] = [keys[one], keys[other]];
      if (a === b) return one - other;
      if (a === null || b === null) return a === null ? 1 : -1;
      return a < b ? -way : way;
    });
    this.rows = rows;
    this.columns.forEach((column, index) => {
      if (column === this.sorted)
        this.headers[index].setAttribute("aria-sort", this.descending ? "descending" : "ascending");
      else this.headers[index].removeAttribute("aria-sort");
    });
    this.render();
  }

  render() {
    if (this.rows.length <= this.limit + FEW) this.limit = this.rows.length;
    const shown = this.rows.slice(0, this.limit);
    this.body.replaceChildren(...shown.map((row) => this.row(row)));
    this.grid.setAttribute("aria-rowcount", String(this.rows.length + 1));
    const all = whole.format(this.length);
    this.count.textContent = this.rows.length === this.length ? all : `${whole.format(this.rows.length)} of ${all}`;
    const rest = this.rows.length - shown.length;
    this.more.hidden = rest === 0;
    this.more.textContent = rest > FURTHER ? `Show ${FURTHER} more of ${whole.format(rest)}` : `Show the other ${rest}`;
    this.none.hidden = shown.length > 0;
  }

  row(row) {
    return element("tr", {}, ...this.columns.map((column) => this.cell(column, row)));
  }

  // The time before, which stands two columns before the difference.
  was(column, row) {
    return this.columns[this.columns.indexOf(column) - 2].values[row] ?? 0;
  }

  cell(column, row) {
    const value = column.values[row];
    if (isText(column)) {
      const text = textOf(value);
      if (column.key !== "name")
        return element(
          "td",
          { class: `${column.kind} ${column.key}`, "data-label": column.label },
          ...(column.kind === "prose" ? [text] : breakable(text)),
        );
      const opens = this.open(this.table.name, value);
      return element(
        "th",
        { scope: "row" },
        ...(opens ? [element("button", { type: "button", onclick: opens }, ...breakable(text))] : breakable(text)),
      );
    }
    const said = value === null ? "" : written[column.kind](value);
    let look = "";
    if (column.kind === "difference" && Math.abs(value) >= Math.max(TOLD[0], TOLD[1] * this.was(column, row)))
      look = value > 0 ? " worse" : " better";
    if (column.key === "saving" && value >= 500) look = " saves";
    return element("td", { class: `number${look}`, "data-label": column.label }, said);
  }
}
