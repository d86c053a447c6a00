// Small help inside forms. Without it they work too: words with commas, no counter, a button that says "Commit".

function countIn(element) {
  const counter = document.getElementById(element.dataset.count);
  const most = Number(element.dataset.most) || element.maxLength;
  // Counted as the server counts: by characters, not by UTF-16 units.
  const length = [...element.value].length;
  counter.textContent = length ? `${length.toLocaleString("en")} of ${most.toLocaleString("en")}` : "";
  if (length > most) counter.textContent += `, ${(length - most).toLocaleString("en")} too many`;
  counter.classList.toggle("near", length > most);
}

function commitLabel(form) {
  const chosen = form.querySelector("input[name=option]:checked");
  if (chosen) form.querySelector("[data-commit]").textContent = `Commit to ${chosen.value}`;
}

function chips(input) {
  const box = document.createElement("div");
  const entry = input.cloneNode();
  const words = () => input.value.split(",").map((word) => word.trim()).filter(Boolean);
  box.className = "chips";
  if (input.getAttribute("aria-invalid")) box.dataset.invalid = "";
  entry.removeAttribute("name");
  entry.removeAttribute("data-chips");
  entry.value = "";
  input.removeAttribute("id");
  input.removeAttribute("aria-invalid");
  input.hidden = true;
  input.after(box);
  box.append(entry);

  const write = (list) => {
    input.value = [...new Set(list)].join(", ");
    input.dispatchEvent(new Event("input", { bubbles: true }));
    draw();
  };
  const draw = () => {
    for (const old of box.querySelectorAll(".chip")) old.remove();
    for (const word of words()) entry.before(chip(word, () => write(words().filter((other) => other !== word))));
  };
  const take = () => {
    if (entry.value.trim()) write([...words(), ...entry.value.split(",").map((word) => word.trim()).filter(Boolean)]);
    entry.value = "";
  };
  entry.addEventListener("input", (event) => {
    event.stopPropagation();
    const picked = event.inputType === "insertReplacementText" || event.inputType === undefined;
    if (picked || /[,、،]$/.test(entry.value)) {
      entry.value = entry.value.replace(/[、،]/g, ",");
      take();
    }
  });
  entry.addEventListener("change", take);
  entry.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && entry.value.trim()) {
      event.preventDefault();
      take();
    } else if (event.key === "Backspace" && !entry.value) {
      write(words().slice(0, -1));
    }
  });
  input.form.addEventListener("submit", take, { capture: true });
  draw();
}

function chip(word, remove) {
  const element = document.createElement("span");
  const name = document.createElement("bdi");
  const button = document.createElement("button");
  element.className = "chip";
  name.textContent = word;
  button.type = "button";
  button.textContent = "×";
  button.setAttribute("aria-label", `Remove ${word}`);
  button.addEventListener("click", remove);
  element.append(name, button);
  return element;
}

async function copy(button) {
  const field = document.getElementById(button.dataset.copy);
  const answer = button.parentElement.querySelector("[role=status]");
  try {
    await navigator.clipboard.writeText(field.value);
    answer.textContent = "Copied.";
  } catch {
    field.select();
    answer.textContent = "Selected: copy it from here.";
  }
}

function prepare(root) {
  const within = (selector) => [...(root.matches?.(selector) ? [root] : []), ...(root.querySelectorAll?.(selector) ?? [])];
  within("[data-count]").forEach(countIn);
  within("input[data-chips]").forEach((input) => input.hidden || chips(input));
  within("form:has([data-commit])").forEach(commitLabel);
}

document.addEventListener("input", (event) => {
  if (event.target.dataset.count) countIn(event.target);
  if (event.target.form?.querySelector("[data-commit]")) commitLabel(event.target.form);
});
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copy]");
  if (button) copy(button);
});
document.addEventListener("htmx:load", (event) => prepare(event.target));
prepare(document);
