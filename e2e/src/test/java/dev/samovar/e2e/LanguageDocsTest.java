package dev.samovar.e2e;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Executes the pages of docs/languages, block by block: a block with a file's name is written to /work/try, a project is
 * mounted there, a console's commands are run and their output compared (a line with … matches anything in its place), and
 * the SDK's lines executed, those with an arrow compared with what follows it.
 */
@ExtendWith(InBrowser.class)
class LanguageDocsTest {

    private static final Pattern BLOCK = Pattern.compile("^```(\\w+) ?(\\S*)\\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);
    private static final Pattern COMMAND = Pattern.compile("^\\$ (\\S+)(.*)\\n((?:[^$].*\\n?)*)", Pattern.MULTILINE);
    private static final Pattern EXPECTED = Pattern.compile("^(.*); // → (.*)$", Pattern.MULTILINE);

    private static final String RUN = """
        const os = await booted();
        const console = async (program, args, expected) => {
          const p = await os.spawn(program, args, { cwd: '/work/try' });
          const output = await text(p.output), status = await p.exit;
          const said = (output + (status ? `(status ${status})\\n` : '')).replace(/\\n*$/, '\\n');
          const parts = expected.split('…').map((part) => part.replace(/[\\\\^$.*+?()[\\]{}|]/g, '\\\\$&'));
          ok(new RegExp(`^${parts.join('[^]*')}$`).test(said), `${program} ${args.join(' ')} printed\\n${said}and not\\n${expected}`);
        };
        await os.fs.mkdir('/work/try');
        """;

    @ParameterizedTest
    @ValueSource(strings = {"python", "javascript", "rust", "go", "c", "servers"})
    void everyStepDoesWhatThePageSays(String language, SdkPage sdk) throws IOException {
        String page = Files.readString(Checkout.path("docs/languages/" + language + ".md"));
        StringBuilder script = new StringBuilder(RUN);
        Map<String, Object> files = new TreeMap<>();
        for (MatchResult block : BLOCK.matcher(page).results().toList()) {
            String name = block.group(2);
            String text = block.group(3);
            if (name.equals("sdk")) {
                script.append(EXPECTED.matcher(text).replaceAll("equal($1, $2);")).append('\n');
            } else if (block.group(1).equals("project")) {
                for (String file : filesOf(name)) {
                    files.put(file, Checkout.base64("examples/" + name + "/" + file));
                    script.append("await os.fs.writeFile('/work/try/%1$s', Uint8Array.from(atob(argument['%1$s']), (c) => c.charCodeAt(0)));\n"
                        .formatted(file));
                }
            } else if (block.group(1).equals("console")) {
                for (MatchResult command : COMMAND.matcher(text).results().toList()) {
                    String key = "command " + files.size();
                    files.put(key, List.of(command.group(1), List.of(command.group(2).trim().split(" +")), command.group(3)));
                    script.append("await console(argument['%1$s'][0], argument['%1$s'][1].filter(Boolean), argument['%1$s'][2]);\n"
                        .formatted(key));
                }
            } else if (!name.isEmpty()) {
                files.put(name, text);
                script.append("await os.fs.writeFile('/work/try/%1$s', argument['%1$s']);\n".formatted(name));
            }
        }
        assertTrue(script.indexOf("await console(") > 0 && script.indexOf("equal(") > 0, "the page has no steps");
        sdk.run(script.toString(), files);
    }

    private static List<String> filesOf(String example) throws IOException {
        try (Stream<Path> names = Files.list(Checkout.path("examples/" + example))) {
            return names.filter(Files::isRegularFile).map(file -> file.getFileName().toString()).toList();
        }
    }
}
