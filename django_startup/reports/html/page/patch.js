// Copies the patch of the fixes that were tried.

function startPatch() {
  const patch = document.getElementById("patch");
  if (!patch) return;
  const [button, status, text] = ["button", "[role=status]", "pre"].map((name) => patch.querySelector(name));
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(text.textContent);
      status.textContent = "Copied.";
    } catch {
      window.getSelection().selectAllChildren(text); // for Ctrl-C, where the browser does not allow it
      status.textContent = "Selected: copy it.";
    }
  });
}
