// Debian's Chromium on one file, with everything it complains about or asks the network for.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Opens a file in a browser of its own, gives the page to `use`, and closes the browser. */
export async function withPage(file, options, use) {
  const profile = mkdtempSync(join(tmpdir(), "claimhound-chromium-"));
  const browser = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    headless: true,
    args: FLAGS,
    viewport: { width: 1280, height: 800 },
    ...options,
  });
  try {
    const page = await browser.newPage();
    const url = pathToFileURL(file).href;
    const complaints = [];
    const requests = [];
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) complaints.push(message.text());
    });
    page.on("pageerror", (error) => complaints.push(`${error}\n${error.stack}`));
    page.on("request", (request) => {
      if (request.url().split("#")[0] !== url) requests.push(request.url());
    });
    page.on("dialog", (dialog) => {
      complaints.push(`a dialog: ${dialog.message()}`);
      dialog.dismiss();
    });
    await page.goto(url);
    await page.waitForSelector("main h1");
    const result = await use(page, url);
    if (complaints.length) throw new Error(`the console says:\n${complaints.join("\n")}`);
    if (requests.length) throw new Error(`the page asks for:\n${requests.join("\n")}`);
    return result;
  } finally {
    await browser.close();
    rmSync(profile, { recursive: true, force: true });
  }
}
