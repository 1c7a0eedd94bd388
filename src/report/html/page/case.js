// One case: what it is about, how much, how sure, what may be answered, what to do first; then the
// findings with their peers and lines, and how all of it was reckoned.

function answer(title, className, ...children) {
  return el('div', { class: `answer ${className}` }, el('h2', {}, title), ...children);
}

/** Sentences of all counterpoints, of those that differ in their figures alone the first. */
function counterpoints(findings) {
  const sentences = findings.flatMap((f) => capital(f.counterpoint).split(/(?<=[.;]) /));
  const seen = new Set();
  return sentences.filter((s) => {
    const shape = s.replace(/[\d.,]+/g, '#').replace(/no sicker/, 'sicker').toLowerCase();
    return !seen.has(shape) && seen.add(shape);
  }).join(' ');
}

function answers(one, detail) {
  const [finding] = detail.findings;
  const more = detail.findings.length - 3;
  return el('div', { class: 'answers' },
    el('div', {},
      answer('How much', 'much',
        el('p', { class: 'money' }, dollars(one.exposure)),
        el('p', {}, `at risk; at least ${dollars(one.lower)}.`),
        el('p', {}, `Paid in all: ${dollars(one.paid)}.`)),
      answer('How sure', 'sure',
        isStatistical(one) ? el('p', {}, 'q = ', pValue(one.q), `, of a list at level ${overview.config.list.level}.`) : null,
        el('p', {}, certainty(one)))),
    answer('Why', 'why',
      el('ul', {}, detail.findings.slice(0, 3).map((f) => el('li', {}, inShort(f)))),
      more > 0 ? el('p', { class: 'muted' }, `And ${counted(more, 'more finding')} below.`) : null),
    el('div', {},
      answer('What to do first', 'first', el('p', {}, firstStep(finding))),
      answer(`What may speak for the ${one.type}`, 'speaks', el('p', {}, counterpoints(detail.findings)))));
}

/** Findings as steps to the total: what lines of several findings share is taken off. */
function steps(one, detail) {
  const rows = [];
  let at = 0;
  const push = (label, cents, kind) => {
    const start = kind === 'total' ? 0 : at;
    const end = start + cents;
    rows.push({
      order: rows.length, label, kind, from: Math.min(start, end) / 100, to: Math.max(start, end) / 100, amount: cents / 100,
      text: `${label}: ${wholeDollars(cents)}`,
    });
    at = end;
  };
  for (const f of detail.findings) push(findingTitle(f), f.exposure_cents, 'finding');
  const shares = one.exposure - sum(detail.findings, (f) => f.exposure_cents);
  if (shares) push('Lines in more than one finding, counted once', shares, 'less');
  push('At risk', one.exposure, 'total');
  return rows;
}

function findingTitle(finding) {
  return capital(finding.reason.split(': ')[0]);
}

function dollarsSection(one, detail) {
  const rows = steps(one, detail);
  const run = sum(detail.findings, (f) => f.evidence.counted_run_cents);
  const elsewhere = one.exposure - run;
  return el('section', { 'aria-labelledby': 'dollars' },
    el('h2', { id: 'dollars' }, 'Where the dollars come from'),
    el('div', { class: 'pair' },
      figure('waterfall', {
        title: 'By finding.',
        reading: 'Each bar begins where the one before ended; a line counts once, at its largest amount.',
        label: `Waterfall of dollars at risk: ${rows.map((r) => r.text).join('; ')}.`,
        datasets: { steps: rows },
        records: table('Dollars at risk by finding', [
          { title: 'Step', header: true, cell: (r) => r.label },
          { title: 'Dollars', class: 'number', cell: (r) => dollars(Math.round(r.amount * 100)) },
        ], rows),
      }),
      monthsFigure(detail.practice?.months ?? detail.months ?? [], detail.practice !== null)),
    elsewhere > 0 ? el('p', { class: 'muted' }, `${dollars(elsewhere)} of it stands in a case of higher rank too; the run’s total counts it there.`) : null);
}

