// The ranked list: search, filters, sorting and pages, over objects in memory; the document holds
// one page of rows at a time.

const PAGE_ROWS = 50;
/** Rows that a printed list holds at most. */
const PRINTED_ROWS = 500;

const columns = [
  { key: 'rank', title: 'Rank', class: 'number', value: (c) => c.rank, cell: (c) => count(c.rank) },
  { key: 'name', title: 'Case', class: 'who', value: (c) => titleOf(c).toLowerCase(), cell: (c) => [
    el('a', { href: `#case=${c.id}` }, titleOf(c)),
    el('span', { class: 'sub' }, [c.name ? c.entity : null, `case ${c.id.slice(0, 8)}`].filter(Boolean).join(' · ')),
  ] },
  { key: 'specialty', title: 'Specialty', value: (c) => c.specialty ?? c.type, cell: (c) => c.specialty ?? `(${c.type})` },
  { key: 'schemes', title: 'What is unusual', class: 'schemes', value: (c) => c.schemes.map(schemeTitle).join(), cell: (c) => c.schemes.map(schemeTitle).join(', ') },
  { key: 'basis', title: 'By', value: (c) => (isStatistical(c) ? 0 : 1), cell: (c) => (isStatistical(c) ? 'Statistics' : 'Rules') },
  { key: 'status', title: 'Status', value: (c) => STATUSES.indexOf(c.status), cell: (c) => [badge(capital(c.status), c.status), c.disposition ? badge(capital(c.disposition), 'disposition') : null] },
  { key: 'q', title: 'q', class: 'number', about: 'q-value: share of false leads expected among cases at least as strong', value: (c) => c.q ?? 2, cell: (c) => (c.q === null ? '–' : percent(c.q, 2)) },
  { key: 'exposure', title: 'At risk', class: 'number', down: true, value: (c) => c.exposure, cell: (c) => wholeDollars(c.exposure) },
  { key: 'lower', title: 'At least', class: 'number', down: true, value: (c) => c.lower, cell: (c) => wholeDollars(c.lower) },
];

/** What is chosen; kept while cases are looked at, so that going back finds the same list. */
const chosen = { search: '', scheme: '', specialty: '', status: '', basis: '', least: '', sort: 'rank', down: false, page: 0 };
let controls = null;

const searchable = new Map(cases.map((c) => [c.id, [
  titleOf(c), c.entity, c.id, c.specialty, c.peerGroup, c.schemes.map(schemeTitle).join(' '), c.schemes.join(' '), c.summary,
].filter(Boolean).join('\n').toLowerCase()]));

function matching() {
  const words = chosen.search.toLowerCase().split(/\s+/).filter(Boolean);
  const least = Number.parseFloat(chosen.least) * 100;
  const kept = cases.filter((c) =>
    words.every((word) => searchable.get(c.id).includes(word))
    && (!chosen.scheme || c.schemes.includes(chosen.scheme))
    && (!chosen.specialty || (c.specialty ?? `(${c.type})`) === chosen.specialty)
    && (!chosen.status || c.status === chosen.status)
    && (!chosen.basis || (chosen.basis === 'statistics') === isStatistical(c))
    && (Number.isNaN(least) || c.exposure >= least));
  const { value } = columns.find((c) => c.key === chosen.sort);
  const sign = chosen.down ? -1 : 1;
  return kept
    .map((c) => [value(c), c])
    .sort(([a, x], [b, y]) => (a < b ? -sign : a > b ? sign : x.rank - y.rank))
    .map(([, c]) => c);
}

function choices(values, title) {
  const counts = new Map();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].map(([value, n]) => ({ value, text: `${title(value)} (${count(n)})` }))
    .sort((a, b) => (a.text < b.text ? -1 : 1));
}

function select(key, label, options) {
  const box = el('select', { id: `by-${key}`, onchange: () => { chosen[key] = box.value; refresh(); } },
    el('option', { value: '' }, 'All'),
    options.map((o) => el('option', { value: o.value }, o.text)));
  box.value = chosen[key];
  return el('div', { class: 'field' }, el('label', { for: `by-${key}` }, label), box);
}

function input(key, label, attributes) {
  const box = el('input', { id: `by-${key}`, ...attributes, oninput: () => { chosen[key] = box.value; refresh(); } });
  box.value = chosen[key];
  return el('div', { class: `field ${key}` }, el('label', { for: `by-${key}` }, label), box);
}

