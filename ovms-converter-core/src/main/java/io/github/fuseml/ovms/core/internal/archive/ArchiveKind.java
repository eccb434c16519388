package io.github.fuseml.ovms.core.internal.archive;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The kinds of archives, by the ends of their names. By name alone: some formats of models are zip
 * archives themselves, and are not to be unpacked.
 */
public enum ArchiveKind {
  /** A zip archive. */
  ZIP(".zip"),
  /** A tar archive that is compressed by gzip. */
  TAR_GZ(".tar.gz", ".tgz"),
  /** A tar archive. */
  TAR(".tar");

  private final String suffix;
  private final String shortSuffix;

  ArchiveKind(String suffix) {
    this(suffix, suffix);
  }

  ArchiveKind(String suffix, String shortSuffix) {
    this.suffix = suffix;
    this.shortSuffix = shortSuffix;
  }

  /**
   * The kind that a name tells.
   *
   * @param name a file's name
   * @return its kind; empty if it is no archive
   */
  public static Optional<ArchiveKind> of(String name) {
    for (ArchiveKind kind : values()) {
      if (kind.suffixOf(name) != null) {
        return Optional.of(kind);
      }
    }
    return Optional.empty();
  }

  /**
   * A name without what tells the kind.
   *
   * @param name a file's name of this kind
   * @return what the archive is likely to be called inside
   */
  public String stem(String name) {
    String end = suffixOf(name);
    return end == null ? name : name.substring(0, name.length() - end.length());
  }

  private @Nullable String suffixOf(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    for (String end : List.of(suffix, shortSuffix)) {
      if (lower.endsWith(end) && lower.length() > end.length()) {
        return end;
      }
    }
    return null;
  }
}
