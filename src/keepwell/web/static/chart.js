// Draws what the server put into data-chart: an option of ECharts whose colours are names, since the reader may turn
// from light to dark, and whose figures may carry the link to the customers behind them.
(() => {
  const NAMES = { $text: "color", $line: "borderTopColor", $accent: "outlineColor", $surface: "backgroundColor" };
  // What the style sheet says, as plain red, green and blue: the chart knows no newer way to write a colour.
  const colour = (place, property) => {
    const context = new OffscreenCanvas(1, 1).getContext("2d");
    context.fillStyle = getComputedStyle(place)[property];
    context.fillRect(0, 0, 1, 1);
    const [red, green, blue, alpha] = context.getImageData(0, 0, 1, 1).data;
    return `rgba(${red}, ${green}, ${blue}, ${alpha / 255})`;
  };
  const coloured = (given, colours) => {
    if (Array.isArray(given)) return given.map((each) => coloured(each, colours));
    if (given && typeof given === "object")
      return Object.fromEntries(Object.entries(given).map(([name, value]) => [name, coloured(value, colours)]));
    return colours.get(given) ?? given;
  };
  const draw = (place) => {
    const given = JSON.parse(place.dataset.chart);
    const chart = echarts.init(place);
    const options = () => {
      const colours = new Map(Object.entries(NAMES).map(([name, property]) => [name, colour(place, property)]));
      const textStyle = { fontFamily: getComputedStyle(document.body).fontFamily, color: colours.get("$text") };
      return { aria: { enabled: true }, animation: false, textStyle, ...coloured(given, colours) };
    };
    chart.setOption(options());
    chart.on("click", ({ data }) => {
      if (data?.link) location.assign(data.link);
    });
    new ResizeObserver(() => chart.resize()).observe(place);
    const again = () => chart.setOption(options());
    new MutationObserver(again).observe(document.documentElement, { attributeFilter: ["data-bs-theme"] });
  };
  const drawAll = (within) => within.querySelectorAll("[data-chart]").forEach(draw);
  drawAll(document);
  document.addEventListener("htmx:after:swap", ({ target }) => drawAll(target));
})();
