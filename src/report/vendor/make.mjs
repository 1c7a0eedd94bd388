// Makes the vendored files anew from the npm packages that package-lock.json pins:
//
//     npm ci --ignore-scripts && node make.mjs && rm -r node_modules
//
// The two libraries are copied as published, but for their source map comments. The interpreter is
// published as a module only; its import and export are rewritten so that it runs as a plain script
// after Vega.

import { createHash } from "node:crypto";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";

const packages = JSON.parse(readFileSync("package-lock.json", "utf8")).packages;

function text(file) {
  return readFileSync(`node_modules/${file}`, "utf8");
}

function withoutSourceMap(script) {
  return script.replace(/\n\/\/# sourceMappingURL=.*\s*$/, "\n");
}

function replaceOnce(script, pattern, by) {
  if (script.match(new RegExp(pattern, "g"))?.length !== 1) {
    throw new Error(`${pattern} is not there once: look at what the new version changed`);
  }
  return script.replace(pattern, by);
}

let interpreter = text("vega-interpreter/build/vega-interpreter.js");
interpreter = replaceOnce(
  interpreter,
  /import \{ ascending, isString, DisallowedObjectProperties \} from 'vega-util';\n/,
  "const { ascending, isString, DisallowedObjectProperties } = globalThis.vega;\n",
);
interpreter = replaceOnce(
  interpreter,
  /export \{ expression as expressionInterpreter \};/,
  "globalThis.vegaInterpreter = { expressionInterpreter: expression };",
);

const files = {
  "vega.min.js": withoutSourceMap(text("vega/build/vega.min.js")),
  "vega-lite.min.js": withoutSourceMap(text("vega-lite/build/vega-lite.min.js")),
  "vega-interpreter.js": `(() => {\n'use strict';\n${withoutSourceMap(interpreter)}})();\n`,
};

// Packages whose code is in the files: those of Vega and D3, and what they bundle.
const bundled = Object.keys(packages)
  .map((path) => path.replace(/^node_modules\//, ""))
  .filter((name) => /(^|\/)(vega|d3-|topojson|delaunator|robust-predicates|internmap)[^/]*$/.test(name))
  .filter((name) => !/typings/.test(name))
  .sort();
// Packages with the same terms share them: the copyright lines of each, then the terms once.
const terms = new Map();
for (const name of bundled) {
  const file = readdirSync(`node_modules/${name}`).find((f) => /^licen[sc]e/i.test(f));
  if (!file) throw new Error(`${name} carries no licence text`);
  const { version, license } = packages[`node_modules/${name}`];
  const lines = text(`${name}/${file}`).replace(/\r/g, "").trim().split("\n").map((l) => l.trim());
  const notice = lines.filter((l) => /^Copyright/.test(l)).join("; ");
  const rest = lines.filter((l) => !/^Copyright/.test(l)).join(" ").replace(/\s+/g, " ").trim();
  terms.set(rest, [...(terms.get(rest) ?? []), `${name} ${version} (${license}). ${notice}`]);
}
files["LICENSES.txt"] = [...terms]
  .map(([rest, names]) => `${names.join("\n")}\n\n${rest}\n`)
  .join("\n\n");

const sums = Object.entries(files).map(([name, content]) => {
  writeFileSync(name, content);
  return `${createHash("sha256").update(content).digest("hex")}  ${name}\n`;
});
writeFileSync("SHA256SUMS", sums.join(""));
process.stdout.write(sums.join(""));
