// What a person does with report.html, done in a real browser:
//
//     node check.mjs SCENARIO FILE [MORE]
//
// Prints what it found; exits with 1 at the first thing that is not as it should be.

import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { withPage } from "./browser.mjs";

const require = createRequire(import.meta.url);

/** Letter less its margins, at 96 dots an inch. */
const PAPER_WIDTH = 725;

const rowsOf = (page) => page.locator("table.cases tbody tr");
const said = (page) => page.locator(".said").textContent();
const total = async (page) => Number((await said(page)).match(/of ([\d,]+) case/)?.[1].replace(/,/g, "") ?? 0);
const column = (page, label) => page.locator(`table.cases tbody [data-label="${label}"]`).allTextContents();
const dollars = (text) => Number(text.replace(/[$,]/g, ""));

function isSorted(values, down) {
  return values.every((v, i) => i === 0 || (down ? values[i - 1] >= v : values[i - 1] <= v));
}

/** Search, filters and sorting, by mouse and by keyboard. */
async function list(page) {
  const all = await total(page);
  assert.ok(all >= 5, `too few cases to filter: ${all}`);
  assert.deepEqual(await column(page, "Rank"), Array.from({ length: Math.min(all, 50) }, (_, i) => `${i + 1}`));

  // Search, typed.
  const first = await rowsOf(page).first().getAttribute("data-case");
  await page.getByLabel("Search").fill(first.slice(0, 8));
  assert.equal(await total(page), 1);
  assert.equal(await rowsOf(page).first().getAttribute("data-case"), first);
  await page.getByLabel("Search").fill("nobody is called so");
  assert.equal(await said(page), "No case matches.");
  await page.getByRole("button", { name: "Clear" }).click();
  assert.equal(await total(page), all);

  // Each filter: what its first choice announces is what it lets through.
  for (const label of ["What is unusual", "Specialty", "Status"]) {
    const box = page.getByLabel(label, { exact: true });
    const option = await box.locator("option").nth(1).textContent();
    const announced = Number(option.match(/\(([\d,]+)\)$/)[1].replace(/,/g, ""));
    await box.selectOption({ index: 1 });
    assert.equal(await total(page), announced, `${label}: ${option}`);
    await page.getByRole("button", { name: "Clear" }).click();
  }
  const by = page.getByLabel("By", { exact: true });
  await by.selectOption("statistics");
  const statistical = await total(page);
  assert.ok((await column(page, "By")).every((text) => text === "Statistics"));
  await by.selectOption("rules");
  assert.equal(statistical + (await total(page)), all);
  await page.getByRole("button", { name: "Clear" }).click();

  // By amount, and sorted by it: with the mouse, then with the keyboard.
  const amounts = page.locator("table.cases").getByRole("columnheader", { name: "At risk" });
  await amounts.getByRole("button").click();
  assert.equal(await amounts.getAttribute("aria-sort"), "descending");
  const sorted = (await column(page, "At risk")).map(dollars);
  assert.ok(isSorted(sorted, true), sorted.join());
  await page.keyboard.press("Enter");
  assert.equal(await amounts.getAttribute("aria-sort"), "ascending", "the heading keeps the focus");
  assert.ok(isSorted((await column(page, "At risk")).map(dollars), false));
  const middle = sorted[Math.floor(sorted.length / 2)];
  await page.getByLabel("At least $ at risk").fill(String(middle));
  assert.ok((await column(page, "At risk")).every((text) => dollars(text) >= Math.floor(middle)));
  assert.ok((await total(page)) < all);
  console.log(`${all} cases, ${statistical} by statistics: search, filters and sorting hold`);
}

const marks = (page, chart) => page.locator(`[data-chart="${chart}"] svg .mark-rect path, [data-chart="${chart}"] svg .mark-symbol path`);

