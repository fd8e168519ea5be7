
"use strict";
(() => {
  const form = document.getElementById("filter");
  const needle = document.getElementById("needle");
  const found = document.getElementById("found");
  const boxes = [...form.querySelectorAll("input[name=status]")];
  const rows = [...document.querySelectorAll("[data-row]")];
  const texts = new Map();
  const textOf = (row) => {
    if (!texts.has(row)) texts.set(row, row.textContent.toLowerCase());
    return texts.get(row);
  };
  const apply = () => {
    const wanted = needle.value.trim().toLowerCase();
    const kept = new Set(boxes.filter((box) => box.checked).map((box) => box.value));
    const filtered = wanted !== "" || kept.size < boxes.length;
    let count = 0;
    for (const row of rows) {
      const status = row.dataset.status;
      const fits = (!status || kept.has(status)) && (wanted === "" || textOf(row).includes(wanted));
      row.hidden = !fits;
      if (fits) count += 1;
    }
    if (wanted) for (const file of document.querySelectorAll("details.file")) file.open = true;
    found.textContent = filtered ? `${count} of ${rows.length} lines` : "";
  };
  const reveal = () => {
    const target = document.getElementById(location.hash.slice(1));
    if (!target) return;
    for (let each = target; each; each = each.parentElement) {
      if (each.tagName === "DETAILS") each.open = true;
      if (each.hidden) each.hidden = false;
    }
    target.scrollIntoView();
    if (target.tabIndex === -1) target.focus({ preventScroll: true });
  };
  let closed = [];
  addEventListener("beforeprint", () => {
    closed = [...document.querySelectorAll("details:not([open], .off-paper, .off-paper *)")];
    for (const each of closed) each.open = true;
  });
  addEventListener("afterprint", () => {
    for (const each of closed) each.open = false;
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", apply);
  addEventListener("hashchange", reveal);
  form.hidden = false;
  reveal();
})();
