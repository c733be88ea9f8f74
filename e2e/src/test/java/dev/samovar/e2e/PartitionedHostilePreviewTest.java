package dev.samovar.e2e;

/** All of {@link HostilePreviewTest} with third-party storage partitioned. */
@Partitioned
class PartitionedHostilePreviewTest extends HostilePreviewTest {
}
