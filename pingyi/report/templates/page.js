"use strict";

/* Tables: a head's button sorts, the input above filters. Numbers sort by all their places (data-value). */
const zh = new Intl.Collator("zh-CN", { numeric: true });

function key(cell, numeric) {
  const text = cell.textContent.trim();
  if (!numeric) return text;
  const number = parseFloat((cell.dataset.value || text).replace(/[−]/g, "-").replace(/[,，%+]/g, ""));
  return Number.isNaN(number) ? null : number;
}

function compare(a, b, numeric) {
  if (!numeric) return (a === "") - (b === "") || zh.compare(a, b);
  if (a === null || b === null) return (a === null) - (b === null);
  return a - b;
}

function sort(table, head) {
  const heads = [...head.parentElement.children], at = heads.indexOf(head), numeric = head.classList.contains("n");
  const first = numeric ? "descending" : "ascending", second = numeric ? "ascending" : "descending";
  const order = head.getAttribute("aria-sort") === first ? second : first;
  heads.forEach((other) => other.removeAttribute("aria-sort"));
  head.setAttribute("aria-sort", order);
  const sign = order === "ascending" ? 1 : -1, body = table.tBodies[0];
  const rows = [...body.rows].map((row) => [key(row.cells[at], numeric), row]);
  const empty = (value) => value === null || value === "";
  rows.sort((a, b) => (empty(a[0]) || empty(b[0]) ? 1 : sign) * compare(a[0], b[0], numeric));
  body.append(...rows.map((pair) => pair[1]));
}

document.querySelectorAll("table.sortable").forEach((table) => {
  table.tHead.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button) sort(table, button.parentElement);
  });
});

document.querySelectorAll(".table .find input").forEach((input) => {
  const box = input.closest(".table"), rows = [...box.querySelector("tbody").rows], told = box.querySelector(".rows");
  const texts = rows.map((row) => row.textContent.toLowerCase());
  input.addEventListener("input", () => {
    const wanted = input.value.trim().toLowerCase();
    let shown = 0;
    rows.forEach((row, at) => { row.hidden = !texts[at].includes(wanted); shown += !row.hidden; });
    box.classList.toggle("filtered", wanted !== "");
    told.textContent = wanted ? `${shown} / ${rows.length} 行` : `${rows.length} 行`;
  });
});

document.addEventListener("mouseover", (event) => {
  const cell = event.target.closest && event.target.closest("[data-value]");
  if (cell && cell.dataset.value && !cell.title) cell.title = cell.dataset.value;
});

/* Units: filter the list, open the one that a link or the search names. */
const units = [...document.querySelectorAll("details.unit")];

function filterUnits() {
  const find = document.getElementById("unit-find"), wanted = find.value.trim().toLowerCase().split(/\s+/);
  let shown = 0;
  units.forEach((unit) => { unit.hidden = !wanted.every((word) => unit.dataset.key.includes(word)); shown += !unit.hidden; });
  document.getElementById("unit-rows").textContent = find.value.trim() ? `${shown} / ${units.length} 个单位` : `${units.length} 个单位`;
}

function openNamed() {
  const named = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!named || !named.matches("details.unit")) return;
  if (named.hidden) { document.getElementById("unit-find").value = ""; filterUnits(); }
  named.open = true;
  named.scrollIntoView();
  named.querySelector("summary").focus({ preventScroll: true });
}

function jump(text) {
  const wanted = text.trim().toLowerCase();
  if (!wanted) return;
  const exact = units.find((unit) => wanted.split(" ")[0] === unit.id.slice(2).toLowerCase());
  const found = exact || units.find((unit) => unit.dataset.key.includes(wanted));
  if (found && location.hash === "#" + found.id) openNamed();
  else if (found) location.hash = found.id;
}

document.getElementById("unit-find").addEventListener("input", filterUnits);
const jumpTo = document.getElementById("jump");
jumpTo.addEventListener("change", () => jump(jumpTo.value));
jumpTo.addEventListener("keydown", (event) => { if (event.key === "Enter") jump(jumpTo.value); });
window.addEventListener("hashchange", openNamed);
if (matchMedia("(max-width: 60rem)").matches) document.querySelector(".toc details").open = false;

/* The table of contents follows the reader. */
const links = new Map([...document.querySelectorAll(".toc li a")].map((link) => [link.hash.slice(1), link]));
if ("IntersectionObserver" in window) {
  const seen = new IntersectionObserver((entries) => entries.forEach((entry) => {
    if (!entry.isIntersecting) return;
    links.forEach((link) => link.removeAttribute("aria-current"));
    links.get(entry.target.id)?.setAttribute("aria-current", "true");
  }), { rootMargin: "-20% 0px -70% 0px" });
  links.forEach((link, id) => { const part = document.getElementById(id); if (part) seen.observe(part); });
}

/* Figures: drawn one after the other, without eval and without asking any server. */
async function draw() {
  for (const figure of document.querySelectorAll("figure")) {
    const data = figure.querySelector('script[type="application/json"]'), box = figure.querySelector(".chart");
    if (!data) continue;
    const actions = { export: true, source: false, compiled: false, editor: false };
    const i18n = { CLICK_TO_VIEW_ACTIONS: "保存图片", SVG_ACTION: "保存为 SVG", PNG_ACTION: "保存为 PNG" };
    const how = { mode: "vega-lite", renderer: "svg", ast: true, actions, i18n, downloadFileName: figure.id };
    try { await vegaEmbed(box, JSON.parse(data.textContent), how); }
    catch (error) { box.textContent = "这张图没有画出来，数字见下面的表。"; console.error(error); }
  }
  document.documentElement.dataset.drawn = "yes";
  openNamed();
}
draw();
