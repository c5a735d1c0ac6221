// When what is on the screen is read again: soon after events of the service, at most once a
// second; else every 15 s. One stream of events, and none while nobody looks: a browser has six
// connections for all tabs of a host.

const shortestPause = 1000;
const longestPause = 15_000;
// Progress of a command is no event.
const pauseWhileRunning = 5000;

/// Reads again and again what a page shows.
export class Live {
  /// `refresh` reads everything that is shown, and tells how it went: `{running}`; it does not
  /// throw. `isConcerned` tells whether an event matters to what is shown. `changed` is called
  /// with whether events come.
  constructor({ refresh, isConcerned, changed }) {
    this.refresh = refresh;
    this.isConcerned = isConcerned;
    this.changed = changed;
    this.isLive = false;
    this.isBusy = false;
    this.isStale = false;
    this.isUrgent = false;
    this.lastStart = 0;
    this.lastTime = 0;
    this.isRunning = false;
    document.addEventListener("visibilitychange", () => this.look());
    // A page in the browser's cache of pages must not hold a connection.
    addEventListener("pagehide", () => this.close());
    addEventListener("pageshow", () => this.look());
    addEventListener("online", () => this.look());
    this.look();
  }

  look() {
    if (document.hidden) {
      this.close();
      clearTimeout(this.timer);
      this.timer = undefined;
      return;
    }
    this.open();
    this.again(0);
  }

  open() {
    if (this.source && this.source.readyState !== EventSource.CLOSED) return;
    this.source = new EventSource(new URL("/v1/events", location.origin));
    this.source.onopen = () => {
      this.setLive(true);
      // What has happened while no events came.
      this.soon();
    };
    this.source.onerror = () => this.setLive(false);
    this.source.onmessage = (message) => {
      let event = {};
      try {
        event = JSON.parse(message.data);
      } catch {
        // A line that cannot be read still says that something has happened.
      }
      if (this.isConcerned(event)) this.soon();
    };
  }

  close() {
    this.source?.close();
    this.source = undefined;
    this.isLive = false;
  }

  setLive(isLive) {
    if (this.isLive === isLive) return;
    this.isLive = isLive;
    this.changed(isLive);
  }

  /// Reads again, but not more often than once a second, nor without a pause of the time it takes.
  soon() {
    this.again(this.lastStart + Math.max(shortestPause, 2 * this.lastTime) - Date.now());
  }

  /// Reads again at once.
  now() {
    this.isUrgent = true;
    this.again(0);
  }

  again(delay) {
    const at = Date.now() + Math.max(0, delay);
    if (this.timer !== undefined && this.at <= at) return;
    clearTimeout(this.timer);
    this.at = at;
    this.timer = setTimeout(() => this.run(), at - Date.now());
  }

  async run() {
    this.timer = undefined;
    if (this.isBusy) {
      this.isStale = true;
      return;
    }
    this.isBusy = true;
    this.isStale = false;
    this.isUrgent = false;
    this.lastStart = Date.now();
    let pause = longestPause;
    try {
      const { running } = await this.refresh();
      if (running) pause = pauseWhileRunning;
    } finally {
      this.lastTime = Date.now() - this.lastStart;
      this.isBusy = false;
      if (!document.hidden) {
        this.open();
        if (this.isStale && this.isUrgent) this.again(0);
        else if (this.isStale) this.soon();
        else this.again(pause);
      }
    }
  }
}
