package dev.samovar.kernel.process;

import dev.samovar.kernel.Errno;
import dev.samovar.kernel.capability.Capabilities;
import dev.samovar.kernel.capability.CapabilitiesRequest;
import dev.samovar.kernel.capability.Limits;
import dev.samovar.kernel.capability.LimitsRequest;
import dev.samovar.kernel.fs.FileSystem;
import dev.samovar.kernel.fs.PathWalk;
import dev.samovar.kernel.host.KernelMemory;
import dev.samovar.kernel.memory.Arena;
import dev.samovar.protocol.Json;
import dev.samovar.protocol.JsonException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * Gives a process that was created and not yet submitted less than it inherited: limits, capabilities, and its place in
 * the queue. What is asked for has to be within what the process has, which is what its parent has.
 */
public final class Confinement {
  private static final int LEAST_NICE = -20;
  private static final int MOST_NICE = 19;

  private final KernelMemory memory;
  private final FileSystem files;
  private final Capabilities capabilities;
  private final Limits limits;
  private final Processes processes;
  private final int paths;
  private String problem = "";

  /** @param arena this worker's */
  Confinement(KernelMemory memory, FileSystem files, Capabilities capabilities, Limits limits, Processes processes,
      int arena) {
    this.memory = memory;
    this.files = files;
    this.capabilities = capabilities;
    this.limits = limits;
    this.processes = processes;
    paths = arena + Arena.PATH;
  }

  /** What was wrong with the last request: a sentence that names the field. */
  public String problem() {
    return problem;
  }

  /**
   * Confines a process.
   *
   * @param request JSON: an object with {@code limits}, {@code capabilities} (of absolute paths) and {@code nice}, each
   *     optional
   * @return 0, or EINVAL, ENOTCAPABLE (it asks for more than it has), E2BIG or ENOMEM, and {@link #problem} says why
   */
  public int confine(int process, String request) {
    try {
      return confine(process, Json.parseObject(request));
    } catch (JsonException e) {
      return refuse(Errno.EINVAL, e.getMessage());
    }
  }

  /** As the other one, with the request read already. */
  int confine(int process, Map<String, Object> request) {
    problem = "";
    try {
      int error = Errno.SUCCESS;
      for (Map.Entry<String, Object> entry : request.entrySet()) {
        if (error == Errno.SUCCESS) {
          error = confine(process, entry.getKey(), entry.getValue());
        }
      }
      return error;
    } catch (IllegalArgumentException e) {
      return refuse(Errno.EINVAL, e.getMessage());
    }
  }

  private int confine(int process, String field, Object value) {
    switch (field) {
      case "limits":
        return limit(process, LimitsRequest.of(object(field, value)));
      case "capabilities":
        return restrict(process, CapabilitiesRequest.of(object(field, value)));
      case "nice":
        double nice = value instanceof Double ? (Double) value : Double.NaN;
        if (!(nice >= LEAST_NICE && nice <= MOST_NICE) || nice != (int) nice) {
          return refuse(Errno.EINVAL, "nice has to be a whole number from " + LEAST_NICE + " (first) to " + MOST_NICE);
        }
        processes.setNice(process, (int) nice);
        return Errno.SUCCESS;
      default:
        return refuse(Errno.EINVAL, "there is no " + field);
    }
  }

  private static Map<?, ?> object(String field, Object value) {
    if (!(value instanceof Map)) {
      throw new IllegalArgumentException(field + " has to be an object");
    }
    return (Map<?, ?>) value;
  }

  private int refuse(int errno, String why) {
    problem = why;
    return errno;
  }

  private int limit(int process, LimitsRequest request) {
    int above = processes.limits(process);
    int record = limits.narrow(above, request);
    if (record == 0) {
      return refuse(Errno.ENOMEM, "the kernel has no memory left");
    }
    limits.addFirstProcess(record);
    limits.release(above);
    processes.setLimits(process, record);
    return Errno.SUCCESS;
  }

  private int restrict(int process, CapabilitiesRequest request) {
    int above = processes.capabilities(process);
    String excess = capabilities.findExcess(above, request);
    if (excess != null) {
      return refuse(Errno.ENOTCAPABLE, "capabilities: " + excess + " is more than the parent has");
    }
    int record = capabilities.create(request);
    if (record == 0) {
      return refuse(Errno.ENOMEM, "the kernel has no memory left");
    }
    int error = grant(record, above, "read", request.read, Capabilities.READ, PathWalk.NEED_READ);
    if (error == Errno.SUCCESS) {
      error = grant(record, above, "write", request.write, Capabilities.WRITE, PathWalk.NEED_WRITE);
    }
    if (error == Errno.SUCCESS && !capabilities.addLists(record, request)) {
      error = refuse(Errno.E2BIG, "capabilities: more than there is room for");
    }
    if (error != Errno.SUCCESS) {
      processes.releaseCapabilities(record);
      return error;
    }
    processes.releaseCapabilities(above);
    processes.setCapabilities(process, record);
    return Errno.SUCCESS;
  }

  private int grant(int record, int above, String field, List<String> list, int bits, int need) {
    for (String path : list) {
      byte[] bytes = path.getBytes(StandardCharsets.UTF_8);
      if (bytes.length == 0 || bytes[0] != '/' || bytes.length > PathWalk.PATH_MAX) {
        return refuse(Errno.EINVAL, "capabilities." + field + ": " + path + " is no absolute path");
      }
      for (int i = 0; i < bytes.length; i++) {
        memory.putByte(paths + i, bytes[i]);
      }
      int directory = files.lookupGrant(paths, bytes.length, PathWalk.FOLLOW | need | PathWalk.restricted(above, 0));
      if (directory == -Errno.ENOTCAPABLE) {
        return refuse(Errno.ENOTCAPABLE, "capabilities." + field + ": " + path + " is more than the parent has");
      }
      if (directory < 0) {
        return refuse(Errno.EINVAL, "capabilities." + field + ": " + path + ": there is no directory that could hold it ("
            + Errno.nameOf(-directory) + ")");
      }
      if (!capabilities.addGrant(record, directory, files.grantedName(), files.grantedNameLength(), paths, bytes.length,
          bits)) {
        files.inodes().release(directory);
        return refuse(Errno.E2BIG, "capabilities." + field + ": more paths than there is room for, at most "
            + Capabilities.MAX_GRANTS);
      }
    }
    return Errno.SUCCESS;
  }
}
