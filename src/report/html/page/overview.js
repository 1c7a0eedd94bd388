// The first screen: what to do first and why, what changed, what was read and refused.

const results = overview.results;

function sum(rows, value) {
  return rows.reduce((total, row) => total + (value(row) ?? 0), 0);
}

function headline() {
  const fresh = cases.filter((c) => c.status === 'new').length;
  const grown = cases.filter((c) => c.status === 'grown').length;
  const statistical = cases.filter(isStatistical).length;
  const fact = (value, what) => el('div', {}, el('dt', {}, what), el('dd', {}, value));
  return el('section', { class: 'headline', 'aria-labelledby': 'headline' },
    el('h1', { id: 'headline' }, cases.length === 0 ? 'No cases to review' : `${counted(cases.length, 'case')} to review`),
    el('dl', { class: 'key' },
      fact(count(fresh), overview.since ? `new since ${overview.since}` : 'new, all of them on a first run'),
      fact(count(grown), 'grown by more than a tenth'),
      fact(`$${results.exposure}`, 'at risk, each claim line once'),
      fact(count(statistical), 'by statistics'),
      fact(count(cases.length - statistical), 'by rules on lines alone')),
    results.lists.map((one) => el('p', { class: 'promise' }, `${counted(one.selected, 'case')}. `, one.statement)));
}

/** The first sentences of a text, as many as fit a card. */
function beginning(text, most = 170) {
  let taken = '';
  for (const sentence of text.split(/(?<=[.;]) /)) {
    if (taken && taken.length + sentence.length > most) break;
    taken += (taken ? ' ' : '') + sentence;
  }
  return capital(taken);
}

function certainty(one) {
  if (!isStatistical(one)) return 'A rule on claim lines: it holds if the data are right. No probability.';
  const stable = one.stability === null ? '' : ` Stays on the list in ${percent(one.stability, 0)} of the analyses with other peers and levels.`;
  return `Chance that the statistics are noise: ${percent(one.localFdr)}.${stable}`;
}

/** A finding in one line: what was observed, and what was expected. */
function inShort(finding) {
  if (finding.observed === null) return capital(finding.reason);
  const { scale } = measureOf(finding.measure);
  return `${findingTitle(finding)}: ${measured(finding.observed, scale)}, where ${measured(finding.expected, scale)} is expected.`;
}

function firstStep(finding) {
  return shared.schemes[finding.scheme]?.first_step ?? 'Look at the largest lines and request their records.';
}

function startHere() {
  const first = cases.filter((c) => c.disposition !== 'cleared').slice(0, 3);
  if (first.length === 0) return null;
  const card = (one) => {
    const detail = detailOf(one.id);
    const [finding] = detail.findings;
    const more = detail.findings.length - 1;
    const part = (title, ...children) => el('div', {}, el('h4', {}, title), ...children);
    return el('li', { class: 'card' },
      el('div', {},
        el('h3', {}, el('span', { class: 'rank' }, `${one.rank}`), el('a', { href: `#case=${one.id}` }, titleOf(one))),
        el('p', { class: 'muted' }, [one.specialty, one.name ? one.entity : null].filter(Boolean).join(' · ')),
        el('p', { class: 'money' }, wholeDollars(one.exposure), ' ', el('span', {}, `at risk, at least ${wholeDollars(one.lower)}`))),
      part('Why', el('p', {}, inShort(finding), more > 0 ? ` And ${counted(more, 'more finding')}.` : null), el('p', { class: 'muted' }, certainty(one))),
      part('What may speak for it', el('p', {}, beginning(finding.counterpoint))),
      part('First step', el('p', {}, firstStep(finding))));
  };
  return el('section', { 'aria-labelledby': 'start' },
    el('h2', { id: 'start' }, 'Start here'),
    el('ol', { class: 'cards' }, first.map(card)));
}

