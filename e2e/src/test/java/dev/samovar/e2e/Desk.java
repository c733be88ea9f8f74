package dev.samovar.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.microsoft.playwright.CDPSession;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.options.BoundingBox;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** The page, used as a person uses it. */
final class Desk extends Tab {

    Desk(Chromium chromium, Site site) {
        this(chromium, site.url(""));
    }

    Desk(Chromium chromium, String url) {
        super(chromium);
        page.navigate(url);
    }

    /** Waits for the kernel. */
    Desk ready() {
        assertThat(page.locator("#state")).hasText("Kernel running");
        return this;
    }

    /** Chooses a folder, as with the browser's dialog. */
    void choose(Path folder) {
        page.locator("#folder-input").setInputFiles(folder);
        expectProject(folder.getFileName().toString());
    }

    /** Drops a folder from the disk on the page. */
    void drop(Path folder) {
        dropOf(folder, folder.getFileName().toString());
    }

    /** Drops a file or folder from the disk on the page, where it becomes the project of that name. */
    void dropOf(Path folder, String project) {
        BoundingBox box = page.locator("#drop").boundingBox();
        CDPSession session = page.context().newCDPSession(page);
        // Over it twice, as a hand would be for longer: what lies under the pointer changes as the page shows its zone.
        for (String type : new String[] {"dragEnter", "dragOver", "dragOver", "drop"}) {
            JsonArray files = new JsonArray();
            files.add(folder.toString());
            JsonObject data = new JsonObject();
            data.add("items", new JsonArray());
            data.add("files", files);
            data.addProperty("dragOperationsMask", 1);
            JsonObject event = new JsonObject();
            event.addProperty("type", type);
            event.addProperty("x", box.x + box.width / 2);
            event.addProperty("y", box.y + box.height / 2);
            event.add("data", data);
            session.send("Input.dispatchDragEvent", event);
        }
        session.detach();
        expectProject(project);
    }

    /** Waits until a project is at hand. */
    void expectProject(String project) {
        assertThat(page.locator("#project-name")).hasText(project);
    }

    /** Goes back to a folder that was given before. */
    void show(String project) {
        page.locator("#projects button").getByText(project, new Locator.GetByTextOptions().setExact(true)).click();
        assertThat(page.locator("#project-name")).hasText(project);
    }

    void run(String arguments) {
        page.locator("#args").fill(arguments);
        page.locator("#run").click();
    }

    void stop() {
        page.locator("#stop").click();
    }

    void restart() {
        page.locator("#restart").click();
    }

    /** Goes to a run's terminal; they are numbered from 1 in the order in which they were started. */
    void terminal(int number) {
        page.locator("#run-" + number).click();
        assertThat(page.locator("#run-" + number)).hasAttribute("aria-selected", "true");
    }

    /** Presses the button of the only process in the list. */
    void kill() {
        press("Kill", "process");
    }

    /** Presses a button of the process list. */
    void press(String button, String process) {
        page.locator("#processes button[aria-label^='" + button + " " + process + "']").click();
    }

    /** Types in the terminal. */
    void type(String text) {
        page.locator("#terminal").click();
        page.keyboard().type(text);
    }

    void press(String key) {
        page.keyboard().press(key);
    }

    /** Waits until the line under the terminal says so. */
    void expectStatus(String regex) {
        assertThat(page.locator("#status")).hasText(Pattern.compile(regex));
    }

    /** Waits until the terminal shows a line. */
    void expectLine(String line) {
        assertThat(lines(line)).not().hasCount(0);
    }

    /** Waits until the terminal shows a line so many times. */
    void expectLines(int times, String line) {
        assertThat(lines(line)).hasCount(times);
    }

    /** Waits until the terminal shows a text, which may go on over the end of a line. */
    void expectText(String text) {
        assertThat(page.locator("#terminal .xterm-rows")).containsText(text);
    }

    private Locator lines(String line) {
        return page.locator("#terminal .xterm-rows > div").filter(new Locator.FilterOptions().setHasText(whole(line)));
    }

    /** A line and nothing else, in the words of the browser's regular expressions. */
    private static Pattern whole(String line) {
        return Pattern.compile("^\\s*" + line.replaceAll("[^\\w ]", "\\\\$0") + "\\s*$");
    }

    /** Waits until so many processes are listed. */
    void expectProcesses(int count) {
        assertThat(page.locator("#processes tr")).hasCount(count);
    }

    /** Opens a file of the list, reads it in the viewer and closes that again. */
    String readFile(String name) {
        page.locator("#file-list button").filter(new Locator.FilterOptions().setHas(
            page.locator(".name").getByText(name, new Locator.GetByTextOptions().setExact(true)))).click();
        assertThat(page.locator("#viewer-name")).hasText(name);
        String text = page.locator("#viewer-text").textContent();
        page.keyboard().press("Escape");
        assertThat(page.locator("#viewer")).isHidden();
        return text;
    }

    /** Waits until a file is listed. */
    void expectFile(String name) {
        assertThat(file(name)).hasCount(1);
    }

    /** Waits until a file is listed no more. */
    void expectNoFile(String name) {
        assertThat(file(name)).hasCount(0);
    }

    private Locator file(String name) {
        return page.locator("#file-list .name").getByText(name, new Locator.GetByTextOptions().setExact(true));
    }
}
