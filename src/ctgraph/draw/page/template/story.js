// The network told in steps, on a stage: the picture with large captions and nothing else. Whoever
// tells it has the words of the sources, the next step and a clock in a window of their own.

const steps = page.story ? page.story.steps : [];

function goTo(step) {
  const number = Math.max(0, Math.min(steps.length - 1, step));
  change({ ...START_OF_STEP, ...steps[number].choices, step: number, selected: null, path: null });
  const told = steps[state.step];
  announce(progress() + " " + inLanguage(told.title) + ". " + inLanguage(told.caption));
  $("details").scrollTop = 0;
}

// What a step may choose; another step begins without it.
const START_OF_STEP = {
  year: START.year,
  against: START.against,
  topic: START.topic,
  place: START.place,
  source: START.source,
  rolled: START.rolled,
  chart: null,
  board: null,
};

const progress = () => state.step + 1 + " / " + steps.length;

function stepDetails() {
  const told = steps[state.step];
  return [
    make("p", { class: "second", text: inLanguage(page.story.title) }),
    make("h3", { id: "step-title", dir: "auto", text: progress() + "  " + inLanguage(told.title) }),
    make("p", { id: "caption", dir: "auto", text: inLanguage(told.caption) }),
    ...claims(told.claims),
  ];
}

function showStory() {
  if (!page.story) return;
  const telling = state.step >= 0;
  $("story-progress").textContent = telling ? progress() : inLanguage(page.story.title);
  $("story-start").hidden = telling;
  $("story-back").hidden = $("story-next").hidden = $("story-end").hidden = !telling;
  $("stage-on").hidden = $("presenter").hidden = !telling;
  $("stage-on").setAttribute("aria-pressed", String(isOnStage()));
  $("story-back").disabled = state.step <= 0;
  $("story-next").disabled = state.step >= steps.length - 1;
  showStage();
  showPresenter();
}
onChange(showStory);

// --- the stage

const isOnStage = () => state.stage && state.step >= 0;

function showStage() {
  document.documentElement.classList.toggle("stage", isOnStage());
  $("stage-caption").hidden = !isOnStage();
  if (!isOnStage()) return;
  const told = steps[state.step];
  $("stage-caption").replaceChildren(
    make("h2", { dir: "auto", text: inLanguage(told.title) }),
    make("p", { dir: "auto", text: inLanguage(told.caption) }),
  );
}

const AWAKE = 3000; // milliseconds after the pointer was moved
let sleeping = null;
function wake() {
  document.documentElement.classList.add("awake");
  clearTimeout(sleeping);
  sleeping = setTimeout(() => document.documentElement.classList.remove("awake"), AWAKE);
}
if (page.story) {
  document.addEventListener("pointermove", wake);
  wake();
}

async function fillScreen() {
  try {
    if (document.fullscreenElement) await document.exitFullscreen();
    else await document.documentElement.requestFullscreen();
  } catch {
    announce(word("no_full_screen"));
  }
}
$("full-screen").addEventListener("click", fillScreen);

// --- the window of the presenter

let presenter = null; // { window, began }

const clockText = (milliseconds) => {
  const seconds = Math.floor(milliseconds / 1000);
  return Math.floor(seconds / 60) + ":" + String(seconds % 60).padStart(2, "0");
};

function showClock() {
  if (!presenter || presenter.window.closed) return;
  const now = new Date();
  presenter.window.document.getElementById("clock").textContent =
    clockText(now - presenter.began) +
    "  ·  " +
    now.toLocaleTimeString(state.lang, { hour: "2-digit", minute: "2-digit" });
}

function showPresenter() {
  if (!presenter || presenter.window.closed) return;
  const { document: paper } = presenter.window;
  paper.title = inLanguage(page.story.title) + " – " + word("presenter");
  paper.documentElement.lang = state.lang;
  const { colours = "" } = document.documentElement.dataset;
  paper.documentElement.dataset.colours = colours;
  const told = steps[Math.max(0, state.step)];
  const next = steps[state.step + 1];
  paper
    .getElementById("told")
    .replaceChildren(
      make("p", { class: "second", text: progress() }),
      make("h1", { dir: "auto", text: inLanguage(told.title) }),
      make("p", { id: "caption", dir: "auto", text: inLanguage(told.caption) }),
      ...claims(told.claims),
      make("p", {
        class: "second",
        dir: "auto",
        text: next ? word("next_step") + ": " + inLanguage(next.title) : "",
      }),
    );
  for (const [id, key] of [
    ["back", "story_back"],
    ["next", "story_next"],
  ]) {
    paper.getElementById(id).textContent = word(key);
  }
  showClock();
}

function openPresenter() {
  if (presenter && !presenter.window.closed) {
    presenter.window.focus();
    return;
  }
  const opened = window.open("", "ctgraph-presenter", "popup,width=760,height=640");
  if (!opened) {
    announce(word("no_window"));
    return;
  }
  if (!presenter) setInterval(showClock, 1000);
  presenter = { window: opened, began: Date.now() };
  const { document: paper } = opened;
  // The policy of the page, which the window has too, knows these two.
  paper.head.replaceChildren(
    ...[...document.querySelectorAll("style")].map((style) =>
      make("style", { text: style.textContent }),
    ),
  );
  paper.body.className = "presenter";
  paper.body.replaceChildren(
    make("p", { id: "clock", role: "timer" }),
    make("main", { id: "told" }),
    make(
      "p",
      { class: "tools" },
      make("button", { type: "button", id: "back", onclick: () => goTo(state.step - 1) }),
      " ",
      make("button", { type: "button", id: "next", onclick: () => goTo(state.step + 1) }),
    ),
  );
  paper.addEventListener("keydown", (event) => {
    if (!IN_STORY[event.key]) return;
    IN_STORY[event.key]();
    event.preventDefault();
  });
  showPresenter();
}
window.addEventListener("pagehide", () => {
  if (presenter) presenter.window.close();
});

if (page.story) {
  $("story-start").addEventListener("click", () => {
    change({ stage: true });
    goTo(0);
  });
  $("story-back").addEventListener("click", () => goTo(state.step - 1));
  $("story-next").addEventListener("click", () => goTo(state.step + 1));
  $("story-end").addEventListener("click", endStory);
  $("stage-on").addEventListener("click", () => change({ stage: !state.stage }));
  $("presenter").addEventListener("click", openPresenter);
}

function endStory() {
  change({ ...START_OF_STEP, step: -1, stage: false });
}
