// The network told in steps.

const steps = page.story ? page.story.steps : [];

function goTo(step) {
  change({ step: Math.max(0, Math.min(steps.length - 1, step)), selected: null, path: null });
  const told = steps[state.step];
  announce(progress() + " " + inLanguage(told.title) + ". " + inLanguage(told.caption));
  $("details").scrollTop = 0;
}

const progress = () => (state.step + 1) + " / " + steps.length;

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
  $("story-back").disabled = state.step <= 0;
  $("story-next").disabled = state.step >= steps.length - 1;
}
onChange(showStory);

async function fillScreen() {
  try {
    if (document.fullscreenElement) await document.exitFullscreen();
    else await document.documentElement.requestFullscreen();
  } catch {
    announce(word("no_full_screen"));
  }
}
$("full-screen").addEventListener("click", fillScreen);

if (page.story) {
  $("story-start").addEventListener("click", () => goTo(0));
  $("story-back").addEventListener("click", () => goTo(state.step - 1));
  $("story-next").addEventListener("click", () => goTo(state.step + 1));
  $("story-end").addEventListener("click", () => change({ step: -1 }));
}
