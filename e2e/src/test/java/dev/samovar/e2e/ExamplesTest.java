package dev.samovar.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.Collectors;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The example of each language, dropped on the page as a folder: it reads, computes and leaves a file. */
@ExtendWith(InBrowser.class)
class ExamplesTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        c-histogram   | written to histogram.txt                              | histogram.txt | mm: 359 values, 6 lines without one
        rust-fractal  | written to fractal.bmp                                | scene.txt     | columns = 320
        go-weblog     | 300 requests of 8 clients, 1 lines not understood; written to report.json | report.json | "requests": 300
        js-wordcount  | written to result.json                                | result.json   | "words": [
        python-report | written to report.json and measurements.db            | report.json   | "mean":
        """)
    void droppedFolderRuns(String example, String lastLine, String file, String part, Desk desk) {
        String children = childrenOfTheServer();
        desk.drop(Checkout.path("examples/" + example));
        desk.run("");
        desk.expectLine(lastLine);
        assertEquals(children, childrenOfTheServer(), "nothing runs on the server");
        desk.expectStatus("exited with status 0");
        String text = desk.readFile(file);
        assertTrue(text.contains(part), text);
        desk.expectProcesses(0);
    }

    /** The server runs in this very process. */
    private static String childrenOfTheServer() {
        return ProcessHandle.current().children().map(child -> Long.toString(child.pid())).sorted().collect(Collectors.joining(" "));
    }
}
