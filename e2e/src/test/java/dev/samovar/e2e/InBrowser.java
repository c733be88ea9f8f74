package dev.samovar.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives tests what they ask for by their parameters: a {@link SdkPage}, a {@link Desk} (with the kernel running), or the
 * {@link Chromium} itself, one for the whole JVM and one for {@link Partitioned} classes. A test fails if its page complained of anything that it did not expect.
 */
final class InBrowser implements ParameterResolver, AfterEachCallback {

    private static final Namespace NAMESPACE = Namespace.create(InBrowser.class);

    /** The tabs of one test. */
    private static final class Tabs {
        final List<Tab> open = new ArrayList<>();
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext test) {
        return List.of(SdkPage.class, Desk.class, Chromium.class).contains(parameter.getParameter().getType());
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext test) {
        // Closed by JUnit when the last test has run, the last opened first.
        Store store = test.getRoot().getStore(NAMESPACE);
        Site site = store.getOrComputeIfAbsent(Site.class, key -> serve(), Site.class);
        // Playwright switches partitioning off, by a flag of which the last one counts.
        Chromium chromium = test.getRequiredTestClass().isAnnotationPresent(Partitioned.class)
            ? store.getOrComputeIfAbsent(Partitioned.class, key -> Chromium.launch("--disable-features=Translate"), Chromium.class)
            : store.getOrComputeIfAbsent(Chromium.class, key -> Chromium.launch(), Chromium.class);
        Class<?> type = parameter.getParameter().getType();
        if (type == Chromium.class) {
            return chromium;
        }
        Tab tab = type == Desk.class ? new Desk(chromium, site) : new SdkPage(chromium, site);
        test.getStore(NAMESPACE).getOrComputeIfAbsent(Tabs.class, key -> new Tabs(), Tabs.class).open.add(tab);
        return tab instanceof Desk desk ? desk.ready() : tab;
    }

    private static Site serve() {
        try {
            return Site.serve();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void afterEach(ExtensionContext test) {
        Tabs tabs = test.getStore(NAMESPACE).get(Tabs.class, Tabs.class);
        if (tabs != null) {
            tabs.open.forEach(Tab::close);
            tabs.open.forEach(Tab::check);
        }
    }
}
