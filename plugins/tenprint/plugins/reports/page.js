
(() => {
  const form = document.getElementById("filter");
  if (!form) return;
  const groups = [...document.querySelectorAll(".group")].map((group) => [group, [...group.querySelectorAll(".change")]]);
  const show = () => {
    const kind = form.elements.kind.value;
    const wanted = form.elements.group.value;
    const text = form.elements.text.value.toLowerCase();
    let shown = 0;
    for (const [group, rows] of groups) {
      let left = 0;
      for (const row of rows) {
        const fits = (!kind || row.dataset.kind === kind) && (!wanted || group.dataset.group === wanted) && row.textContent.toLowerCase().includes(text);
        row.hidden = !fits;
        left += fits;
      }
      group.hidden = !left;
      shown += left;
    }
    document.getElementById("shown").textContent = `${shown} shown`;
  };
  form.addEventListener("input", show);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = false;
  show();
})();
