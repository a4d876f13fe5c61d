// How figures are written. Times are microseconds.

function seconds(time) {
  const value = time / 1e6;
  const text = Math.abs(value) < 100 ? value.toFixed(3) : value.toFixed(1);
  return `${Number(text) === 0 ? text.replace("-", "") : text} s`;
}

// For single imports, which are short: 7.1 ms.
function fine(time) {
  return Math.abs(time) < 10000 ? `${(time / 1000).toFixed(time < 1000 ? 2 : 1)} ms` : seconds(time);
}

// On an axis: to the millisecond, further only where it lies between two.
function moment(time) {
  return `${(time / 1e6).toFixed(5).replace(/0{1,2}$/, "")} s`;
}

// The power of ten below an eighth of a range: what lies between two marks of an axis is a multiple of it.
const unit = (range) => 10 ** Math.floor(Math.log10(range / 8));

// The end of an axis that has room for a time: the next mark.
function roundedUp(time) {
  const step = [1, 2, 5, 10].map((times) => times * unit(time)).find((each) => each * 10 >= time);
  return Math.ceil(time / step) * step;
}

// Whether a time is a mark of an axis over a range, and not just where the range begins or ends.
function isMark(time, range) {
  const marks = time / unit(range);
  return Math.abs(marks - Math.round(marks)) < 1e-6;
}

const whole = new Intl.NumberFormat("en");

const written = {
  time: (value) => (Math.abs(value) < 500 ? "–" : seconds(value)),
  difference: (value) => (Math.abs(value) < 500 ? "–" : `${value > 0 ? "+" : ""}${seconds(value)}`),
  memory: (value) => (Math.abs(value) < 512 ? "–" : `${whole.format(Math.round(value / 1024))} MiB`),
  count: (value) => whole.format(value),
};

function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else made.setAttribute(key, value);
  }
  made.append(...children);
  return made;
}

// text as nodes, with places to break a line at: behind the separators of names and paths, not before a suffix.
function breakable(text) {
  return text
    .split(/(?<=[./:-])(?![./:-]|pyi?\b|so\b)|(?<=[^\W_]_)(?=[^\W_])/)
    .flatMap((part, number) => (number ? [element("wbr"), part] : [part]));
}

function terms(rows) {
  return rows.flatMap(([term, value]) => [element("dt", {}, term), element("dd", {}, value)]);
}
