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

function terms(rows) {
  return rows.flatMap(([term, value]) => [element("dt", {}, term), element("dd", {}, value)]);
}
