package dev.samovar.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The preview on the page, used by hand. */
@ExtendWith(InBrowser.class)
class PreviewPaneTest {

    @Test
    void itOpensByItselfAndGoesWhereItIsTold(Desk desk, @TempDir Path temporary) throws IOException {
        Path folder = Files.createDirectory(temporary.resolve("web"));
        Files.copy(Checkout.guest("web"), folder.resolve("web.wasm"));
        desk.choose(folder);
        desk.run("8000");
        Locator shown = desk.page.frameLocator("#preview-screen iframe").locator("body");
        assertThat(shown).hasText("hello");
        assertThat(desk.page.locator("#preview-tab")).hasAttribute("href", Pattern.compile("http://p8000-\\w+\\.samovar\\.localhost:\\d+/"));

        go(desk, page("the first"));
        assertThat(shown).hasText("the first");
        Locator rows = desk.page.locator("#request-rows tr").filter(new Locator.FilterOptions().setHasText("/raw"));
        assertThat(rows).hasText(Pattern.compile("^GET/raw.*200\\d+ ms\\d+ B$"));

        // Loaded anew, at a device's width, in a tab of its own.
        desk.page.click("#preview-reload");
        assertThat(rows).hasCount(2);
        assertThat(shown).hasText("the first");
        desk.page.selectOption("#preview-width", "390");
        assertThat(desk.page.frameLocator("#preview-screen iframe").locator("html")).hasJSProperty("clientWidth", 390);
        desk.page.selectOption("#preview-width", "0");
        Page tab = desk.page.waitForPopup(() -> desk.page.click("#preview-tab"));
        assertThat(tab.locator("body")).hasText("the first");
        tab.close();

        // Another server does not take away what somebody looks at.
        desk.run("8001");
        assertThat(desk.page.locator("#preview-port option")).hasText(new String[] {":8000", ":8001"});
        assertThat(shown).hasText("the first");
        desk.page.selectOption("#preview-port", "8001");
        assertThat(shown).hasText("hello");
        go(desk, page("%3Ca href=http://localhost:8000" + page("led").replace("%", "%25") + "%3Eover"));
        shown.locator("a").click();
        assertThat(shown).hasText("led");
        assertThat(desk.page.locator("#preview-port")).hasValue("8000");
        go(desk, "localhost:8001" + page("there"));
        assertThat(shown).hasText("there");
        go(desk, "localhost:8000" + page("back"));
        assertThat(shown).hasText("back");
        assertThat(desk.page.locator("#preview-port")).hasValue("8000");
        go(desk, "https://elsewhere.example/");
        assertThat(shown).hasText("back");

        desk.page.click("#preview-close");
        assertThat(desk.page.locator("#preview")).isHidden();
        desk.page.click("#preview-toggle");
        assertThat(shown).hasText("back");
    }

    @Test
    void aFolderOfFilesIsAPageThatFollowsThem(Desk desk) {
        desk.drop(Checkout.path("examples/static-site"));
        assertThat(desk.page.locator("#args")).isEnabled();
        desk.page.click("#run");
        assertThat(desk.page.frameLocator("#preview-screen iframe").locator("h1")).hasText("Tea, in a minute");
    }

    /** Where web.c answers with a page that says this. */
    private static String page(String text) {
        return "/raw?HTTP/1.1%20200%20OK%0D%0AContent-Type:%20text/html%0D%0AConnection:%20close%0D%0A%0D%0A"
            + "%3C!doctype%20html%3E%3Cp%3E" + text.replace(" ", "%20");
    }

    private static void go(Desk desk, String address) {
        desk.page.fill("#preview-path", address);
        desk.page.press("#preview-path", "Enter");
    }
}
