package dev.samovar.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Locator;
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
        assertThat(desk.page.locator("#requests")).containsText("/raw");

        // Another server does not take away what somebody looks at.
        desk.run("8001");
        assertThat(desk.page.locator("#preview-port option")).hasText(new String[] {":8000", ":8001"});
        assertThat(shown).hasText("the first");
        desk.page.selectOption("#preview-port", "8001");
        assertThat(shown).hasText("hello");
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
