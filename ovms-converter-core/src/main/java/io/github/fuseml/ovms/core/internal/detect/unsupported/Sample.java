package io.github.fuseml.ovms.core.internal.detect.unsupported;

import io.github.fuseml.ovms.core.internal.detect.files.FileBytes;
import io.github.fuseml.ovms.core.internal.detect.files.MalformedException;
import io.github.fuseml.ovms.core.internal.detect.files.ModelPaths;
import io.github.fuseml.ovms.core.internal.detect.files.ZipDirectory;
import io.github.fuseml.ovms.spi.Artifact;
import io.github.fuseml.ovms.spi.ModelTree;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A file under examination: its first bytes, and what is asked of it only when it is needed. */
final class Sample {
  private static final int SEARCHED = 64 << 10;

  private final ModelTree tree;
  private final Artifact file;
  private final byte[] head;
  private final String text;
  private @Nullable Set<String> archive;

  Sample(ModelTree tree, Artifact file) {
    this.tree = tree;
    this.file = file;
    this.head = tree.head(file);
    this.text = new String(head, StandardCharsets.ISO_8859_1);
  }

  /** The first 4 KiB, one character for each byte. */
  String text() {
    return text;
  }

  boolean begins(String ascii) {
    return text.startsWith(ascii);
  }

  boolean beginsHex(String hex) {
    return begins(new String(HexFormat.of().parseHex(hex), StandardCharsets.ISO_8859_1));
  }

  boolean holds(String ascii) {
    return text.contains(ascii);
  }

  /** Whether a text occurs in the first 64 KiB. */
  boolean holdsWithin(String ascii) {
    byte[] start = tree.read(file, 0, SEARCHED);
    return new String(start, StandardCharsets.ISO_8859_1).contains(ascii);
  }

  boolean named(String... suffixes) {
    return Set.of(suffixes).contains(ModelPaths.suffix(file.path()));
  }

  String name() {
    return ModelPaths.name(file.path());
  }

  /** Whether there is a file beside this one with its stem and another suffix. */
  boolean hasSibling(String suffix) {
    return tree.find(ModelPaths.withSuffix(file.path(), suffix)).isPresent();
  }

  /** Whether it lies in the {@code variables} directory of a SavedModel. */
  boolean isInSavedModel() {
    String directory = ModelPaths.parent(file.path());
    return ModelPaths.name(directory).equals("variables")
        && tree.find(ModelPaths.join(ModelPaths.parent(directory), "saved_model.pb"))
            .isPresent();
  }

  int at(int index) {
    return index < head.length ? head[index] & 0xff : -1;
  }

  long size() {
    return file.size();
  }

  /** The 8 bytes at the beginning, the least significant first. */
  long firstLong() {
    long value = 0;
    for (int i = 7; i >= 0; i--) {
      value = value << 8 | Math.max(at(i), 0);
    }
    return value;
  }

  int lastByte() throws MalformedException {
    return new FileBytes(tree, file).at(file.size() - 1);
  }

  /** Whether it is a zip archive with such a name in it. */
  boolean archives(Predicate<String> name) throws MalformedException {
    if (!beginsHex("504b0304")) {
      return false;
    }
    if (archive == null) {
      archive = ZipDirectory.read(new FileBytes(tree, file)).names();
    }
    return archive.stream().anyMatch(name);
  }
}
