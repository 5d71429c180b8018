// The page's own behaviour: citations and panel buttons, the tooltip with the sentence, Escape, copying, dropped files. Runs
// once, in the panel.
const panel = element, wide = matchMedia("(min-width: 900px)"), calm = matchMedia("(prefers-reduced-motion: reduce)");
const events = {
  read: "read_source", open: "open_article", sources: "list_sources", search: "search_for", report: "report_answer",
  ask: "ask_this", again: "ask_again", unlimit: "drop_limit", period: "choose_period", sample: "take_sample", remove: "remove_article",
  unseed: "remove_samples", save: "save_question", saved: "list_saved", look: "look_at_saved", forget: "forget_saved",
  models: "list_models", model: "choose_model",
};
const opens = ["read", "open", "sources", "search", "saved", "look", "forget", "models", "model"]; // what these events bring is shown in the panel
const opened = ".fn-bar h2, .fn-help"; // and not the heading of an answer's sources that come late
const targets = { read: `.fn-reading mark, ${opened}`, open: opened };
const side = panel.closest("#fn-side"), talk = document.querySelector("#fn-talk");
let from = null; // the button to go back to
let target = null; // what to focus when the panel has changed
let here = ""; // the place in an article that is open
let reading = null; // the article that was asked for, to be asked for again where an answer's sources come later than it
document.documentElement.lang = LANGUAGES.find((one) => navigator.language.startsWith(one)) ?? "en";

requestAnimationFrame(() => {
  if (document.activeElement === document.body) document.querySelector("#fn-box textarea")?.focus();
});

const live = document.body.appendChild(Object.assign(document.createElement("div"), { className: "fn-sr" }));
live.setAttribute("role", "status");
const tip = document.body.appendChild(Object.assign(document.createElement("div"), { id: "fn-tip", hidden: true }));
tip.setAttribute("role", "tooltip");

function say(text) {
  live.textContent = "";
  requestAnimationFrame(() => { live.textContent = text; });
}

async function copy(text, said) {
  try {
    await navigator.clipboard.writeText(text);
  } catch { // no clipboard on plain http beyond loopback
    const area = document.body.appendChild(Object.assign(document.createElement("textarea"), { value: text }));
    area.select();
    document.execCommand("copy");
    area.remove();
  }
  say(said);
}

function showTip(button) {
  tip.textContent = button.dataset.tip;
  tip.hidden = false;
  button.setAttribute("aria-describedby", "fn-tip");
  const box = button.getBoundingClientRect(), own = tip.getBoundingClientRect();
  const left = Math.max(8, Math.min(box.left, innerWidth - own.width - 8));
  const top = box.top - own.height - 6 > 0 ? box.top - own.height - 6 : box.bottom + 6;
  Object.assign(tip.style, { left: `${left}px`, top: `${top}px` });
}

function hideTip() {
  if (tip.hidden) return false;
  tip.hidden = true;
  document.querySelectorAll("[aria-describedby=fn-tip]").forEach((b) => b.removeAttribute("aria-describedby"));
  return true;
}

function flash(button, said) {
  const text = button.textContent;
  button.textContent = said;
  setTimeout(() => { button.textContent = text; }, 1600);
}

function close() {
  side.classList.remove("fn-open");
  const again = from && (from.isConnected ? from : document.querySelector(
    `.fn-answer [data-do="${from.dataset.do}"][data-turn="${from.dataset.turn}"][data-number="${from.dataset.number}"]`));
  from = null;
  again?.focus({ preventScroll: !wide.matches });
}

function place(button) { // what a number or a source chip points to
  const { turn, article, start } = button.dataset;
  return [turn, article, start].join();
}

function showHere() { // only the number whose sentence is open looks open
  for (const one of document.querySelectorAll("[data-do=read]")) one.classList.toggle("fn-here", place(one) === here);
}

function showArticles() { // the articles instead of a source, whatever was asked for before and comes late
  listing(true);
  here = "";
  reading = null;
  showHere();
  side.scrollTo(0, 0);
}

function listing(shown) {
  side.classList.toggle("fn-listing", shown);
}

const actions = {
  articles: (b) => {
    showArticles();
    side.classList.add("fn-open");
    from ??= panel.contains(b) ? null : b;
  },
  new: () => footnote.open(null),
  copy: (b) => { copy(b.dataset.text, b.dataset.said); flash(b, b.dataset.said); },
  share: (b) => {
    const url = new URL(location.href);
    url.search = new URLSearchParams({ q: b.dataset.question });
    url.hash = "";
    copy(url.href, b.dataset.said);
    flash(b, b.dataset.said);
  },
  check: (b) => {
    const box = b.closest("#fn-draft");
    if (!box.querySelector("textarea").value.trim()) return;
    from = document.querySelector("[popovertarget=fn-draft]");
    target = "h2, .fn-help";
    box.hidePopover();
    side.classList.add("fn-open");
    listing(false);
    reading = null;
    trigger("check_text", { text: box.querySelector("textarea").value });
  },
  columns: (b) => {
    const columns = Object.fromEntries([...b.parentElement.querySelectorAll("select")].map((one) => [one.name, one.value]));
    trigger("add_files", { files: JSON.parse(b.dataset.files), keep: keeps(), columns });
  },
  close,
};
const keeps = () => document.querySelector(".fn-keep input")?.checked ?? false;

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-do]");
  if (!button) return;
  hideTip();
  const what = button.dataset.do;
  if (actions[what]) return actions[what](button);
  const { tip: _, do: __, ...data } = button.dataset;
  if (what === "report") {
    const box = button.closest("details");
    data.note = box.querySelector("input").value;
    box.open = false;
    box.querySelector("summary").focus();
  } else if (opens.includes(what)) {
    if (!panel.contains(button)) from = button;
    target = targets[what] ?? "h2, .fn-help";
    here = what === "read" ? place(button) : "";
    reading = what in targets ? { what, data, shown: false } : null;
    showHere();
    side.classList.add("fn-open");
    listing(false);
  } else if (["ask", "again", "unlimit"].includes(what)) working();
  else reading = null;
  trigger(events[what], data);
});

