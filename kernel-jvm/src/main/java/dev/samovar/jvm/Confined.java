package dev.samovar.jvm;

import dev.samovar.kernel.program.Plan;
import dev.samovar.protocol.Json;
import dev.samovar.protocol.JsonException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** What a process is confined to, as {@code samovar.json} says it; {@code capabilities} null for no restriction. */
record Confined(Map<String, Object> limits, Map<String, Object> capabilities) {

  /** What a project asks for, with what a caller says in its place: field by field. */
  static Confined of(Plan plan, SpawnOptions options) {
    Map<String, Object> limits = new LinkedHashMap<>();
    Map<String, Object> capabilities = null;
    if (!plan.project.isEmpty()) {
      try {
        Map<String, Object> project = Json.parseObject(plan.project);
        limits.putAll(object(project.get("limits")));
        capabilities = project.containsKey("capabilities") ? object(project.get("capabilities")) : null;
      } catch (JsonException e) {
        throw new IllegalStateException("detection has read it", e);
      }
    }
    limits.putAll(options.limits());
    if (options.capabilities() != null && capabilities == null) {
      capabilities = options.capabilities();
    } else if (options.capabilities() != null) {
      // What a project does without, it does not get; but where it may connect, the caller says.
      capabilities = new LinkedHashMap<>(capabilities);
      if (options.capabilities().containsKey("connect")) {
        capabilities.put("connect", options.capabilities().get("connect"));
      }
    }
    return new Confined(limits, capabilities);
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> object(Object value) {
    return value == null ? Map.of() : (Map<String, Object>) value;
  }

  /** A project's /tmp is a directory of its own: what it is granted there, it is granted in that. */
  Confined withTemporary(String directory) {
    return mapped(path -> path.equals("/tmp") || path.startsWith("/tmp/") ? directory + path.substring(4) : path);
  }

  private Confined mapped(UnaryOperator<String> change) {
    if (capabilities == null) {
      return this;
    }
    Map<String, Object> changed = new LinkedHashMap<>(capabilities);
    for (String field : List.of("read", "write")) {
      if (changed.get(field) instanceof List<?> paths) {
        List<Object> others = new ArrayList<>();
        paths.forEach(path -> others.add(path instanceof String text ? change.apply(text) : path));
        changed.put(field, others);
      }
    }
    return new Confined(limits, changed);
  }

  /** Those of some variables that the process may know. */
  Map<String, String> environment(Map<String, String> variables) {
    Object known = capabilities == null ? Boolean.TRUE : capabilities.get("env");
    if (Boolean.TRUE.equals(known)) {
      return variables;
    }
    Map<String, String> some = new LinkedHashMap<>(variables);
    some.keySet().removeIf(name -> !(known instanceof List<?> names && names.contains(name)));
    return some;
  }

  /**
   * The request for the kernel: JSON.
   *
   * @param cwd what relative paths begin with
   * @param library directories that may be read in any case: a runtime's own
   */
  String request(String cwd, List<String> library) {
    Map<String, Object> request = new LinkedHashMap<>();
    if (!limits.isEmpty()) {
      request.put("limits", limits);
    }
    if (capabilities != null) {
      Map<String, Object> granted = new LinkedHashMap<>(mapped(path -> Launcher.absolute(path, cwd)).capabilities);
      if (!library.isEmpty()) {
        List<Object> read = new ArrayList<>();
        if (granted.get("read") instanceof List<?> paths) {
          read.addAll(paths);
        }
        read.addAll(library);
        granted.put("read", read);
      }
      request.put("capabilities", granted);
    }
    return Json.write(request);
  }
}
