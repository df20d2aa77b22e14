'use strict';
// Draws the charts from the JSON in #charts, and marks the steps of an incident in those over time.
(function () {
  const page = document.documentElement;
  const faults = [];
  window.addEventListener('error', function (event) { faults.push(event.message); });
  const data = JSON.parse(document.getElementById('charts').textContent);
  const ink = '#1c2733', soft = '#5a6775', grid = '#e3e8ed';

  function clock(ms) {
    const at = new Date(data.since_ms + ms).toISOString();
    if (data.length_ms > 86400000) return at.slice(5, 16).replace('T', ' ');
    return at.slice(11, data.length_ms < 60000 ? 21 : 19);
  }
  function age(seconds) {
    if (seconds < 120) return +seconds.toFixed(seconds < 10 ? 1 : 0) + ' s';
    if (seconds < 7200) return +(seconds / 60).toFixed(1) + ' min';
    return +(seconds / 3600).toFixed(1) + ' h';
  }

  // At round times of the clock, at most 8.
  const lengths = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600,
    43200, 86400];
  function put_ticks(axis) {
    const wanted = data.length_ms / 8000;
    const step = 1000 * (lengths.find(function (one) { return one >= wanted; }) ||
      86400 * Math.ceil(wanted / 86400));
    axis.ticks = [];
    for (let at = step - data.since_ms % step; at <= data.length_ms; at += step)
      axis.ticks.push({ value: at });
  }

  function text(group) {
    return group.first === group.last ? group.first : group.first + '-' + group.last;
  }
  // A line for each step; letters that would overlap become one mark, such as "C-G".
  const marks = {
    id: 'marks',
    afterDatasetsDraw: function (chart) {
      const area = chart.chartArea, context = chart.ctx, groups = [];
      context.save();
      context.strokeStyle = '#0b4f8a';
      context.setLineDash([4, 3]);
      for (const mark of data.marks) {
        const x = chart.scales.x.getPixelForValue(mark.at_ms);
        context.beginPath();
        context.moveTo(x, area.top);
        context.lineTo(x, area.bottom);
        context.stroke();
        const last = groups[groups.length - 1];
        if (last && x - last.from < 7 + 9 * text(last).length) last.last = mark.last;
        else groups.push({ from: x, first: mark.first, last: mark.last });
      }
      context.fillStyle = '#0b4f8a';
      context.font = 'bold 12px sans-serif';
      for (const group of groups) context.fillText(text(group), group.from - 4, area.top - 5);
      context.restore();
    }
  };

  function options(title, unit) {
    return {
      animation: false, responsive: true, maintainAspectRatio: false, normalized: true,
      devicePixelRatio: Math.max(2, window.devicePixelRatio || 1),
      interaction: { mode: 'nearest', axis: 'x', intersect: false },
      layout: { padding: { top: 16, right: 14 } },
      scales: {
        x: { type: 'linear', min: 0, max: data.length_ms, grid: { color: grid },
          afterBuildTicks: put_ticks,
          ticks: { color: soft, autoSkip: false, maxRotation: 0, callback: clock } },
        y: { beginAtZero: true, grid: { color: grid },
          title: { display: true, text: title, color: soft },
          ticks: { color: soft, maxTicksLimit: 6, precision: unit === age ? undefined : 0,
            callback: function (value) { return unit(value); } },
          afterFit: function (axis) { axis.width = 78; } }
      },
      plugins: {
        legend: { display: false },
        tooltip: { callbacks: {
          title: function (items) { return items.length ? clock(items[0].parsed.x) + ' UTC' : ''; },
          label: function (item) { return item.dataset.label + ': ' + unit(item.parsed.y); }
        } }
      }
    };
  }
  function line(label, color, points, stepped) {
    return { label: label, data: points, stepped: stepped, spanGaps: false, fill: true,
      borderColor: color, backgroundColor: color + '22', borderWidth: 1.6,
      pointRadius: points.length > 80 ? 0 : 1.8 };
  }
  function count(value) { return String(value); }

  // Points of one figure; null where a reading failed leaves a gap.
  function points(chart, figure) {
    return chart.at_ms.map(function (at, i) { return { x: at, y: chart[figure][i] }; });
  }
  // How many completed between two readings. A counter that fell was reset.
  function steps(chart) {
    const out = [];
    let last = null;
    chart.done.forEach(function (done, i) {
      if (done === null) return;
      if (last !== null) out.push({ x: chart.at_ms[i], y: Math.max(0, done - last) });
      last = done;
    });
    return out;
  }

  let drawn = 0;
  function draw(id, datasets, title, unit) {
    new Chart(document.getElementById(id), { type: 'line', data: { datasets: datasets },
      options: options(title, unit), plugins: [marks] });
    drawn += 1;
  }
  Chart.defaults.color = ink;
  data.charts.forEach(function (chart, i) {
    const seconds = points(chart, 'oldest_ms').map(function (point) {
      return { x: point.x, y: point.y === null ? null : point.y / 1000 };
    });
    draw('waiting-' + i, [line('waiting', '#2b6cb0', points(chart, 'waiting'), false)],
      'jobs waiting', count);
    draw('oldest-' + i, [line('oldest', '#b7541a', seconds, false)], 'oldest job', age);
    if (chart.is_window)
      draw('done-' + i, [line('in the last minutes', '#2f7d4f', points(chart, 'done'), false)],
        'completed lately', count);
    else
      draw('done-' + i, [line('since the reading before', '#2f7d4f', steps(chart), 'after')],
        'completed', count);
  });

  const colours = ['#2b6cb0', '#b7541a', '#2f7d4f', '#7b4fa3', '#b8860b', '#3d8b91', '#8a97a5'];
  // A lighter bar is of the month before.
  function bars(one, i, chart) {
    const beside = !chart.stacked && chart.series.length > 1;
    const colour = beside ? ['#2b6cb0', '#a9c1da'][i % 2] : colours[i % colours.length];
    return { label: one.name, data: one.values, backgroundColor: colour, maxBarThickness: 34 };
  }
  data.bars.forEach(function (chart, i) {
    new Chart(document.getElementById('bars-' + i), {
      type: 'bar',
      data: { labels: chart.names, datasets: chart.series.map(function (one, nth) {
        return bars(one, nth, chart); }) },
      options: {
        animation: false, responsive: true, maintainAspectRatio: false,
        devicePixelRatio: Math.max(2, window.devicePixelRatio || 1),
        interaction: { mode: 'index', intersect: false },
        scales: {
          x: { stacked: chart.stacked, grid: { display: false },
            ticks: { color: soft, maxRotation: 0 } },
          y: { stacked: chart.stacked, beginAtZero: true, grid: { color: grid },
            suggestedMax: 1, title: { display: true, text: chart.unit, color: soft },
            ticks: { color: soft, maxTicksLimit: 6 },
            afterFit: function (axis) { axis.width = 78; } }
        },
        plugins: { legend: { display: chart.series.length > 1, position: 'bottom',
          labels: { color: ink, boxWidth: 14 } } }
      }
    });
    drawn += 1;
  });
  page.dataset.charts = String(drawn);
  page.dataset.faults = String(faults.length);

  // A printer's page is narrower than the window.
  window.addEventListener('beforeprint', function () {
    for (const id in Chart.instances) Chart.instances[id].resize(690, 170);
  });
  window.addEventListener('afterprint', function () {
    for (const id in Chart.instances) Chart.instances[id].resize();
  });
}());
