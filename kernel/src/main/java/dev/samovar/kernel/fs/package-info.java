/**
 * The file system: inodes in shared memory, directories as hash tables, files as block maps, pipes as rings.
 *
 * <p><b>Role.</b> {@link dev.samovar.kernel.fs.FileSystem} is what the layers above call: one method per operation on
 * paths. {@link dev.samovar.kernel.fs.PathWalk} resolves them; {@link dev.samovar.kernel.fs.Inodes},
 * {@link dev.samovar.kernel.fs.Directory}, {@link dev.samovar.kernel.fs.FileData},
 * {@link dev.samovar.kernel.fs.Symlink} and {@link dev.samovar.kernel.fs.Pipes} each know the layout of one record.
 *
 * <p><b>Lock order.</b> The lock of an open file's offset → the rename lock (two directories are concerned) → directories, an ancestor before its
 * descendants, unrelated ones by address → the inode that a name in them stands for; two such inodes by address → a
 * pipe's write or read lock → the list of changes → the locks of {@code memory}. A walk holds one inode's lock at a time, and none while it
 * looks at the next.
 *
 * <p><b>Invariants.</b> An inode lives while a name or a holder (open file, working directory, walk) refers to it:
 * {@code REFS} counts the holders and one for having names at all. Bytes of a file's blocks beyond its size are zero.
 * A directory that was removed has parent 0 and takes no new names. A directory's names are ordered by hash, so that a
 * reading position ({@code cookie}) stays right whatever is added, removed or rehashed meanwhile.
 */
package dev.samovar.kernel.fs;
