// The list of jobs: search, phase, order, and a page at a time, all of it kept in the address.

import { currentRoute, jobLink, link } from "./route.js";
import { read } from "./service.js";
import { relativeTime, time } from "./time.js";
import { h, patch } from "./tree.js";
import { countText, outcomeMark, phaseBadge, phases } from "./words.js";

const pageLength = 50;
const typingPause = 250;
const fields = "id,number,name,phase,nextRun,lastOutcome,runs,attempts,job";
const orders = [
  ["", "newest first"], ["oldest", "oldest first"], ["next", "next run first"],
  ["ended", "last end first"],
];

/// The list.
export class JobsView {
  constructor(main, context) {
    this.main = main;
    this.context = context;
    this.name = "jobs";
    this.title = "Jobs";
    this.query = currentRoute().query;
  }

  follow(route) {
    this.query = route.query;
    this.isTurned = true;
    this.show();
    const form = this.main.querySelector("form");
    // Back in the history: the boxes say what is shown, unless that is just being typed.
    for (const name of ["search", "phase", "order"]) {
      const box = form.elements[name];
      if (document.activeElement !== box) box.value = this.shown(name);
    }
    if (this.query.get("focus")) document.getElementById("search").focus();
  }

  shown(name) {
    return name === "phase" ? this.query.getAll("phase").join(",") : this.query.get(name) ?? "";
  }

  async read(signal) {
    const asked = this.query;
    try {
      const page = await read("/v1/jobs", {
        fields, limit: pageLength, search: asked.get("search"), phase: asked.getAll("phase"),
        order: asked.get("order"), cursor: asked.get("cursor"),
      }, signal);
      if (asked === this.query) this.page = { ...page, query: asked };
      this.fault = null;
    } catch (error) {
      // Such as a phase that there is not, in an address that somebody has typed.
      if (error.status !== 400) throw error;
      this.page = { jobs: [], query: asked };
      this.fault = error.message;
    }
  }

  show() {
    patch(this.main, [
      h("h1", { tabindex: "-1" }, "Jobs"),
      this.form(),
      this.page ? this.found() : h("p", { key: "reading", class: "reading" }, "Reading…"),
    ]);
    if (this.isTurned && this.page?.query === this.query) {
      this.isTurned = false;
      scrollTo(0, 0);
      // The link to a next page is gone on the last one.
      if (document.activeElement === document.body) this.main.querySelector("h1").focus();
    }
    if (this.query.get("focus") && !this.hasFocused) {
      this.hasFocused = true;
      document.getElementById("search").focus();
    }
  }

  form() {
    const chosen = this.shown("phase");
    const several = chosen.includes(",") ? [[chosen, chosen.replaceAll(",", " or ")]] : [];
    const choices = [["", "any phase"], ...several, ...phases.map((phase) => [phase, phase])];
    return h("form", { key: "form", class: "filter", role: "search", onsubmit: (event) => {
      event.preventDefault();
      this.apply();
    } },
      h("label", {}, "Search ",
        h("input", {
          id: "search", name: "search", type: "search", placeholder: "name, number or id   ( / )",
          autocomplete: "off", spellcheck: "false", initial: { value: this.shown("search") },
          oninput: () => {
            clearTimeout(this.typing);
            this.typing = setTimeout(() => this.apply(true), typingPause);
          },
        })),
      h("label", {}, "Phase ", this.select("phase", choices)),
      h("label", {}, "Order ", this.select("order", orders)));
  }

  select(name, choices) {
    return h("select", {
      name, initial: { value: this.shown(name) }, onchange: () => this.apply(),
    }, choices.map(([value, text]) => h("option", { key: value, value }, text)));
  }

  /// Takes over what the form says. What is typed replaces itself in the browser's history.
  apply(isTyping = false) {
    clearTimeout(this.typing);
    const { search, phase, order } = this.main.querySelector("form").elements;
    const address = link(["jobs"], {
      search: search.value.trim(), phase: phase.value.split(","), order: order.value,
    });
    if (address === location.hash) return;
    if (!isTyping) {
      location.hash = address;
      return;
    }
    history.replaceState(null, "", address);
    this.query = currentRoute().query;
    this.context.refresh();
  }

  leave() {
    clearTimeout(this.typing);
  }

  found() {
    const { jobs, next } = this.page;
    if (this.fault) return h("p", { key: "fault", class: "empty" }, this.fault);
    if (jobs.length === 0) return this.nothing();
    return [
      h("table", { key: "table", class: "jobs cards" },
        h("caption", { class: "unseen" }, "Jobs"),
        h("thead", {}, h("tr", {},
          ["Number", "Name", "Phase", "Next run", "Last outcome", "Attempts"].map((text) =>
            h("th", { scope: "col" }, text)))),
        h("tbody", {}, jobs.map(row))),
      h("div", { key: "pages", class: "pages" },
        h("p", {}, this.countText()),
        this.query.get("cursor") && h("a", { key: "first", href: this.pageLink(null) }, "First page"),
        next && h("a", { key: "next", href: this.pageLink(next) }, "Next page")),
    ];
  }

  pageLink(cursor) {
    const { query } = this;
    return link(["jobs"], {
      search: query.get("search"), phase: query.getAll("phase"), order: query.get("order"), cursor,
    });
  }

  /// How many of how many, where the service has told that anyway.
  countText() {
    const shown = this.page.jobs.length;
    const { summary } = this.context;
    const isNarrowed = this.query.get("search") || this.query.get("order");
    if (isNarrowed || !summary) return `${shown} jobs${this.page.next ? ", and more" : ""}`;
    const asked = this.query.getAll("phase");
    const all = Object.entries(summary.jobs)
      .filter(([phase]) => asked.length === 0 || asked.includes(phase))
      .reduce((sum, [, count]) => sum + count, 0);
    return `${shown} of ${countText(all)} jobs`;
  }

  nothing() {
    const isNarrowed = [...this.query.keys()].some((name) => name !== "focus");
    if (isNarrowed) {
      return h("p", { key: "nothing", class: "empty" }, "No job fits. ",
        h("a", { href: "#/jobs" }, "Show all jobs"));
    }
    return h("p", { key: "nothing", class: "empty" }, "No jobs yet. Submit one: ",
      h("code", {}, "jobrun submit -- true"));
  }
}

function row(job) {
  const cell = (label, content) =>
    h("td", { "data-label": label, class: content ? null : "none" }, content || "–");
  return h("tr", { key: job.id },
    cell("Number", h("span", { class: "number" }, `#${job.number}`)),
    h("th", { scope: "row", "data-label": "Name" }, h("a", { href: jobLink(job.id) }, job.name)),
    cell("Phase", phaseBadge(job.phase)),
    cell("Next run", job.nextRun
      ? [time(job.nextRun), " ", h("span", { class: "soft" }, relativeTime(job.nextRun))] : null),
    cell("Last outcome", job.lastOutcome
      ? [outcomeMark(job.lastOutcome), " ",
        h("span", { class: "soft" }, relativeTime(job.lastOutcome.endedAt))] : null),
    // On a card, one attempt goes without saying.
    h("td", { "data-label": "Attempts", class: job.attempts > 1 ? null : "none" },
      attemptsText(job)));
}

function attemptsText(job) {
  if (!job.attempts) return "–";
  const retries = job.job?.retryCount;
  return `${job.attempts}${typeof retries === "number" ? ` of ${retries + 1}` : ""}`;
}
