// Builds editor.js and the licences of what is in it: node build.js DIRECTORY

import { build } from "esbuild";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
const target = process.argv[2];
const stamp = process.argv[3] ?? "";

const result = await build({
  absWorkingDir: here,
  entryPoints: ["src/editor.js"],
  bundle: true,
  format: "esm",
  minify: true,
  charset: "utf8",
  target: "es2022",
  legalComments: "inline",
  banner: { js: `/* ctgraph editor; licences: editor.LICENSES.txt; made from ${stamp} */` },
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
await writeFile(join(target, "editor.js"), result.outputFiles[0].contents);
