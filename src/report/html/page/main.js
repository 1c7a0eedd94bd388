// Which view the address asks for, colours, and what a printer gets.

const main = document.getElementById('main');
/** Where the list was scrolled to when a case was opened. */
let listAt = 0;

function show() {
  const wanted = new URLSearchParams(location.hash.slice(1)).get('case');
  const one = single ? cases[0] : caseById.get(wanted);
  const fromList = document.getElementById('all') !== null;
  if (one && fromList) listAt = scrollY;
  forgetCharts();
  controls = null;
  if (one) {
    main.replaceChildren(caseView(one));
    document.title = `${titleOf(one)}: claims review as of ${overview.as_of}`;
    drawAll();
    scrollTo(0, 0);
    if (!single) document.getElementById('title').focus({ preventScroll: true });
  } else {
    main.replaceChildren(el('div', { class: 'home' },
      headline(),
      wanted ? el('p', { class: 'notice' }, `There is no case ${wanted} in this report.`) : null,
      startHere(),
      el('div', { class: 'pair panels' }, changes(), whatWasRead()),
      listSection()));
    document.title = `Claims review as of ${overview.as_of}`;
    refresh(PAGE_ROWS, true);
    scrollTo(0, listAt);
  }
}

const themeButton = document.getElementById('theme');

function labelTheme() {
  themeButton.textContent = isDark() ? 'Light colours' : 'Dark colours';
}

themeButton.addEventListener('click', () => {
  document.documentElement.dataset.theme = isDark() ? 'light' : 'dark';
  labelTheme();
  drawAll();
});
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
  labelTheme();
  drawAll();
});

document.getElementById('skip').addEventListener('click', (event) => {
  event.preventDefault();
  main.focus();
});

let resized = null;
let width = innerWidth;
addEventListener('resize', () => {
  if (innerWidth === width) return;
  width = innerWidth;
  clearTimeout(resized);
  resized = setTimeout(drawAll, 150);
});

// Paper is white, cannot be clicked, and has no second page of rows.
let unfolded = [];
addEventListener('beforeprint', () => {
  document.documentElement.classList.add('printing');
  unfolded = [...document.querySelectorAll('main details:not([open])')];
  for (const fold of unfolded) fold.open = true;
  paper = true;
  drawAll();
  refresh(PRINTED_ROWS, true);
});
addEventListener('afterprint', () => {
  document.documentElement.classList.remove('printing');
  for (const fold of unfolded) fold.open = false;
  paper = false;
  drawAll();
  refresh(PAGE_ROWS, true);
});

addEventListener('hashchange', show);
document.getElementById('as-of').textContent = `As of ${overview.as_of}`;
document.getElementById('colophon').textContent =
  `claimhound ${overview.version}. ${overview.with_phi ? 'Members are shown by their identifiers: keep this file as you keep the claims.' : 'Members are shown by a number within their case.'} Files, hashes and settings: manifest.json of the run.`;
labelTheme();
show();
