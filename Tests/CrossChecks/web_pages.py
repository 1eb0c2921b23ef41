#!/usr/bin/env python3
"""Drives the pages of `zoo serve` in headless Chromium, on a store in which a training runs.

usage: web_pages.py [--pictures DIR]

ZOO_BIN names the program. Chromium and its driver are Debian's packages. Prints `ok NAME` and `not ok NAME`.
--pictures keeps a picture of each page.
"""

import argparse
import contextlib
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time
import traceback
import urllib.error
import urllib.request

from selenium import webdriver
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select, WebDriverWait

ZOO = os.environ["ZOO_BIN"]
PATIENCE = 60
HOSTILE = "<img src=x onerror=alert(1)>"

# Colours of all texts with the first opaque background behind them.
CONTRASTS = """
const number = (text) => text.match(/[\\d.]+/g).map(Number);
const luminance = (rgb) => rgb.slice(0, 3).map((v) => v / 255)
  .map((v) => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
  .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
const back = (element) => {
  for (let e = element; e; e = e.parentElement) {
    const colour = number(getComputedStyle(e).backgroundColor);
    if (colour.length < 4 || colour[3] === 1) { return colour; }
  }
  return [255, 255, 255];
};
const low = [];
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (walker.nextNode()) {
  const element = walker.currentNode.parentElement;
  if (!walker.currentNode.data.trim() || !element.checkVisibility()) { continue; }
  const [a, b] = [luminance(number(getComputedStyle(element).color)), luminance(back(element))];
  const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  if (ratio < 4.5) { low.push([walker.currentNode.data.trim().slice(0, 40), ratio]); }
}
return low;
"""

# Rules of WCAG 2.2 that need no judgement: names of controls, texts of pictures, headings, headers of tables.
MISTAKES = """
const mistakes = [];
const named = (e) => (e.labels && e.labels.length) || e.getAttribute("aria-label") || e.getAttribute("aria-labelledby")
  || e.textContent.trim();
for (const e of document.querySelectorAll("input:not([type=hidden]), select, button, a, progress")) {
  if (!named(e)) { mistakes.push("without a name: " + e.outerHTML.slice(0, 80)); }
}
for (const e of document.querySelectorAll("img")) {
  if (!e.hasAttribute("alt")) { mistakes.push("without alt: " + e.outerHTML.slice(0, 80)); }
}
for (const e of document.querySelectorAll("table")) {
  if (!e.querySelector("th[scope]")) { mistakes.push("a table without headers"); }
}
for (const e of document.querySelectorAll("[role=region], section")) {
  if (!e.getAttribute("aria-label") && !e.getAttribute("aria-labelledby") && e.id !== "card") {
    mistakes.push("a region without a name: " + e.outerHTML.slice(0, 60));
  }
}
const ids = [...document.querySelectorAll("[id]")].map((e) => e.id);
for (const id of new Set(ids.filter((id, i) => ids.indexOf(id) !== i))) { mistakes.push("two with the id " + id); }
if (document.querySelectorAll("h1").length !== 1) { mistakes.push("not one h1"); }
if (!document.documentElement.lang || !document.title) { mistakes.push("no language or title"); }
return mistakes;
"""


