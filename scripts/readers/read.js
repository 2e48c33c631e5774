// Reads a file with one library and prints what it found, as JSON: read.js LIBRARY FILE.
const fs = require("fs");
const path = require("path");

const [library, file] = process.argv.slice(2);
const text = fs.readFileSync(file, "utf8");
const ending = file.split(".").pop();

function versionOf(name) {
  let folder = path.dirname(require.resolve(name));
  while (!fs.existsSync(path.join(folder, "package.json")) ||
         !JSON.parse(fs.readFileSync(path.join(folder, "package.json"), "utf8")).version) {
    folder = path.dirname(folder);
  }
  return JSON.parse(fs.readFileSync(path.join(folder, "package.json"), "utf8")).version;
}

function network(nodes, edges, view) {
  return {
    nodes: nodes.length,
    edges: edges.length,
    weight: edges.reduce((sum, one) => sum + one.weight, 0),
    labels: nodes.map((one) => one.label),
    shared: edges.filter((one) => one.shared === true).length,
    ...(view ? { view } : {}),
  };
}

const readers = {
  graphology() {
    const Graph = require("graphology");
    const name = ending === "gexf" ? "graphology-gexf" : "graphology-graphml";
    const graph = require(name).parse(Graph, text);
    return {
      version: `${versionOf("graphology")} with ${name} ${versionOf(name)}`,
      ...network(
        graph.mapNodes((_, data) => data),
        graph.mapEdges((_, data) => data),
        graph.getAttribute("view"),
      ),
    };
  },
  cytoscape() {
    const cytoscape = require("cytoscape");
    const graph = cytoscape({ headless: true, layout: { name: "preset" }, ...JSON.parse(text) });
    const nodes = graph.nodes().map((one) => ({ label: one.data("name"), ...one.position() }));
    if (!nodes.some((one) => one.x)) throw new Error("the nodes have no places");
    return {
      version: cytoscape.version,
      ...network(nodes, graph.edges().map((one) => one.data()), graph.data("view")),
    };
  },
  n3() {
    const { Parser, Writer } = require("n3");
    const format = { trig: "TriG", ttl: "Turtle", nt: "N-Triples", nq: "N-Quads" }[ending];
    const quads = new Parser({ format }).parse(text);
    return { version: versionOf("n3"), quads: new Writer({ format: "N-Quads" }).quadsToString(quads) };
  },
  async jsonld() {
    const jsonld = require("jsonld");
    const documentLoader = () => { throw new Error("it asks for another document"); };
    const format = "application/n-quads";
    const quads = await jsonld.toRDF(JSON.parse(text), { format, documentLoader });
    return { version: versionOf("jsonld"), quads };
  },
};

Promise.resolve(readers[library]()).then((found) => console.log(JSON.stringify(found)));
