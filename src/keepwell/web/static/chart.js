// Draws what the server put into data-chart: an option of ECharts whose colours are names, since the reader may turn
// from light to dark, in which "$figure%" and "$money CNY" stand for the way the reader writes figures, and whose items
// may carry the link to the customers behind them.
(() => {
  const NAMES = {
    $text: "color",
    $ink: "caretColor",
    $line: "borderTopColor",
    $accent: "outlineColor",
    $surface: "backgroundColor",
  };
  const drawn = new Map();
  // What the style sheet says, as plain red, green and blue: the chart knows no newer way to write a colour.
  const colour = (place, property) => {
    const context = new OffscreenCanvas(1, 1).getContext("2d");
    context.fillStyle = getComputedStyle(place)[property];
    context.fillRect(0, 0, 1, 1);
    const [red, green, blue, alpha] = context.getImageData(0, 0, 1, 1).data;
    return `rgba(${red}, ${green}, ${blue}, ${alpha / 255})`;
  };
  const written = (style, after = "") => {
    const form = new Intl.NumberFormat(document.documentElement.lang, style);
    return (given) => (Number.isFinite(given) ? form.format(given) + after : "—");
  };
  const forms = (text) => {
    if (text.startsWith("$figure")) return written({ maximumFractionDigits: 1 }, text.slice("$figure".length));
    const currency = text.startsWith("$money ") && text.slice("$money ".length);
    return currency && written({ style: "currency", currency, notation: "compact", maximumFractionDigits: 1 });
  };
  const meant = (given, colours) => {
    if (Array.isArray(given)) return given.map((each) => meant(each, colours));
    if (given && typeof given === "object")
      return Object.fromEntries(Object.entries(given).map(([name, value]) => [name, meant(value, colours)]));
    return colours.get(given) ?? ((typeof given === "string" && forms(given)) || given);
  };
  const draw = (place) => {
    if (drawn.has(place)) return;
    if (place.dataset.height) place.style.height = `${place.dataset.height}px`;
    const given = JSON.parse(place.dataset.chart);
    // A small picture of a finding has no room to name its parts: the page it leads to does.
    if (place.classList.contains("kw-chart-small") && given.legend?.show) {
      given.legend.show = false;
      given.grid.top -= 24;
    }
    const chart = echarts.init(place);
    const again = () => {
      const colours = new Map(Object.entries(NAMES).map(([name, property]) => [name, colour(place, property)]));
      const textStyle = { fontFamily: getComputedStyle(document.body).fontFamily, color: colours.get("$text") };
      chart.setOption({ animation: false, textStyle, ...meant(given, colours) });
    };
    again();
    chart.on("click", ({ data }) => {
      if (data?.link) location.assign(data.link);
    });
    const sizes = new ResizeObserver(() => chart.resize());
    sizes.observe(place);
    drawn.set(place, { again, forget: () => (sizes.disconnect(), chart.dispose()) });
  };
  const drawAll = () => {
    for (const [place, { forget }] of drawn)
      if (!place.isConnected) {
        forget();
        drawn.delete(place);
      }
    document.querySelectorAll("[data-chart]").forEach(draw);
  };
  drawAll();
  // htmx tells the element that asked, not the one that was swapped, so look through the whole page.
  document.addEventListener("htmx:after:swap", drawAll);
  const turn = new MutationObserver(() => drawn.forEach(({ again }) => again()));
  turn.observe(document.documentElement, { attributeFilter: ["data-bs-theme"] });
})();
