package dev.samovar.jvm;

import dev.samovar.jvm.FunctionBody.Block;
import dev.samovar.jvm.FunctionBody.Node;
import dev.samovar.jvm.FunctionBody.Unsupported;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Makes functions small. A method of the JVM can have 64 KiB of code at most, and is compiled to machine code by itself
 * only up to 8000 bytes; an interpreter's main loop is ten times that. So pieces of a large function become functions of
 * their own: runs of whole statements, at every level of nesting.
 *
 * <p>A piece takes the locals that it needs as parameters. Those that it sets, and somebody may still use, it leaves in
 * globals that are added to the module, which its caller reads at once; its result says how it ended: 0 that it came to
 * its end, n that it is to be left by the n-th of the jumps out of it. The value of a return goes through a global, too.
 */
final class Outliner {
  /** Functions whose code is estimated to be larger are made smaller, to pieces of the other size. */
  private static final int LARGE = 5000;
  private static final int PIECE = 2500;
  private static final int WORTH = 100;
  private static final int MOST_PARAMETERS = 100;
  /** A switch that jumps out to each of its cases is not put into a piece: it would be gone through again by its caller. */
  private static final int MOST_EXITS = 6;

  private static final int TYPES = 1;
  private static final int IMPORTS = 2;
  private static final int FUNCTIONS = 3;
  private static final int GLOBALS = 6;
  private static final int CODE = 10;
  private static final int HEADER = 8;

  /** What stands where a piece was: a call of it. Its {@code targets} are the jumps out of it, numbered from 1. */
  private static final class Call extends Node {
    int function;
    boolean ends;
    List<Integer> in;
    List<Integer> out;
    /** With nothing to tell, it has no result. */
    boolean hasResult() {
      return targets.size() + (ends ? 1 : 0) > 1;
    }
  }

  private final byte[] bytes;
  private final int large;
  private final int piece;
  private final int worth;
  private final List<byte[]> typeParameters = new ArrayList<>();
  private final List<byte[]> typeResults = new ArrayList<>();
  private final List<Integer> functionTypes = new ArrayList<>();
  private final List<byte[]> newBodies = new ArrayList<>();
  private final Map<Byte, List<Integer>> globals = new HashMap<>();
  private final List<Byte> newGlobals = new ArrayList<>();
  private int importedFunctions;
  private int globalCount;
  private int oldTypes;
  private int oldFunctions;
  private boolean usable = true;

  private Outliner(byte[] bytes, int large, int piece, int worth) {
    this.bytes = bytes;
    this.large = large;
    this.piece = piece;
    this.worth = worth;
  }

  /** The same module with smaller functions; the same bytes if all of them are small, or it cannot be told. */
  static byte[] outline(byte[] bytes) {
    return outline(bytes, LARGE, PIECE, WORTH);
  }

  /** @param worth pieces that are smaller are not made: a call costs something */
  static byte[] outline(byte[] bytes, int large, int piece, int worth) {
    try {
      return new Outliner(bytes, large, piece, worth).run();
    } catch (RuntimeException | StackOverflowError e) {
      return bytes;     // As it was: only slower.
    }
  }

  private byte[] run() {
    WasmReader from = new WasmReader(bytes, HEADER);
    byte[] code = null;
    while (from.at < bytes.length) {
      int id = from.octet();
      int end = from.number() + from.at;
      if (id == TYPES) {
        readTypes(from);
      } else if (id == IMPORTS) {
        readImports(from);
      } else if (id == FUNCTIONS) {
        for (int left = from.number(); left > 0; left--) {
          functionTypes.add(from.number());
        }
      } else if (id == GLOBALS) {
        globalCount += from.number();
      } else if (id == CODE && usable) {
        oldTypes = typeParameters.size();
        oldFunctions = functionTypes.size();
        code = code(from);
      }
      from.at = end;
    }
    return newBodies.isEmpty() ? bytes : assemble(code);
  }

  private void readTypes(WasmReader from) {
    for (int left = from.number(); left > 0; left--) {
      if (from.octet() != 0x60) {
        usable = false;
        return;
      }
      typeParameters.add(valueTypes(from));
      typeResults.add(valueTypes(from));
    }
  }