// That a question is being worked on shows at once, whatever the server does meanwhile.
function working() {
  listing(false);
  reading = null;
  if (talk) talk.dataset.working = document.querySelectorAll(".fn-foot").length;
}
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && event.target.closest?.("#fn-box") && event.target.value.trim()) working();
});
document.addEventListener("click", (event) => {
  if (event.target.closest?.("#fn-box button")) working();
  if (event.target.closest?.("[data-kept] .fn-row")) listing(false); // another conversation comes with its sources
});

// Files are dropped anywhere or chosen; each is sent by itself, and the server is told which could not be.
async function take(files) {
  const sent = [];
  for (const file of files) {
    const name = file.webkitRelativePath || file.name;
    try {
      sent.push({ name, path: (await upload(file)).path });
    } catch {
      sent.push({ name });
    }
  }
  if (!sent.length) return;
  showArticles();
  if (!wide.matches) side.classList.add("fn-open");
  trigger("add_files", { files: sent, keep: keeps() });
}
const carries = (event) => event.dataTransfer?.types.includes("Files");
addEventListener("dragover", (event) => {
  if (!carries(event)) return;
  event.preventDefault();
  document.body.classList.add("fn-drop");
});
addEventListener("dragleave", (event) => { if (!event.relatedTarget) document.body.classList.remove("fn-drop"); });
addEventListener("drop", (event) => {
  document.body.classList.remove("fn-drop");
  if (!carries(event)) return;
  event.preventDefault();
  take([...event.dataTransfer.files]);
});
document.addEventListener("change", (event) => {
  if (!event.target.matches?.(".fn-choose input")) return;
  take([...event.target.files]);
  event.target.value = "";
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.defaultPrevented) return;
  if (hideTip()) return;
  if (from || side.classList.contains("fn-open")) close();
});
for (const [on, off] of [["mouseover", "mouseout"], ["focusin", "focusout"]]) {
  document.addEventListener(on, (event) => {
    const button = event.target.closest?.("[data-tip]");
    if (button) showTip(button);
  });
  document.addEventListener(off, (event) => { if (event.target.closest?.("[data-tip]")) hideTip(); });
}
document.addEventListener("scroll", hideTip, true);

// The newest question stays at the top while its answer grows: what an answer says first is seen first.
let seen = "", asked = "";
new MutationObserver(() => {
  if (here) showHere();
  if (talk && talk.dataset.working !== String(document.querySelectorAll(".fn-foot").length)) delete talk.dataset.working;
  const log = document.querySelector("#fn-chat [role=log]");
  const questions = log?.querySelectorAll(".user-row") ?? [], last = questions[questions.length - 1];
  const now = last && [questions.length, log.querySelectorAll(".fn-claim").length, log.querySelectorAll(".fn-foot").length].join();
  if (!last || now === seen) return;
  seen = now;
  const question = [questions.length, last.textContent].join();
  if (question !== asked) reading = null; // another one was asked since
  asked = question;
  log.scrollTop += last.getBoundingClientRect().top - log.getBoundingClientRect().top;
}).observe(document.querySelector("#fn-chat") ?? document.body, { childList: true, subtree: true });

watch("value", () => requestAnimationFrame(() => {
  if (side.classList.contains("fn-listing")) return;
  if (panel.querySelector(opened)) {
    if (reading) reading.shown = true;
  } else if (reading?.shown) {
    const { what, data } = reading;
    reading = null;
    target = targets[what];
    return trigger(events[what], data);
  }
  if (!target) return side.scrollTo(0, 0);
  const found = target.split(", ").map((one) => panel.querySelector(one)).find(Boolean);
  if (!found) return; // an answer's sources, asked for before the article
  target = null;
  if (!found.hasAttribute("tabindex")) found.setAttribute("tabindex", "-1");
  found.focus({ preventScroll: true });
  const down = found.getBoundingClientRect().top - side.getBoundingClientRect().top - side.clientHeight / 3;
  const top = found.tagName === "MARK" ? side.scrollTop + down : 0; // only the panel scrolls, the chat stays
  side.scrollTo({ top, behavior: calm.matches ? "auto" : "smooth" });
}));
