// The text of a condition: Enter shows the list, as in any line of a form, and Shift+Enter begins a new line; and the
// text is marked as wrong as long as what stands beside it says so. Everything else the server does.
(() => {
  document.addEventListener("keydown", (event) => {
    const text = event.target;
    if (text.id !== "where" || !text.form || event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    text.form.requestSubmit();
  });
  document.addEventListener("htmx:after:swap", () => {
    const text = document.getElementById("where");
    if (!text) return;
    const wrong = document.getElementById("wrong") !== null;
    text.classList.toggle("is-invalid", wrong);
    if (wrong) {
      text.setAttribute("aria-invalid", "true");
      text.setAttribute("aria-describedby", "wrong");
    } else {
      text.removeAttribute("aria-invalid");
      text.removeAttribute("aria-describedby");
    }
  });
})();