class Pages:
    """A store with runs, a training, its server and a browser."""

    def __init__(self, folder: pathlib.Path, pictures: pathlib.Path | None):
        self.folder, self.pictures, self.store = folder, pictures, folder / "zoo.sqlite"
        self.processes: list[subprocess.Popen] = []
        small = ["--threads", "1", "--checkpoint-every", "10"]
        self.zoo("train", "wgan-gp-tiny", "--steps", "60", "--seed", "1", "--name", "first", *small,
                 "--set", "samples={every: 20, n: 16}")
        self.zoo("train", "wgan-gp-tiny", "--steps", "60", "--seed", "2", "--name", HOSTILE, *small,
                 "--set", "penalty.weight=5")
        self.zoo("train", "ppo-cartpole", "--steps", "2048", "--seed", "1", "--threads", "1", "--name", "agent")
        runs = {run["name"]: run["id"] for run in json.loads(self.zoo("list", "runs", "--json")) if "name" in run}
        self.first, self.second, self.agent = runs["first"], runs[HOSTILE], runs["agent"]
        self.training = self.start("train", "wgan-gp-tiny", "--steps", "100000000", "--seed", "3", "--name", "live",
                                   "--threads", "1", "--checkpoint-every", "5000", stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + PATIENCE
        while "live" not in self.zoo("list", "runs"):
            assert time.monotonic() < deadline and self.training.poll() is None, "the training did not start"
            time.sleep(0.2)
        server = self.start("serve", "--port", "0", stdout=subprocess.PIPE)
        self.address = server.stdout.readline().split()[1].rstrip("/")
        writing = self.start("serve", "--port", "0", "--write", stdout=subprocess.PIPE)
        # It has the token.
        self.writing = writing.stdout.readline().split()[1]
        options = webdriver.ChromeOptions()
        options.binary_location = "/usr/bin/chromium"
        for option in ["--headless=new", "--no-sandbox", "--disable-gpu", "--window-size=1280,900",
                       "--disable-background-networking", "--disable-component-update", "--no-first-run"]:
            options.add_argument(option)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        self.browser = webdriver.Chrome(options, webdriver.ChromeService("/usr/bin/chromedriver"))
        self.browser.set_page_load_timeout(PATIENCE)

    def close(self) -> None:
        self.browser.quit()
        for process in self.processes:
            process.send_signal(signal.SIGKILL)
            process.wait()

    def zoo(self, *arguments: str) -> str:
        command = [ZOO, *arguments, "--store", self.store]
        return subprocess.run(command, cwd=self.folder, check=True, capture_output=True, text=True).stdout

    def start(self, *arguments: str, **options) -> subprocess.Popen:
        process = subprocess.Popen(
            [ZOO, *arguments, "--store", self.store], cwd=self.folder, stderr=subprocess.DEVNULL, text=True, **options)
        self.processes.append(process)
        return process

    def open(self, path: str) -> None:
        self.browser.get(self.address + path)

    def follow(self, element, address: str) -> None:
        """Clicks, and waits for the page whose address has this text: the browser doesn't."""
        element.click()
        self.wait(lambda: address in self.browser.current_url, f"a page with {address} in its address")
        self.wait(lambda: self.browser.execute_script("return document.readyState") == "complete", "the whole page")

    def find(self, selector: str):
        return self.browser.find_element(By.CSS_SELECTOR, selector)

    def all(self, selector: str) -> list:
        return self.browser.find_elements(By.CSS_SELECTOR, selector)

    def wait(self, condition, message: str) -> None:
        WebDriverWait(self.browser, PATIENCE).until(lambda _: condition(), message)

    def record(self, path: str) -> dict:
        with urllib.request.urlopen(self.address + path) as answer:
            return json.load(answer)

    def picture(self, name: str) -> None:
        if self.pictures:
            self.browser.save_screenshot(str(self.pictures / f"{name}.png"))

    def addresses(self) -> dict[str, str]:
        return {
            "runs": "/", "run": f"/runs/{self.first}", "compare": f"/compare?run={self.first}&run={self.second}",
            "weights": f"/runs/{self.first}/weights?since=40", "agent": f"/runs/{self.agent}",
            "graph": f"/runs/{self.first}/graphs/program%2Fcritic", "models": "/models",
            "model": "/models/ppo-cartpole", "error": "/nothing"}


def runs_are_listed(pages: Pages) -> None:
    pages.open("/")
    rows = pages.all("tbody tr")
    assert len(rows) == 4, len(rows)
    assert HOSTILE in pages.find("tbody").text
    # A link sorts, and its address is the view.
    pages.follow(pages.find("thead a[href*='sort=-name']"), "sort=-name")
    names = [row.find_elements(By.TAG_NAME, "td")[2].text for row in pages.all("tbody tr")]
    assert names == ["live", "first", "agent", HOSTILE], names
    # Search and status.
    field = pages.find("input[name=q]")
    field.send_keys("CARTPOLE", Keys.ENTER)
    pages.wait(lambda: len(pages.all("tbody tr")) == 1, "one run of ppo-cartpole")
    assert "q=CARTPOLE" in pages.browser.current_url
    pages.open("/")
    Select(pages.find("select[name=status]")).select_by_value("running")
    pages.follow(pages.find(".filters button"), "status=running")
    pages.wait(lambda: len(pages.all("tbody tr")) == 1, "one run that is running")
    assert "live" in pages.find("tbody").text
    # Columns.
    pages.open("/?columns=penalty,generator")
    titles = [cell.text for cell in pages.all("thead th")]
    assert "penalty" in titles and "generator" in titles and "critic" not in titles, titles


def chosen_runs_are_compared(pages: Pages) -> None:
    pages.open("/")
    for run in [pages.first, pages.second]:
        pages.find(f"input[value='{run}']").send_keys(Keys.SPACE)
    pages.follow(pages.find("#runs button"), "/compare?")
    assert pages.first in pages.browser.current_url and pages.second in pages.browser.current_url
    differences = pages.find("section table").text
    assert "penalty.weight 5 10" in differences and "batch" not in differences, differences
    Select(pages.find("select[name=group]")).select_by_value("penalty.weight")
    pages.follow(pages.find(".filters button"), "group=penalty.weight")
    image = pages.find("figure.curve img")
    pages.wait(lambda: pages.browser.execute_script("return arguments[0].naturalWidth > 0", image), "a drawing")
    with urllib.request.urlopen(image.get_attribute("src")) as answer:
        drawing = answer.read().decode()
    assert "penalty.weight=10" in drawing and "penalty.weight=5" in drawing


def curves_follow_a_training(pages: Pages) -> None:
    run = json.loads(pages.zoo("list", "runs", "--filter", "name=live", "--json"))[0]["id"]
    pages.open(f"/runs/{run}")
    # A mark that a new load of the page would lose.
    pages.browser.execute_script("window.mark = true")
    first = pages.find("#card").text
    pages.wait(lambda: pages.find("#card").text != first, "a later step on the page")
    pages.wait(lambda: pages.all("figure.curve img"), "curves without a new load of the page")
    source = pages.find("figure.curve img").get_attribute("src")
    curve = f"/api/v1/runs/{run}/curve?metric=wasserstein"
    before = pages.record(curve)["series"][0]["points"][-1][0]
    pages.wait(lambda: pages.record(curve)["series"][0]["points"][-1][0] > before, "later values")
    assert pages.browser.execute_script("return window.mark"), "the page was loaded again"
    assert source.startswith(pages.address)
    # The drawing itself is newer: its width on the page stays, its axis grows.
    shown = pages.browser.execute_async_script(
        "fetch(arguments[0]).then((a) => a.text()).then(arguments[1])", source)
    pages.wait(
        lambda: pages.browser.execute_async_script(
            "fetch(arguments[0]).then((a) => a.text()).then(arguments[1])", source) != shown, "a newer drawing")


def values_are_read_and_zoomed(pages: Pages) -> None:
    pages.open(f"/runs/{pages.first}")
    image = pages.find("figure.curve img")
    record = pages.record(f"/api/v1/runs/{pages.first}/curve?metric=wasserstein")
    last = record["series"][0]["points"][-1]
    scale = image.size["width"] / record["width"]
    center = image.size["width"] / 2
    actions = ActionChains(pages.browser)
    actions.move_to_element_with_offset(image, int(record["area"]["right"] * scale - center) - 1, 0).perform()
    output = pages.find("figure.curve output")
    pages.wait(lambda: f"at {last[0]:g}" in output.text, "the value of the last step below the pointer")
    pages.picture("hover")
    # Dragging from a quarter to three quarters of the axis draws that part.
    left, width = record["area"]["left"] * scale - center, (record["area"]["right"] - record["area"]["left"]) * scale
    actions = ActionChains(pages.browser)
    actions.move_to_element_with_offset(image, int(left + width / 4), 0).click_and_hold().pause(0.3)
    for _ in range(2):
        actions.move_by_offset(int(width / 4), 0).pause(0.3)
    actions.release().perform()
    pages.wait(lambda: "from=" in pages.browser.current_url, "the part in the address")
    low, high = float(pages.find("input[name=from]").get_attribute("value")), float(
        pages.find("input[name=to]").get_attribute("value"))
    assert abs(low - 15) < 2 and abs(high - 45) < 2, (low, high)
    pages.picture("zoom")


def samples_are_scrubbed(pages: Pages) -> None:
    pages.open(f"/runs/{pages.first}")
    slider = pages.find("#samples input[type=range]")
    shown = lambda: [figure.text for figure in pages.all("#samples figure") if figure.is_displayed()]
    assert shown() == ["Step 60"], shown()
    slider.send_keys(Keys.ARROW_LEFT)
    assert shown() == ["Step 40"], shown()
    slider.send_keys(Keys.HOME)
    assert shown() == ["Step 20"], shown()
    image = pages.find("#samples figure img")
    pages.wait(lambda: pages.browser.execute_script("return arguments[0].naturalWidth > 0", image), "a picture")


def nodes_are_searched(pages: Pages) -> None:
    pages.open(f"/runs/{pages.first}/graphs/program%2Fcritic")
    total = len(pages.all("#nodes tr"))
    pages.find("#search").send_keys("AdamStep")
    found = [row for row in pages.all("#nodes tr") if row.is_displayed()]
    assert 0 < len(found) < total and all("AdamStep" in row.text for row in found), len(found)


def nodes_of_a_drawing_lead_to_their_rows(pages: Pages) -> None:
    pages.open(f"/runs/{pages.first}/graphs/program%2Fcritic")
    drawing = pages.find(".graph object")
    pages.wait(lambda: pages.browser.execute_script("return !!arguments[0].contentDocument", drawing), "the drawing")
    pages.browser.switch_to.frame(drawing)
    pages.wait(lambda: len(pages.all("a")) > 50, "links of nodes")
    link = next(link for link in pages.all("a") if "BatchNormalization" in link.text)
    link.click()
    pages.browser.switch_to.default_content()
    pages.wait(lambda: "#node-" in pages.browser.current_url, "the row in the address")
    assert "BatchNormalization" in pages.find("tr:target").text
    pages.follow(pages.find("a[href='?profile=1']"), "profile=1")
    pages.wait(lambda: len(pages.all("#profile-title ~ .scroll tbody tr")) > 10, "a row for each instruction")
    shares = [row.text.split()[-2] for row in pages.all("#profile-title ~ .scroll tbody tr")]
    assert abs(sum(map(float, shares)) - 100) < 5, shares


def pictures_are_drawn(pages: Pages) -> None:
    """Films, histograms and settings over parallel axes."""
    drawn = "return arguments[0].complete && arguments[0].naturalWidth > 0"
    pages.open(f"/runs/{pages.agent}")
    pages.find("summary").click()
    film = pages.find("details img")
    pages.wait(lambda: pages.browser.execute_script(drawn, film), "a film")
    pages.picture("film")
    for address in [f"/runs/{pages.first}/weights?since=40", f"/compare?run={pages.first}&run={pages.second}"]:
        pages.open(address)
        for image in pages.all("main img"):
            pages.browser.execute_script("arguments[0].scrollIntoView()", image)
            pages.wait(lambda: pages.browser.execute_script(drawn, image), f"{image.get_attribute('src')}")


def runs_are_changed(pages: Pages) -> None:
    """The last one: it stops the training."""
    pages.browser.get(pages.writing)
    pages.browser.get(pages.writing.split("?")[0] + f"runs/{pages.first}")
    for name, text in [("name", "renamed & <b>bold</b>"), ("tags", "good, study 3"), ("note", "two\nlines")]:
        field = pages.find(f"#changes-title ~ form [name={name}]")
        field.clear()
        field.send_keys(text)
        pages.follow(field.find_element(By.XPATH, "ancestor::form//button"), "/actions/")
        pages.picture(f"confirm-{name}")
        pages.find("form.buttons button").click()
        pages.wait(lambda: "/actions/" not in pages.browser.current_url, "the page of the run")
    record = json.loads(pages.zoo("show", pages.first, "--json"))["run"]
    assert (record["name"], record["tags"], record["note"]) == (
        "renamed & <b>bold</b>", ["good", "study 3"], "two\nlines"), record
    pages.find("#checkpoints input[value='50']").send_keys(Keys.SPACE)
    pages.follow(pages.find("#checkpoints button"), "/actions/prune")
    pages.find("form.buttons button").click()
    pages.wait(lambda: not pages.all("#checkpoints input[value='50']"), "no checkpoint at step 50")
    live = json.loads(pages.zoo("list", "runs", "--filter", "name=live", "--json"))[0]["id"]
    pages.browser.get(pages.writing.split("?")[0] + f"runs/{live}")
    pages.follow(pages.find("form[action$='/actions/stop'] button"), "/actions/stop")
    pages.find("form.buttons button").click()
    pages.wait(lambda: pages.training.poll() is not None, "the end of the training")
    pages.wait(lambda: "interrupted" in pages.find("#card").text, "the status on the page")


def pages_work_without_script(pages: Pages) -> None:
    for name, path in pages.addresses().items():
        request = urllib.request.Request(pages.address + path)
        with contextlib.suppress(urllib.error.HTTPError):
            with urllib.request.urlopen(request) as answer:
                text = answer.read().decode()
            assert "onclick" not in text and "javascript:" not in text and "style=" not in text, name
    with urllib.request.urlopen(f"{pages.address}/runs/{pages.first}") as answer:
        text = answer.read().decode()
    assert text.count("/pictures/samples/") == 3 and text.count("/curve.svg") == 4


def pages_are_accessible(pages: Pages) -> None:
    for scheme in ["light", "dark"]:
        pages.browser.execute_cdp_cmd(
            "Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]})
        for name, path in pages.addresses().items():
            pages.open(path)
            mistakes = pages.browser.execute_script(MISTAKES)
            assert not mistakes, (name, mistakes)
            low = pages.browser.execute_script(CONTRASTS)
            assert not low, (name, scheme, low[:5])
            if scheme == "dark":
                pages.picture(f"{name}-dark")
    pages.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
    # The keyboard reaches everything, and the focus can be seen.
    pages.open("/")
    pages.find("body").send_keys(Keys.TAB)
    assert pages.browser.switch_to.active_element.text == "Skip to the content"
    pages.browser.switch_to.active_element.send_keys(Keys.ENTER)
    assert pages.browser.current_url.endswith("#main")


def pages_fit_every_width(pages: Pages) -> None:
    for width in [400, 1280, 2000]:
        pages.browser.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride",
            {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False})
        for name, path in pages.addresses().items():
            pages.open(path)
            needed = pages.browser.execute_script("return document.documentElement.scrollWidth")
            assert needed <= width, f"{name} needs {needed} pixels of {width}"
            pages.picture(f"{name}-{width}")
    pages.browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def only_this_server_is_asked(pages: Pages) -> None:
    """The requests and messages of all checks before this one."""
    asked = set()
    for entry in pages.browser.get_log("performance"):
        message = json.loads(entry["message"])["message"]
        if message["method"] == "Network.requestWillBeSent":
            asked.add(message["params"]["request"]["url"])
    assert len(asked) > 20, len(asked)
    strange = [url for url in asked if not url.startswith((pages.address + "/", "data:", "chrome:"))]
    assert not strange, strange
    wrong = [entry for entry in pages.browser.get_log("browser") if "/nothing" not in entry["message"]]
    assert not wrong, wrong


CHECKS = [
    runs_are_listed, chosen_runs_are_compared, curves_follow_a_training, values_are_read_and_zoomed,
    samples_are_scrubbed, nodes_are_searched, nodes_of_a_drawing_lead_to_their_rows, pictures_are_drawn,
    pages_work_without_script, pages_are_accessible, pages_fit_every_width, only_this_server_is_asked,
    runs_are_changed]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pictures", type=pathlib.Path, metavar="DIR")
    options = parser.parse_args()
    if options.pictures:
        options.pictures.mkdir(parents=True, exist_ok=True)
    failures = 0
    with tempfile.TemporaryDirectory() as folder:
        pages = Pages(pathlib.Path(folder), options.pictures and options.pictures.resolve())
        try:
            for check in CHECKS:
                try:
                    check(pages)
                    print(f"ok {check.__name__}", flush=True)
                except Exception:
                    traceback.print_exc()
                    pages.picture(f"failed-{check.__name__}")
                    print(f"not ok {check.__name__}", flush=True)
                    failures += 1
        finally:
            pages.close()
    return failures > 0


if __name__ == "__main__":
    sys.exit(main())
