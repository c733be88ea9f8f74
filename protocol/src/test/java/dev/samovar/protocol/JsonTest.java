package dev.samovar.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
  @Test
  void readsEveryKindOfValue() throws JsonException {
    Map<String, Object> object = Json.parseObject(
        " { \"a\" : [1, -0.5, 1e3, 2E-2, true, false, null, \"x\"],\n\t\"b\": {}, \"c\": [] } ");
    assertEquals(List.of("a", "b", "c"), List.copyOf(object.keySet()));
    List<?> a = (List<?>) object.get("a");
    assertEquals(List.of(1.0, -0.5, 1000.0, 0.02, true, false), a.subList(0, 6));
    assertNull(a.get(6));
    assertEquals("x", a.get(7));
    assertEquals(Map.of(), object.get("b"));
    assertEquals(List.of(), object.get("c"));
  }

  @Test
  void readsEscapes() throws JsonException {
    assertEquals("\" \\ / \b \f \n \r \t é \uD83C\uDF75", Json.parse(
        "\"\\\" \\\\ \\/ \\b \\f \\n \\r \\t \\u00e9 \\uD83C\\uDf75\""));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "{", "[", "[1", "[1,]", "{\"a\":1,}", "{\"a\"}", "{a:1}", "{'a':1}", "01", "1.", ".5",
      "-", "1e", "+1", "tru", "nul", "\"", "\"\\x\"", "\"\\u12g4\"", "\"\n\"", "1 2", "// c\n1", "NaN", "{\"a\":1,\"a\":2}"})
  void refusesWhatIsNoJson(String text) {
    assertThrows(JsonException.class, () -> Json.parse(text));
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "{\"a\": nope}|line 1, column 7: expected a value, found 'n'",
      "[1|line 1, column 3: expected ',', found the end"})
  void saysWhere(String text, String message) {
    assertEquals(message, assertThrows(JsonException.class, () -> Json.parse(text)).getMessage());
  }

  @Test
  void refusesDepthInsteadOfOverflowing() {
    JsonException error = assertThrows(JsonException.class, () -> Json.parse("[".repeat(1_000_000)));
    assertTrue(error.getMessage().contains("deeper"), error.getMessage());
  }

  @Test
  void anObjectIsAskedFor() {
    assertThrows(JsonException.class, () -> Json.parseObject("[]"));
  }

  @Test
  void whatIsWrittenReadsBackTheSame() throws JsonException {
    for (String text : List.of("{}", "[]", "{\"a\":[null,true,\"\\\"\\\\\\u0001\\n😀\",{\"b\":[]}],\"\":false}", "\"\\ud83d\"")) {
      assertEquals(Json.parse(text), Json.parse(Json.write(Json.parse(text))));
    }
    assertEquals("{\"n\":7,\"s\":\"\\u000a\"}", Json.write(new java.util.TreeMap<>(java.util.Map.of("n", 7, "s", "\n"))));
  }
}
