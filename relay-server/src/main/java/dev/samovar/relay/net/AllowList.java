package dev.samovar.relay.net;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The targets that may be connected to. A host is resolved once, what came of it is checked, and to exactly that the
 * connection goes: a name that resolves differently a moment later (DNS rebinding) gains nothing.
 */
public final class AllowList {

    /** Knows the addresses of names. */
    public interface Resolver {

        /** @throws UnknownHostException when there is no such host */
        InetAddress[] lookUp(String name) throws UnknownHostException;
    }

    private final List<Target> targets;
    private final Resolver resolver;

    /** Asks the system's resolver. */
    public AllowList(List<Target> targets) {
        this(targets, InetAddress::getAllByName);
    }

    public AllowList(List<Target> targets, Resolver resolver) {
        this.targets = List.copyOf(targets);
        this.resolver = resolver;
    }

    /** The same, and one more target. */
    public AllowList and(Target target) {
        List<Target> more = new ArrayList<>(targets);
        more.add(target);
        return new AllowList(more, resolver);
    }

    public List<Target> targets() {
        return targets;
    }

    /**
     * Whether resolving {@code host} could lead to anything allowed; if not, DNS need not be asked, which by itself
     * would tell somebody something.
     */
    public boolean mayLead(String host, int port) {
        String name = canonical(host);
        InetAddress literal = Addresses.literal(name);
        for (Target target : targets) {
            if (!target.hasPort(port)) {
                continue;
            }
            if (literal != null ? allows(target, name, literal) : target.hasName(name) || target.namesAddresses()) {
                return true;
            }
        }
        return false;
    }

    /**
     * The addresses of {@code host} that may be connected to on {@code port}, in the resolver's order; none when it is
     * not allowed. Waits for DNS.
     *
     * @throws UnknownHostException when there is no such host
     */
    public List<InetAddress> resolve(String host, int port) throws UnknownHostException {
        return permitted(host, port, lookUp(host));
    }

    private InetAddress[] lookUp(String host) throws UnknownHostException {
        String name = canonical(host);
        InetAddress literal = Addresses.literal(name);
        if (literal != null) {
            return new InetAddress[] {literal};
        }
        if (name.equals("localhost")) {
            return new InetAddress[] {InetAddress.getByName("127.0.0.1"), InetAddress.getByName("::1")};
        }
        if (!Addresses.isName(name)) {
            throw new UnknownHostException(host);
        }
        return resolver.lookUp(name);
    }

    /** Of the addresses that {@code host} resolved to, those that may be connected to. */
    List<InetAddress> permitted(String host, int port, InetAddress... addresses) {
        String name = canonical(host);
        List<InetAddress> permitted = new ArrayList<>();
        for (InetAddress address : addresses) {
            for (Target target : targets) {
                if (target.hasPort(port) && allows(target, name, address)) {
                    permitted.add(address);
                    break;
                }
            }
        }
        return permitted;
    }

    private static boolean allows(Target target, String name, InetAddress address) {
        return target.hasAddress(address) || target.hasName(name) && Addresses.isPublic(address);
    }

    /** Case and a final dot do not make another name. */
    private static String canonical(String host) {
        String name = host.toLowerCase(Locale.ROOT);
        return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
    }
}
