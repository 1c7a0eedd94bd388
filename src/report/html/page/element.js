// Elements are built, never parsed from text: whatever a name or note contains, it shows as text.

/** el('td', {class: 'number'}, 'text', child, …); an attribute that is null or false is left out. */
function el(name, attributes, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith('on')) element.addEventListener(key.slice(2), value);
    else element.setAttribute(key, value === true ? '' : value);
  }
  put(element, children);
  return element;
}

function put(element, children) {
  for (const child of children.flat(3)) {
    if (child !== null && child !== undefined && child !== false) element.append(child);
  }
}

/** A table: columns are {title, class, cell(row)}; cells may be text or elements. */
function table(caption, columns, rows, attributes) {
  const cell = (column, row, first) =>
    el(first && column.header ? 'th' : 'td', {
      class: column.class,
      scope: first && column.header ? 'row' : null,
      'data-label': column.title,
    }, column.cell(row));
  return el('div', { class: 'scroll', tabindex: 0, role: 'group', 'aria-label': caption },
    el('table', attributes ?? {},
      el('caption', { class: 'hidden' }, caption),
      el('thead', {}, el('tr', {}, columns.map((c) => el('th', { scope: 'col', class: c.class }, c.title)))),
      el('tbody', {}, rows.map((row) => el('tr', {}, columns.map((c, i) => cell(c, row, i === 0)))))));
}

/** A p-value, small ones as a power of ten. */
function pValue(p) {
  const [text, exponent] = probability(p);
  return exponent === null ? text : el('span', {}, text, el('sup', {}, exponent));
}

function badge(text, kind) {
  return el('span', { class: `badge ${kind ?? ''}` }, text);
}

function details(summary, ...children) {
  return el('details', {}, el('summary', {}, summary), ...children);
}

/** Says something to those who cannot see it change. */
function announce(text) {
  document.getElementById('live').textContent = text;
}
