package dev.samovar.bench;

/**
 * What a figure is held against; both are upper bounds in the row's unit, and null where there is none.
 *
 * @param aim what is wanted; missing it is reported
 * @param max what is promised; missing it fails {@code --check}
 */
record Target(Double aim, Double max) {

    static final Target NONE = new Target(null, null);

    static Target aim(double aim) {
        return new Target(aim, null);
    }

    Target max(double max) {
        return new Target(aim, max);
    }
}
