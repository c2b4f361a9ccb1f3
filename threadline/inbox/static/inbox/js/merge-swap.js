// hx-swap="merge": puts each <li id data-order> of an answer in its place. In a list [data-newest-first] rows move up and
// [data-gone] takes them away; in a thread (oldest first) new texts go where their time says, and copies of those already
// there are left to <stick-to-bottom>, which keeps one node per id.
const GAP = 20 * 60 * 1e6; // microseconds of silence that end a run, as in bubbles.py
const order = (node) => node.dataset.order ?? "";
const time = (node) => Number(order(node).split(".")[0]);

function intoList(list, row) {
  const old = document.getElementById(row.id);
  if ("gone" in row.dataset) { old?.remove(); return null; }
  const more = list.querySelector("[data-more]");
  const after = [...list.children].find((other) => other !== old && other.dataset.order && order(other) < order(row)) ?? null;
  list.querySelector("[data-empty]")?.remove();
  if (!after && more) { old?.remove(); return null; } // it belongs to a page that is not loaded yet
  if (old && (old.nextElementSibling === after)) { old.replaceWith(row); return row; }
  const focused = old?.contains(document.activeElement);
  old?.remove();
  list.insertBefore(row, after);
  if (focused) row.querySelector("a")?.focus({ preventScroll: true });
  return row;
}

function intoThread(feed, item) {
  const more = feed.querySelector(".thread-more");
  const known = feed.querySelector(`[id="${CSS.escape(item.id)}"]`);
  if (known) { if (item.matches(".day")) return null; feed.append(item); return item; }
  const items = [...feed.children].filter((other) => other.dataset.order);
  if (more && items.length && order(item) < order(items[0])) return null; // older than what is shown
  const before = items.reverse().find((other) => order(other) < order(item));
  if (before) before.after(item);
  else feed.insertBefore(item, items.length ? items[items.length - 1] : null);
  return item;
}

// The state stands under the last bubble of each run, and under each that waits or went wrong.
function regroup(feed) {
  const items = [...feed.children];
  items.forEach((item, place) => {
    if (!item.dataset.run) return;
    const next = items[place + 1];
    const ends = "keep" in item.dataset || !next || next.dataset.run !== item.dataset.run || time(next) - time(item) > GAP;
    item.querySelector(".bubble-meta")?.classList.toggle("bubble-meta-keep", ends);
  });
}

// Older texts are swapped in above by htmx itself. Where two pages meet within a day, its upper separator stays; all at
// once, so that what is read keeps its place.
let latest;
document.addEventListener("htmx:afterSwap", ({ detail }) => {
  const feed = document.getElementById("feed");
  if (!feed || detail.requestConfig === latest || !detail.requestConfig?.elt.matches(".thread-more")) return;
  latest = detail.requestConfig;
  const days = new Set();
  feed.querySelectorAll(".day").forEach((day) => { if (days.has(day.id)) day.remove(); days.add(day.id); });
  regroup(feed);
});

window.htmx.defineExtension("merge", {
  isInlineSwap: () => false,
  handleSwap(style, target, fragment) {
    if (style !== "merge") return false;
    const into = target.hasAttribute("data-newest-first") ? intoList : intoThread;
    const placed = [...fragment.children].filter((node) => node.matches("li")).map((node) => into(target, node)).filter(Boolean);
    if (into === intoThread) queueMicrotask(() => regroup(target));
    return placed;
  },
});
