// The section with one waterfall, or those of before and now.
function makeWaterfalls() {
  const end = roundedUp(
    Math.max(
      ...data.boots.map((boot) =>
        boot.start.reduce((most, start, span) => Math.max(most, start + boot.length[span]), 1),
      ),
    ),
  );
  const detail = element("dl", { class: "detail", "aria-live": "polite", id: "detail" });
  const zoomed = (from, view) => {
    for (const fall of falls) if (fall !== from) fall.follow(view);
  };
  const selected = (from, span) => {
    for (const fall of falls) if ((fall !== from || span < 0) && fall.current >= 0) fall.deselect();
    detail.replaceChildren(...(span < 0 ? [] : terms(from.detail(span))));
  };
  const falls = data.boots.map((boot) => new Waterfall(boot, end, zoomed, selected));
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
        button("All", "All of the boot", () => first.zoom(0, end)),
      ),
    ),
    element(
      "p",
      { class: "about" },
      "The fastest boot as it ran, garbage collections apart. The colour says which phase; the stronger it is, the closer to your own code is what was imported.",
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
      "the project": strength("project"),
      packages: strength("package"),
      Django: strength("django"),
      "standard library": strength("stdlib"),
    };
    legend.replaceChildren(
      ...Object.entries(kinds).map(([name, share]) =>
        element("span", {}, swatch(mixed(strong, colour("paper"), share)), name),
      ),
      element("span", {}, swatch(colour("gc")), "garbage collection"),
    );
    for (const fall of falls) if (fall.chart) fall.draw();
  };
  const mount = () => {
    for (const fall of falls) fall.mount();
  };
  return { section, falls, draw, mount };
}