  private byte[] valueTypes(WasmReader from) {
    byte[] all = new byte[from.number()];
    for (int i = 0; i < all.length; i++) {
      all[i] = (byte) from.octet();
      usable &= all[i] >= 0x7b || all[i] == 0x70 || all[i] == 0x6f;
    }
    return all;
  }

  private void readImports(WasmReader from) {
    for (int left = from.number(); left > 0 && usable; left--) {
      from.skipName();
      from.skipName();
      switch (from.octet()) {
        case 0:
          functionTypes.add(from.number());
          importedFunctions++;
          break;
        case 1:
          from.octet();
          limits(from);
          break;
        case 2:
          limits(from);
          break;
        case 3:
          from.at += 2;
          globalCount++;
          break;
        default:
          usable = false;
      }
    }
  }

  private static void limits(WasmReader from) {
    int flags = from.octet();
    from.skipNumbers((flags & 1) == 0 ? 1 : 2);
  }

  private final FunctionBody.Signatures signatures = new FunctionBody.Signatures() {
    @Override
    public int parameters(int type) {
      return typeParameters.get(type).length;
    }

    @Override
    public int results(int type) {
      return typeResults.get(type).length;
    }

    @Override
    public int typeOf(int function) {
      return functionTypes.get(function);
    }
  };

  private byte[] code(WasmReader from) {
    int count = from.number();
    WasmWriter out = new WasmWriter();
    for (int i = 0; i < count; i++) {
      int size = from.number();
      int start = from.at;
      int end = start + size;
      byte[] smaller = null;
      // A byte of WebAssembly makes some two of the JVM.
      if (size * 4 > large) {
        int type = functionTypes.get(importedFunctions + i);
        int made = newBodies.size();
        try {
          smaller = smaller(new FunctionBody(from, typeParameters.get(type), typeResults.get(type).length, signatures),
              typeResults.get(type));
        } catch (Unsupported e) {
          while (newBodies.size() > made) {
            newBodies.remove(newBodies.size() - 1);
            functionTypes.remove(functionTypes.size() - 1);
          }
        }
      }
      if (smaller == null) {
        out.number(size).bytes(bytes, start, end);
      } else {
        out.sized(smaller);
      }
      from.at = end;
    }
    return out.toBytes();
  }

  /** A function with calls in place of pieces; null if it is small or cannot be made smaller. */
  private byte[] smaller(FunctionBody body, byte[] results) throws Unsupported {
    if (body.root.cost <= large || results.length > 1) {
      return null;
    }
    int made = newBodies.size();
    body.findLiveLocals();
    List<Node> reduced = new Pieces(body, results).reduce(body.root.body, new BitSet());
    if (newBodies.size() == made) {
      return null;
    }
    WasmWriter out = new WasmWriter();
    WasmReader groups = new WasmReader(bytes, body.declarationsStart);
    int count = groups.number();
    out.number(count + 1).bytes(bytes, groups.at, body.declarationsEnd).number(1).octet(FunctionBody.I32);
    int[] same = new int[body.locals.length];
    Arrays.setAll(same, i -> i);
    new Emitter(body, results, out, same, body.locals.length, null).sequence(reduced).octet(FunctionBody.END);
    return out.toBytes();
  }

  /** The globals through which so many values of a type go, made when they are first wanted. */
  private int global(byte type, int number) {
    List<Integer> all = globals.computeIfAbsent(type, each -> new ArrayList<>());
    while (all.size() <= number) {
      all.add(globalCount + newGlobals.size());
      newGlobals.add(type);
    }
    return all.get(number);
  }

  private int type(byte[] parameters, byte[] results) {
    for (int i = oldTypes; i < typeParameters.size(); i++) {
      if (Arrays.equals(parameters, typeParameters.get(i)) && Arrays.equals(results, typeResults.get(i))) {
        return i;
      }
    }
    typeParameters.add(parameters);
    typeResults.add(results);
    return typeParameters.size() - 1;
  }

