/** Formats that more than one side speaks, in plain Java without dependencies: it also runs inside the kernel. */
package dev.samovar.protocol;
