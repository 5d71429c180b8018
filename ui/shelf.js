// Conversations in this browser's storage. Each has an entry of its own, so that two open pages cannot overwrite one another;
// where both go on with the same one, both are kept.
const PREFIX = "footnote:";
let current = null; // { id, changed, title } of the conversation on this page, as last read or written

function entry(key) {
  try {
    const row = JSON.parse(localStorage.getItem(key));
    return row && Array.isArray(row.answers) ? { ...row, id: key.slice(PREFIX.length), title: String(row.title) } : null;
  } catch {
    return null; // edited by hand
  }
}

function shelf() { // newest first
  const keys = Object.keys(localStorage).filter((key) => key.startsWith(PREFIX));
  return keys.map(entry).filter(Boolean).sort((one, other) => other.changed - one.changed);
}

function write({ id, ...row }) {
  const text = JSON.stringify(row), gone = [];
  for (;;) {
    try {
      localStorage.setItem(PREFIX + id, text);
      break;
    } catch { // full: the oldest goes, or all come back where even that is not enough
      const oldest = shelf().filter((other) => other.id !== id).pop();
      if (!oldest) return gone.forEach(([key, kept]) => localStorage.setItem(key, kept));
      const key = PREFIX + oldest.id;
      gone.push([key, localStorage.getItem(key)]);
      localStorage.removeItem(key);
    }
  }
  current = { id, changed: row.changed, title: row.title };
}

function list() { // the rows of the list of conversations, as text
  const kept = document.querySelector("#fn-kept"), rows = shelf();
  if (!kept) return;
  document.querySelector("#fn-count").textContent = rows.length || "";
  kept.querySelector(".fn-none").hidden = rows.length > 0;
  kept.querySelector("ul").replaceChildren(...rows.map((row) => {
    const item = kept.querySelector("template").content.firstElementChild.cloneNode(true);
    const open = item.querySelector(".fn-row");
    item.dataset.kept = row.id;
    open.textContent = row.title;
    if (row.id === current?.id) open.setAttribute("aria-current", "true");
    return item;
  }));
}

function download(content, name, type) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([content], { type }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}

function rename(item) { // the row becomes a box until Enter, Escape or leaving it
  const row = entry(PREFIX + item.dataset.kept), box = document.createElement("input");
  box.value = row.title;
  box.maxLength = 200;
  box.setAttribute("aria-label", item.querySelector("[data-act=rename]").textContent);
  const close = (keep) => {
    if (!box.isConnected) return;
    const title = box.value.trim();
    if (keep && title) {
      const mine = current;
      write({ ...row, title });
      if (mine?.id !== row.id) current = mine;
    }
    list();
  };
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    close(event.key === "Enter");
  });
  box.addEventListener("blur", () => close(true));
  item.querySelector(".fn-row").replaceWith(box);
  box.focus();
  box.select();
}

window.footnote = { // what the page's events call
  list,
  keep(text) {
    const answers = JSON.parse(text || "[]"), stored = current && entry(PREFIX + current.id);
    if (answers.length) {
      const same = stored?.changed === current?.changed && stored; // else another page has changed or deleted it
      const title = stored?.title ?? current?.title ?? answers[0].question.slice(0, 80);
      const id = same ? current.id : Date.now().toString(36) + Math.random().toString(36).slice(2);
      write({ id, changed: Date.now(), title: stored && !same ? `${title} (2)` : title, answers });
    }
    list();
  },
  open(id) { // null for a new one
    const row = entry(PREFIX + id);
    current = row && { id, changed: row.changed, title: row.title };
    reading = null;
    list();
    trigger("open_kept", { answers: JSON.stringify(row?.answers ?? []) });
  },
  save(text) { // a file as the server made it
    const { name, content } = JSON.parse(text);
    download(Uint8Array.from(atob(content), (one) => one.charCodeAt(0)), name);
  },
};

const acts = {
  rename,
  json: (item) => download(JSON.stringify(entry(PREFIX + item.dataset.kept).answers, null, 2), "answers.json", "application/json"),
  remove: (item) => {
    localStorage.removeItem(PREFIX + item.dataset.kept);
    if (current?.id === item.dataset.kept) footnote.open(null);
    else list();
  },
};
document.addEventListener("click", (event) => {
  const item = event.target.closest?.("[data-kept]");
  if (!item) return;
  const act = event.target.closest("[data-act]")?.dataset.act;
  if (acts[act]) return acts[act](item);
  if (act) return trigger("save_kept", { answers: JSON.stringify(entry(PREFIX + item.dataset.kept).answers), format: act });
  if (!event.target.closest(".fn-row")) return;
  document.querySelector("#fn-kept").hidePopover();
  footnote.open(item.dataset.kept);
});
addEventListener("storage", list);
document.addEventListener("toggle", (event) => { if (event.target.id === "fn-kept") list(); }, true);
setTimeout(list);
