package dev.samovar.web;

import dev.samovar.kernel.host.KernelMemory;
import org.teavm.interop.Export;

public final class KernelModule {
  static final class Foo { final KernelMemory m; Foo(KernelMemory m){this.m=m;}
    int inc(int a){ int v=m.getInt(a)+1; m.putInt(a,v); return v; } }
  static Foo foo;
  public static void main(String[] args) { foo = new Foo(new WebMemory()); }
  @Export(name = "probe1") public static int probe1(int a) { try { return foo.inc(a) + foo.m.compareAndExchange(a, 1, 2); } catch (Throwable t) { return -1; } }
}
