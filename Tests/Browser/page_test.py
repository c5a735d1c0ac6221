"""The page of jobrun serve in a real browser.

PageTests.swift starts a daemon and a service on a fresh spool and runs this with their address;
$JOBRUN is the binary. By hand: page_test.py http://127.0.0.1:9090 axe.min.js, with users ann
(read, run) and bob (read), whose password is "secret", on a spool that may be filled.
"""

import json
import os
import signal
import subprocess
import sys
import time
import unittest

from selenium import webdriver
from selenium.common.exceptions import StaleElementReferenceException, WebDriverException
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.select import Select

BASE = sys.argv[1].rstrip("/")
with open(sys.argv[2], encoding="utf-8") as file:
    AXE = file.read()
HOSTILE = "<img src=x onerror=alert(1)>"
PATIENCE = 20


def jobrun(*words, text=None):
    """Runs a command on the spool, and returns what it has printed."""
    done = subprocess.run(
        [os.environ["JOBRUN"], *words], input=text, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise AssertionError(f"jobrun {words}: {done.stderr}")
    return done.stdout.strip()


def submit(*words):
    return jobrun("submit", *words)


def phase(job):
    return json.loads(jobrun("status", job, "--json"))["phase"]


def wait(what, condition, seconds=PATIENCE):
    """Waits until a condition holds, and returns what it has returned."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            if found := condition():
                return found
        except (StaleElementReferenceException, WebDriverException) as error:
            last = error
        else:
            last = None
        if time.monotonic() > deadline:
            raise AssertionError(f"not in {seconds} s: {what} {last or ''}")
        time.sleep(0.05)


class Browser:
    """A browser in which somebody has signed in."""

    def __init__(self, user):
        options = webdriver.ChromeOptions()
        for word in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu",
                     "--no-first-run", "--disable-background-networking", "--no-proxy-server",
                     "--window-size=1280,900"):
            options.add_argument(word)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        service = webdriver.ChromeService(executable_path=os.environ["CHROMEDRIVER"])
        self.driver = webdriver.Chrome(options=options, service=service)
        self.driver.set_page_load_timeout(PATIENCE)
        self.user = user
        # With the password in the address, as some people keep it in a bookmark.
        self.driver.get(BASE.replace("://", f"://{user}:secret@") + "/")
        wait("the overview", lambda: self.header().find("daemon running") >= 0)

    def open(self, view, selector="h1"):
        self.driver.get("about:blank")
        self.driver.get(f"{BASE}/{view}")
        return wait(f"{selector} of {view}", lambda: self.one(selector))

    def one(self, selector):
        found = self.driver.find_elements(By.CSS_SELECTOR, selector)
        return found[0] if found else None

    def all(self, selector):
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def button(self, text):
        for button in self.all("button"):
            if button.text == text:
                return button
        return None

    def press(self, text):
        wait(f"a button {text} that can be pressed", lambda: self.can(text))
        self.button(text).click()

    def can(self, text):
        button = self.button(text)
        return button is not None and button.get_attribute("aria-disabled") is None

    def text(self, selector="main"):
        element = self.one(selector)
        return element.text if element else ""

    def header(self):
        return self.text("#header")

    def shows(self, words, selector="main"):
        return wait(f"{words!r} in {selector}", lambda: words in self.text(selector))

    def keys(self, *keys):
        webdriver.ActionChains(self.driver).send_keys(*keys).perform()

    def focused(self):
        return self.driver.switch_to.active_element

    def script(self, text, *arguments):
        return self.driver.execute_script(text, *arguments)

    def look(self, width, scheme="light"):
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
            "width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False})
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {
            "features": [{"name": "prefers-color-scheme", "value": scheme},
                         {"name": "prefers-reduced-motion", "value": "reduce"}]})

    def violations(self):
        """What axe has to say against what is shown."""
        self.script(AXE)
        found = self.driver.execute_async_script(
            "const done = arguments[0];"
            "axe.run(document, {resultTypes: ['violations']}).then(done, (e) => done({error: e}))")
        return [
            f"{violation['id']}: {node['target']} {node.get('failureSummary', '')}"
            for violation in found["violations"] for node in violation["nodes"]]


class PageTest(unittest.TestCase):
    """Tests go from a spool with a few jobs to one with many, in the order of their names."""

    @classmethod
    def setUpClass(cls):
        cls.ann = Browser("ann")
        cls.addClassCleanup(cls.ann.driver.quit)
        cls.ids = {
            "waiting": submit("--name", "nightly", "--quartz", "0 0 3 * * ?", "--tz",
                              "Asia/Tokyo", "--", "true"),
            "failed": submit("--name", "broken", "--", "sh", "-c", "echo no disk >&2; exit 3"),
            "hostile": submit("--name", HOSTILE, "--hold", "--", "echo", HOSTILE),
            "running": submit(
                "--name", "ticker", "--", "sh", "-c",
                "i=0; while :; do i=$((i+1)); echo tick $i; sleep 0.1; done"),
        }
        wait("a failed job", lambda: phase(cls.ids["failed"]) == "failed")
        wait("a running job", lambda: phase(cls.ids["running"]) == "running")

    def views(self):
        yield "overview", "#/"
        yield "jobs", "#/jobs"
        yield "a waiting job", f"#/jobs/{self.ids['waiting']}"
        yield "a failed job", f"#/jobs/{self.ids['failed']}"
        yield "a hostile name", f"#/jobs/{self.ids['hostile']}"
        yield "models", "#/new"
        yield "form", "#/new?model=greet"

    def test_01_the_overview_tells_what_runs_what_comes_and_what_failed(self):
        ann = self.ann
        ann.shows("ticker")
        for heading, words in {"Running now": "ticker", "Next": "nightly",
                               "Failed recently": "exit 3"}.items():
            section = ann.driver.find_element(
                By.XPATH, f"//section[h2[text()='{heading}']]")
            wait(f"{words} under {heading}", lambda: words in section.text)
        self.assertIn("ann may read, run", ann.header())
        wait("live", lambda: ann.text(".liveness") == "live")

    def test_02_a_new_job_appears_by_itself_and_focus_stays(self):
        ann = self.ann
        ann.open("#/jobs", "tbody tr")
        row = ann.driver.find_element(By.LINK_TEXT, "ticker")
        ann.script("arguments[0].focus()", row)
        wait("live", lambda: ann.text(".liveness") == "live")
        submit("--name", "newcomer", "--", "true")
        ann.shows("newcomer")
        self.assertEqual(ann.focused().text, "ticker")

    def test_03_from_the_overview_to_a_log_that_grows(self):
        ann = self.ann
        ann.open("#/", ".items a")
        wait("the link", lambda: ann.driver.find_elements(By.LINK_TEXT, "ticker"))
        ann.driver.find_element(By.LINK_TEXT, "ticker").click()
        wait("its view", lambda: ann.text("h1").startswith("ticker"))
        self.assertEqual(ann.focused().tag_name, "h1")
        last = lambda: ann.script("return document.querySelector('.log')?.lastChild?.textContent")
        first = wait("a line", lambda: last())
        wait("another line", lambda: last() != first)
        at_end = ("const b = document.querySelector('.log');"
                  "return b.scrollHeight - b.scrollTop - b.clientHeight < 8")
        wait("many lines", lambda: ann.script(
            "const b = document.querySelector('.log'); return b.scrollHeight > b.clientHeight + 40"))
        self.assertTrue(ann.script(at_end))
        ann.script("document.querySelector('.log').scrollTop = 0")
        wait("that it stops", lambda: not ann.one("input[name=follow]").is_selected())
        now = last()
        wait("more lines", lambda: last() != now)
        self.assertEqual(ann.script("return document.querySelector('.log').scrollTop"), 0)

    def test_04_a_job_is_held_released_cancelled_and_run_again(self):
        ann = self.ann
        ann.open(f"#/jobs/{self.ids['waiting']}")
        ann.shows("Asia/Tokyo")
        ann.press("Hold")
        ann.shows("nightly", "#notices")
        ann.shows("held", ".head")
        ann.press("Release")
        ann.shows("waiting", ".head")
        ann.press("Rerun")
        wait("a run", lambda: "exit 0" in ann.text(".history"))
        ann.open(f"#/jobs/{self.ids['running']}")
        ann.press("Cancel…")
        ann.keys("seen enough")
        ann.press("Cancel the job")
        ann.shows("cancelled", ".head")
        ann.shows("seen enough")
        self.assertEqual(phase(self.ids["running"]), "cancelled")
        wait("by whom", lambda: "by ann" in ann.text(".decisions"))

    def test_05_nothing_is_done_to_a_job_that_has_changed_meanwhile(self):
        ann = self.ann
        ann.open(f"#/jobs/{self.ids['waiting']}")
        wait("the button", lambda: ann.can("Hold"))
        # As if the change that came in between had not reached the page yet.
        ann.script("const send = window.fetch; window.fetch = (url, options) => {"
                   " if (options?.headers?.['If-Match']) options.headers['If-Match'] = '\"1\"';"
                   " return send(url, options); }")
        ann.press("Hold")
        ann.shows("has changed since it was shown", "#notices")
        self.assertEqual(phase(self.ids["waiting"]), "waiting")

    def test_06_a_job_that_failed_says_why_at_once(self):
        ann = self.ann
        ann.open(f"#/jobs/{self.ids['failed']}")
        # Nothing on standard output: the other stream is shown.
        wait("its log", lambda: "no disk" in ann.text(".log"))
        ann.shows("exit 3", ".history")

    def test_07_a_job_is_made_of_a_model(self):
        ann = self.ann
        ann.open("#/new")
        wait("the models", lambda: ann.driver.find_elements(By.LINK_TEXT, "greet"))
        ann.driver.find_element(By.LINK_TEXT, "greet").click()
        wait("the form", lambda: ann.one("form.new"))
        ann.press("Submit")
        self.assertEqual(ann.script("return document.activeElement.id"), "value-who")
        ann.keys("Ada")
        ann.press("Submit")
        wait("the job", lambda: ann.text("h1").startswith("greet #"))
        ann.shows("succeeded", ".head")
        ann.shows("Good morning, Ada.")

    def test_08_names_are_text_whatever_they_are(self):
        ann = self.ann
        for view in ("#/", "#/jobs", f"#/jobs/{self.ids['hostile']}"):
            ann.open(view)
            if view != "#/":
                ann.shows(HOSTILE)
            self.assertEqual(ann.all("main img"), [])
        ann.press("Cancel…")
        ann.shows(HOSTILE, "dialog")
        ann.press("Leave it alone")
        self.assertIsNone(ann.one("dialog"))
        self.assertEqual(ann.focused().text, "Cancel…")

    def test_09_everything_goes_by_keyboard(self):
        ann = self.ann
        ann.open("#/", ".items a")
        ann.keys(Keys.TAB)
        self.assertEqual(ann.focused().text, "Skip to the content")
        ann.keys(Keys.ENTER)
        wait("the content", lambda: ann.focused().tag_name == "main")
        ann.keys("/")
        wait("the search", lambda: ann.focused().get_attribute("id") == "search")
        ann.keys("nightly", Keys.ENTER)
        wait("one row", lambda: len(ann.all("tbody tr")) == 1)
        for _ in range(6):
            ann.keys(Keys.TAB)
            if ann.focused().text == "nightly":
                break
        ann.keys(Keys.ENTER)
        wait("its view", lambda: ann.text("h1").startswith("nightly"))
        wait("the buttons", lambda: ann.can("Cancel…"))
        self.assertEqual(ann.focused().tag_name, "h1")
        ann.keys(Keys.TAB)
        self.assertEqual(ann.focused().text, "Cancel…")
        ann.keys(Keys.ENTER)
        wait("the dialog", lambda: ann.focused().get_attribute("name") == "reason")
        ann.keys(Keys.ESCAPE)
        wait("its end", lambda: not ann.one("dialog"))
        self.assertEqual(phase(self.ids["waiting"]), "waiting")

    def test_10_narrow_screens_need_no_scrolling_sideways(self):
        ann = self.ann
        try:
            for name, view in self.views():
                ann.look(360)
                ann.open(view)
                wait("its content", lambda: not ann.one(".reading"))
                width = ann.script("return document.documentElement.scrollWidth")
                self.assertLessEqual(width, 360, name)
        finally:
            ann.look(1280)

    def test_11_axe_finds_nothing_in_light_and_dark(self):
        ann = self.ann
        for name, view in self.views():
            ann.open(view)
            wait("its content", lambda: not ann.one(".reading"))
            for scheme in ("light", "dark"):
                ann.look(1280, scheme)
                self.assertEqual(ann.violations(), [], f"{name}, {scheme}")
        ann.open(f"#/jobs/{self.ids['waiting']}")
        ann.press("Cancel…")
        self.assertEqual(ann.violations(), [], "dialog")
        ann.press("Leave it alone")
        ann.look(1280)

    def test_12_who_may_only_read_sees_no_actions(self):
        bob = Browser("bob")
        try:
            bob.open(f"#/jobs/{self.ids['waiting']}")
            bob.shows("Coming firings")
            self.assertIn("bob may read", bob.header())
            self.assertEqual(bob.all(".head button"), [])
            self.assertEqual(bob.driver.find_elements(By.LINK_TEXT, "New"), [])
            bob.open("#/new")
            bob.shows("needs the role run")
            self.check_log(bob)
        finally:
            bob.driver.quit()

    def test_13_a_connection_that_is_lost_is_told(self):
        ann = self.ann
        ann.open("#/jobs", "tbody tr")
        offline = {"offline": True, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
        ann.driver.execute_cdp_cmd("Network.enable", {})
        ann.driver.execute_cdp_cmd("Network.emulateNetworkConditions", offline)
        ann.one("#search").send_keys("n")
        ann.shows("No answer from jobrun serve", "#notices")
        ann.driver.execute_cdp_cmd(
            "Network.emulateNetworkConditions", offline | {"offline": False})
        wait("that it is over", lambda: "No answer" not in ann.text("#notices"))

    def test_14_many_jobs_are_searched_filtered_and_paged(self):
        ann = self.ann
        jobrun("submit", "-", text="\n".join(
            json.dumps({"command": ["true"], "name": f"bulk-{n:03}", "hold": True})
            for n in range(130)))
        ann.open("#/jobs", "tbody tr")
        ann.one("#search").send_keys("BULK-0")
        wait("what fits", lambda: {row.text for row in ann.all("tbody th")}
             and all("bulk-0" in row.text for row in ann.all("tbody th")))
        self.assertEqual(len(ann.all("tbody tr")), 50)
        self.assertIn("search=BULK-0", ann.driver.current_url)
        first = ann.text("tbody th")
        ann.driver.find_element(By.LINK_TEXT, "Next page").click()
        wait("the next page", lambda: ann.text("tbody th") != first)
        ann.driver.back()
        wait("the page before", lambda: ann.text("tbody th") == first)
        Select(ann.one("select[name=phase]")).select_by_value("failed")
        ann.shows("No job fits")
        ann.one("#search").clear()
        ann.one("#search").send_keys(Keys.ENTER)
        wait("the failed one", lambda: [row.text for row in ann.all("tbody th")] == ["broken"])
        ann.driver.refresh()
        wait("the same", lambda: [row.text for row in ann.all("tbody th")] == ["broken"])

    def test_15_the_console_is_empty_and_nothing_came_from_elsewhere(self):
        self.check_log(self.ann)

    def check_log(self, browser):
        # A refusal, and a network that was gone, are told there as well: those were asked for.
        told = [entry for entry in browser.driver.get_log("browser")
                if not (entry["source"] == "network"
                        and any(word in entry["message"]
                                for word in ("412", "ERR_INTERNET_DISCONNECTED")))]
        self.assertEqual(told, [])
        for entry in browser.driver.get_log("performance"):
            message = json.loads(entry["message"])["message"]
            if message["method"] == "Network.requestWillBeSent":
                address = message["params"]["request"]["url"].replace("ann:secret@", "")
                address = address.replace("bob:secret@", "")
                self.assertTrue(address.startswith(BASE + "/"), address)


def stop(*_):
    """Ends by way of the clean-ups, so that no browser stays behind."""
    raise KeyboardInterrupt


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, stop)
    unittest.main(argv=sys.argv[:1], verbosity=2)
