"use strict";

// Pages work without this script. It follows a training, reads values below the pointer, and draws a range again that
// is marked with it.

const status = document.getElementById("status");

function readableTimes(root) {
  for (const time of root.querySelectorAll("time")) {
    const date = new Date(time.dateTime);
    if (!isNaN(date)) { time.title = time.dateTime; time.textContent = date.toLocaleString(); }
  }
}

// What finds an element again in a newer version of its part.
function identity(element) {
  return [element.nodeName, element.getAttribute("href"), element.name, element.value].join(" ");
}

// Replaces the parts of the page that a newer version of it has; a part in which something is pressed, next time.
async function refresh() {
  const answer = await fetch(location.href, { headers: { accept: "text/html" } });
  if (!answer.ok) { return; }
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const part of document.querySelectorAll("[data-part]")) {
    const newer = fresh.getElementById(part.id);
    if (!newer || newer.innerHTML === part.dataset.source || part.querySelector(":active")) { continue; }
    const chosen = [...part.querySelectorAll("input:checked")].map((input) => input.value);
    const focused = part.contains(document.activeElement) ? identity(document.activeElement) : null;
    const [left, source] = [part.scrollLeft, newer.innerHTML];
    part.replaceChildren(...newer.childNodes);
    part.dataset.source = source;
    part.scrollLeft = left;
    for (const input of part.querySelectorAll("input[type=checkbox]")) { input.checked = chosen.includes(input.value); }
    if (focused) { [...part.querySelectorAll("a, button, input")].find((e) => identity(e) === focused)?.focus(); }
    prepare(part);
  }
  status.textContent = "";
}

function follow() {
  for (const part of document.querySelectorAll("[data-part]")) { part.dataset.source = part.innerHTML; }
  let revision = null;
  const events = new EventSource("/events");
  events.onmessage = (event) => {
    // The first message, too: the store may have changed since this page was made.
    if (revision !== event.data) { refresh(); }
    revision = event.data;
    status.textContent = "";
  };
  events.onerror = () => { status.textContent = "The server does not answer."; };
}

function shown(number) {
  return Math.abs(number) >= 1e6 || (number !== 0 && Math.abs(number) < 1e-3)
    ? number.toExponential(3) : String(Number(number.toPrecision(5)));
}

// A curve: the values next to the pointer, and a range to draw again.
function curve(figure) {
  const image = figure.querySelector("img");
  const output = figure.querySelector("output");
  let data = null;
  let start = null;
  let mark = null;
  const load = async () => { data = data ?? await (await fetch(figure.dataset.points)).json(); };
  const place = (event) => {
    const box = image.getBoundingClientRect();
    const scale = box.width / data.width;
    const { left, right } = data.area;
    return Math.min(Math.max(((event.clientX - box.left) / scale - left) / (right - left), 0), 1);
  };
  const value = (position) => {
    const { low, high, isLogarithmic } = data.range;
    return isLogarithmic ? low * (high / low) ** position : low + (high - low) * position;
  };
  const read = (x) => {
    output.textContent = data.series.map(({ name, points }) => {
      let nearest = null;
      for (const point of points) {
        if (point[1] !== null && (!nearest || Math.abs(point[0] - x) < Math.abs(nearest[0] - x))) { nearest = point; }
      }
      return nearest ? `${name} ${shown(nearest[1])} at ${shown(nearest[0])}` : "";
    }).filter(Boolean).join("; ");
  };
  image.draggable = false;
  image.addEventListener("pointermove", async (event) => {
    await load();
    if (!data.range) { return; }
    const position = place(event);
    read(value(position));
    if (start === null) { return; }
    const box = image.getBoundingClientRect();
    const width = (data.area.right - data.area.left) * box.width / data.width;
    const left = data.area.left * box.width / data.width;
    mark.style.left = `${left + Math.min(start, position) * width}px`;
    mark.style.width = `${Math.abs(position - start) * width}px`;
    mark.style.height = `${box.height}px`;
  });
  image.addEventListener("pointerdown", async (event) => {
    if (event.button !== 0 || event.pointerType === "touch") { return; }
    event.preventDefault();
    await load();
    if (!data.range) { return; }
    image.setPointerCapture(event.pointerId);
    start = place(event);
    mark = document.createElement("div");
    mark.className = "zoom";
    figure.append(mark);
  });
  image.addEventListener("pointerup", (event) => {
    if (start === null) { return; }
    const [low, high] = [start, place(event)].sort((a, b) => a - b);
    start = null;
    mark.remove();
    if (high - low < 0.01) { return; }
    const address = new URL(location.href);
    address.searchParams.set("from", value(low));
    address.searchParams.set("to", value(high));
    location.assign(address);
  });
}

// A slider in place of a long strip of pictures.
function samples(strip) {
  const figures = [...strip.querySelectorAll("figure")];
  if (figures.length < 2) { return; }
  const slider = document.createElement("input");
  Object.assign(slider, { type: "range", min: 0, max: figures.length - 1, value: figures.length - 1 });
  slider.setAttribute("aria-label", "Step of the samples");
  const show = () => {
    figures.forEach((figure, index) => { figure.hidden = index !== Number(slider.value); });
    const image = figures[slider.value].querySelector("img");
    image.loading = "eager";
    slider.setAttribute("aria-valuetext", figures[slider.value].textContent.trim());
  };
  slider.addEventListener("input", show);
  strip.prepend(slider);
  strip.style.flexDirection = "column";
  show();
}

function search() {
  const field = document.getElementById("search");
  if (!field) { return; }
  field.form.addEventListener("submit", (event) => event.preventDefault());
  field.addEventListener("input", () => {
    const text = field.value.toLowerCase();
    const rows = [...document.querySelectorAll("#nodes tr")];
    let count = 0;
    for (const row of rows) {
      const fits = !text || row.textContent.toLowerCase().includes(text);
      row.hidden = !fits;
      count += fits ? 1 : 0;
    }
    document.getElementById("found").textContent = text ? `${count} of ${rows.length}` : "";
  });
}

function prepare(root) {
  readableTimes(root);
  for (const figure of root.querySelectorAll("figure.curve")) { curve(figure); }
  for (const strip of root.matches?.(".samples") ? [root] : root.querySelectorAll(".samples")) { samples(strip); }
}

if (document.body.dataset.live !== undefined) { follow(); }
prepare(document);
search();