  /** Finds the pieces of one function. */
  private final class Pieces {
    private final FunctionBody body;
    private final byte[] results;

    Pieces(FunctionBody body, byte[] results) {
      this.body = body;
      this.results = results;
    }

    /** A sequence with calls in place of pieces; {@code after} is what is live after it. */
    List<Node> reduce(List<Node> nodes, BitSet after) throws Unsupported {
      for (int i = 0; i < nodes.size(); i++) {
        if (nodes.get(i) instanceof Block block && block.cost > piece) {
          BitSet behind = block.opcode == FunctionBody.LOOP || i + 1 == nodes.size() ? after : nodes.get(i + 1).liveBefore;
          block.body = reduce(block.body, behind);
          int cost = 6 + FunctionBody.cost(block.body);
          if (block.otherwise != null) {
            block.otherwise = reduce(block.otherwise, behind);
            cost += FunctionBody.cost(block.otherwise);
          }
          block.cost = cost;
        }
      }
      List<Node> reduced = new ArrayList<>();
      List<Node> group = new ArrayList<>();
      int at = 0;
      while (at < nodes.size()) {
        int end = statementEnd(nodes, at);
        List<Node> statement = nodes.subList(at, end < 0 ? nodes.size() : end);
        int cost = FunctionBody.cost(statement);
        BitSet live = statement.get(0).liveBefore;
        if (end < 0 || cost > piece || FunctionBody.cost(group) + cost > piece) {
          close(group, reduced, live);
        }
        if (end < 0 || cost > piece) {
          reduced.addAll(statement);
        } else {
          group.addAll(statement);
        }
        at += statement.size();
      }
      close(group, reduced, after);
      return reduced;
    }

    /** Where the stack is as it was at {@code from}; -1 if it never is, or what was on it before is used. */
    private int statementEnd(List<Node> nodes, int from) {
      int height = 0;
      for (int i = from; i < nodes.size(); i++) {
        Node node = nodes.get(i);
        if (node.isJump()) {
          return takesValues(node) ? -1 : i + 1;
        }
        height -= node.pops;
        if (height < 0) {
          return -1;
        }
        height += node.pushes;
        if (height == 0) {
          return i + 1;
        }
      }
      return -1;
    }

    /** Whether a jump takes values along to a label; a return can be made of one to the function's end. */
    private boolean takesValues(Node jump) {
      for (Block target : jump.targets) {
        if (target.arity() > 0 && !(target == body.root && jump.opcode == FunctionBody.BR)) {
          return true;
        }
      }
      return false;
    }

    private void close(List<Node> group, List<Node> into, BitSet after) throws Unsupported {
      Call call = FunctionBody.cost(group) < worth ? null : call(group, after);
      if (call == null) {
        into.addAll(group);
      } else {
        into.add(call);
      }
      group.clear();
    }

    /** Makes a function of a piece. Answers null if that is not worth it. */
    private Call call(List<Node> nodes, BitSet after) throws Unsupported {
      Use use = new Use(body.root);
      use.of(nodes);
      if (use.valued || use.outside.size() > MOST_EXITS) {
        return null;
      }
      BitSet before = nodes.get(0).liveBefore;
      Call call = new Call();
      call.opcode = FunctionBody.CALL;
      call.liveBefore = before;
      call.ends = !nodes.get(nodes.size() - 1).isJump() && !(nodes.get(nodes.size() - 1) instanceof Call last && !last.ends);
      call.targets = new ArrayList<>(use.outside);
      BitSet wanted = call.ends ? (BitSet) after.clone() : new BitSet();
      for (Block target : use.outside) {
        wanted.or(target.liveAtLabel);
      }
      BitSet in = (BitSet) use.read.clone();
      in.or(use.written);
      in.and(before);
      BitSet out = (BitSet) use.written.clone();
      out.and(wanted);
      call.in = in.stream().boxed().toList();
      call.out = out.stream().boxed().toList();
      call.cost = 8 + 2 * call.in.size() + 10 * call.out.size() + (call.hasResult() ? 10 + 4 * call.targets.size() : 4);
      if (call.in.size() > MOST_PARAMETERS || call.cost * 3 / 2 > FunctionBody.cost(nodes)) {
        return null;
      }
      BitSet others = (BitSet) use.read.clone();
      others.or(use.written);
      others.andNot(in);
      make(call, List.copyOf(nodes), others);
      return call;
    }

