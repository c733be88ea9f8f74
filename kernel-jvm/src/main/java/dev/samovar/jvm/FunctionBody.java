package dev.samovar.jvm;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * A function of a module as a tree: sequences of instructions, in which a block, loop or if is one instruction with
 * sequences in it. Branches know the block they leave. What comes after a jump and cannot be reached is left out.
 */
final class FunctionBody {
  static final int UNREACHABLE = 0x00;
  static final int BLOCK = 0x02;
  static final int LOOP = 0x03;
  static final int IF = 0x04;
  static final int ELSE = 0x05;
  static final int END = 0x0b;
  static final int BR = 0x0c;
  static final int BR_IF = 0x0d;
  static final int BR_TABLE = 0x0e;
  static final int RETURN = 0x0f;
  static final int CALL = 0x10;
  static final int LOCAL_GET = 0x20;
  static final int LOCAL_SET = 0x21;
  static final int LOCAL_TEE = 0x22;
  static final int GLOBAL_GET = 0x23;
  static final int GLOBAL_SET = 0x24;
  static final int I32_CONST = 0x41;
  static final int I32 = 0x7f;
  static final int VOID = 0x40;

  /** It has something that is not dealt with here. */
  static final class Unsupported extends Exception {
    private static final long serialVersionUID = 1;

    Unsupported(String what) {
      super(what, null, false, false);
    }
  }

  /** An instruction. */
  static class Node {
    int opcode;
    /** Its bytes in the module, for one that is copied as it stands. */
    int start;
    int end;
    int pops;
    int pushes;
    /** Bytes of the JVM's code that the compiler will make of it, about. */
    int cost;
    /** A local's number, for those that have one. */
    int local = -1;
    /** Where it may jump to: a BR_TABLE's default is the last. */
    List<Block> targets = List.of();
    /** Locals whose values may still be used, before it. */
    BitSet liveBefore;

    /** Whether nothing comes after it. */
    boolean isJump() {
      return opcode == UNREACHABLE || opcode == BR || opcode == BR_TABLE || opcode == RETURN;
    }
  }

  /** A block, loop or if; or the function itself, to whose end a jump is a return. */
  static final class Block extends Node {
    List<Node> body = new ArrayList<>();
    List<Node> otherwise;
    int results;
    /** Live where a branch to it goes. */
    final BitSet liveAtLabel = new BitSet();

    /** How many values a branch to it takes along. */
    int arity() {
      return opcode == LOOP ? 0 : results;
    }
  }

  /** What a module says about what its functions call. */
  interface Signatures {
    int parameters(int type);

    int results(int type);

    int typeOf(int function);
  }

  final byte[] bytes;
  /** Types of parameters and locals. */
  final byte[] locals;
  final int declarationsStart;
  final int declarationsEnd;
  final Block root = new Block();
  private final WasmReader from;
  private final Signatures signatures;
  private final List<Block> enclosing = new ArrayList<>();
  private boolean changed;

  /** @param from stands at the body's declarations of locals, which end where the code begins */
  FunctionBody(WasmReader from, byte[] parameters, int results, Signatures signatures) throws Unsupported {
    this.from = from;
    this.signatures = signatures;
    bytes = from.bytes;
    declarationsStart = from.at;
    List<byte[]> groups = new ArrayList<>();
    int count = parameters.length;
    for (int left = from.number(); left > 0; left--) {
      byte[] group = new byte[from.number()];
      Arrays.fill(group, (byte) from.octet());
      groups.add(group);
      count += group.length;
    }
    declarationsEnd = from.at;
    locals = Arrays.copyOf(parameters, count);
    int at = parameters.length;
    for (byte[] group : groups) {
      System.arraycopy(group, 0, locals, at, group.length);
      at += group.length;
    }
    root.opcode = BLOCK;
    root.results = results;
    enclosing.add(root);
    if (sequence(root.body) != END) {
      throw new Unsupported("an else of its own");
    }
    root.cost = cost(root.body);
  }

  static int cost(List<Node> nodes) {
    int sum = 0;
    for (Node node : nodes) {
      sum += node.cost;
    }
    return sum;
  }