function changes() {
  const rows = STATUSES.filter((s) => s !== 'closed').map((status) => {
    const those = cases.filter((c) => c.status === status);
    return { status, cases: those.length, exposure: sum(those, (c) => c.exposure) };
  });
  rows.push({ status: 'closed', cases: overview.closed.length, exposure: sum(overview.closed, (c) => c.exposure_cents) });
  const show = (row) => (row.cases && row.status !== 'closed'
    ? el('button', { type: 'button', class: 'link', onclick: () => filterBy({ status: row.status }) }, capital(row.status))
    : capital(row.status));
  return el('section', { class: 'panel', 'aria-labelledby': 'changes' },
    el('h2', { id: 'changes' }, overview.since ? `Since the run as of ${overview.since}` : 'What is new'),
    overview.since ? null : el('p', { class: 'muted' }, 'There is no earlier run in this folder to compare with.'),
    table('Cases by status', [
      { title: 'Status', header: true, cell: show },
      { title: 'Cases', class: 'number', cell: (r) => count(r.cases) },
      { title: 'At risk', class: 'number', cell: (r) => wholeDollars(r.exposure) },
    ], rows),
    el('p', { class: 'muted small' }, 'Grown and shrunk: by more than a tenth. Closed: on the last list, not on this one.'),
    overview.closed.length
      ? details(`${counted(overview.closed.length, 'closed case')}`, table('Closed cases', [
        { title: 'Case', header: true, cell: (c) => c.case_id },
        { title: 'About', cell: (c) => (c.entity_id ? `${capital(c.entity_type)} ${c.entity_id}` : capital(c.entity_type)) },
        { title: 'Last flagged', cell: (c) => c.last_flagged },
        { title: 'At risk then', class: 'number', cell: (c) => wholeDollars(c.exposure_cents) },
      ], overview.closed))
      : null);
}

function whatWasRead() {
  const stages = results.control_totals.stages;
  const totals = Object.entries(stages).map(([kind, by]) => ({ kind, read: by.read, accepted: by.accepted, by }));
  const rejected = sum(Object.values(results.tables), (t) => t.rejected);
  const rows = sum(Object.values(results.tables), (t) => t.rows);
  const holds = sum(Object.values(results.holds_by_reason), (n) => n);
  const asides = (by) => Object.entries(by).filter(([stage, a]) => !['read', 'accepted'].includes(stage) && a.rows);
  return el('section', { class: 'panel', 'aria-labelledby': 'read' },
    el('h2', { id: 'read' }, 'What was read and refused'),
    table('Control totals', [
      { title: 'Claims', header: true, cell: (t) => capital(t.kind) },
      { title: 'Rows read', class: 'number', cell: (t) => count(t.read?.rows) },
      { title: 'Rows accepted', class: 'number', cell: (t) => count(t.accepted?.rows) },
      { title: 'Paid, accepted', class: 'number', cell: (t) => `$${t.accepted?.paid ?? '0.00'}` },
    ], totals),
    el('p', { class: 'muted small' }, 'Rows and cents reconcile from the source to this table, each claim’s money counted once; a run that does not reconcile writes no result.',
      totals.map((t) => asides(t.by).map(([stage, a]) => ` ${capital(t.kind)}: ${count(a.rows)} rows ${plain(stage).toLowerCase()}.`))),
    el('ul', { class: 'facts' },
      el('li', {}, `${counted(results.providers, 'provider')} and ${counted(results.members, 'member')} with claims.`),
      el('li', {}, `${count(rejected)} of ${count(rows)} rows rejected.`,
        overview.rejects.length ? details('Why', table('Rejects', [
          { title: 'Column', header: true, cell: (r) => r.column ?? 'whole row' },
          { title: 'Reason', cell: (r) => r.reason },
          { title: 'Values', class: 'number', cell: (r) => count(r.count) },
        ], overview.rejects)) : null),
      el('li', {}, `${counted(holds, 'hold')}: usable, but something is to be asked for (holds.parquet says what).`,
        holds ? details('Why', table('Holds', [
          { title: 'Reason', header: true, cell: ([reason]) => capital(reason) },
          { title: 'Holds', class: 'number', cell: ([, n]) => count(n) },
        ], Object.entries(results.holds_by_reason))) : null),
      results.notices.map((n) => el('li', { class: 'notice' }, `Notice: ${plain(n.edit)} hits ${count(n.spread.lines)} lines of ${counted(n.spread.providers, 'provider')}; ${n.what_it_means}`)),
      el('li', {}, `${counted(results.detectors_run.length, 'detector')} ran, ${count(results.detectors_not_run.length)} did not.`,
        details('Which, and why not', table('Detectors not run', [
          { title: 'Not run', header: true, cell: (d) => plain(d.name) },
          { title: 'Why', cell: (d) => d.why },
        ], results.detectors_not_run), table('Detectors run', [
          { title: 'Run', header: true, cell: (d) => plain(d.name) },
          { title: 'Kind', cell: (d) => d.kind },
          { title: 'Scored or hit', class: 'number', cell: (d) => count(d.count) },
          { title: 'Check', cell: (d) => d.verdict },
        ], results.detectors_run)))));
}
