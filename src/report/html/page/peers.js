// A finding's peers in the measure's own unit, and the records of its two charts.

/** Standard normal quantiles of the two-sided 95 % and 99.8 % limits. */
const LIMITS = { 95: 1.959964, 998: 3.090232 };
const MOST_BARS = 32;

function logit(p) {
  const inside = Math.min(Math.max(p, 1e-9), 1 - 1e-9);
  return Math.log(inside / (1 - inside));
}

/** The value that a deviation d means at this finding's own expected value. */
function valueAt(finding, scale, d) {
  if (scale === 'share') return 1 / (1 + Math.exp(-(logit(finding.expected) + d)));
  return finding.expected * Math.exp(d);
}

/** Peers of a finding with their values; null where its measure or group is not known. */
function peersOf(finding) {
  const group = finding.limits && shared.groups[finding.limits.group];
  const { scale } = measureOf(finding.measure);
  if (!group || !scale || !(finding.expected > 0)) return null;
  // The finding itself is one of them: the nearest point is taken out once.
  let own = -1;
  group.points.forEach(([n, d], i) => {
    const apart = ([m, e]) => Math.abs(Math.log(m / finding.denominator)) + Math.abs(e - finding.limits.deviation);
    if (own < 0 || apart([n, d]) < apart(group.points[own])) own = i;
  });
  const points = group.points
    .map(([denominator, d, n], i) => ({ denominator, d, peers: i === own ? n - 1 : n }))
    .filter((p) => p.peers > 0)
    .map((p) => ({ ...p, value: valueAt(finding, scale, p.d) }));
  return { scale, group, points, shown: Math.max(group.shown - 1, 0) };
}

/** Bars of one width: linear for a share, of equal ratio else. */
function histogram(points, marks, scale) {
  const to = scale === 'share' ? (v) => v : Math.log;
  const from = scale === 'share' ? (v) => v : Math.exp;
  const all = [...points.map((p) => to(p.value)), ...marks.map(to)].filter(Number.isFinite);
  if (all.length === 0) return [];
  const [lowest, highest] = [Math.min(...all), Math.max(...all)];
  const n = points.reduce((total, p) => total + p.peers, 0);
  const bars = Math.min(MOST_BARS, Math.max(8, Math.ceil(2 * Math.sqrt(n))));
  const width = (highest - lowest) / bars || 1;
  const counts = new Array(bars).fill(0);
  for (const p of points) {
    counts[Math.min(bars - 1, Math.max(0, Math.floor((to(p.value) - lowest) / width)))] += p.peers;
  }
  return counts.map((peers, i) => {
    const [a, b] = [from(lowest + i * width), from(lowest + (i + 1) * width)];
    return { from: a, to: b, peers, range: `${measured(a, scale)} to ${measured(b, scale)}` };
  }).filter((bar) => bar.peers > 0);
}

/** Of an axis: percent, thousands as k, or plain where values are small. */
function axisFormat(scale, values) {
  if (scale === 'share') return '.0%';
  return Math.max(...values) >= 1000 ? '~s' : '~g';
}

function distributionFigure(finding, peers) {
  const { scale, points, shown, group } = peers;
  const values = points.map((p) => p.value).concat(finding.observed, finding.expected);
  const middle = (Math.min(...values) + Math.max(...values)) / 2;
  const mark = (what, value) => ({ value, what, label: `${what} ${measured(value, scale)}`, align: value > middle ? 'right' : 'left' });
  const marks = [mark('expected', finding.expected), mark('observed', finding.observed)];
  const bins = histogram(points, marks.map((m) => m.value), scale);
  const higher = points.filter((p) => p.value >= finding.observed).reduce((t, p) => t + p.peers, 0);
  const { title } = measureOf(finding.measure);
  return figure('distribution', {
    title: 'Against its peers.',
    reading: `${finding.kind === 'trend'
      ? `${counted(shown, 'peer')}, each in its own most unusual months and beside its own past`
      : `${counted(shown, 'peer')} with a score, of ${count((finding.peer_count ?? 1) - 1)} in the group, each at this case’s own mix of members and services`}; ${count(higher)} of them as high or higher.`,
    label: `Distribution of ${title} over ${shown} peers: expected ${measured(finding.expected, scale)}, observed ${measured(finding.observed, scale)}, ${higher} peers as high or higher.`,
    datasets: { bins, marks },
    adjust: (spec) => {
      spec.encoding.x.title = `${capital(title)}${scale === 'share' ? '' : ' (log scale)'}`;
      spec.encoding.x.axis.format = axisFormat(scale, values);
      spec.encoding.x.scale.type = scale === 'share' ? 'linear' : 'log';
    },
    records: table(`Peers in ${group.peer_group}`, [
      { title: capital(title), header: true, cell: (b) => b.range },
      { title: 'Peers', class: 'number', cell: (b) => count(b.peers) },
    ], bins),
  });
}

