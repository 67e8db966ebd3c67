// Token heat-map. The numbers come from Python (HeatLab.view); this file only draws them and tells which query was
// typed and which documents were chosen. Nothing is loaded from anywhere.

function element(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

// Similarities below 0.2 are what any two tokens of this model have: they stay blank, so that matches stand out.
const heat = (hundredths) => Math.max(0, Math.min(1, (hundredths - 20) / 80));
const plain = (token) => (token.startsWith("##") ? token.slice(2) : token);

function render({ model, el }) {
  const root = element("div", { className: "lk-heat" });
  // JupyterLab must not take the keys of a field or a list for its own commands.
  root.addEventListener("keydown", (event) => event.stopPropagation());
  let chosen = 0;

  const field = element("input", { type: "text", value: model.get("query"), ariaLabel: "Query" });
  const ask = () => {
    if (field.value.trim() && field.value !== model.get("query")) {
      status.textContent = "Searching …";
      model.set("query", field.value);
      model.save_changes();
    }
  };
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter") ask();
  });
  const button = element("button", { type: "button", textContent: "Search" });
  button.addEventListener("click", ask);
  const form = element("div", { className: "lk-heat-form" }, element("label", {}, "Query ", field), button);
  const group = element("div", { className: "lk-heat-query" });
  group.setAttribute("role", "group");
  group.setAttribute("aria-label", "Query tokens: choose one to see where it matched");
  const status = element("p", { className: "lk-heat-status" });
  status.setAttribute("role", "status");
  const panels = element("div", { className: "lk-heat-panels" });
  const note = element("p", {
    className: "lk-heat-note",
    textContent:
      "Each strip is a document from its first to its last token: the stronger the colour, the more similar. " +
      "The frame marks the best token. Press Enter on a query token, or the left and right arrow keys, to choose it.",
  });
  root.append(form, group, status, panels, note);
  el.append(root);

  function choose(number, focus) {
    const count = group.children.length;
    chosen = (number + count) % count;
    mark();
    if (focus) group.children[chosen].focus();
  }

  function draw() {
    const view = model.get("view");
    field.value = model.get("query");
    group.replaceChildren();
    panels.replaceChildren();
    note.hidden = !view.sides;
    if (!view.sides) {
      status.textContent = view.message;
      return;
    }
    chosen = view.start;
    view.query.forEach((token, number) => {
      const one = element("button", { type: "button", textContent: token });
      one.addEventListener("click", () => choose(number, false));
      one.addEventListener("keydown", (event) => {
        const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
        if (step) {
          event.preventDefault();
          choose(number + step, true);
        }
      });
      group.append(one);
    });
    view.sides.forEach((side, place) => panels.append(panel(view, side, place)));
    mark();
  }

  function panel(view, side, place) {
    const label = ["Left document", "Right document"][place];
    const select = element("select", { ariaLabel: label });
    for (const option of view.options) select.append(element("option", { value: option.id, textContent: option.label }));
    if (!view.options.some((option) => option.id === view.shown[place])) {
      select.append(element("option", { value: view.shown[place], textContent: side.title }));
    }
    select.value = view.shown[place];
    select.addEventListener("change", () => {
      const documents = [...view.shown];
      documents[place] = Number(select.value);
      model.set("documents", documents);
      model.save_changes();
    });
    const rows = element("div", { className: "lk-heat-rows" });
    rows.setAttribute("aria-hidden", "true"); // the same is told by the status line, token by token
    view.query.forEach((token, number) => {
      const strip = element("div", { className: "lk-heat-strip" });
      side.cells[number].forEach((cell, at) => {
        const one = element("i", { title: `${side.tokens[at]} ${(cell / 100).toFixed(2)}` });
        one.style.setProperty("--heat", heat(cell));
        if (at === side.winners[number]) one.className = "lk-won";
        strip.append(one);
      });
      const won = side.winners[number] < 0 ? "nothing" : side.tokens[side.winners[number]];
      const row = element(
        "div",
        { className: "lk-heat-row" },
        element("span", { className: "lk-heat-token", textContent: token }),
        strip,
        element("span", { className: "lk-heat-best", textContent: `${won} ${side.best[number].toFixed(2)}` }),
      );
      row.addEventListener("click", () => choose(number, false));
      rows.append(row);
    });
    const text = element("p", { className: "lk-heat-text" });
    side.tokens.forEach((token, at) => {
      if (at && !token.startsWith("##")) text.append(" ");
      text.append(element("span", { textContent: plain(token) }));
    });
    return element(
      "section",
      { ariaLabel: `${label}: ${side.title}` },
      element("label", {}, `${label} `, select),
      element("p", { className: "lk-heat-score", textContent: `MaxSim ${side.score.toFixed(2)} · found by ${side.found}` }),
      rows,
      text,
    );
  }

  function mark() {
    const view = model.get("view");
    [...group.children].forEach((one, number) => {
      one.setAttribute("aria-pressed", String(number === chosen));
      one.tabIndex = number === chosen ? 0 : -1;
    });
    const said = view.sides.map((side, place) => {
      const section = panels.children[place];
      [...section.querySelectorAll(".lk-heat-row")].forEach((row, number) =>
        row.classList.toggle("lk-chosen", number === chosen),
      );
      section.querySelectorAll(".lk-heat-text span").forEach((one, at) => {
        one.style.setProperty("--heat", heat(side.cells[chosen][at]));
        one.className = at === side.winners[chosen] ? "lk-won" : "";
      });
      const winner = side.winners[chosen];
      const where = ["left", "right"][place];
      return winner < 0 ? `nothing on the ${where}` : `“${side.tokens[winner]}” on the ${where} (${side.best[chosen].toFixed(2)})`;
    });
    status.textContent = `“${view.query[chosen]}” matches ${said.join(" and ")}.`;
  }

  model.on("change:view", draw);
  draw();
  return () => model.off("change:view", draw);
}

export default { render };
