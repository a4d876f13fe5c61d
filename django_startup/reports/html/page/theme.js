// Light and dark. Charts take their colours from the style sheet.

const dark = window.matchMedia("(prefers-color-scheme: dark)");
const themed = [];
const isDark = () => (document.documentElement.dataset.theme ?? (dark.matches ? "dark" : "light")) === "dark";
const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

function applyTheme() {
  const button = document.getElementById("theme");
  button.textContent = isDark() ? "Light" : "Dark";
  button.setAttribute("aria-label", `Switch to ${isDark() ? "light" : "dark"} colours`);
  for (const draw of themed) draw();
}

function startTheme() {
  document.getElementById("theme").addEventListener("click", () => {
    document.documentElement.dataset.theme = isDark() ? "light" : "dark";
    applyTheme();
  });
  dark.addEventListener("change", applyTheme);
  applyTheme();
}

const parts = (hex) => [1, 3, 5].map((from) => parseInt(hex.slice(from, from + 2), 16));

// One colour on another, share of it from 0 to 1.
function mixed(one, other, share) {
  const [above, below] = [parts(one), parts(other)];
  return `#${above
    .map((value, at) =>
      Math.round(value * share + below[at] * (1 - share))
        .toString(16)
        .padStart(2, "0"),
    )
    .join("")}`;
}

// Black or white, whichever can be read on a colour.
function readable(hex) {
  const [red, green, blue] = parts(hex).map((value) => (value / 255) ** 2.2);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.26 ? "#14171b" : "#ffffff";
}

function tooltipStyle() {
  return {
    className: "tip",
    confine: true,
    transitionDuration: 0,
    backgroundColor: colour("paper"),
    borderColor: colour("line"),
    padding: [8, 12],
    textStyle: { color: colour("ink"), fontSize: 13, fontFamily: getComputedStyle(document.body).fontFamily },
  };
}

function tip(title, rows) {
  return element("div", {}, element("strong", {}, title), element("dl", {}, ...terms(rows)));
}

function swatch(fill) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("viewBox", "0 0 10 10");
  svg.setAttribute("aria-hidden", "true");
  const rect = document.createElementNS(space, "rect");
  for (const [key, value] of Object.entries({ width: 10, height: 10, fill })) rect.setAttribute(key, value);
  svg.append(rect);
  return svg;
}
