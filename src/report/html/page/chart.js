// Charts: a spec of the file, its records, and the look of the current colours. Drawn as SVG, by an
// interpreter that evaluates Vega's expressions without eval.

const specs = Object.fromEntries(
  ['waterfall', 'distribution', 'funnel', 'months', 'codes'].map((name) => [name, embedded(`chart-${name}`)]),
);
const looks = { light: embedded('chart-look-light'), dark: embedded('chart-look-dark') };

/** Charts on the page, so that they can be drawn anew in other colours or at another width. */
let drawn = [];

function isDark() {
  const chosen = document.documentElement.dataset.theme;
  return chosen ? chosen === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
}

/** The spec of a chart, with titles and formats of its axes set by `adjust`. */
function specOf(name, datasets, adjust) {
  const spec = structuredClone(specs[name]);
  adjust?.(spec);
  spec.datasets = datasets;
  return spec;
}

/** Widths on paper (Letter and A4, at 96 dots an inch): of one of two charts side by side, and of one alone. */
const PAPER = { half: 320, whole: 620 };

/** Width of a letter of an axis title, about. */
const LETTER = 6.8;

function widthOf(chart) {
  if (paper) return chart.frame.closest('.pair') ? PAPER.half : PAPER.whole;
  return Math.max(220, Math.min(chart.frame.clientWidth || 640, 760));
}

/** A title in as many lines as the width asks for. */
function inLines(title, wide) {
  const most = Math.floor((wide - 40) / LETTER);
  const lines = [''];
  for (const word of title.split(' ')) {
    if (lines.at(-1) && lines.at(-1).length + word.length >= most) lines.push(word);
    else lines.push(`${lines.pop()} ${word}`.trim());
  }
  return lines;
}

function draw(chart, look) {
  const wide = widthOf(chart);
  const spec = { ...structuredClone(chart.spec), width: wide, autosize: { type: 'fit-x', contains: 'padding' } };
  const x = spec.encoding.x;
  if (x?.title) x.title = inLines(x.title, wide);
  // Vega-Lite warns of what is meant so, such as a height that follows the rows.
  const logger = vega.logger(vega.Error);
  const compiled = vegaLite.compile(spec, { config: looks[look], logger }).spec;
  chart.view?.finalize();
  chart.view = new vega.View(vega.parse(compiled, undefined, { ast: true }), {
    expr: vegaInterpreter.expressionInterpreter,
    renderer: 'svg',
    logger,
    hover: false,
  }).initialize(chart.frame);
  chart.view.run();
  const svg = chart.frame.querySelector('svg');
  // One picture with one description; its records are in the table beneath.
  for (const part of svg.children) part.setAttribute('aria-hidden', 'true');
  svg.setAttribute('role', 'img');
  svg.setAttribute('aria-label', chart.label);
}

/** A figure that is drawn once it is on the page: the picture, what it says, and its records. */
function figure(name, { title, label, datasets, adjust, reading, records }) {
  const frame = el('div', { class: 'chart', 'data-chart': name });
  drawn.push({ frame, label, spec: specOf(name, datasets, adjust), view: null });
  return el('div', { class: 'plot' },
    el('figure', {},
      el('figcaption', {}, el('strong', {}, title), ' ', el('span', { class: 'muted' }, reading)),
      frame),
    records ? details('The figures of this chart', records) : null);
}

/** Whether the page is on its way to a printer, which asks for other colours meanwhile. */
let paper = false;

function drawAll() {
  for (const chart of drawn) draw(chart, isDark() && !paper ? 'dark' : 'light');
}

function forgetCharts() {
  for (const chart of drawn) chart.view?.finalize();
  drawn = [];
}