/** Cases opened by mouse and keyboard, back and forward, and every chart with its marks. */
async function cases(page) {
  const count = Math.min(await total(page), 50);
  const name = await rowsOf(page).nth(1).getByRole("link").textContent();
  // By mouse, anywhere in the row.
  await rowsOf(page).nth(1).locator("td").nth(2).click();
  await page.waitForSelector("#title");
  assert.equal(await page.locator("#title").textContent(), name);
  assert.match(page.url(), /#case=[0-9a-f]{16}$/);
  await page.goBack();
  assert.equal(await page.locator("table.cases").count(), 1);
  await page.goForward();
  assert.equal(await page.locator("#title").textContent(), name);
  await page.getByRole("link", { name: "All cases" }).click();
  // By keyboard: from the search field on to the first case, and in.
  await page.getByLabel("Search").focus();
  for (let i = 0; i < 40; i += 1) {
    await page.keyboard.press("Tab");
    if (await page.evaluate(() => document.activeElement.matches("table.cases a"))) break;
  }
  await page.keyboard.press("Enter");
  await page.waitForSelector("#title");
  assert.ok(await page.evaluate(() => document.activeElement.id === "title"), "the focus follows");
  // The next ones by their link; each with its money, its answer and its charts.
  const seen = new Set();
  for (let i = 0; i < count; i += 1) {
    for (const heading of ["How much", "How sure", "Why", "What to do first"]) {
      assert.equal(await page.getByRole("heading", { name: heading, exact: true }).count(), 1, heading);
    }
    for (const frame of await page.locator("[data-chart]").all()) {
      const chart = await frame.getAttribute("data-chart");
      seen.add(chart);
      assert.ok((await marks(page, chart).count()) > 0, `${chart} without marks in ${page.url()}`);
      assert.ok((await frame.locator("svg").getAttribute("aria-label")).length > 20);
      const text = await frame.locator("svg").textContent();
      assert.ok(!/NaN|undefined|Infinity|null/.test(text), `${chart}: ${text}`);
    }
    const words = await page.locator("main").innerText();
    assert.ok(!/\b(NaN|undefined|Infinity|null|\[object)/.test(words), words.match(/.{40}(NaN|undefined|Infinity|null|\[object).{40}/)?.[0]);
    // A source may be a report with that word in its title; a case is never called so.
    const ours = words.replace(/^Source: .*$/gm, "");
    assert.ok(!/\b(fraud|guilty)/i.test(ours), ours.match(/.{0,60}(fraud|guilty).{0,60}/i)?.[0]);
    const next = page.getByRole("link", { name: "Next", exact: true });
    if ((await next.count()) === 0) break;
    await next.click();
  }
  assert.deepEqual([...seen].sort(), ["codes", "distribution", "funnel", "months", "waterfall"]);
  // The figures of a chart unfold by keyboard.
  const fold = page.locator(".plot summary").first();
  await fold.focus();
  await page.keyboard.press("Enter");
  assert.ok(await page.locator(".plot details[open] table").first().isVisible());
  console.log(`${count} case pages with ${[...seen].sort().join(", ")}`);
}

/** A name that is markup shows as text, in the list, on the case page and in charts. */
async function hostile(page, url, name) {
  const cell = page.locator("table.cases tbody th a", { hasText: name });
  assert.ok((await cell.count()) > 0, "the name shows in the list");
  assert.equal(await page.locator("main b, main img, main script").count(), 0, "nothing of it became an element");
  await cell.first().click();
  assert.equal(await page.locator("#title").textContent(), name);
  assert.equal(await page.locator("main b, main img, main script").count(), 0);
  assert.equal(await page.evaluate(() => globalThis.broken), undefined, "and nothing of it ran");
  console.log("a hostile name is text");
}

/** No serious fault by axe, in both colour schemes, on the list and on a case of either kind. */
async function accessible(page, url) {
  const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
  const ranks = { Statistics: null, Rules: null };
  for (const row of await rowsOf(page).all()) {
    const by = await row.locator('[data-label="By"]').textContent();
    ranks[by] ??= await row.getAttribute("data-case");
  }
  const views = ["", ...Object.values(ranks).filter(Boolean).map((id) => `#case=${id}`)];
  assert.equal(views.length, 3, "a case of either kind");
  for (const colorScheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme });
    for (const view of views) {
      await page.goto(url + view);
      await page.reload();
      await page.waitForSelector("main h1");
      for (const fold of await page.locator("main details").all()) await fold.evaluate((d) => { d.open = true; });
      await page.evaluate(axe);
      const { violations } = await page.evaluate(() => globalThis.axe.run());
      const serious = violations.filter((v) => ["serious", "critical"].includes(v.impact));
      const told = serious.map((v) => `${v.id} (${v.impact}): ${v.help}\n${v.nodes.slice(0, 3).map((n) => `  ${n.html}\n  ${n.failureSummary}`).join("\n")}`);
      assert.equal(serious.length, 0, `${colorScheme} ${view}\n${told.join("\n")}`);
      console.log(`axe, ${colorScheme}, ${view || "list"}: ${violations.length} lesser findings (${violations.map((v) => v.id).join(", ")})`);
    }
  }
}

/** Prints a case and the list; what is on paper is checked by who asked. */
async function print(page, url, folder) {
  const rows = rowsOf(page);
  const id = await rows.first().getAttribute("data-case");
  const told = { headings: [], cases: await total(page) };
  await page.pdf({ path: `${folder}/list.pdf`, format: "Letter", preferCSSPageSize: true });
  await page.goto(`${url}#case=${id}`);
  await page.waitForSelector("#title");
  told.headings = await page.locator("main h1, main h2, main h3").allTextContents();
  told.claims = await page.locator("table.lines tbody th").allTextContents();
  told.charts = await page.locator("[data-chart]").count();
  // Through print(), as a person does, also in the dark.
  await page.emulateMedia({ colorScheme: "dark" });
  await page.pdf({ path: `${folder}/case.pdf`, format: "Letter", preferCSSPageSize: true });
  const dark = await page.evaluate(() => document.documentElement.classList.contains("printing"));
  assert.ok(!dark, "the page is itself again");
  // On paper nothing scrolls: what does not fit its column would be cut.
  await page.setViewportSize({ width: PAPER_WIDTH, height: 1000 });
  await page.emulateMedia({ media: "print" });
  for (const view of ["", `#case=${id}`]) {
    await page.goto(url + view);
    await page.reload();
    await page.waitForSelector("main h1");
    await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
    const cut = await page.evaluate(() => [...document.querySelectorAll(".scroll, .chart, main, .pair > *, .panel")]
      .filter((e) => e.scrollWidth > e.clientWidth + 1)
      .map((e) => `${e.className} ${e.getAttribute("aria-label")}: ${e.scrollWidth} > ${e.clientWidth}`));
    assert.deepEqual(cut, [], `${view || "list"} is cut on paper`);
  }
  writeFileSync(`${folder}/told.json`, JSON.stringify(told));
  console.log(`${told.headings.length} headings, ${told.claims.length} claim lines, ${told.charts} charts printed`);
}

/** Thousands of cases: loads, filters and sorts; the times are told, not judged. */
async function many(page, url, wanted) {
  const timing = await page.evaluate(() => performance.getEntriesByType("navigation")[0].domContentLoadedEventEnd);
  assert.equal(await total(page), Number(wanted));
  const time = async (what, act) => {
    const start = performance.now();
    await act();
    console.log(`${what}: ${Math.round(performance.now() - start)} ms`);
  };
  console.log(`loaded in ${Math.round(timing)} ms`);
  await time("search", async () => {
    await page.getByLabel("Search").fill("case");
    await page.getByLabel("Search").fill("");
    assert.equal(await total(page), Number(wanted));
  });
  await time("sort", async () => {
    await page.locator("table.cases").getByRole("columnheader", { name: "At risk" }).getByRole("button").click();
    assert.ok(isSorted((await column(page, "At risk")).map(dollars), true));
  });
  await time("next page", async () => {
    await page.getByRole("button", { name: "Next page" }).click();
    assert.match(await said(page), /^51–100 of /);
  });
  await time("open a case with its charts", async () => {
    await rowsOf(page).first().getByRole("link").click();
    await page.waitForSelector("#title");
    assert.ok((await marks(page, "waterfall").count()) > 0);
  });
  await time("back", async () => {
    await page.goBack();
    assert.match(await said(page), /^51–100 of /, "the list is where it was left");
  });
}

/** A file with one case and no list. */
async function one(page) {
  assert.equal(await page.locator("table.cases").count(), 0);
  assert.ok((await marks(page, "waterfall").count()) > 0);
  assert.equal(await page.getByRole("heading", { name: "What to do first" }).count(), 1);
  console.log("one case, no list");
}

/** What changed since the last run: told, counted, and a click away from the list. */
async function changes(page, url, since, grown, closed) {
  const panel = page.locator(".panel", { hasText: `Since the run as of ${since}` });
  assert.equal(await panel.count(), 1);
  const row = panel.locator("tr", { hasText: "Grown" });
  assert.equal(await row.locator("td").first().textContent(), grown);
  await row.getByRole("button", { name: "Grown" }).click();
  assert.equal(await total(page), Number(grown));
  assert.ok((await column(page, "Status")).every((text) => text.startsWith("Grown")));
  await panel.locator("summary").click();
  assert.ok((await panel.innerText()).includes(closed));
  console.log(`since ${since}: ${grown} grown, closed cases listed`);
}

/** Narrow screens scroll down, never sideways. */
async function narrow(page, url) {
  await page.setViewportSize({ width: 390, height: 844 });
  const id = await rowsOf(page).first().getAttribute("data-case");
  for (const view of ["", `#case=${id}`]) {
    await page.goto(url + view);
    await page.reload();
    await page.waitForSelector("main h1");
    const [inner, scroll] = await page.evaluate(() => [innerWidth, document.documentElement.scrollWidth]);
    assert.ok(scroll <= inner, `${view || "list"} is ${scroll} wide on a screen of ${inner}`);
    for (const svg of await page.locator("[data-chart] svg").all()) {
      assert.ok((await svg.boundingBox()).width <= inner);
    }
  }
  console.log("390 pixels are enough");
}

const [scenario, file, ...more] = process.argv.slice(2);
const scenarios = { list, cases, hostile, accessible, print, many, one, changes, narrow };
await withPage(file, {}, (page, url) => scenarios[scenario](page, url, ...more));
