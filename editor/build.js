// Builds editor.js and the licences of what is in it into the package:
// cd editor && npm ci --ignore-scripts && npm run build

import { build } from "esbuild";
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
const target = join(here, "..", "src", "ctgraph", "service", "pages", "static");

/** The SHA-256 of the sources of the editor; hatch_build.py computes the same. */
async function makeStamp() {
  const modules = (await readdir(join(here, "src"))).filter((name) => name.endsWith(".js")).sort();
  const sources = ["package.json", "package-lock.json", "build.js", ...modules.map((name) => `src/${name}`)];
  const hashed = createHash("sha256");
  for (const name of sources) {
    const text = (await readFile(join(here, name), "latin1")).replaceAll("\r\n", "\n");
    const content = Buffer.from(text, "latin1");
    hashed.update(`${name} ${content.length}\n`);
    hashed.update(content);
  }
  return hashed.digest("hex");
}

const result = await build({
  absWorkingDir: here,
  entryPoints: ["src/editor.js"],
  bundle: true,
  format: "esm",
  minify: true,
  charset: "utf8",
  target: "es2022",
  legalComments: "inline",
  banner: { js: `/* ctgraph editor; licences: editor.LICENSES.txt; made from ${await makeStamp()} */` },
  metafile: true,
  write: false,
  logLevel: "warning",
});

const packages = new Set();
for (const file of Object.keys(result.metafile.inputs)) {
  const match = /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file);
  if (match) packages.add(match[1]);
}
const texts = ["The file editor.js contains these packages.\n"];
for (const name of [...packages].sort()) {
  const folder = join(here, "node_modules", name);
  const about = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
  const licence = (await readdir(folder)).sort().find((file) => /^licen[cs]e/i.test(file));
  if (!licence) throw new Error(`${name} has no licence file`);
  const text = await readFile(join(folder, licence), "utf8");
  texts.push(`${"-".repeat(72)}\n${name} ${about.version} (${about.license})\n\n${text.trim()}\n`);
}
await mkdir(target, { recursive: true });
await writeFile(join(target, "editor.LICENSES.txt"), texts.join("\n").replaceAll("\r\n", "\n"));
// The file that carries the stamp comes last.
await writeFile(join(target, "editor.js"), result.outputFiles[0].contents);
