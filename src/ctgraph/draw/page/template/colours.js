// The colours of the theme by role, as the style sheet has them: light, dark, and light on paper.

const inDark = window.matchMedia("(prefers-color-scheme: dark)");
const rootStyle = getComputedStyle(document.documentElement);
const shades = new Map();
function colour(role) {
  if (!shades.has(role)) shades.set(role, rootStyle.getPropertyValue("--" + role).trim());
  return shades.get(role);
}

let isPrinting = false; // a print begins before the medium says so
const isDarkNow = () => rootStyle.colorScheme === "dark";

// What of the data has colours of its own gets those of now.
const lookOf = new Map(page.legend.map(({ group, look }) => [group, look]));
function recolour() {
  const { dataset } = document.documentElement;
  const isDark = isPrinting ? false : state.dark;
  if (isDark === null) delete dataset.colours;
  else dataset.colours = isDark ? "dark" : "light";
  shades.clear();
  const looks = new Map();
  for (const [group, { inside, rim }] of lookOf)
    looks.set(group, { background: colour(inside), border: colour(rim) });
  page.nodes.forEach(({ group }, number) => {
    page.drawn.nodes[number].color = looks.get(group);
  });
  $("colours").setAttribute("aria-pressed", String(isDarkNow()));
}

// The system's colours or the medium changed: everything that a script coloured is made anew.
function followColours() {
  recolour();
  for (const view of viewers) view({ ...state, dark: undefined });
  if (isReady) draw();
}
inDark.addEventListener("change", followColours);
window.matchMedia("print").addEventListener("change", followColours);

for (const [name, isBegun] of [
  ["beforeprint", true],
  ["afterprint", false],
]) {
  window.addEventListener(name, () => {
    isPrinting = isBegun;
    followColours();
  });
}

onChange((before) => {
  if (isNew(before, "dark")) recolour();
});
$("colours").addEventListener("click", () => change({ dark: !isDarkNow() }));
recolour();