    private void make(Call call, List<Node> nodes, BitSet others) throws Unsupported {
      int[] map = new int[body.locals.length];
      byte[] parameters = new byte[call.in.size()];
      for (int i = 0; i < parameters.length; i++) {
        map[call.in.get(i)] = i;
        parameters[i] = body.locals[call.in.get(i)];
      }
      int next = parameters.length;
      WasmWriter out = new WasmWriter().number(others.cardinality() + 1);
      for (int local = others.nextSetBit(0); local >= 0; local = others.nextSetBit(local + 1)) {
        map[local] = next++;
        out.number(1).octet(body.locals[local]);
      }
      out.number(1).octet(FunctionBody.I32);
      new Emitter(body, results, out, map, next, call).piece(nodes);
      call.function = functionTypes.size();
      functionTypes.add(type(parameters, call.hasResult() ? new byte[] {FunctionBody.I32} : new byte[0]));
      newBodies.add(out.toBytes());
    }
  }

  /** What a piece does to locals, and where it jumps to outside of itself. */
  private static final class Use {
    final BitSet read = new BitSet();
    final BitSet written = new BitSet();
    final Set<Block> outside = new LinkedHashSet<>();
    /** Whether one of these jumps takes a value along, other than a return. */
    boolean valued;
    private final Block root;
    private final Set<Block> inside = new LinkedHashSet<>();

    Use(Block root) {
      this.root = root;
    }

    void of(List<Node> nodes) {
      for (Node node : nodes) {
        if (node instanceof Call call) {
          call.in.forEach(read::set);
          call.out.forEach(written::set);
        } else if (node.opcode == FunctionBody.LOCAL_GET) {
          read.set(node.local);
        } else if (node.local >= 0) {
          written.set(node.local);
        } else if (node.opcode == FunctionBody.RETURN) {
          outside.add(root);
        }
        for (Block target : node.targets) {
          if (!inside.contains(target)) {
            outside.add(target);
            valued |= target.arity() > 0
                && !(target == root && (node.opcode == FunctionBody.BR || node instanceof Call));
          }
        }
        if (node instanceof Block block) {
          inside.add(block);
          of(block.body);
          if (block.otherwise != null) {
            of(block.otherwise);
          }
          inside.remove(block);
        }
      }
    }
  }

  /** Writes instructions of a function: into what is left of it, or into one of its pieces. */
  private final class Emitter {
    private final FunctionBody body;
    private final byte[] results;
    private final WasmWriter out;
    private final int[] map;
    private final int spare;
    /** The call that stands for the piece that is written; null for the function itself. */
    private final Call self;
    private final List<Block> labels = new ArrayList<>();

    Emitter(FunctionBody body, byte[] results, WasmWriter out, int[] map, int spare, Call self) {
      this.body = body;
      this.results = results;
      this.out = out;
      this.map = map;
      this.spare = spare;
      this.self = self;
    }

    void piece(List<Node> nodes) {
      sequence(nodes);
      if (self.ends) {
        leave(0);
      } else {
        // It never gets here; but what is after a block with no way out has to have a type.
        out.octet(FunctionBody.UNREACHABLE);
      }
      out.octet(FunctionBody.END);
    }

    WasmWriter sequence(List<Node> nodes) {
      for (Node node : nodes) {
        if (node instanceof Call call) {
          call(call);
        } else if (node instanceof Block block) {
          block(block);
        } else {
          plain(node);
        }
      }
      return out;
    }

    private void block(Block block) {
      out.octet(block.opcode);
      // Its type, as it stands in the module.
      WasmReader type = new WasmReader(bytes, block.start + 1);
      type.skipNumber();
      out.bytes(bytes, block.start + 1, type.at);
      labels.add(block);
      sequence(block.body);
      if (block.otherwise != null) {
        out.octet(FunctionBody.ELSE);
        sequence(block.otherwise);
      }
      labels.remove(labels.size() - 1);
      out.octet(FunctionBody.END);
    }

