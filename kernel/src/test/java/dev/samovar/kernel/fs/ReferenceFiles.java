package dev.samovar.kernel.fs;

import dev.samovar.kernel.Histories;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A file system as one would write it without a kernel: maps of maps. It answers as {@link Tree} does. */
final class ReferenceFiles implements Histories.Model<FileCall> {
  private static final int MAX_SYMLINKS = 40;

  /** A file, a directory (with names) or a symlink (with a target). */
  private static final class Node {
    Node parent;
    Map<String, Node> names;
    String target;
    String text = "";

    boolean isDirectory() {
      return names != null;
    }
  }

  private static final class Failure extends RuntimeException {
    private static final long serialVersionUID = 1;

    Failure(String errno) {
      super(errno, null, false, false);
    }
  }

  /** Where a path leads: a directory, a name in it, and what is there. */
  private record Place(Node parent, String name, Node child) {}

  private Node root = directory(null);

  private static Node directory(Node parent) {
    Node node = new Node();
    node.names = new TreeMap<>();
    node.parent = parent == null ? node : parent;
    return node;
  }

  private Place walk(String path, boolean follow) {
    Deque<String> rest = new ArrayDeque<>(List.of(path.split("/")));
    Node here = root;
    int links = 0;
    for (;;) {
      String name = rest.pop();
      boolean isLast = rest.isEmpty();
      if (name.equals("..")) {
        here = here.parent;
        if (isLast) {
          return new Place(here, null, here);
        }
        continue;
      }
      Node child = here.names.get(name);
      if (child == null) {
        if (isLast) {
          return new Place(here, name, null);
        }
        throw new Failure("ENOENT");
      }
      if (child.target != null && (!isLast || follow)) {
        if (++links > MAX_SYMLINKS) {
          throw new Failure("ELOOP");
        }
        String[] parts = child.target.split("/");
        for (int i = parts.length - 1; i >= 0; i--) {
          rest.push(parts[i]);
        }
        continue;
      }
      if (isLast) {
        return new Place(here, name, child);
      }
      if (!child.isDirectory()) {
        throw new Failure("ENOTDIR");
      }
      here = child;
    }
  }

  @Override
  public String call(FileCall call) {
    try {
      return switch (call.kind()) {
        case CREATE -> make(call.path(), new Node());
        case MKDIR -> make(call.path(), directory(root));
        case SYMLINK -> {
          Node link = new Node();
          link.target = call.other();
          yield make(call.path(), link);
        }
        case UNLINK -> unlink(walk(call.path(), false));
        case RMDIR -> removeDirectory(walk(call.path(), false));
        case LINK -> link(walk(call.path(), false), call.other());
        case RENAME -> rename(walk(call.path(), false), walk(call.other(), false));
        case APPEND -> append(walk(call.path(), true), call.other());
        case READ -> read(walk(call.path(), true));
        case LIST -> list(walk(call.path(), true));
      };
    } catch (Failure failure) {
      return failure.getMessage();
    }
  }

  private String make(String path, Node node) {
    Place place = walk(path, false);
    if (place.child != null) {
      return "EEXIST";
    }
    if (node.isDirectory()) {
      node.parent = place.parent;
    }
    place.parent.names.put(place.name, node);
    return Tree.OK;
  }

  private static String unlink(Place place) {
    if (place.child == null) {
      return "ENOENT";
    }
    if (place.child.isDirectory()) {
      return "EISDIR";
    }
    place.parent.names.remove(place.name);
    return Tree.OK;
  }

  private static String removeDirectory(Place place) {
    if (place.child == null) {
      return "ENOENT";
    }
    if (!place.child.isDirectory()) {
      return "ENOTDIR";
    }
    if (!place.child.names.isEmpty()) {
      return "ENOTEMPTY";
    }
    place.parent.names.remove(place.name);
    return Tree.OK;
  }

  private String link(Place from, String path) {
    if (from.child == null) {
      return "ENOENT";
    }
    return from.child.isDirectory() ? "EPERM" : make(path, from.child);
  }

  private static String rename(Place from, Place to) {
    Node moved = from.child;
    Node target = to.child;
    if (moved == null) {
      return "ENOENT";
    }
    if (moved == target) {
      return Tree.OK;
    }
    if (moved.isDirectory()) {
      for (Node at = to.parent; ; at = at.parent) {
        if (at == moved) {
          return "EINVAL";
        }
        if (at.parent == at) {
          break;
        }
      }
    }
    if (target != null && moved.isDirectory() != target.isDirectory()) {
      return moved.isDirectory() ? "ENOTDIR" : "EISDIR";
    }
    if (target != null && target.isDirectory() && !target.names.isEmpty()) {
      return "ENOTEMPTY";
    }
    from.parent.names.remove(from.name);
    to.parent.names.put(to.name, moved);
    if (moved.isDirectory()) {
      moved.parent = to.parent;
    }
    return Tree.OK;
  }

  private static String append(Place place, String text) {
    Node file = place.child;
    if (file == null) {
      file = new Node();
      place.parent.names.put(place.name, file);
    }
    if (file.isDirectory()) {
      return "EISDIR";
    }
    file.text += text;
    return Tree.OK;
  }

  private static String read(Place place) {
    if (place.child == null) {
      return "ENOENT";
    }
    return place.child.isDirectory() ? "EISDIR" : "'" + place.child.text + "'";
  }

  private static String list(Place place) {
    if (place.child == null) {
      return "ENOENT";
    }
    return place.child.isDirectory() ? place.child.names.keySet().toString() : "ENOTDIR";
  }

  @Override
  public String state() {
    return describe(root);
  }

  private static String describe(Node node) {
    if (node.target != null) {
      return "->" + node.target;
    }
    if (!node.isDirectory()) {
      return "'" + node.text + "'";
    }
    StringBuilder text = new StringBuilder("{");
    node.names.forEach((name, child) -> text.append(name).append(' ').append(describe(child)).append(' '));
    return text.append('}').toString();
  }

  @Override
  public ReferenceFiles copy() {
    ReferenceFiles copy = new ReferenceFiles();
    copy.root = copyOf(root, null, new java.util.IdentityHashMap<>());
    return copy;
  }

  /** A file with several names is one file in the copy, too. */
  private static Node copyOf(Node node, Node parent, Map<Node, Node> made) {
    Node known = made.get(node);
    if (known != null) {
      return known;
    }
    Node copy = node.isDirectory() ? directory(parent) : new Node();
    made.put(node, copy);
    copy.target = node.target;
    copy.text = node.text;
    if (node.isDirectory()) {
      node.names.forEach((name, child) -> copy.names.put(name, copyOf(child, copy, made)));
    }
    return copy;
  }
}
