// Copies what a button names in data-copy; prints the page for a button with data-print.
addEventListener("click", async (event) => {
  if (event.target.closest("[data-print]")) return print();
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  event.preventDefault();
  const said = button.textContent;
  button.textContent = (await copied(button.dataset.copy)) ? "Copied" : "Press Ctrl+C";
  setTimeout(() => { button.textContent = said; }, 2000);
});

async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Without https there is no clipboard: select the text, so that the keys copy it.
    const field = document.createElement("textarea");
    field.value = text;
    field.setAttribute("readonly", "");
    document.body.append(field);
    field.select();
    const done = document.execCommand("copy");
    field.remove();
    return done;
  }
}
