// Made by `npm run generate` of what is in the folder script.

/** The page's script. */
export const script = `"use strict";
(() => {
  // src/http/docs-page/script/dom.ts
  function make(name, attributes = {}, ...children) {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.append(...children);
    return element;
  }
  var all = (selector, within = document) => [
    ...within.querySelectorAll(selector)
  ];
  var one = (selector, within = document) => within.querySelector(selector);
  function button(text, onClick, attributes = {}) {
    const made = make("button", { type: "button", ...attributes }, text);
    made.addEventListener("click", onClick);
    return made;
  }
  var labelled = (text, field) => make("label", {}, make("span", {}, text), field);

  // src/http/docs-page/script/session.ts
  var { dataset } = document.currentScript;
  var source = document.currentScript.src;
  var chatUrl = source.replace(/\\/docs\\/page\\.js.*$/, "");
  var token = "";
  var signedIn = () => token === "" ? { headers: {}, credentials: "same-origin" } : { headers: { [dataset.header ?? ""]: \`\${dataset.prefix ?? ""}\${token}\` }, credentials: "omit" };
  function showSignIn() {
    const form = one("#sign-in");
    if (!form) return;
    const field = make("input", { type: "password", autocomplete: "off", spellcheck: "false", placeholder: "none" });
    field.addEventListener("input", () => {
      token = field.value.trim().replace(/^Bearer\\s+/i, "");
    });
    form.addEventListener("submit", (event) => event.preventDefault());
    const name = dataset.header === "Authorization" ? "Bearer token" : dataset.header ?? "";
    const hint = "What you try is done as the user whose token stands here, or else as the one whom the cookies of this site sign in. The token stays in this page, and is gone with it.";
    form.append(labelled(name, field), make("p", { class: "hint" }, hint));
    form.hidden = false;
  }

  // src/http/docs-page/script/socket-console.ts
  var mostFrames = 100;
  var socket;
  var isReady = false;
  var count = 0;
  var waiting = [];
  var log = make("ol", { class: "frames", "aria-live": "polite", "aria-label": "Frames" });
  var toggle = button("Connect", () => socket ? socket.close() : void connect());
  function showConsole() {
    const place = one(".console");
    if (!place) return;
    const hint = "Opens a socket as the user who is signed in. What it says stands here, the newest first.";
    place.append(make("p", {}, toggle, " ", hint), log);
    place.hidden = false;
  }
  function showSend(place) {
    const example = place.closest(".entry")?.querySelector(".example code")?.textContent ?? "{}";
    const area = make("textarea", { rows: "8", spellcheck: "false" });
    area.value = example;
    const form = make(
      "form",
      {},
      make("h4", {}, "Try it"),
      labelled("Frame", area),
      make("button", { type: "submit" }, "Send")
    );
    const answer = make("p", { class: "hint", role: "status" });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      try {
        const frame = JSON.parse(area.value);
        count += 1;
        if (frame.type !== "hello") frame.id = String(count);
        if (frame.clientId) frame.clientId = \`\${Date.now()}-\${count}\`;
        say(JSON.stringify(frame));
        answer.textContent = "Sent. The answer stands above, where the commands begin.";
      } catch (error) {
        answer.textContent = String(error);
      }
    });
    place.append(form, answer);
    place.hidden = false;
  }
  function say(text) {
    if (socket && isReady) {
      socket.send(text);
      note("→", text);
    } else {
      waiting.push(text);
      if (!socket) void connect();
    }
  }
  async function connect() {
    note("·", "connecting");
    try {
      const { headers, credentials } = signedIn();
      const response = await fetch(\`\${chatUrl}/ws-ticket\`, { method: "POST", headers, credentials });
      if (!response.ok) return note("·", \`no ticket: \${response.status} \${await response.text()}\`);
      const { ticket } = await response.json();
      open(ticket);
    } catch (error) {
      note("·", String(error));
    }
  }
  function open(ticket) {
    const opened = new WebSocket(\`\${chatUrl.replace(/^http/, "ws")}/ws\`, ["chat.v1", \`ticket.\${ticket}\`]);
    socket = opened;
    toggle.textContent = "Disconnect";
    opened.onopen = () => {
      opened.send('{"type":"hello"}');
      note("→", '{"type":"hello"}');
    };
    opened.onmessage = ({ data }) => {
      note("←", String(data));
      if (JSON.parse(data).type !== "ready") return;
      isReady = true;
      for (const text of waiting.splice(0)) say(text);
    };
    opened.onclose = ({ code, reason }) => {
      note("·", \`closed with \${code} \${reason}\`);
      socket = void 0;
      isReady = false;
      toggle.textContent = "Connect";
    };
  }
  function note(side, text) {
    const shown = text.startsWith("{") ? JSON.stringify(JSON.parse(text), null, 2) : text;
    const title = text.startsWith("{") ? \`\${side} \${JSON.parse(text).type}\` : \`\${side} \${text}\`;
    const row = text.startsWith("{") ? make("details", { class: "fold" }, make("summary", {}, title), make("pre", { tabindex: "0" }, shown)) : title;
    log.prepend(make("li", {}, row));
    while (log.childElementCount > mostFrames) log.lastElementChild?.remove();
  }

  // src/http/docs-page/script/try-it.ts
  var written = /* @__PURE__ */ new Map();
  var mostShown = 2e5;
  function showTryIt(place) {
    const entry = place.closest(".entry");
    const { method = "GET", path = "", body: bodyType = "" } = place.dataset;
    const form = make("form", {});
    const output = make("div", { class: "answer", role: "status", "aria-live": "polite" });
    const fields = all(".parameters > li", entry).map((row) => fieldOf(row));
    const body = bodyOf(bodyType, entry);
    form.append(
      make("h4", {}, "Try it"),
      ...fields.map(({ label, input }) => labelled(label, input)),
      ...body ? [labelled(bodyType === "application/json" ? "Body" : "File", body)] : [],
      make("button", { type: "submit", class: method === "DELETE" ? "destructive" : "" }, \`Send \${method}\`)
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (method === "DELETE" && !confirm(\`\${method} \${path}
This deletes something, as the user who is signed in. Go on?\`))
        return;
      for (const { name, input } of fields) if (input.value !== "") written.set(name, input.value);
      void send(requestOf(method, path, fields, body), output);
    });
    place.append(form, output);
    place.hidden = false;
  }
  function fieldOf({ dataset: dataset2 }) {
    const { name = "", in: place = "", example = "" } = dataset2;
    const input = make("input", { placeholder: example, autocomplete: "off", spellcheck: "false" });
    input.required = place === "path";
    input.value = written.get(name) ?? (example === "me" ? example : "");
    input.addEventListener("focus", () => {
      if (input.value === "") input.value = written.get(name) ?? "";
    });
    return { name, place, label: name, input };
  }
  function bodyOf(type, entry) {
    if (type === "") return void 0;
    if (type !== "application/json") return make("input", { type: "file", required: "" });
    const text = entry.querySelector(".example code")?.textContent ?? "{}";
    const area = make("textarea", { rows: "8", spellcheck: "false" });
    area.value = text.replace(/"clientId": "[^"]*"/, () => \`"clientId": "\${newId()}"\`);
    return area;
  }
  var newId = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  function requestOf(method, path, fields, body) {
    const { headers, credentials } = signedIn();
    const query = new URLSearchParams();
    let filled = path;
    for (const { name, place, input } of fields) {
      if (place === "path") filled = filled.replace(\`{\${name}}\`, () => encodeURIComponent(input.value));
      else if (input.value !== "" && place === "query") query.set(name, input.value);
      else if (input.value !== "") headers[name] = input.value;
    }
    const url = \`\${chatUrl}\${filled}\${query.size > 0 ? \`?\${query}\` : ""}\`;
    const init = { method, headers, credentials, redirect: "manual" };
    if (body instanceof HTMLTextAreaElement) {
      headers["Content-Type"] = "application/json";
      init.body = body.value;
    } else if (body?.files?.[0]) {
      init.body = new FormData();
      init.body.append("file", body.files[0]);
    }
    return () => fetch(url, init);
  }
  async function send(request, output) {
    output.replaceChildren("…");
    const began = performance.now();
    try {
      const response = await request();
      const text = await textOf(response);
      const took = \`\${Math.round(performance.now() - began)} ms\`;
      const headers = [...response.headers].map(([name, value]) => \`\${name}: \${value}\`).join("\\n");
      output.replaceChildren(
        make("p", { class: response.ok ? "status fine" : "status" }, \`\${statusOf(response)} · \${took}\`),
        make("details", { class: "fold" }, make("summary", {}, "Headers"), make("pre", { tabindex: "0" }, headers)),
        make("pre", { class: "text", tabindex: "0" }, text),
        button("Clear", () => output.replaceChildren())
      );
    } catch (error) {
      output.replaceChildren(make("p", { class: "status" }, \`There was no answer: \${error}\`));
    }
  }
  var statusOf = ({ type, status, statusText }) => type === "opaqueredirect" ? "A redirect, which leads out of this page" : \`\${status} \${statusText}\`;
  async function textOf(response) {
    const type = response.headers.get("content-type") ?? "";
    if (!/json|^text\\//.test(type)) {
      const { size } = await response.blob();
      return size === 0 ? "(no body)" : \`\${size} bytes of \${type}\`;
    }
    const text = await response.text();
    const shown = /json/.test(type) ? JSON.stringify(JSON.parse(text), null, 2) : text;
    return shown.length > mostShown ? \`\${shown.slice(0, mostShown)}
… \${shown.length - mostShown} characters more\` : shown;
  }

  // src/http/docs-page/script/reading.ts
  function prepareCode() {
    for (const figure of all("figure.code")) {
      const shown = one("code", figure);
      if (!shown) continue;
      if (figure.dataset.language === "sh")
        shown.textContent = (shown.textContent ?? "").replace("https://example.com", location.origin);
      const copy = button("Copy", () => void copyFrom(shown, copy), { class: "copy" });
      one("figcaption", figure)?.append(copy);
    }
  }
  async function copyFrom(shown, copy) {
    try {
      await navigator.clipboard.writeText(shown.textContent ?? "");
      copy.textContent = "Copied";
    } catch {
      getSelection()?.selectAllChildren(shown);
      copy.textContent = "Selected";
    }
    setTimeout(() => {
      copy.textContent = "Copy";
    }, 2e3);
  }
  function prepareEntries() {
    for (const entry of all("details.entry")) {
      entry.addEventListener("toggle", () => {
        if (!entry.open || entry.dataset.isReady) return;
        entry.dataset.isReady = "true";
        for (const place of all(".try", entry)) showTryIt(place);
        for (const place of all(".send", entry)) showSend(place);
        const link = make("a", { class: "permalink", href: \`#\${entry.id}\`, "aria-label": \`Link to \${entry.id}\` }, "#");
        one(".body", entry)?.prepend(link);
      });
    }
    addEventListener("hashchange", showTarget);
    showTarget();
  }
  function showTarget() {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    if (target instanceof HTMLDetailsElement) target.open = true;
    target.scrollIntoView();
    one("summary", target)?.focus({ preventScroll: true });
  }
  function prepareReferences() {
    document.addEventListener("click", (event) => {
      const link = event.target.closest("a.ref");
      const holder = link?.closest("li");
      if (!link || !holder || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      const name = link.hash.slice(1);
      const shown = all(".inside", holder).find((each) => each.dataset.name === name);
      if (shown) {
        shown.remove();
        link.setAttribute("aria-expanded", "false");
        return;
      }
      const fields = document.getElementById(name)?.querySelectorAll(":scope > .body > ul.fields, :scope > .body > p.type") ?? [];
      const inside = make(
        "div",
        { class: "inside", "data-name": name },
        ...[...fields].map((each) => each.cloneNode(true))
      );
      holder.append(inside);
      link.setAttribute("aria-expanded", "true");
    });
  }

  // src/http/docs-page/script/search.ts
  function prepareSearch() {
    const field = one("#filter");
    const found = one("#found");
    if (!field || !found) return;
    const entries = all("details.entry").map((entry) => ({ entry, text: textOf2(entry) }));
    const links = new Map(all("nav li a").map((link) => [link.hash.slice(1), link]));
    const search = () => {
      const words = field.value.toLowerCase().split(/\\s+/).filter(Boolean);
      let count2 = 0;
      for (const { entry, text } of entries) {
        const isFound = words.every((word) => text.includes(word));
        entry.hidden = !isFound;
        const row = links.get(entry.id)?.parentElement;
        if (row) row.hidden = !isFound;
        if (isFound) count2 += 1;
      }
      for (const section of all("section[data-group]")) section.hidden = !one("details.entry:not([hidden])", section);
      for (const group of all("nav p.group")) group.hidden = !one("li:not([hidden])", group.nextElementSibling ?? group);
      const nothing = one("#nothing");
      if (nothing) nothing.hidden = count2 > 0;
      found.textContent = words.length === 0 ? "" : \`\${count2}\`;
    };
    field.addEventListener("input", search);
    prepareKeys(field, search);
    const place = one(".search");
    if (place) place.hidden = false;
  }
  var textOf2 = (entry) => \`\${entry.id} \${one("summary", entry)?.textContent} \${one(".body > p", entry)?.textContent}\`.toLowerCase();
  function prepareKeys(field, search) {
    document.addEventListener("keydown", (event) => {
      const at = event.target;
      const isWriting = at.matches("input, textarea, select");
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === "/" && !isWriting) {
        event.preventDefault();
        field.focus();
      } else if (at === field && event.key === "Escape") {
        field.value = "";
        search();
      } else if ((at === field || at.matches(".entry > summary")) && /^Arrow(Down|Up)$/.test(event.key)) {
        event.preventDefault();
        go(at, event.key === "ArrowDown" ? 1 : -1, field);
      } else if (at === field && event.key === "Enter") go(at, 1, field);
    });
  }
  function go(from, step, field) {
    const stops = [field, ...all(".entry:not([hidden]) > summary")];
    const next = stops[stops.indexOf(from) + step];
    next?.focus();
    next?.scrollIntoView({ block: "nearest" });
  }

  // src/http/docs-page/script/page.ts
  prepareCode();
  showSignIn();
  showConsole();
  prepareReferences();
  prepareSearch();
  prepareEntries();
  var contents = one(".contents");
  var fold = () => {
    if (contents && matchMedia("(max-width: 55rem)").matches) contents.open = false;
  };
  addEventListener("hashchange", fold);
  fold();
})();
`

