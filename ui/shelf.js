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

window.footnote = { // what the page's events call; each gives what they show
  listed() { // the list, the name box, the tools
    const title = current?.title ?? "", choices = shelf().map((row) => [row.title, row.id]);
    return [
      { __type__: "update", choices, value: current?.id ?? null },
      { __type__: "update", value: title },
      { __type__: "update", visible: Boolean(current) },
    ];
  },
  keep(text) {
    const answers = JSON.parse(text || "[]"), stored = current && entry(PREFIX + current.id);
    if (answers.length) {
      const same = stored?.changed === current?.changed && stored; // else another page has changed or deleted it
      const title = stored?.title ?? current?.title ?? answers[0].question.slice(0, 80);
      const id = same ? current.id : Date.now().toString(36) + Math.random().toString(36).slice(2);
      write({ id, changed: Date.now(), title: stored && !same ? `${title} (2)` : title, answers });
    }
    return this.listed();
  },
  open(id) {
    const row = entry(PREFIX + id);
    current = row && { id, changed: row.changed, title: row.title };
    return [JSON.stringify(row?.answers ?? []), ...this.listed()];
  },
  rename(title) {
    const row = current && entry(PREFIX + current.id);
    if (row && title.trim()) write({ ...row, title: title.trim() });
    return this.listed();
  },
  remove() {
    if (current) localStorage.removeItem(PREFIX + current.id);
    return this.open(null);
  },
};
addEventListener("storage", () => trigger("list_shelf", {}));
setTimeout(() => trigger("list_shelf", {}));