function figuresOf(f) {
  const { scale } = measureOf(f.measure);
  const pairs = [
    ['Observed', measured(f.observed, scale)],
    ['Expected', measured(f.expected, scale)],
    ['Ratio', `${number(f.ratio)} times, at least ${number(f.ratio_lower)}`],
    ['Counted in', counted(f.denominator, f.unit ?? 'unit')],
    ['z', number(f.z)],
    ['p', pValue(f.p_value)],
    ['Peers', `${count((f.peer_count ?? 1) - 1)} in ${f.peer_group}`],
  ];
  return el('dl', { class: 'figures' }, pairs.map(([k, v]) => el('div', {}, el('dt', {}, k), el('dd', {}, v))));
}

function linesOf(f) {
  const e = f.evidence;
  const shown = e.lines.length;
  const said = shown < e.line_count
    ? `${shown} of ${counted(e.line_count, 'line')} shown, largest first; all of them in evidence.parquet`
    : `All ${counted(e.line_count, 'line')}`;
  const optional = (title, key, cell, className) => (e.lines.some((l) => l[key]) ? [{ title, class: className, cell }] : []);
  return [
    el('h4', {}, 'Claim lines'),
    el('p', { class: 'muted' }, `${said}. ${counted(e.claim_count, 'claim')} of ${counted(e.member_count, 'member')}; ${dollars(e.counted_cents)} counted here.`),
    table(`Claim lines of: ${findingTitle(f)}`, [
      { title: 'Claim', header: true, cell: (l) => l.claim_id },
      { title: 'Line', class: 'number', cell: (l) => count(l.line) },
      { title: 'Member', cell: (l) => l.member },
      { title: 'Date', class: 'date', cell: (l) => l.date },
      { title: 'Code', cell: (l) => [l.code, l.modifiers].filter(Boolean).join(' ') },
      ...optional('Units', 'units_milli', (l) => units(l.units_milli), 'number'),
      { title: 'Paid', class: 'number', cell: (l) => dollars(l.paid_cents) },
      ...(e.lines.some((l) => l.basis !== 'paid') ? [{ title: 'Risk is on', cell: (l) => l.basis }] : []),
      ...optional('Questioned', 'questioned_cents', (l) => dollars(l.questioned_cents), 'number'),
      { title: 'At risk', class: 'number', cell: (l) => dollars(l.at_risk_cents) },
      { title: 'Counted', class: 'number', cell: (l) => dollars(l.counted_cents) },
      ...optional('Note', 'note', (l) => l.note, 'note'),
    ], e.lines, { class: 'lines' }),
  ];
}

function findingSection(f, i) {
  const peers = f.measure ? peersOf(f) : null;
  const kind = { edit: 'Rule on claim lines', peer: 'Against peers', trend: 'Against its own past', network: 'Network', cluster: 'Behaviour' }[f.kind] ?? plain(f.kind);
  return el('article', { class: 'finding', 'aria-labelledby': `finding-${i}` },
    el('h3', { id: `finding-${i}` }, findingTitle(f)),
    el('p', {}, badge(schemeTitle(f.scheme)), badge(kind), el('span', { class: 'money small' }, ` ${dollars(f.exposure_cents)}`), ` at risk, at least ${dollars(f.exposure_lower_cents)}`),
    el('p', {}, f.reason),
    f.observed === null ? null : figuresOf(f),
    el('p', { class: 'speaks' }, el('strong', {}, 'What speaks for it: '), capital(f.counterpoint)),
    peers ? el('div', { class: 'pair' }, distributionFigure(f, peers), funnelFigure(f, peers)) : null,
    linesOf(f),
    el('p', { class: 'muted small' }, `Source: ${f.source}.`, f.reference_vintage ? ` Reference: ${f.reference_vintage}.` : ''));
}

