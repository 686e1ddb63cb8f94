const find = (id) => document.getElementById(id);
const person = find("person");

async function call(path, body) {
  const response = await fetch(path, body && { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
  const answer = await response.json();
  if (!response.ok) throw new Error(`${answer.message}. ${answer.remedy}`);
  return answer;
}

/** An element with text; data never becomes markup. */
function element(tag, text, ...children) {
  const made = document.createElement(tag);
  made.textContent = text;
  made.append(...children);
  return made;
}

function showError(error) {
  find("status").textContent = `Something went wrong: ${error.message}`;
}

async function show() {
  const user = person.value.trim();
  if (!user) return;
  const path = encodeURIComponent(user);
  const [{ events }, slate] = await Promise.all([call(`/page/people/${path}`), call(`/v1/recommend/${path}?limit=10`)]);
  const outcomes = events.filter((event) => event.item !== null).reverse();
  find("history").replaceChildren(
    ...outcomes.map((event) => {
      const rating = event.action === "rate" ? `rated ${event.value} of 10` : event.action;
      return element("li", event.title ?? event.item, element("small", `${rating}, ${new Date(event.at).toISOString().slice(0, 10)}`));
    }),
  );
  if (outcomes.length === 0) find("history").replaceChildren(element("li", "Nothing yet. Click a film on the right."));
  find("model").textContent = `Model: ${slate.model}. Click a film to say it was watched.`;
  find("recommendations").replaceChildren(
    ...slate.items.map((entry) => {
      const button = element("button", `${entry.position}. ${entry.title ?? entry.item}`, element("small", ` ${entry.reason}`));
      button.dataset.item = entry.item;
      button.addEventListener("click", () => watched(user, entry.item, slate.request).catch(showError));
      const line = document.createElement("li");
      line.append(button);
      return line;
    }),
  );
}

async function watched(user, item, slate) {
  await call("/v1/events", { user, action: "view", item, slate, surface: "home" });
  await show();
}

const figure = ({ mean, low, high }) => `${mean.toFixed(4)} [${low.toFixed(4)}, ${high.toFixed(4)}]`;

let serving = "";

async function refresh() {
  const { models } = await call("/v1/models");
  const main = models.find(({ name }) => name === "main");
  find("status").textContent = main.training === "idle" ? "Serving" : main.training;
  find("why").textContent = main.why;
  find("models").replaceChildren(
    ...main.compared.map((row) => {
      const cells = [row.model, figure(row.validation), figure(row.testHitRate), figure(row.test)].map((text) => element("td", text));
      const line = document.createElement("tr");
      line.append(...cells);
      line.className = row.serving ? "serving" : "";
      return line;
    }),
  );
  const now = main.serving ? `${main.serving.model} ${main.serving.version}` : "";
  if (serving && now !== serving) await show();
  serving = now;
  setTimeout(() => refresh().catch(showError), 5000);
}

person.addEventListener("change", () => show().catch(showError));
async function offerPeople() {
  const { people } = await call("/page/people");
  find("people").replaceChildren(
    ...people.map(({ id, count }) => {
      const option = element("option", `${count} events`);
      option.value = id;
      return option;
    }),
  );
  person.value = people[0]?.id ?? "somebody";
}

try {
  await offerPeople();
  await Promise.all([show(), refresh()]);
} catch (error) {
  showError(error);
}
