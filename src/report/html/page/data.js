// What the file carries. A case's own data are parsed when its page is opened, so that thousands of
// cases do not slow the list.

function embedded(id) {
  const block = document.getElementById(id);
  return block ? JSON.parse(block.textContent) : null;
}

const overview = embedded('overview');
const shared = embedded('shared');
const list = embedded('list');

/** The list's columns as one object a case. */
const cases = list.case_id.map((id, i) => ({
  id,
  rank: list.rank[i],
  type: list.entity_type[i],
  entity: list.entity_id[i],
  name: list.entity_name[i],
  specialty: list.specialty[i],
  peerGroup: list.peer_group[i],
  schemes: list.schemes[i],
  status: list.status[i],
  q: list.q_value[i],
  p: list.p_value[i],
  localFdr: list.local_fdr[i],
  stability: list.stability[i],
  exposure: list.exposure_cents[i],
  lower: list.exposure_lower_cents[i],
  priority: list.priority_cents[i],
  paid: list.paid_cents[i],
  claims: list.claim_count[i],
  findings: list.finding_count[i],
  summary: list.summary[i],
  firstFlagged: list.first_flagged[i],
  disposition: list.disposition[i],
  statusNote: list.status_note[i],
  memberIds: list.member_ids[i],
}));
const caseById = new Map(cases.map((one) => [one.id, one]));
/** A file with one case and no list. */
const single = document.getElementById('single') !== null;

/** Rows of bare values as objects, by the names that the file gives them. */
function named(kind, rows) {
  const names = shared.columns[kind];
  return (rows ?? []).map((row) => Object.fromEntries(names.map((name, i) => [name, row[i]])));
}

const opened = new Map();
function detailOf(id) {
  if (!opened.has(id)) {
    const detail = embedded(`case-${id}`);
    for (const finding of detail.findings) finding.evidence.lines = named('line', finding.evidence.lines);
    detail.tests = named('test', detail.tests);
    const months = named('month', detail.practice?.months ?? detail.months);
    if (detail.practice) Object.assign(detail.practice, { months, codes: named('code', detail.practice.codes) });
    else detail.months = months;
    opened.set(id, detail);
  }
  return opened.get(id);
}

function schemeTitle(name) {
  return shared.schemes[name]?.title ?? plain(name);
}

function measureOf(name) {
  return shared.measures[name] ?? { title: plain(name), unit: 'unit', scale: null };
}

/** Whom a case is about. A member has no name here but its case's. */
function titleOf(one) {
  if (one.name) return one.name;
  if (one.entity) return `${capital(one.type)} ${one.entity}`;
  return `${capital(one.type)} of case ${one.id.slice(0, 8)}`;
}

function isStatistical(one) {
  return one.q !== null;
}

const STATUSES = ['new', 'grown', 'continuing', 'shrunk', 'closed'];
