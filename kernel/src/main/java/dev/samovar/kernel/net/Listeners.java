package dev.samovar.kernel.net;

import java.util.ArrayList;
import java.util.List;

/**
 * Listening sockets that a process is started with, from descriptor 3 on, and how it knows of them: the environment that
 * systemd gives to what it starts (sd_listen_fds(3)), with the ports as names.
 */
public final class Listeners {
  private Listeners() {}

  /** {@code LISTEN_FDS} and {@code LISTEN_FDNAMES}, each with its value. */
  public static List<String> environment(List<Integer> ports) {
    StringBuilder names = new StringBuilder();
    for (int port : ports) {
      names.append(names.length() == 0 ? "" : ":").append(port);
    }
    return List.of("LISTEN_FDS=" + ports.size(), "LISTEN_FDNAMES=" + names);
  }

  /**
   * Reads a list of ports.
   *
   * @throws IllegalArgumentException with a sentence
   */
  public static List<Integer> ports(Object value) {
    if (!(value instanceof List)) {
      throw wrong();
    }
    List<Integer> ports = new ArrayList<>();
    for (Object each : (List<?>) value) {
      double port = each instanceof Double ? (Double) each : 0;
      if (!(port >= 1 && port <= 65_535) || port != (int) port || ports.contains((int) port)) {
        throw wrong();
      }
      ports.add((int) port);
    }
    return ports;
  }

  private static IllegalArgumentException wrong() {
    return new IllegalArgumentException("ports has to be a list of different ports from 1 to 65535");
  }
}