function filters() {
  return el('form', { class: 'filters', role: 'search', 'aria-label': 'Cases', onsubmit: (event) => event.preventDefault() },
    input('search', 'Search', { type: 'search', placeholder: 'Name, number, code of a case …', autocomplete: 'off', spellcheck: 'false' }),
    select('scheme', 'What is unusual', choices(cases.flatMap((c) => c.schemes), schemeTitle)),
    select('specialty', 'Specialty', choices(cases.map((c) => c.specialty ?? `(${c.type})`), (s) => s)),
    select('status', 'Status', choices(cases.map((c) => c.status), capital)),
    select('basis', 'By', [{ value: 'statistics', text: 'Statistics' }, { value: 'rules', text: 'Rules alone' }]),
    input('least', 'At least $ at risk', { type: 'number', min: 0, step: 'any', inputmode: 'decimal' }),
    el('button', { type: 'button', class: 'quiet', onclick: () => filterBy({}) }, 'Clear'));
}

/** Shows what a filter lets through, all others cleared. */
function filterBy(wanted) {
  Object.assign(chosen, { search: '', scheme: '', specialty: '', status: '', basis: '', least: '' }, wanted);
  for (const key of ['search', 'scheme', 'specialty', 'status', 'basis', 'least']) {
    document.getElementById(`by-${key}`).value = chosen[key];
  }
  refresh();
  if (Object.keys(wanted).length) document.getElementById('all').scrollIntoView();
}

function sortBy(column) {
  if (chosen.sort === column.key) chosen.down = !chosen.down;
  else Object.assign(chosen, { sort: column.key, down: column.down ?? false });
  refresh();
}

function heading(column) {
  const active = chosen.sort === column.key;
  return el('th', { scope: 'col', class: column.class, 'aria-sort': active ? (chosen.down ? 'descending' : 'ascending') : null },
    el('button', { type: 'button', class: 'sort', title: column.about, onclick: () => sortBy(column) },
      column.title, el('span', { class: 'arrow', 'aria-hidden': 'true' }, active ? (chosen.down ? '▼' : '▲') : '')));
}

function rowOf(one) {
  return el('tr', { 'data-case': one.id, onclick: (event) => { if (!event.target.closest('a')) location.hash = `case=${one.id}`; } },
    columns.map((c) => el(c.key === 'name' ? 'th' : 'td', { class: c.class, scope: c.key === 'name' ? 'row' : null, 'data-label': c.title }, c.cell(one))));
}

/** Draws the rows anew; `rows` is how many a page holds. */
function refresh(rows = PAGE_ROWS, keepPage = false) {
  if (!controls) return;
  if (!keepPage) chosen.page = 0;
  const found = matching();
  const pages = Math.max(1, Math.ceil(found.length / rows));
  chosen.page = Math.min(chosen.page, pages - 1);
  const from = rows > PAGE_ROWS ? 0 : chosen.page * rows;
  const shown = found.slice(from, from + rows);
  const active = document.activeElement?.closest?.('.sort')?.closest('th');
  const focused = active ? [...active.parentNode.children].indexOf(active) : null;
  controls.head.replaceChildren(...columns.map(heading));
  if (focused !== null) controls.head.children[focused].querySelector('button').focus();
  controls.body.replaceChildren(...shown.map(rowOf));
  const total = sum(found, (c) => c.exposure);
  const said = found.length === 0
    ? 'No case matches.'
    : `${count(from + 1)}–${count(from + shown.length)} of ${counted(found.length, 'case')}, ${wholeDollars(total)} at risk within cases`;
  controls.said.textContent = said;
  announce(said);
  controls.back.disabled = chosen.page === 0;
  controls.next.disabled = chosen.page >= pages - 1;
}

function turn(by) {
  chosen.page += by;
  refresh(PAGE_ROWS, true);
  document.getElementById('all').scrollIntoView();
}

function listSection() {
  const head = el('tr', {});
  const body = el('tbody', {});
  const said = el('p', { class: 'said' });
  const back = el('button', { type: 'button', class: 'quiet', onclick: () => turn(-1) }, 'Previous page');
  const next = el('button', { type: 'button', class: 'quiet', onclick: () => turn(1) }, 'Next page');
  controls = { head, body, said, back, next };
  return el('section', { 'aria-labelledby': 'all' },
    el('h2', { id: 'all' }, 'All cases'),
    filters(),
    el('div', { class: 'scroll' }, el('table', { class: 'cases' }, el('caption', { class: 'hidden' }, 'Cases, ranked'), el('thead', {}, head), body)),
    el('div', { class: 'pager' }, said, back, next));
}
