package dev.samovar.bench;

/**
 * What a figure is held against, in the row's unit; null where there is none.
 *
 * @param aim   what is wanted; missing it is reported
 * @param max   what is promised, an upper bound; missing it fails {@code --check}
 * @param rises whether more is better, as for rates: the aim is then a lower bound
 */
record Target(Double aim, Double max, boolean rises) {

    static final Target NONE = new Target(null, null, false);

    static Target aim(double aim) {
        return new Target(aim, null, false);
    }

    static Target atLeast(double aim) {
        return new Target(aim, null, true);
    }

    Target max(double max) {
        return new Target(aim, max, rises);
    }

    boolean missesAim(double figure) {
        return aim != null && (rises ? figure < aim : figure > aim);
    }

    boolean missesMax(double figure) {
        return max != null && figure > max;
    }
}
