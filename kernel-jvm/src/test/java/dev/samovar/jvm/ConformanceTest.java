package dev.samovar.jvm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The conformance suite on the JVM. */
class ConformanceTest {
  private static Samovar os;

  @BeforeAll
  static void boot() {
    os = Samovar.boot(64);
  }

  @AfterAll
  static void close() {
    os.close();
  }

  static List<Conformance.Case> cases() {
    return Conformance.load(Path.of("../wasi-bridge/conformance"));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void conforms(Conformance.Case test) {
    assertEquals("", Conformance.run(os, test).problem(test.expected()), test.name());
  }
}
