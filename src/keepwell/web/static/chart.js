// Columns by month from what the server put into data-chart; the table beneath has the same figures.
(() => {
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const draw = (place) => {
    const { names, values, unit } = JSON.parse(place.dataset.chart);
    const chart = echarts.init(place, null, { renderer: "svg" });
    const options = () => ({
      aria: { enabled: true },
      animation: false,
      color: [colour("--tblr-primary")],
      textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
      grid: { left: 8, right: 8, top: 12, bottom: 4, containLabel: true },
      xAxis: {
        type: "category",
        data: names,
        axisTick: { show: false },
        axisLabel: { color: colour("--tblr-secondary") },
        axisLine: { lineStyle: { color: colour("--tblr-border-color") } },
      },
      yAxis: {
        type: "value",
        minInterval: 1,
        axisLabel: { color: colour("--tblr-secondary") },
        splitLine: { lineStyle: { color: colour("--tblr-border-color") } },
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
