package dev.samovar.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.samovar.jvm.Conformance;
import dev.samovar.jvm.Conformance.Case;
import dev.samovar.jvm.Conformance.Outcome;
import dev.samovar.jvm.Samovar;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The conformance suite in Chromium and on the JVM, in one table: {@code docs/conformance.md}, which this test writes when
 * it is run with {@code -Dconformance.write}, and otherwise holds against what it found.
 */
@ExtendWith(InBrowser.class)
class ConformanceTest {

    /** Cases that one snippet runs: it has a minute. */
    private static final int AT_A_TIME = 15;
    private static final String TABLE = "docs/conformance.md";

    @Test
    void conformsOnBothHosts(SdkPage sdk) throws IOException {
        List<Case> cases = Conformance.load(Checkout.path("wasi-bridge/conformance"));
        sdk.run("globalThis.os = await booted();");
        List<Outcome> inChromium = new ArrayList<>();
        for (int i = 0; i < cases.size(); i += AT_A_TIME) {
            inChromium.addAll(runInChromium(sdk, cases.subList(i, Math.min(i + AT_A_TIME, cases.size()))));
        }
        StringBuilder table = new StringBuilder();
        List<String> problems = new ArrayList<>();
        try (Samovar os = Samovar.boot(64)) {
            for (int i = 0; i < cases.size(); i++) {
                Case test = cases.get(i);
                Outcome onJvm = Conformance.run(os, test);
                List<String> found = compare(test, onJvm, inChromium.get(i));
                found.forEach(problem -> problems.add(test.name() + " " + problem));
                table.append(row(test, onJvm, inChromium.get(i)));
            }
        }
        assertEquals("", String.join("\n", problems));
        String page = HEAD.formatted(cases.size(), cases.stream().map(Case::guest).distinct().count()) + table;
        if (System.getProperty("conformance.write") != null) {
            Files.writeString(Checkout.path(TABLE), page);
        }
        assertEquals(page, Files.readString(Checkout.path(TABLE)), TABLE + " is of another suite. To make it anew:"
            + " ./samovar test -pl e2e -am -Dtest=ConformanceTest -Dsurefire.failIfNoSpecifiedTests=false -Dconformance.write");
    }

    private static final String HEAD = """
        # Conformance

        The cases of [`wasi-bridge/conformance`](../wasi-bridge/conformance/README.md), on the JVM and in Chromium: %d cases of
        %d guests. *ok* says that status, standard output, standard error and the files afterwards were those of the manifest;
        where the last column is empty, all of it was the same on both, byte for byte. `ConformanceTest` in `e2e` writes this
        page, and fails where it is not what it finds.

        | case | status | JVM | Chromium | why they differ |
        |---|---|---|---|---|
        """;

    private static List<String> compare(Case test, Outcome onJvm, Outcome inChromium) {
        List<String> problems = new ArrayList<>();
        String jvm = onJvm.problem(test.expected());
        String chromium = inChromium.problem(test.expected());
        if (!jvm.isEmpty()) {
            problems.add("on the JVM: " + jvm);
        }
        if (!chromium.isEmpty()) {
            problems.add("in Chromium: " + chromium);
        }
        boolean alike = onJvm.equals(inChromium);
        if (!alike && test.differs() == null) {
            problems.add("differs without a reason; on the JVM: " + onJvm + "\nin Chromium: " + inChromium);
        }
        if (alike && test.differs() != null) {
            problems.add("has a reason to differ, and does not");
        }
        return problems;
    }

    private static String row(Case test, Outcome onJvm, Outcome inChromium) {
        return "| `%s` | %d | %s | %s | %s |\n".formatted(test.name(), onJvm.status(), verdict(test, onJvm),
            verdict(test, inChromium), test.differs() == null ? "" : test.differs());
    }

    private static String verdict(Case test, Outcome outcome) {
        return outcome.problem(test.expected()).isEmpty() ? "ok" : "FAILS";
    }

    private static List<Outcome> runInChromium(SdkPage sdk, List<Case> cases) {
        List<Map<String, Object>> asked = new ArrayList<>();
        for (Case test : cases) {
            Map<String, Object> spec = new LinkedHashMap<>();
            spec.put("name", test.name());
            spec.put("guest", Checkout.path("").toAbsolutePath().normalize()
                .relativize(test.guest().toAbsolutePath().normalize()).toString());
            spec.put("args", test.args());
            spec.put("env", test.env());
            spec.put("stdin", test.stdin());
            spec.put("preopens", test.preopens());
            spec.put("files", test.files());
            spec.put("after", new ArrayList<>(test.expected().after().keySet()));
            asked.add(spec);
        }
        List<?> answers = (List<?>) sdk.run("""
            const look = async (path) => {
              const stat = await os.fs.lstat(path).catch(() => null);
              return !stat ? '<nothing>' : stat.type === 'directory' ? '<directory>' : os.fs.readFile(path, 'utf8');
            };
            const outcomes = [];
            for (const { name, guest, args, env, stdin, preopens, files, after } of argument) {
              const own = `/tmp/${name}`;
              await os.fs.mkdir(own, { recursive: true });
              for (const [path, content] of Object.entries(files)) {
                if (content == null) {
                  await os.fs.mkdir(`${own}/${path}`, { recursive: true });
                } else if (content.startsWith('->')) {
                  await os.fs.symlink(content.slice(2), `${own}/${path}`);
                } else {
                  await os.fs.writeFile(`${own}/${path}`, content);
                }
              }
              const outcome = await ended(await os.spawn(await file(guest), args, {
                cwd: own, argv0: name, env, stdin,
                preopens: Object.fromEntries(Object.entries(preopens)
                  .map(([to, path]) => [to, path.startsWith('/') ? path : `${own}/${path}`])),
              }));
              outcome.after = {};
              for (const path of after) {
                outcome.after[path] = await look(`${own}/${path}`);
              }
              outcomes.push(outcome);
            }
            return outcomes;
            """, asked);
        List<Outcome> outcomes = new ArrayList<>();
        for (Object answer : answers) {
            Map<?, ?> outcome = (Map<?, ?>) answer;
            Map<String, String> after = new LinkedHashMap<>();
            ((Map<?, ?>) outcome.get("after")).forEach((path, content) -> after.put((String) path, (String) content));
            outcomes.add(new Outcome(((Number) outcome.get("status")).intValue(), (String) outcome.get("stdout"),
                (String) outcome.get("stderr"), after));
        }
        return outcomes;
    }
}
