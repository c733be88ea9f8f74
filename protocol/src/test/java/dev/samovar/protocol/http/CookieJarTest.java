package dev.samovar.protocol.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CookieJarTest {
  private static final long NOW = 1_700_000_000_000L;

  private final CookieJar jar = new CookieJar();

  private boolean set(String text) {
    return jar.set(text, "/", NOW, false) != null;
  }

  private String sent(String path) {
    return jar.header(path, NOW);
  }

  @Test
  void keepsAndReplaces() {
    assertNull(sent("/"));
    assertTrue(set("a=1"));
    assertTrue(set("b = 2 ; Secure; Domain=example.org; SameSite=Strict"));
    assertTrue(set("a=3; foo=bar"));
    assertEquals("a=3; b=2", sent("/any/where"));
    assertTrue(set("alone"));
    assertTrue(set("=alone2"));
    assertEquals("a=3; b=2; alone2", sent("/"));
  }

  @Test
  void paths() {
    jar.set("deep=1; Path=/a/b", "/", NOW, false);
    jar.set("flat=1", "/x/y", NOW, false);
    jar.set("root=1; Path=nonsense", "/index.html", NOW, false);
    assertEquals("root=1", sent("/"));
    assertEquals("deep=1; root=1", sent("/a/b"));
    assertEquals("deep=1; root=1", sent("/a/b/c"));
    assertEquals("root=1", sent("/a/bc"));
    assertEquals("flat=1; root=1", sent("/x/z"));
    // Another path, another cookie.
    jar.set("deep=2; path=/", "/", NOW, false);
    assertEquals("deep=1; root=1; deep=2", sent("/a/b"));
  }

  @Test
  void expiry() {
    set("a=1; Max-Age=10; Expires=Thu, 01 Jan 1970 00:00:00 GMT");
    set("b=1; Expires=Tue, 14 Nov 2023 22:13:30 GMT");
    assertEquals("a=1; b=1", jar.header("/", NOW + 9_999));
    assertNull(jar.header("/", NOW + 10_000));
    set("c=1");
    assertTrue(set("c=; Max-Age=0"));
    assertNull(sent("/"));
    set("d=1");
    set("d=1; Max-Age=-1");
    assertNull(sent("/"));
    set("e=1; Max-Age=99999999999999999999");
    assertEquals("e=1", jar.header("/", NOW + 399L * 86_400_000));
    assertNull(jar.header("/", NOW + 401L * 86_400_000));
    set("f=1; Max-Age=x; Expires=nonsense");
    assertEquals("f=1", jar.header("/", NOW + 1_000L * 86_400_000));
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      Sun, 06 Nov 1994 08:49:37 GMT | 784111777000
      Sunday, 06-Nov-94 08:49:37 GMT | 784111777000
      Sun Nov  6 08:49:37 1994 | 784111777000
      Thu, 29-Feb-2024 00:00:00 GMT | 1709164800000
      1 jan 1970 0:0:0 | 0
      Fri, 31 Dec 9999 23:59:59 GMT | 253402300799000
      Sun, 06 Nov 1994 08:49 GMT | -9223372036854775808
      Sun, 06 Nov 1994 24:00:00 GMT | -9223372036854775808
      Sun, 32 Nov 1994 08:49:37 GMT | -9223372036854775808
      Sun, 06 Nov 1600 08:49:37 GMT | -9223372036854775808
      Sun, 06 Mev 1994 08:49:37 GMT | -9223372036854775808
      """)
  void dates(String text, long expected) {
    assertEquals(expected, CookieDate.parse(text));
  }

  @Test
  void scriptsSeeNothingOfHttpOnly() {
    assertFalse(set("secret=1; HttpOnly"));
    assertNull(jar.set("secret=stolen", "/", NOW, true));
    assertNull(jar.set("mine=1; httponly", "/", NOW, true));
    assertEquals("mine=1", jar.set("mine=1", "/", NOW, true));
    assertEquals("secret=1; mine=1", sent("/"));
    assertEquals("mine=; Max-Age=0; Path=/", jar.set("mine=2; HttpOnly", "/", NOW, false), "scripts forget it");
  }

  @Test
  void bounds() {
    assertTrue(set("a=" + "x".repeat(4095)));
    assertFalse(set("b=" + "x".repeat(4096)));
    assertFalse(set("a=\u0001"));
    assertFalse(set(" = "));
    for (int i = 0; i < 200; i++) {
      set("n" + i + "=");
    }
    assertEquals(CookieJar.MAX_COOKIES, sent("/").split("; ").length);
    assertTrue(sent("/").startsWith("n20=;"));
  }

  @Test
  void prefixes() {
    assertFalse(set("__Secure-a=1"));
    assertTrue(set("__Secure-a=1; Secure"));
    assertFalse(set("__Host-a=1; Secure"));
    assertFalse(set("__Host-a=1; Secure; Path=/; Domain=localhost"));
    assertTrue(set("__Host-a=1; Secure; Path=/"));
    assertFalse(set("=__host-a=1; Secure; Path=/"));
  }
}
