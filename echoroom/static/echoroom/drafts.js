// A form with data-draft="key" keeps what was typed in this tab, through a reload or a lost connection, until it is sent.

const PREFIX = "draft:";
const keyOf = (form) => PREFIX + form.dataset.draft;
const fields = (form) => [...form.elements].filter((field) => field.name && field.type !== "hidden" && field.type !== "submit");

// Checkboxes of one name are told apart by their values.
const slot = (field) => (field.type === "checkbox" ? `${field.name}=${field.value}` : field.name);

function keep(form) {
  const values = {};
  for (const field of fields(form)) {
    if (field.type === "radio") {
      if (field.checked) values[field.name] = field.value;
    } else {
      values[slot(field)] = field.type === "checkbox" ? field.checked : field.value;
    }
  }
  try {
    sessionStorage.setItem(keyOf(form), JSON.stringify(values));
  } catch {
    // A full or forbidden storage: the form still works.
  }
}

function restore(form) {
  const kept = sessionStorage.getItem(keyOf(form));
  // A form that comes back with something to correct already holds what was sent.
  if (!kept || form.querySelector('[aria-invalid="true"]')) return;
  const values = JSON.parse(kept);
  for (const field of fields(form)) {
    if (!(slot(field) in values)) continue;
    if (field.type === "radio") field.checked = field.value === values[field.name];
    else if (field.type === "checkbox") field.checked = values[slot(field)];
    else field.value = values[field.name];
  }
}

const forget = (form) => sessionStorage.removeItem(keyOf(form));

function forgetAll() {
  for (const key of Object.keys(sessionStorage)) if (key.startsWith(PREFIX)) sessionStorage.removeItem(key);
}

function restoreIn(element) {
  if (element.matches?.("[data-draft]")) restore(element);
  for (const form of element.querySelectorAll?.("[data-draft]") ?? []) restore(form);
}

document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (form?.dataset.draft) keep(form);
});
document.addEventListener("htmx:afterRequest", (event) => {
  // The form itself may be gone from the page by now.
  const { elt: form, verb } = event.detail.requestConfig;
  if (event.detail.successful && verb === "post" && form.dataset?.draft) forget(form);
});
document.addEventListener("submit", (event) => {
  if (event.target.matches("[data-forget]")) forgetAll();
});
document.addEventListener("htmx:load", (event) => restoreIn(event.target));
restoreIn(document);