  /** Reads up to an END or ELSE, and answers which. */
  private int sequence(List<Node> into) throws Unsupported {
    boolean dead = false;
    for (;;) {
      int start = from.at;
      int opcode = from.octet();
      if (opcode == END || opcode == ELSE) {
        return opcode;
      }
      Node node = opcode == BLOCK || opcode == LOOP || opcode == IF ? block(opcode) : plain(opcode);
      node.opcode = opcode;
      node.start = start;
      node.end = from.at;
      if (!dead) {
        into.add(node);
      }
      dead |= node.isJump();
    }
  }

  private Block block(int opcode) throws Unsupported {
    Block block = new Block();
    block.opcode = opcode;
    int type = bytes[from.at];
    if (type == 0x63 || type == 0x64) {
      throw new Unsupported("a block of references");
    }
    if ((type & 0xc0) == 0x40) {
      from.at++;
      block.results = type == VOID ? 0 : 1;
    } else {
      int index = from.number();
      if (signatures.parameters(index) != 0) {
        throw new Unsupported("a block with parameters");
      }
      block.results = signatures.results(index);
    }
    enclosing.add(block);
    if (sequence(block.body) == ELSE) {
      block.otherwise = new ArrayList<>();
      sequence(block.otherwise);
    }
    enclosing.remove(enclosing.size() - 1);
    block.pops = opcode == IF ? 1 : 0;
    block.pushes = block.results;
    block.cost = 3 + cost(block.body) + (block.otherwise == null ? 0 : 3 + cost(block.otherwise));
    return block;
  }

  private Block target() {
    return enclosing.get(enclosing.size() - 1 - from.number());
  }

  private static Node with(Node node, int pops, int pushes, int cost) {
    node.pops = pops;
    node.pushes = pushes;
    node.cost = cost;
    return node;
  }

  private Node plain(int opcode) throws Unsupported {
    Node node = new Node();
    switch (opcode) {
      case UNREACHABLE:
      case 0x01:
        return with(node, 0, 0, 5);
      case BR:
        node.targets = List.of(target());
        return with(node, 0, 0, 4);
      case BR_IF:
        node.targets = List.of(target());
        return with(node, 1, 0, 6);
      case BR_TABLE:
        node.targets = new ArrayList<>();
        for (int left = from.number() + 1; left > 0; left--) {
          node.targets.add(target());
        }
        return with(node, 1, 0, 16 + 4 * node.targets.size());
      case RETURN:
        return with(node, 0, 0, 4);
      case CALL:
        int callee = signatures.typeOf(from.number());
        return with(node, signatures.parameters(callee), signatures.results(callee), 8);
      case 0x11:
        int type = from.number();
        from.skipNumber();
        return with(node, signatures.parameters(type) + 1, signatures.results(type), 16);
      case 0x1a:
        return with(node, 1, 0, 1);
      case 0x1b:
        return with(node, 3, 1, 10);
      case LOCAL_GET:
        node.local = from.number();
        return with(node, 0, 1, 3);
      case LOCAL_SET:
        node.local = from.number();
        return with(node, 1, 0, 3);
      case LOCAL_TEE:
        node.local = from.number();
        return with(node, 1, 1, 4);
      case GLOBAL_GET:
        from.skipNumber();
        return with(node, 0, 1, 8);
      case GLOBAL_SET:
        from.skipNumber();
        return with(node, 1, 0, 8);
      case 0x3f:
        from.skipNumber();
        return with(node, 0, 1, 6);
      case 0x40:
        from.skipNumber();
        return with(node, 1, 1, 6);
      case I32_CONST:
      case 0x42:
        from.skipNumber();
        return with(node, 0, 1, 3);
      case 0x43:
        from.at += 4;
        return with(node, 0, 1, 3);
      case 0x44:
        from.at += 8;
        return with(node, 0, 1, 3);
      case 0xfc:
        return prefixed(node, from.number());
      case 0xfe:
        return atomic(node, from.number());
      default:
        return numeric(node, opcode);
    }
  }

