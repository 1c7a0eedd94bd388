// Numbers and dates as text. Nothing here depends on the reader's locale: a printed page says the
// same everywhere.

function grouped(digits) {
  return digits.replace(/\B(?=(\d{3})+(?!\d))/g, ',');
}

function count(value) {
  return value === null || value === undefined ? '' : grouped(String(Math.round(value)));
}

/** '1 line', '2 lines'. */
function counted(value, word) {
  return `${count(value)} ${word}${value === 1 ? '' : 's'}`;
}

/** Dollars and cents, exact. */
function dollars(cents) {
  if (cents === null || cents === undefined) return '';
  const whole = Math.trunc(Math.abs(cents) / 100);
  const rest = String(Math.abs(cents) % 100).padStart(2, '0');
  return `${cents < 0 ? '−' : ''}$${grouped(String(whole))}.${rest}`;
}

/** Dollars without cents, for columns that are compared by size. */
function wholeDollars(cents) {
  return cents === null || cents === undefined ? '' : dollars(Math.round(cents / 100) * 100).slice(0, -3);
}

/** Units come in thousandths. */
function units(milli) {
  return milli === null || milli === undefined ? '' : String(milli / 1000);
}

/** A share as percent, with as many decimals as tell it from 0 and 100. */
function percent(share, decimals = 1) {
  if (share === null || share === undefined) return '';
  const least = 10 ** -(decimals + 2);
  if (share > 0 && share < least) return `<\u00a0${(100 * least).toFixed(decimals)}\u00a0%`;
  if (share < 1 && share > 1 - least) return `>\u00a0${(100 * (1 - least)).toFixed(decimals)}\u00a0%`;
  return `${(100 * share).toFixed(decimals)}\u00a0%`;
}

/** Three significant digits. */
function number(value) {
  if (value === null || value === undefined) return '';
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size >= 1000) return count(value);
  if (size >= 100) return value.toFixed(0);
  if (size >= 10) return value.toFixed(1);
  if (size >= 0.01) return value.toFixed(2);
  return value.toPrecision(2);
}

/** A p-value: [text, exponent], so that a small one can be set as a power of ten. */
function probability(p) {
  if (p === null || p === undefined) return ['', null];
  if (p >= 0.001) return [p.toFixed(3), null];
  const exponent = Math.floor(Math.log10(p));
  return [`${(p / 10 ** exponent).toFixed(1)} × 10`, String(exponent).replace('-', '−')];
}

/** An observed or expected value in the measure's own unit. */
function measured(value, scale) {
  return scale === 'share' ? percent(value) : number(value);
}

function capital(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** An internal name in words. */
function plain(name) {
  return capital(name.replace(/__/g, ': ').replace(/_/g, ' '));
}
