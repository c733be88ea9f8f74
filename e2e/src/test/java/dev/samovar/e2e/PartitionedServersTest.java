package dev.samovar.e2e;

/** All of {@link ServersTest} with third-party storage partitioned. */
@Partitioned
class PartitionedServersTest extends ServersTest {
}