    private void plain(Node node) {
      switch (node.opcode) {
        case FunctionBody.LOCAL_GET:
        case FunctionBody.LOCAL_SET:
        case FunctionBody.LOCAL_TEE:
          out.op(node.opcode, map[node.local]);
          break;
        case FunctionBody.RETURN:
          doReturn();
          break;
        case FunctionBody.BR:
          if (node.targets.get(0) == body.root) {
            doReturn();
          } else {
            jump(node.targets.get(0));
          }
          break;
        case FunctionBody.BR_IF:
          jumpIf(node.targets.get(0));
          break;
        case FunctionBody.BR_TABLE:
          table(node.targets);
          break;
        default:
          out.bytes(bytes, node.start, node.end);
      }
    }

    /** With the value, if there is one, on the stack. */
    private void doReturn() {
      if (self == null) {
        out.octet(FunctionBody.RETURN);
      } else {
        if (results.length == 1) {
          out.op(FunctionBody.GLOBAL_SET, global(results[0], 0));
        }
        jump(body.root);
      }
    }

    private int depth(Block target) {
      return labels.size() - 1 - labels.lastIndexOf(target);
    }

    private boolean isHere(Block target) {
      return labels.contains(target) || self == null && target == body.root && results.length == 0;
    }

    /** The depth of a label that is here: the function's own is beyond all others. */
    private int depthHere(Block target) {
      return labels.contains(target) ? depth(target) : labels.size();
    }

    /** Jumps to a label; a value that is returned is in its global. */
    private void jump(Block target) {
      if (isHere(target)) {
        out.op(FunctionBody.BR, depthHere(target));
      } else if (self == null) {
        out.op(FunctionBody.GLOBAL_GET, global(results[0], 0)).octet(FunctionBody.RETURN);
      } else {
        leave(self.targets.indexOf(target) + 1);
      }
    }

    /** Ends the piece. */
    private void leave(int how) {
      int[] used = new int[128];
      used[results.length == 1 ? results[0] : 0] = 1;
      for (int local : self.out) {
        byte type = body.locals[local];
        out.op(FunctionBody.LOCAL_GET, map[local]).op(FunctionBody.GLOBAL_SET, global(type, used[type]++));
      }
      if (self.hasResult()) {
        out.octet(FunctionBody.I32_CONST).signed(how);
      }
      out.octet(FunctionBody.RETURN);
    }

    private void jumpIf(Block target) {
      if (isHere(target)) {
        out.op(FunctionBody.BR_IF, depthHere(target));
      } else {
        out.octet(FunctionBody.IF).octet(FunctionBody.VOID);
        labels.add(null);
        jump(target);
        labels.remove(labels.size() - 1);
        out.octet(FunctionBody.END);
      }
    }

    /** A table of jumps; those that lead out of the piece go by a block each. {@code null} goes on behind the table. */
    private void table(List<Block> targets) {
      boolean goesOn = targets.contains(null);
      Set<Block> away = new LinkedHashSet<>();
      for (Block target : targets) {
        if (target != null && !isHere(target)) {
          away.add(target);
        }
      }
      if (!goesOn && away.isEmpty()) {
        tableOf(targets, new ArrayList<>());
        return;
      }
      out.op(FunctionBody.LOCAL_SET, spare);
      int outer = labels.size();
      List<Block> ways = new ArrayList<>();
      if (goesOn) {
        ways.add(null);
      }
      ways.addAll(away);
      for (Block way : ways) {
        out.octet(FunctionBody.BLOCK).octet(FunctionBody.VOID);
        labels.add(null);
      }
      out.op(FunctionBody.LOCAL_GET, spare);
      tableOf(targets, ways);
      for (int i = ways.size() - 1; i >= 0; i--) {
        out.octet(FunctionBody.END);
        labels.remove(labels.size() - 1);
        if (ways.get(i) != null) {
          jump(ways.get(i));
        }
      }
      assert labels.size() == outer;
    }

