// The part of the address behind #, in which everything is kept that a view shows: a copied link
// shows the same, and the browser's Back goes where one was.

/// Where the page is: parts of the path, and the query.
export function currentRoute() {
  const [path, query] = location.hash.replace(/^#\/?/, "").split("?");
  return {
    parts: path.split("/").filter(Boolean).map(decoded),
    query: new URLSearchParams(query ?? ""),
  };
}

function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/// The address of a view; values that are empty are left out.
export function link(parts, query = {}) {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    [value].flat().filter((one) => one != null && one !== "").map((one) => [name, one]));
  const tail = new URLSearchParams(pairs).toString();
  return `#/${parts.map(encodeURIComponent).join("/")}${tail ? `?${tail}` : ""}`;
}

/// The address of a job's view.
export function jobLink(id, query) {
  return link(["jobs", id], query);
}

/// Replaces the query of the address without a step in the browser's history.
export function replaceQuery(query) {
  const { parts } = currentRoute();
  history.replaceState(null, "", link(parts, query));
}
