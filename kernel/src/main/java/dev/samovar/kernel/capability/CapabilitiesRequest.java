package dev.samovar.kernel.capability;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The {@code capabilities} of {@code spawn} and {@code samovar.json}. What is not in it is not granted. */
public final class CapabilitiesRequest {
  private static final int MAX_PORT = 65_535;

  /** Paths, absolute or from the working directory on. */
  public List<String> read = List.of();
  public List<String> write = List.of();
  public boolean listenAll;
  public List<Integer> listen = List.of();
  public boolean connectAll;
  /** {@code host:port} each. */
  public List<String> connect = List.of();
  public boolean environmentAll;
  public List<String> environment = List.of();
  public boolean spawn;
  public boolean clock;
  public boolean random;

  /**
   * Reads the object of that name.
   *
   * @throws IllegalArgumentException with a sentence that names the field
   */
  public static CapabilitiesRequest of(Map<?, ?> capabilities) {
    CapabilitiesRequest request = new CapabilitiesRequest();
    for (Map.Entry<?, ?> entry : capabilities.entrySet()) {
      String field = "capabilities." + entry.getKey();
      Object value = entry.getValue();
      switch ((String) entry.getKey()) {
        case "read":
          request.read = Requests.texts(field, value);
          break;
        case "write":
          request.write = Requests.texts(field, value);
          break;
        case "listen":
          request.listenAll = isAll(value);
          request.listen = request.listenAll ? List.of() : ports(field, value);
          break;
        case "connect":
          request.connectAll = isAll(value);
          request.connect = request.connectAll ? List.of() : targets(field, value);
          break;
        case "env":
          request.environmentAll = isAll(value);
          request.environment = request.environmentAll ? List.of() : Requests.texts(field, value);
          break;
        case "spawn":
          request.spawn = Requests.yes(field, value);
          break;
        case "clock":
          request.clock = Requests.yes(field, value);
          break;
        case "random":
          request.random = Requests.yes(field, value);
          break;
        default:
          throw new IllegalArgumentException("there is no " + field
              + "; there are read, write, listen, connect, env, spawn, clock, random");
      }
    }
    return request;
  }

  private static boolean isAll(Object value) {
    return Boolean.TRUE.equals(value);
  }

  private static List<Integer> ports(String field, Object value) {
    List<Integer> ports = new ArrayList<>();
    for (Object each : Requests.list(field, value)) {
      long port = Requests.count(field, each, Long.MAX_VALUE);
      if (port == 0 || port > MAX_PORT) {
        throw Requests.wrong(field, "true or a list of ports from 1 to 65535");
      }
      ports.add((int) port);
    }
    return ports;
  }

  private static List<String> targets(String field, Object value) {
    List<String> targets = new ArrayList<>();
    for (String target : Requests.texts(field, value)) {
      int colon = target.lastIndexOf(':');
      if (colon <= 0 || !isPort(target.substring(colon + 1))) {
        throw Requests.wrong(field, "true or a list of 'host:port'");
      }
      targets.add(Hosts.canonicalTarget(target));
    }
    return targets;
  }

  private static boolean isPort(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        return false;
      }
    }
    return !text.isEmpty() && text.length() <= 5 && Integer.parseInt(text) >= 1 && Integer.parseInt(text) <= MAX_PORT;
  }
}
