// Puts the page together: charts, tables, search, keys.

const search = document.getElementById("search");
const found = document.getElementById("found");
const charts = document.getElementById("charts");

function searchFor(text) {
  search.value = text;
  runSearch();
}

const waterfalls = data.boots.length ? makeWaterfalls() : null;
const treemaps = data.treemaps.some((map) => map.packages.name.length) ? makeTreemaps(searchFor) : null;
const fall = waterfalls?.falls[waterfalls.falls.length - 1];

// What a name in a table does when it is chosen: an import is shown in the waterfall, of a package or app all is found.
function opener(table, name) {
  if (table === "modules") {
    const span = fall ? fall.find(name) : -1;
    if (span < 0) return null;
    return () => {
      fall.select(span, true);
      fall.dom.focus({ preventScroll: true });
      document.getElementById("waterfall").scrollIntoView();
    };
  }
  return ["packages", "apps", "doors"].includes(table) ? () => searchFor(textOf(name)) : null;
}

for (const chart of [waterfalls, treemaps]) {
  if (chart) {
    charts.append(chart.section);
    chart.mount();
    themed.push(chart.draw);
  }
}
const tables = data.tables.map((table) => new DataTable(table, opener));
document.getElementById("tables").append(...tables.map((table) => table.section));

function runSearch() {
  const query = search.value.trim();
  const counts = tables.map((table) => [table.search(query), table.table.title.toLowerCase()]);
  const marked = waterfalls?.falls.map((each) => each.search(query)) ?? [];
  const said = counts.filter(([count]) => count).map(([count, title]) => `${title} ${whole.format(count)}`);
  found.textContent = query
    ? `“${query}”: ${said.length ? said.join(" · ") : "nothing is found"}${marked.some(Boolean) ? "; marked in the waterfall" : ""}. Esc shows all.`
    : "";
}

let waiting = 0;
search.addEventListener("input", () => {
  cancelAnimationFrame(waiting);
  waiting = requestAnimationFrame(runSearch);
});
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest?.("input, select, textarea");
  if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    search.focus();
    search.select();
  } else if (event.key === "Escape" && search.value && (event.target === search || event.target === document.body)) {
    searchFor("");
  }
});

document
  .getElementById("sections")
  .append(
    ...[...document.querySelectorAll("main section[id]")]
      .filter(({ id }) => !["total", "notes", "checks"].includes(id))
      .map(({ id }) =>
        element(
          "a",
          { href: `#${id}` },
          { fixes: "Fixes", treemap: "Treemap", effects: "Effects" }[id] ??
            document.getElementById(`${id}-title`).textContent,
        ),
      ),
  );
startPatch();
startTheme();
