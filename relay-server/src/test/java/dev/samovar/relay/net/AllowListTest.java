package dev.samovar.relay.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may be connected to, and under which disguises not. No name is resolved here but localhost. */
class AllowListTest {

    private static AllowList list(String... targets) {
        return new AllowList(Arrays.stream(targets).map(Target::parse).toList());
    }

    private static boolean permits(AllowList list, String host, int port, String address) throws Exception {
        return list.mayLead(host, port) && !list.permitted(host, port, InetAddress.getByName(address)).isEmpty();
    }

    @Test
    void anEmptyListAllowsNothing() throws Exception {
        assertFalse(permits(list(), "93.184.216.34", 80, "93.184.216.34"));
    }

    @ParameterizedTest
    @CsvSource({
        "example.org:443, example.org, 443, 93.184.216.34, true",
        "example.org:443, EXAMPLE.org., 443, 93.184.216.34, true",
        "example.org:443, example.org, 80, 93.184.216.34, false",
        "example.org:443, www.example.org, 443, 93.184.216.34, false",
        "*.example.org:443, www.example.org, 443, 93.184.216.34, true",
        "*.example.org:443, example.org, 443, 93.184.216.34, false",
        "*.example.org:443, evilexample.org, 443, 93.184.216.34, false",
        "*:80-82, example.org, 82, 93.184.216.34, true",
        "*:80-82, example.org, 83, 93.184.216.34, false",
        "*:*, 93.184.216.34, 65535, 93.184.216.34, true",
        // A name's DNS decides nothing about networks of this machine.
        "example.org:443, example.org, 443, 127.0.0.1, false",
        "example.org:443, example.org, 443, 10.0.0.1, false",
        "*:*, localhost, 80, 127.0.0.1, false",
        "*:*, example.org, 80, ::1, false",
        "*:*, example.org, 80, 169.254.169.254, false",
        "*:*, example.org, 80, 100.64.0.1, false",
        "*:*, example.org, 80, 0.0.0.0, false",
        "*:*, example.org, 80, 224.0.0.1, false",
        "*:*, example.org, 80, 192.168.1.1, false",
        "*:*, example.org, 80, 172.31.0.1, false",
        "*:*, example.org, 80, 172.32.0.1, true",
        "*:*, example.org, 80, fd00::1, false",
        "*:*, example.org, 80, fe80::1, false",
        "*:*, example.org, 80, ::ffff:127.0.0.1, false",
        "*:*, example.org, 80, ::127.0.0.1, false",
        "*:*, example.org, 80, 64:ff9b::7f00:1, false",
        "*:*, example.org, 80, 2002:7f00:1::, false",
        "*:*, example.org, 80, 2606:2800:220:1::1, true",
        // An address allows itself, by whatever name it was found.
        "127.0.0.1:80, 127.0.0.1, 80, 127.0.0.1, true",
        "127.0.0.1:80, localhost, 80, 127.0.0.1, true",
        "127.0.0.1:80, any.name, 80, 127.0.0.1, true",
        "127.0.0.1:80, [::ffff:127.0.0.1], 80, ::ffff:127.0.0.1, true",
        "127.0.0.1:80, 127.0.0.2, 80, 127.0.0.2, false",
        "127.0.0.0/8:80, 127.9.9.9, 80, 127.9.9.9, true",
        "10.128.0.0/9:22, 10.128.0.1, 22, 10.128.0.1, true",
        "10.128.0.0/9:22, 10.127.0.1, 22, 10.127.0.1, false",
        "[fd00::1]:22, [fd00::1], 22, fd00::1, true",
        "fd00::/8:22, [fd12::1], 22, fd12::1, true",
        "fd00::/8:22, [fe12::1], 22, fe12::1, false",
        "localhost:80, 127.0.0.1, 80, 127.0.0.1, true",
        "localhost:80, localhost, 80, ::1, true",
        "localhost:80, example.org, 80, 127.0.0.2, false",
    })
    void allows(String target, String host, int port, String address, boolean allowed) throws Exception {
        assertEquals(allowed, permits(list(target), host, port, address));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0177.0.0.1", "0x7f.0.0.1", "2130706433", "017700000001", "0x7f000001", "127.1", "127.0.1",
        "127.0.0.1.", "127.0.0.01", "[127.0.0.1]", "::1%lo", "[::1", "1.2.3.4.5", "256.0.0.1", "127.0.0.1/8", "a:b", ""})
    void addressesInOddFormsAreNoHosts(String host) throws Exception {
        AllowList list = list("*:*");
        assertTrue(!list.mayLead(host, 80) || refuses(list, host), host);
    }

    private static boolean refuses(AllowList list, String host) throws Exception {
        try {
            return list.resolve(host, 80).isEmpty();
        } catch (java.net.UnknownHostException e) {
            return true;
        }
    }

    @Test
    void whatNothingCouldAllowIsNotResolved() {
        assertFalse(list("example.org:443").mayLead("example.com", 443));
        assertFalse(list("10.0.0.0/8:22").mayLead("example.com", 443));
        assertTrue(list("10.0.0.0/8:22").mayLead("example.com", 22));
    }

    @Test
    void aNameIsAskedForOnceAndOfItsAddressesOnlyTheAllowedAreTried() throws Exception {
        List<String> asked = new ArrayList<>();
        AllowList list = new AllowList(List.of(Target.parse("*.example.org:80"), Target.parse("127.0.0.1:81")), name -> {
            asked.add(name);
            // Public at first, and this machine a moment later: whoever asked twice would connect to what was not checked.
            return asked.size() > 1 ? new InetAddress[] {InetAddress.getByName("127.0.0.1")} : new InetAddress[] {
                InetAddress.getByName("10.0.0.1"), InetAddress.getByName("93.184.216.34"), InetAddress.getByName("::ffff:10.0.0.1"),
                InetAddress.getByName("fd00::1"), InetAddress.getByName("2606:2800:220:1::1")};
        });
        assertEquals(List.of(InetAddress.getByName("93.184.216.34"), InetAddress.getByName("2606:2800:220:1::1")),
            list.resolve("A.example.org.", 80));
        assertEquals(List.of("a.example.org"), asked);
        assertEquals(List.of(), list.resolve("a.example.org", 80));
        assertEquals(List.of(InetAddress.getByName("127.0.0.1")), list.resolve("a.example.org", 81));
    }

    @Test
    void localhostNeedsNoResolver() throws Exception {
        assertEquals(List.of(InetAddress.getByName("127.0.0.1"), InetAddress.getByName("::1")),
            list("localhost:1").resolve("LOCALHOST.", 1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "x:", ":80", "x:0", "x:65536", "x:9-8", "x:1-2-3", "x:-1", "x:+1", "10.0.0.0/33:1", "10.0.0.0/x:1",
        "0x7f.1:80", "2130706433:80", "a*b:80", "*.*:80", "http://x:80", "[::1:80"})
    void aTargetThatMakesNoSenseIsRefused(String text) {
        String clause = assertThrows(IllegalArgumentException.class, () -> Target.parse(text)).getMessage();
        assertTrue(clause.endsWith("\"" + text + "\"."), clause);
    }
}
