// Reads a column of numbers from a CSV file, and leaves what it tells about them in histogram.txt.
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST = 100000, BARS = 10, WIDTH = 50 };

static double values[MOST];

static FILE *openOrExit(const char *path, const char *mode) {
    FILE *file = fopen(path, mode);
    if (!file) {
        fprintf(stderr, "cannot open %s: %s\n", path, strerror(errno));
        exit(1);
    }
    return file;
}

/// The place of a column in the first line, counted from 0; exits if there is none of that name.
static int columnOf(char *head, const char *wanted, const char *path) {
    head[strcspn(head, "\r\n")] = 0;
    int place = 0;
    for (char *name = strtok(head, ","); name; name = strtok(NULL, ","), place++) {
        if (strcmp(name, wanted) == 0) return place;
    }
    fprintf(stderr, "%s has no column %s\n", path, wanted);
    exit(1);
}

/// The numbers of a column, into values[]; what is no number is counted in `bad`.
static int readColumn(const char *path, const char *column, int *bad) {
    FILE *file = openOrExit(path, "r");
    char line[1024];
    if (!fgets(line, sizeof line, file)) {
        fprintf(stderr, "%s is empty\n", path);
        exit(1);
    }
    int place = columnOf(line, column, path), count = 0;
    while (count < MOST && fgets(line, sizeof line, file)) {
        char *field = line, *end;
        for (int i = 0; field && i < place; i++) {
            field = strchr(field, ',');
            if (field) field++;
        }
        double value = field ? strtod(field, &end) : 0;
        if (!field || end == field) ++*bad;
        else values[count++] = value;
    }
    fclose(file);
    return count;
}

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void report(FILE *out, const char *column, int count, int bad) {
    double sum = 0, squares = 0;
    for (int i = 0; i < count; i++) sum += values[i];
    double mean = sum / count;
    for (int i = 0; i < count; i++) squares += (values[i] - mean) * (values[i] - mean);
    fprintf(out, "%s: %d values, %d lines without one\n", column, count, bad);
    fprintf(out, "mean %.2f, deviation %.2f, median %.2f, from %.2f to %.2f\n",
            mean, sqrt(squares / count), values[count / 2], values[0], values[count - 1]);

    double low = values[0], step = (values[count - 1] - low) / BARS;
    int bars[BARS] = {0}, most = 1;
    for (int i = 0; i < count; i++) {
        int bar = step > 0 ? (int)((values[i] - low) / step) : 0;
        if (bar >= BARS) bar = BARS - 1;
        if (++bars[bar] > most) most = bars[bar];
    }
    for (int i = 0; i < BARS; i++) {
        fprintf(out, "%8.1f  ", low + i * step);
        for (int n = 0; n < bars[i] * WIDTH / most; n++) fputc('#', out);
        fprintf(out, " %d\n", bars[i]);
    }
}

int main(int argc, char **argv) {
    const char *path = argc > 1 ? argv[1] : "rainfall.csv", *column = argc > 2 ? argv[2] : "mm";
    int bad = 0, count = readColumn(path, column, &bad);
    if (count == 0) {
        fprintf(stderr, "%s has no number in its column %s\n", path, column);
        return 1;
    }
    qsort(values, count, sizeof *values, ascending);
    report(stdout, column, count, bad);
    FILE *out = openOrExit("histogram.txt", "w");
    report(out, column, count, bad);
    if (fclose(out) != 0) {
        fprintf(stderr, "cannot write histogram.txt: %s\n", strerror(errno));
        return 1;
    }
    puts("written to histogram.txt");
    return 0;
}
