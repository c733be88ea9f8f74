/**
 * What a folder holds and how it is run. The one home of detection, for the page and the command line alike; cold
 * paths, in ordinary Java over names.
 */
package dev.samovar.kernel.program;
