package dev.samovar.jvm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Guests here and in a browser import the same functions. */
class FunctionsTest {
  @Test
  void areThoseOfTheBrowsersGate() throws IOException {
    String script = Files.readString(Path.of("../kernel-web/src/main/js/functions.js"));
    Map<String, String> gate = new TreeMap<>();
    Matcher entry = Pattern.compile("(\\w+): '(\\w*)'").matcher(script);
    while (entry.find()) {
      gate.put(entry.group(1), entry.group(2));
    }
    assertEquals(gate, new TreeMap<>(new Functions(null, null).signatures));
    assertEquals(46 + 11 + 3, gate.size());
  }
}