function monthsFigure(rows, whose) {
  if (rows.length === 0) return null;
  const months = rows.map((m) => ({ month: m.month, paid: m.paid_cents / 100, at_risk: m.at_risk_cents / 100 }));
  return figure('months', {
    title: 'By month of service.',
    reading: whose ? 'Paid to the provider, and the part at risk.' : 'What is at risk.',
    label: `Dollars by month of service from ${rows[0].month} to ${rows.at(-1).month}; ${wholeDollars(sum(rows, (m) => m.at_risk_cents))} of ${wholeDollars(sum(rows, (m) => m.paid_cents))} at risk.`,
    datasets: { months },
    records: table('Dollars by month', [
      { title: 'Month', header: true, cell: (m) => m.month },
      ...(whose ? [{ title: 'Paid', class: 'number', cell: (m) => dollars(m.paid_cents) }] : []),
      { title: 'At risk', class: 'number', cell: (m) => dollars(m.at_risk_cents) },
    ], rows),
  });
}

function codesFigure(practice) {
  const rows = practice.codes.map((c, order) => ({ ...c, order, code: c.code || 'no code' }));
  if (rows.length === 0) return null;
  return figure('codes', {
    title: 'Top codes against its specialty.',
    reading: `Share of its lines (diamond) and of ${counted(practice.specialty_count, 'other provider')} of its specialty (bar); ${count(rows.length)} of ${counted(practice.code_count, 'code')}, those with most at risk first.`,
    label: `Share of lines by code, provider against specialty: ${rows.slice(0, 3).map((c) => `${c.code} ${percent(c.share)} against ${percent(c.specialty_share)}`).join('; ')}.`,
    datasets: { codes: rows },
    records: table('Top codes', [
      { title: 'Code', header: true, cell: (c) => c.code },
      { title: 'Lines', class: 'number', cell: (c) => count(c.line_count) },
      { title: 'Share', class: 'number', cell: (c) => percent(c.share) },
      { title: 'Specialty', class: 'number', cell: (c) => percent(c.specialty_share) },
      { title: 'Paid', class: 'number', cell: (c) => dollars(c.paid_cents) },
      { title: 'At risk', class: 'number', cell: (c) => dollars(c.at_risk_cents) },
    ], rows),
  });
}

function practiceSection(detail) {
  const p = detail.practice;
  if (!p) return null;
  const panel = p.tiers.reduce((a, b) => a + b, 0);
  return el('section', { 'aria-labelledby': 'practice' },
    el('h2', { id: 'practice' }, 'Its practice'),
    el('p', {}, `${counted(p.member_count, 'member')}, ${counted(p.claim_count, 'claim')} and ${counted(p.line_count, 'line')} from ${p.first_service} to ${p.last_service}.`,
      panel ? ` ${percent((p.tiers[2] + p.tiers[3]) / panel, 0)} of its members have three or more chronic conditions.` : ''),
    codesFigure(p));
}

function testsSection(detail) {
  if (detail.tests.length === 0) return null;
  const found = new Set(detail.findings.map((f) => f.measure));
  return el('section', { 'aria-labelledby': 'tests' },
    el('h2', { id: 'tests' }, 'All measures with a score'),
    details(`${counted(detail.tests.length, 'measure')}, ${count(detail.tests.filter((t) => found.has(t.measure)).length)} of them a finding`,
      table('Measures', [
        { title: 'Measure', header: true, cell: (t) => capital(measureOf(t.measure).title) },
        { title: 'Observed', class: 'number', cell: (t) => measured(t.observed, measureOf(t.measure).scale) },
        { title: 'Expected', class: 'number', cell: (t) => measured(t.expected, measureOf(t.measure).scale) },
        { title: 'Ratio', class: 'number', cell: (t) => number(t.ratio) },
        { title: 'p', class: 'number', cell: (t) => pValue(t.p_value) },
        { title: 'For the list', class: 'note', cell: (t) => (found.has(t.measure) ? 'a finding' : t.not_scored ?? 'counted') },
      ], detail.tests)));
}

