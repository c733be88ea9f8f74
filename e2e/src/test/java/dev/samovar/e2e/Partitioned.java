package dev.samovar.e2e;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The tests of a class run in a browser that keeps what a frame stores apart from what a tab stores, for another site's frames. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@interface Partitioned {
}
