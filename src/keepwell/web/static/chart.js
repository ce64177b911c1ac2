// Columns by month from what the server put into data-chart; the table beneath has the same figures.
(() => {
  // What the style sheet says, as plain red, green and blue: the chart knows no newer way to write a colour.
  const colour = (place, property) => {
    const context = new OffscreenCanvas(1, 1).getContext("2d");
    context.fillStyle = getComputedStyle(place)[property];
    context.fillRect(0, 0, 1, 1);
    const [red, green, blue, alpha] = context.getImageData(0, 0, 1, 1).data;
    return `rgba(${red}, ${green}, ${blue}, ${alpha / 255})`;
  };
  const draw = (place) => {
    const { names, values, unit } = JSON.parse(place.dataset.chart);
    const chart = echarts.init(place);
    const options = () => ({
      aria: { enabled: true },
      animation: false,
      color: [colour(place, "outlineColor")],
      textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
      grid: { left: 8, right: 8, top: 12, bottom: 4, containLabel: true },
      xAxis: {
        type: "category",
        data: names,
        axisTick: { show: false },
        axisLabel: { color: colour(place, "color") },
        axisLine: { lineStyle: { color: colour(place, "borderTopColor") } },
      },
      yAxis: {
        type: "value",
        minInterval: 1,
        axisLabel: { color: colour(place, "color") },
        splitLine: { lineStyle: { color: colour(place, "borderTopColor") } },
      },
      tooltip: { trigger: "axis", renderMode: "richText" },
      series: [{ type: "bar", name: unit, data: values, barMaxWidth: 24 }],
    });
    chart.setOption(options());
    new ResizeObserver(() => chart.resize()).observe(place);
    const again = () => chart.setOption(options());
    new MutationObserver(again).observe(document.documentElement, { attributeFilter: ["data-bs-theme"] });
  };
  document.querySelectorAll("[data-chart]").forEach(draw);
})();
