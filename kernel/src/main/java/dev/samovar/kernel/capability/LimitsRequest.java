package dev.samovar.kernel.capability;

import java.util.Map;

/** The {@code limits} of {@code spawn} and {@code samovar.json}; {@link Limits#NONE} for what is not given. */
public final class LimitsRequest {
  private static final long PAGE = 65_536;

  /** Bytes of linear memory, whole pages of 64 KiB. */
  public long memory = Limits.NONE;
  /** ns outside of waits. */
  public long cpu = Limits.NONE;
  /** ns. */
  public long wall = Limits.NONE;
  /** Descriptors beyond those that it starts with. */
  public long openFiles = Limits.NONE;
  /** Processes at once: itself and its descendants. */
  public long processes = Limits.NONE;
  /** Bytes written to streams. */
  public long output = Limits.NONE;
  /** Bytes. */
  public long fileSize = Limits.NONE;
  /** Bytes added to the file system. */
  public long disk = Limits.NONE;

  /**
   * Reads the object of that name.
   *
   * @throws IllegalArgumentException with a sentence that names the field
   */
  public static LimitsRequest of(Map<?, ?> limits) {
    LimitsRequest request = new LimitsRequest();
    for (Map.Entry<?, ?> entry : limits.entrySet()) {
      String field = "limits." + entry.getKey();
      Object value = entry.getValue();
      switch ((String) entry.getKey()) {
        case "memory":
          request.memory = Requests.bytes(field, value) & -PAGE;
          if (request.memory == 0) {
            throw Requests.wrong(field, "at least 64KiB, a page of linear memory");
          }
          break;
        case "cpuSeconds":
          request.cpu = Requests.nanos(field, value);
          break;
        case "wallSeconds":
          request.wall = Requests.nanos(field, value);
          break;
        case "openFiles":
          request.openFiles = Requests.count(field, value, Limits.NONE);
          break;
        case "processes":
          request.processes = Requests.count(field, value, Limits.NONE);
          if (request.processes == 0) {
            throw Requests.wrong(field, "at least 1, the process itself");
          }
          break;
        case "outputBytes":
          request.output = Requests.bytes(field, value);
          break;
        case "fileSize":
          request.fileSize = Requests.bytes(field, value);
          break;
        case "disk":
          request.disk = Requests.bytes(field, value);
          break;
        default:
          throw new IllegalArgumentException("there is no " + field
              + "; there are memory, cpuSeconds, wallSeconds, openFiles, processes, outputBytes, fileSize, disk");
      }
    }
    return request;
  }
}