/** The page's style. */
export const style = `:root {
  color-scheme: light dark;
  --back: #fff;
  --raised: #f5f6f8;
  --text: #1b1f24;
  --quiet: #57606a;
  --line: #d5d9de;
  --accent: #0b5fcc;
  --get: #0b6e4f;
  --post: #0b5fcc;
  --put: #7a4b00;
  --patch: #7a4b00;
  --delete: #b3261e;
  font:
    16px / 1.55 system-ui,
    sans-serif;
}
@media (prefers-color-scheme: dark) {
  :root {
    --back: #14171b;
    --raised: #1d2126;
    --text: #e4e7eb;
    --quiet: #a3acb6;
    --line: #363c44;
    --accent: #7fb3ff;
    --get: #6fd3ab;
    --post: #7fb3ff;
    --put: #f0bf6c;
    --patch: #f0bf6c;
    --delete: #ff9d94;
  }
}
* {
  box-sizing: border-box;
}
html {
  scroll-padding-top: 1rem;
}
body {
  display: grid;
  grid-template-columns: 17rem minmax(0, 60rem);
  gap: 2.5rem;
  margin: 0;
  background: var(--back);
  color: var(--text);
}
a {
  color: var(--accent);
}
:focus-visible {
  outline: 2px solid var(--accent);
  outline-offset: 2px;
}
code,
pre,
textarea {
  font:
    0.875em / 1.5 ui-monospace,
    monospace;
}
.skip {
  position: absolute;
  left: -999rem;
}
.skip:focus {
  left: 1rem;
  top: 1rem;
  padding: 0.5rem;
  background: var(--back);
}
nav {
  position: sticky;
  top: 0;
  height: 100vh;
  padding: 1rem 0.5rem 2rem 1rem;
  overflow-y: auto;
  border-right: 1px solid var(--line);
  font-size: 0.9rem;
}
nav ul {
  margin: 0;
  padding: 0;
  list-style: none;
}
nav li a {
  display: block;
  padding: 0.1rem 0.5rem;
  color: var(--quiet);
  text-decoration: none;
  overflow-wrap: anywhere;
}
nav li a:hover {
  color: var(--text);
}
nav .group {
  margin: 0.9rem 0 0.2rem;
  font-weight: 600;
}
nav .group a {
  color: var(--text);
  text-decoration: none;
}
.contents > summary {
  color: var(--quiet);
}
.search {
  display: flex;
  gap: 0.5rem;
  align-items: center;
  margin-bottom: 0.75rem;
}
input,
textarea,
button {
  padding: 0.4rem 0.6rem;
  border: 1px solid var(--line);
  border-radius: 6px;
  background: var(--back);
  color: inherit;
}
input {
  font: inherit;
}
.search input {
  flex: 1;
  min-width: 0;
}
textarea {
  width: 100%;
  resize: vertical;
}
button {
  background: var(--raised);
  font: inherit;
  cursor: pointer;
}
button[type="submit"] {
  border-color: var(--accent);
  color: var(--accent);
  font-weight: 600;
}
button.destructive {
  border-color: var(--delete);
  color: var(--delete);
}
main {
  padding: 1.5rem 1.5rem 6rem 0;
}
main:focus {
  outline: none;
}
h1 {
  margin: 0;
  font-size: 1.9rem;
}
h2 {
  margin: 2.5rem 0 0;
}
h3 {
  display: inline;
  font-size: 1rem;
  font-weight: 400;
}
h4 {
  margin: 1.25rem 0 0.25rem;
}
p {
  margin: 0.4rem 0;
}
.hint,
.optional,
.type {
  color: var(--quiet);
}
.optional {
  font-style: italic;
}
.entry {
  border-top: 1px solid var(--line);
}
.entry > summary {
  padding: 0.6rem 0.25rem;
  cursor: pointer;
}
.entry > summary:hover {
  background: var(--raised);
}
.entry .body {
  position: relative;
  padding: 0 0 1.5rem 1.1rem;
}
.permalink {
  position: absolute;
  left: 0;
  text-decoration: none;
}
.path {
  overflow-wrap: anywhere;
}
.what {
  color: var(--quiet);
}
.what::before {
  content: "– ";
}
.verb {
  display: inline-block;
  min-width: 3.6rem;
  font:
    700 0.8rem ui-monospace,
    monospace;
}
.get {
  color: var(--get);
}
.post {
  color: var(--post);
}
.put {
  color: var(--put);
}
.patch {
  color: var(--patch);
}
.delete {
  color: var(--delete);
}
.fields,
.answers {
  margin: 0;
  padding-left: 1.1rem;
}
.fields li,
.answers li {
  padding: 0.1rem 0;
}
.fields .fields {
  border-left: 1px solid var(--line);
  list-style: none;
}
.inside {
  margin: 0.25rem 0;
  padding: 0.25rem 0.5rem;
  border-radius: 6px;
  background: var(--raised);
}
.or {
  color: var(--quiet);
}
.fold > summary {
  color: var(--quiet);
  cursor: pointer;
}
.status {
  color: var(--delete);
  font-weight: 600;
}
li > .status {
  color: inherit;
}
.status.fine {
  color: var(--get);
}
.code {
  margin: 0.75rem 0;
  border: 1px solid var(--line);
  border-radius: 6px;
  background: var(--raised);
}
.code figcaption {
  display: flex;
  justify-content: space-between;
  align-items: center;
  min-height: 2.2rem;
  padding: 0.1rem 0.25rem 0.1rem 0.75rem;
  color: var(--quiet);
  font-size: 0.85rem;
}
.copy {
  padding: 0.1rem 0.6rem;
  font-size: 0.85rem;
}
pre {
  margin: 0;
  padding: 0.75rem;
  overflow: auto;
}
.code pre {
  max-height: 24rem;
  padding-top: 0;
}
.answer pre,
.frames pre {
  max-height: 30rem;
  border: 1px solid var(--line);
  border-radius: 6px;
  background: var(--raised);
}
.try,
.send,
.console,
#sign-in {
  margin-top: 1rem;
  padding: 0.25rem 1rem 1rem;
  border: 1px solid var(--line);
  border-radius: 6px;
}
.console,
#sign-in {
  padding-top: 0.75rem;
}
form label {
  display: grid;
  grid-template-columns: 9rem minmax(0, 1fr);
  gap: 0.5rem;
  align-items: center;
  margin: 0.4rem 0;
}
.answer:not(:empty) {
  margin-top: 0.75rem;
}
.frames {
  max-height: 30rem;
  margin: 0.5rem 0 0;
  padding: 0;
  overflow: auto;
  list-style: none;
}
.frames:empty {
  display: none;
}
@media (max-width: 55rem) {
  body {
    display: block;
  }
  nav {
    position: sticky;
    z-index: 1;
    height: auto;
    max-height: 70vh;
    padding: 0.6rem 1rem;
    border-right: 0;
    border-bottom: 1px solid var(--line);
    background: var(--back);
  }
  nav li a {
    padding: 0.4rem 0.5rem;
  }
  .search {
    margin-bottom: 0.3rem;
  }
  html {
    scroll-padding-top: 7rem;
  }
  main {
    padding: 1rem 1rem 6rem;
  }
  .what {
    display: block;
  }
  .what::before {
    content: none;
  }
  .entry .body {
    padding-left: 0;
  }
  .permalink {
    position: static;
  }
  form label {
    grid-template-columns: 1fr;
    gap: 0.1rem;
  }
}
@media print {
  nav {
    display: none;
  }
}
/* Last, so that it counts more than how something is laid out. */
[hidden] {
  display: none;
}
`
