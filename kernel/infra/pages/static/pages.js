// Improves pages that already work without it.
"use strict";

const summary = document.querySelector(".error-summary");
if (summary) summary.focus();

for (const button of document.querySelectorAll("[data-reveal]")) {
  const input = document.getElementById(button.dataset.reveal);
  button.hidden = false;
  button.addEventListener("click", () => {
    const shown = input.type === "password";
    input.type = shown ? "text" : "password";
    button.textContent = shown ? button.dataset.hide : button.dataset.show;
    button.setAttribute("aria-pressed", String(shown));
  });
  if (input.form) input.form.addEventListener("submit", () => { input.type = "password"; });
}

for (const input of document.querySelectorAll("[data-filters]")) {
  const chooser = document.getElementById(input.dataset.filters);
  const rows = [...chooser.querySelectorAll("[data-keys]")];
  const groups = [...chooser.querySelectorAll("[data-group]")];
  const nothing = chooser.querySelector("[data-nothing]");
  input.addEventListener("input", () => {
    const words = input.value.trim().normalize("NFKC").toLowerCase();
    for (const row of rows) row.hidden = !row.dataset.keys.includes(words);
    for (const group of groups) group.hidden = !group.querySelector("[data-keys]:not([hidden])");
    nothing.hidden = rows.some((row) => !row.hidden);
  });
}

for (const form of document.querySelectorAll("form[method=post]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
  });
}
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

const warning = document.querySelector("[data-session-seconds]");
if (warning) {
  const form = warning.querySelector("form");
  const announce = (seconds) => {
    warning.hidden = true;
    setTimeout(() => { warning.hidden = false; }, Math.max(0, seconds - 120) * 1000);
  };
  announce(Number(warning.dataset.sessionSeconds));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      const token = form.elements.form_token.value;
      const reply = await fetch(form.action, { method: "POST", headers: { "X-Form-Token": token } });
      announce((await reply.json()).session_seconds);
      delete form.dataset.sent;
    } catch {
      form.submit();
    }
  });
}
