// 换手机接着办: the page works without this; it only keeps the reader's large text and tidies what is typed.
try {
  document.documentElement.classList.toggle("elder", localStorage.getItem("elder") === "1");
} catch { /* storage switched off */ }
for (const field of document.querySelectorAll("input[data-upper]")) {
  field.addEventListener("input", () => {
    const at = field.selectionStart;
    field.value = field.value.toUpperCase();
    field.setSelectionRange(at, at);
  });
}
