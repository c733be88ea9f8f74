package dev.samovar.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import org.junit.jupiter.api.Test;

/** All of {@link PreviewTest} with third-party storage partitioned. */
@Partitioned
class PartitionedPreviewTest extends PreviewTest {

    @Test
    void aTabOfAnotherSiteIsToldWhereToLook(Chromium chromium) throws IOException {
        try (Site site = Site.previewing("previews.localhost"); SdkPage sdk = new SdkPage(chromium, site)) {
            String url = serve(sdk, 8000).get(0);
            assertEquals("Served", Previewed.framed(sdk, url + PAGE).text());
            Previewed.inTab(sdk, url + PAGE).shows("The Samovar of this preview is not there").shows("look at the preview in Samovar");
            sdk.check();
        }
    }
}
