package dev.samovar.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.Collectors;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

/** The example of each language, dropped on the page as a folder: it reads, computes and leaves a file. */
@ExtendWith(InBrowser.class)
class ExamplesTest {

    @ParameterizedTest
    @CsvFileSource(resources = "/dev/samovar/jvm/examples.csv", delimiter = '|', quoteCharacter = '`')
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