    private void tableOf(List<Block> targets, List<Block> ways) {
      out.op(FunctionBody.BR_TABLE, targets.size() - 1);
      for (Block target : targets) {
        int way = ways.indexOf(target);
        out.number(way >= 0 ? ways.size() - 1 - way : depthHere(target));
      }
    }

    private void call(Call call) {
      for (int local : call.in) {
        out.op(FunctionBody.LOCAL_GET, map[local]);
      }
      out.op(FunctionBody.CALL, call.function);
      int[] used = new int[128];
      used[results.length == 1 ? results[0] : 0] = 1;
      for (int local : call.out) {
        byte type = body.locals[local];
        out.op(FunctionBody.GLOBAL_GET, global(type, used[type]++)).op(FunctionBody.LOCAL_SET, map[local]);
      }
      if (!call.hasResult()) {
        if (!call.targets.isEmpty()) {
          jump(call.targets.get(0));
        } else if (!call.ends) {
          out.octet(FunctionBody.UNREACHABLE);
        }
      } else if (call.ends && call.targets.size() == 1) {
        jumpIf(call.targets.get(0));
      } else {
        List<Block> ways = new ArrayList<>();
        ways.add(call.ends ? null : call.targets.get(0));
        ways.addAll(call.targets);
        table(ways);
      }
    }
  }

  /** The module with what was made. */
  private byte[] assemble(byte[] code) {
    WasmWriter out = new WasmWriter().bytes(bytes, 0, HEADER);
    WasmReader from = new WasmReader(bytes, HEADER);
    boolean globalsWritten = newGlobals.isEmpty();
    while (from.at < bytes.length) {
      int start = from.at;
      int id = from.octet();
      int end = from.number() + from.at;
      if (!globalsWritten && id != 0 && (id > GLOBALS || id == GLOBALS) && id != 13) {
        WasmWriter section = new WasmWriter();
        int count = id == GLOBALS ? from.number() : 0;
        section.number(count + newGlobals.size());
        if (id == GLOBALS) {
          section.bytes(bytes, from.at, end);
        }
        for (byte type : newGlobals) {
          section.octet(type).octet(1).bytes(zero(type)).octet(FunctionBody.END);
        }
        out.octet(GLOBALS).sized(section.toBytes());
        globalsWritten = true;
        if (id == GLOBALS) {
          from.at = end;
          continue;
        }
      }
      switch (id) {
        case 0:
          break;     // Names and such, which nobody needs.
        case TYPES: {
          WasmWriter section = new WasmWriter().number(from.number() + typeParameters.size() - oldTypes).bytes(bytes, from.at, end);
          for (int i = oldTypes; i < typeParameters.size(); i++) {
            section.octet(0x60).sized(typeParameters.get(i)).sized(typeResults.get(i));
          }
          out.octet(TYPES).sized(section.toBytes());
          break;
        }
        case FUNCTIONS: {
          WasmWriter section = new WasmWriter().number(from.number() + newBodies.size()).bytes(bytes, from.at, end);
          for (int i = oldFunctions; i < functionTypes.size(); i++) {
            section.number(functionTypes.get(i));
          }
          out.octet(FUNCTIONS).sized(section.toBytes());
          break;
        }
        case CODE: {
          WasmWriter section = new WasmWriter().number(from.number() + newBodies.size()).bytes(code);
          newBodies.forEach(section::sized);
          out.octet(CODE).sized(section.toBytes());
          break;
        }
        default:
          out.bytes(bytes, start, end);
      }
      from.at = end;
    }
    return out.toBytes();
  }

  private static byte[] zero(byte type) {
    switch (type) {
      case 0x7f:
        return new byte[] {0x41, 0};
      case 0x7e:
        return new byte[] {0x42, 0};
      case 0x7d:
        return new byte[] {0x43, 0, 0, 0, 0};
      default:
        return new byte[] {0x44, 0, 0, 0, 0, 0, 0, 0, 0};
    }
  }
}