/** Limits at some volumes: the null's own, its sampling part scaled to the volume. */
function limitsOf(finding, peers) {
  const { limits } = finding;
  const { scale, points, group } = peers;
  const volumes = points.map((p) => p.denominator).concat(finding.denominator);
  const [least, most] = [Math.max(1, Math.min(...volumes)), Math.max(...volumes)];
  return Array.from({ length: 41 }, (_, i) => {
    const denominator = least * (most / least || 1) ** (i / 40);
    const sd = Math.sqrt(limits.between + limits.sampling * finding.denominator / denominator);
    const at = (z) => valueAt(finding, scale, group.mu + z * sd);
    return {
      denominator,
      centre: at(0),
      lower95: at(-LIMITS[95]), upper95: at(LIMITS[95]),
      lower998: at(-LIMITS[998]), upper998: at(LIMITS[998]),
    };
  });
}

function funnelFigure(finding, peers) {
  if (!finding.limits.sampling) return null;
  const { scale, points } = peers;
  const { title, unit } = measureOf(finding.measure);
  const limits = limitsOf(finding, peers);
  const volumes = points.map((p) => p.denominator).concat(finding.denominator).sort((a, b) => a - b);
  const own = {
    denominator: finding.denominator, value: finding.observed, label: 'this case',
    align: finding.denominator > volumes[Math.floor(volumes.length / 2)] ? 'right' : 'left',
  };
  const values = [...points.map((p) => p.value), finding.observed];
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return figure('funnel', {
    title: 'Against its volume.',
    reading: 'The bands hold 95 % and 99.8 % of honest peers of each volume; the dashed line is their centre.',
    label: `Funnel plot of ${title} against ${unit}s: observed ${measured(finding.observed, scale)} at ${count(finding.denominator)} ${unit}s.`,
    datasets: { peers: points.map((p) => ({ ...p, shown: measured(p.value, scale) })), limits, case: [own] },
    adjust: (spec) => {
      spec.encoding.x.title = `${capital(unit)}s (log scale)`;
      spec.encoding.y.title = `${scale === 'share' ? 'Share' : 'Value'}, at this case’s mix`;
      spec.encoding.y.axis.format = axisFormat(scale, values);
      Object.assign(spec.encoding.y.scale, scale === 'share'
        ? { type: 'linear', domain: [Math.max(0, low - 0.05), Math.min(1, high + 0.05)] }
        : { type: 'log', domain: [low / 1.15, high * 1.15] });
    },
    records: table('Control limits', [
      { title: `${capital(unit)}s`, header: true, class: 'number', cell: (l) => count(l.denominator) },
      { title: 'Lower 99.8 %', class: 'number', cell: (l) => measured(l.lower998, scale) },
      { title: 'Lower 95 %', class: 'number', cell: (l) => measured(l.lower95, scale) },
      { title: 'Centre', class: 'number', cell: (l) => measured(l.centre, scale) },
      { title: 'Upper 95 %', class: 'number', cell: (l) => measured(l.upper95, scale) },
      { title: 'Upper 99.8 %', class: 'number', cell: (l) => measured(l.upper998, scale) },
    ], limits.filter((_, i) => i % 8 === 0)),
  });
}