  private Node numeric(Node node, int opcode) throws Unsupported {
    if (opcode >= 0x28 && opcode <= 0x3e) {
      memoryArgument();
      return opcode <= 0x35 ? with(node, 1, 1, 9) : with(node, 2, 0, 9);
    }
    if (opcode < 0x45 || opcode > 0xc4) {
      throw new Unsupported("opcode " + opcode);
    }
    boolean unary = opcode == 0x45 || opcode == 0x50 || opcode >= 0x67 && opcode <= 0x69 || opcode >= 0x79 && opcode <= 0x7b
        || opcode >= 0x8b && opcode <= 0x91 || opcode >= 0x99 && opcode <= 0x9f || opcode >= 0xa7;
    return with(node, unary ? 1 : 2, 1, opcode <= 0x66 ? 8 : 3);
  }

  private void memoryArgument() throws Unsupported {
    if (from.number() >= 64) {
      throw new Unsupported("a second memory");
    }
    from.skipNumber();
  }

  private Node prefixed(Node node, int opcode) throws Unsupported {
    if (opcode <= 7) {
      return with(node, 1, 1, 4);
    }
    switch (opcode) {
      case 8:
      case 10:
      case 12:
      case 14:
        from.skipNumbers(2);
        return with(node, 3, 0, 12);
      case 9:
        from.skipNumber();
        return with(node, 0, 0, 8);
      case 11:
        from.skipNumber();
        return with(node, 3, 0, 8);
      default:
        throw new Unsupported("opcode 0xfc " + opcode);
    }
  }

  private Node atomic(Node node, int opcode) throws Unsupported {
    if (opcode == 3) {
      from.skipNumber();
      return with(node, 0, 0, 6);
    }
    memoryArgument();
    if (opcode <= 2) {
      return with(node, opcode == 0 ? 2 : 3, 1, 12);
    }
    if (opcode < 0x10 || opcode > 0x4e) {
      throw new Unsupported("opcode 0xfe " + opcode);
    }
    return opcode <= 0x16 ? with(node, 1, 1, 9) : opcode <= 0x1d ? with(node, 2, 0, 9)
        : with(node, opcode <= 0x47 ? 2 : 3, 1, 9);
  }

  /** Fills in what is live where: each pass goes from the end to the beginning, until no loop's head changes. */
  void findLiveLocals() {
    do {
      changed = false;
      live(root.body, new BitSet());
    } while (changed);
  }

  /** Answers what is live before a sequence, given what is after it. */
  private BitSet live(List<Node> nodes, BitSet after) {
    BitSet live = after;
    for (int i = nodes.size() - 1; i >= 0; i--) {
      live = live(nodes.get(i), live);
      nodes.get(i).liveBefore = live;
    }
    return live;
  }

  private BitSet live(Node node, BitSet after) {
    if (node instanceof Block block) {
      return live(block, after);
    }
    BitSet live = after;
    if (node.opcode == LOCAL_GET) {
      live = with(after, node.local);
    } else if (node.opcode == LOCAL_SET || node.opcode == LOCAL_TEE) {
      live = without(after, node.local);
    } else if (node.opcode == RETURN || node.opcode == UNREACHABLE) {
      live = new BitSet();
    } else if (!node.targets.isEmpty()) {
      live = node.opcode == BR_IF ? (BitSet) after.clone() : new BitSet();
      for (Block target : node.targets) {
        live.or(target.liveAtLabel);
      }
    }
    return live;
  }

  private BitSet live(Block block, BitSet after) {
    if (block.opcode == LOOP) {
      BitSet before = live(block.body, after);
      if (!before.equals(block.liveAtLabel)) {
        block.liveAtLabel.or(before);
        changed = true;
      }
      return before;
    }
    block.liveAtLabel.clear();
    block.liveAtLabel.or(after);
    BitSet before = live(block.body, after);
    if (block.opcode == IF) {
      before = (BitSet) before.clone();
      before.or(block.otherwise == null ? after : live(block.otherwise, after));
    }
    return before;
  }

  private static BitSet with(BitSet set, int local) {
    if (set.get(local)) {
      return set;
    }
    BitSet more = (BitSet) set.clone();
    more.set(local);
    return more;
  }

  private static BitSet without(BitSet set, int local) {
    if (!set.get(local)) {
      return set;
    }
    BitSet less = (BitSet) set.clone();
    less.clear(local);
    return less;
  }
}
