/**
 * What the system costs, measured in a real Chromium: Java starts the server and the browser and does the arithmetic,
 * a script per benchmark (beside the classes, as a resource) drives the SDK in the page.
 */
package dev.samovar.bench;
