// The chat page: signs in, sends a message, shows the answer while it is being written.
"use strict";

const byId = (id) => document.getElementById(id);
const login = { access: sessionStorage.getItem("access"), refresh: sessionStorage.getItem("refresh") };
const sessionId = sessionStorage.getItem("session") || crypto.randomUUID?.() || String(Date.now());
sessionStorage.setItem("session", sessionId);

function keep(tokens) {
  for (const name of ["access", "refresh"]) {
    login[name] = tokens ? tokens[`${name}_token`] : null;
    tokens ? sessionStorage.setItem(name, login[name]) : sessionStorage.removeItem(name);
  }
  byId("sign-in").hidden = Boolean(tokens);
  byId("talk").hidden = byId("leave").hidden = !tokens;
}

async function call(path, token, body, headers = {}) {
  return fetch(path, {
    method: body === undefined ? "GET" : "POST",
    headers: {
      Accept: "application/json", ...(token && { Authorization: `Bearer ${token}` }),
      ...(body && { "Content-Type": "application/json" }), ...headers,
    },
    body: body ? JSON.stringify(body) : undefined,
  });
}

// Repeats a call once with a new pair of tokens when the access token has run out.
async function callSignedIn(path, body, headers) {
  const first = await call(path, login.access, body, headers);
  if (first.status !== 401) return first;
  const renewed = await call("/api/auth/refresh", login.refresh, null);
  if (!renewed.ok) { keep(null); return first; }
  keep(await renewed.json());
  return call(path, login.access, body, headers);
}

function show(role, text) {
  const item = document.createElement("li");
  item.className = role;
  item.append(Object.assign(document.createElement("span"), { textContent: text }));
  byId("messages").append(item);
  item.scrollIntoView({ block: "end" });
  return item;
}

function showCards(item, recommendations) {
  const cards = Object.assign(document.createElement("div"), { className: "cards" });
  for (const found of recommendations) {
    const card = Object.assign(document.createElement("div"), { className: "card" });
    const rate = `${found.daily_rate} ${found.currency} a day`;
    const price = found.total ? `${found.total} ${found.currency} for ${found.days} ${found.days === 1 ? "day" : "days"}` : rate;
    card.append(
      Object.assign(document.createElement("b"), { textContent: `${found.name} · ${price}`, title: rate }),
      Object.assign(document.createElement("small"), { textContent: found.reason }),
    );
    if (found.reserve) card.append(reserveButton(found));
    cards.append(card);
  }
  if (recommendations.length) item.append(cards);
}

const spokenDay = (day) => new Date(`${day}T12:00`).toLocaleDateString(undefined, { weekday: "short", day: "numeric", month: "short" });
const newKey = () => crypto.randomUUID?.() || `${Date.now()}-${Math.random()}`;

// The request that came with a recommendation, on one button. Its key makes a second press harmless.
function reserveButton({ reserve, from, to }) {
  const label = from === to ? `Reserve for ${spokenDay(from)}` : `Reserve from ${spokenDay(from)} to ${spokenDay(to)}`;
  const button = Object.assign(document.createElement("button"), { type: "button", textContent: label });
  const key = newKey();
  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      const response = await callSignedIn(reserve.path, reserve.body, { "Idempotency-Key": key });
      const told = await response.json();
      button.textContent = response.ok ? `Reserved: collect it at ${told.location} (${told.total} ${told.currency})` : told.message;
    } catch {
      button.textContent = `${label} (try again)`;
      button.disabled = false;
    }
  });
  return button;
}

async function* eventsOf(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const blocks = (rest + value).split("\n\n");
    rest = blocks.pop();
    for (const block of blocks) {
      const name = /^event: (.*)$/m.exec(block);
      const data = /^data: (.*)$/m.exec(block);
      if (name && data) yield { name: name[1], data: JSON.parse(data[1]) };
    }
  }
}

// What the assistant understood, as chips; one that is pressed is forgotten with the next message.
const forgotten = new Set();
const CHIPS = {
  categories: (value) => value.join(", "), refused: (value) => `not ${value.join(", ")}`, genres: (value) => value.join(", "),
  min_daily_rate: (value) => `from ${value} a day`, max_daily_rate: (value) => `up to ${value} a day`,
  skill_level: String, size: (value) => `size ${value}`, location: (value) => `at ${value}`, brand: String,
  from: (value) => `from ${spokenDay(value)}`, to: (value) => `until ${spokenDay(value)}`,
};

function showUnderstood(understood) {
  forgotten.clear();
  const chips = Object.entries(CHIPS).filter(([name]) => understood[name]?.length).map(([name, told]) => {
    const chip = Object.assign(document.createElement("button"), { type: "button", className: "chip", textContent: `${told(understood[name])} ✕` });
    chip.title = "Forget this";
    chip.addEventListener("click", () => { forgotten.add(name); chip.remove(); });
    return chip;
  });
  byId("understood").replaceChildren(...chips);
}

async function ask(message) {
  show("user", message);
  const item = show("assistant", "");
  item.classList.add("waiting");
  try {
    const response = await callSignedIn("/api/chatbot/chat", { session_id: sessionId, message, forget: [...forgotten] }, { Accept: "text/event-stream" });
    if (!response.ok) throw new Error((await response.json()).message);
    for await (const { name, data } of eventsOf(response)) {
      if (name === "token") item.firstChild.textContent += data.text;
      if (name === "recommendations") showCards(item, data);
      if (name === "done") showUnderstood(data.understood);
      if (name === "error") throw new Error(data.message);
    }
  } catch (problem) {
    item.firstChild.textContent += ` ${problem.message || "The shop cannot be reached."}`;
  } finally {
    item.classList.remove("waiting");
    item.scrollIntoView({ block: "end" });
  }
}

async function showEarlier() {
  const response = await callSignedIn(`/api/chatbot/history/${sessionId}?page_size=100`);
  if (!response.ok) return;
  byId("messages").replaceChildren();
  for (const message of await response.json()) showCards(show(message.role, message.content), message.recommendations);
}

byId("sign-in").addEventListener("submit", async (event) => {
  event.preventDefault();
  const fields = Object.fromEntries(new FormData(event.target));
  const response = await call("/api/auth/login", null, fields);
  const body = await response.json();
  byId("sign-in-problem").textContent = response.ok ? "" : body.message;
  if (response.ok) { keep(body); event.target.reset(); await showEarlier(); byId("message").focus(); }
});

byId("ask").addEventListener("submit", async (event) => {
  event.preventDefault();
  const message = byId("message").value.trim();
  if (!message) return;
  byId("message").value = "";
  byId("send").disabled = true;
  await ask(message);
  byId("send").disabled = false;
});

byId("message").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey) { event.preventDefault(); byId("ask").requestSubmit(); }
});

byId("leave").addEventListener("click", async () => {
  await call("/api/auth/logout", login.access, null);
  keep(null);
  sessionStorage.clear();
  location.reload();
});

if (login.access) { byId("sign-in").hidden = true; byId("talk").hidden = byId("leave").hidden = false; showEarlier(); }
