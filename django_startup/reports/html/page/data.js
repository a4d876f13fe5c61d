// The data of the page, and what is looked up in it.

const data = JSON.parse(document.getElementById("data").textContent);
const textOf = (number) => (number < 0 ? "" : data.texts[number]);
const lower = data.texts.map((text) => text.toLowerCase());
const tableOf = (name) => data.tables.find((table) => table.name === name);

// A function of a search's text: do some texts, given by number, hold all its words?
function matcher(query) {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const known = words.map((word) => lower.map((text) => text.includes(word)));
  return (numbers) => known.every((has) => numbers.some((number) => number >= 0 && has[number]));
}

// Columns of the modules by name's number, for what is said of an import.
const modules = (() => {
  const table = tableOf("modules");
  if (!table) return { row: new Map(), of: () => null };
  const columns = Object.fromEntries(table.columns.map((column) => [column.key, column.values]));
  const row = new Map(columns.name.map((number, index) => [number, index]));
  return { row, of: (key, name) => (row.has(name) ? columns[key][row.get(name)] : null) };
})();