function methodSection(one) {
  const promise = results.lists.find((l) => l.entity_type === one.type);
  const { config } = overview;
  const term = (name, text) => [el('dt', {}, name), el('dd', {}, text)];
  return el('section', { 'aria-labelledby': 'method' },
    el('h2', { id: 'method' }, 'How it was reckoned'),
    el('dl', { class: 'method' },
      term('Expected', 'What the peers’ rates give for this one’s own mix of members and services (indirect standardisation), itself left out.'),
      term('Peers', `The narrowest group (taxonomy, state and setting; wider where needed) with at least ${config.peers.min_peers} members of enough volume; the group used is named with each finding.`),
      term('z and p', 'Distance from expected in units of chance and of the honest differences between peers, both estimated on these claims, and the one-sided probability of one as large. The list asks more: a ratio above the measure’s smallest one worth a case.'),
      term('q', promise ? promise.statement : 'This kind of case has no q.'),
      term('At risk', 'For a measure the part of each line that exceeds what is expected, (ratio − 1) / ratio of its price gap; for a rule what the rule questions. “At least” takes the ratio’s lower 95 % bound. A line counts once and never above what was paid on it.'),
      term('Rank', 'Dollars counted once in the run, times confidence: one less the chance of noise for statistics, the stated precision for a rule.'),
      term('Members', overview.with_phi ? 'Shown by their identifiers.' : 'Numbered within a case as they appear in its evidence; the numbers mean nothing in another case.')),
    details(`Reference tables, ${count(overview.reference.length)}`, table('Reference tables', [
      { title: 'Table', header: true, cell: (r) => plain(r.table) },
      { title: 'Edition', cell: (r) => r.vintage },
      { title: 'In force', cell: (r) => [r.effective_from, r.effective_to].filter(Boolean).join(' to ') },
      { title: 'Source', class: 'note', cell: (r) => r.source },
    ], overview.reference)),
    el('p', { class: 'muted small' }, 'A case is a lead for a person to review. It says that something is unusual, not why.'));
}

function neighbours(one) {
  if (single) return null;
  const order = matching();
  const at = order.indexOf(one);
  const link = (to, text) => (to ? el('a', { href: `#case=${to.id}` }, text) : el('span', { class: 'muted' }, text));
  return el('nav', { class: 'crumbs', 'aria-label': 'Between cases' },
    el('a', { href: '#' }, 'All cases'),
    link(at > 0 ? order[at - 1] : null, 'Previous'),
    link(at >= 0 ? order[at + 1] : null, 'Next'),
    el('button', { type: 'button', class: 'quiet', onclick: () => print() }, 'Print'));
}

function caseView(one) {
  const detail = detailOf(one.id);
  const facts = [
    one.name && one.entity ? `${one.type === 'provider' ? 'Provider' : capital(one.type)} ${one.entity}` : null,
    one.specialty, detail.practice?.state, `case ${one.id}`, `rank ${one.rank}`, `first flagged ${one.firstFlagged}`,
  ];
  return el('div', { class: 'case' },
    neighbours(one),
    el('h1', { id: 'title', tabindex: -1 }, titleOf(one)),
    el('p', { class: 'facts-line' }, facts.filter(Boolean).join(' · ')),
    el('p', {}, badge(capital(one.status), one.status), badge(isStatistical(one) ? 'By statistics' : 'By rules alone'),
      one.disposition ? badge(capital(one.disposition), 'disposition') : null, one.schemes.map((s) => badge(schemeTitle(s)))),
    one.statusNote ? el('p', { class: 'muted' }, `${capital(one.statusNote)}.`) : null,
    one.memberIds.length > 0 ? el('p', { class: 'muted' }, `Providers of the group: ${one.memberIds.join(', ')}.`) : null,
    answers(one, detail),
    dollarsSection(one, detail),
    el('section', { 'aria-labelledby': 'findings' },
      el('h2', { id: 'findings' }, counted(detail.findings.length, 'finding')),
      detail.findings.map(findingSection)),
    practiceSection(detail),
    testsSection(detail),
    methodSection(one));
}
