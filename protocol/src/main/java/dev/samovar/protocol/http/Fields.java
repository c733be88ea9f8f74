package dev.samovar.protocol.http;

import java.util.ArrayList;
import java.util.List;

/** The fields of a head or trailer, in their order; names match without regard to case (RFC 9110 §5). */
public final class Fields {
  private final List<String> names = new ArrayList<>();
  private final List<String> values = new ArrayList<>();

  public int size() {
    return names.size();
  }

  public String name(int index) {
    return names.get(index);
  }

  public String value(int index) {
    return values.get(index);
  }

  /**
   * Adds a field.
   *
   * @throws HttpException if the name is no token, or the value has a character that none may have
   */
  public Fields add(String name, String value) throws HttpException {
    if (!Ascii.isToken(name)) {
      throw new HttpException("the name of a field has a character that none may have");
    }
    if (!Ascii.isValue(value)) {
      throw new HttpException("the value of the field " + name + " has a character that none may have");
    }
    names.add(name);
    values.add(value);
    return this;
  }

  /** Whether the field has that name. */
  public boolean is(int index, String name) {
    return Ascii.equal(names.get(index), name);
  }

  /** The value of the first field of a name, null if there is none. */
  public String get(String name) {
    int index = indexOf(name, 0);
    return index < 0 ? null : values.get(index);
  }

  public boolean has(String name) {
    return indexOf(name, 0) >= 0;
  }

  /** The first field of a name from {@code from} on, -1 if there is none. */
  public int indexOf(String name, int from) {
    for (int i = from; i < names.size(); i++) {
      if (is(i, name)) {
        return i;
      }
    }
    return -1;
  }

  public void remove(String name) {
    for (int i = indexOf(name, 0); i >= 0; i = indexOf(name, i)) {
      names.remove(i);
      values.remove(i);
    }
  }

  /** The elements of all fields of a name whose value is a comma-separated list (RFC 9110 §5.6.1), empty ones left out. */
  public List<String> list(String name) {
    List<String> elements = new ArrayList<>();
    for (int i = indexOf(name, 0); i >= 0; i = indexOf(name, i + 1)) {
      String value = values.get(i);
      for (int start = 0; start <= value.length(); ) {
        int comma = value.indexOf(',', start);
        int end = comma < 0 ? value.length() : comma;
        String element = Ascii.trimmed(value, start, end);
        if (!element.isEmpty()) {
          elements.add(element);
        }
        start = end + 1;
      }
    }
    return elements;
  }

  /** Whether such a list has an element. */
  public boolean lists(String name, String element) {
    for (String its : list(name)) {
      if (Ascii.equal(its, element)) {
        return true;
      }
    }
    return false;
  }

  /** Takes out what concerns one connection only: Connection, what that names, and others (RFC 9110 §7.6.1). */
  public void removeHopByHop() {
    for (String named : list("Connection")) {
      remove(named);
    }
    for (String name : HOP_BY_HOP) {
      remove(name);
    }
  }

  static final String[] HOP_BY_HOP = {
    "Connection", "Keep-Alive", "Proxy-Connection", "Proxy-Authenticate", "Proxy-Authorization", "TE", "Trailer",
    "Transfer-Encoding", "Upgrade"
  };

  void write(StringBuilder to) {
    for (int i = 0; i < names.size(); i++) {
      to.append(names.get(i)).append(": ").append(values.get(i)).append("\r\n");
    }
    to.append("\r\n");
  }
}
