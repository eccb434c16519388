package io.github.fuseml.ovms.core.internal.detect.files;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Paths inside a tree: relative, separated by {@code /}, empty for the tree itself. */
public final class ModelPaths {
  private ModelPaths() {}

  /**
   * The last segment.
   *
   * @param path a path
   * @return its name
   */
  public static String name(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  /**
   * The directory above.
   *
   * @param path a path
   * @return its directory; empty at the top
   */
  public static String parent(String path) {
    int slash = path.lastIndexOf('/');
    return slash < 0 ? "" : path.substring(0, slash);
  }

  /**
   * The name without its suffix.
   *
   * @param path a path
   * @return {@code model} for {@code a/model.onnx}
   */
  public static String stem(String path) {
    String name = name(path);
    int dot = name.lastIndexOf('.');
    return dot <= 0 ? name : name.substring(0, dot);
  }

  /**
   * The suffix that hints at the format.
   *
   * @param path a path
   * @return the suffix in lower case without its dot; empty when there is none
   */
  public static String suffix(String path) {
    String name = name(path);
    int dot = name.lastIndexOf('.');
    return dot < 0 ? "" : name.substring(dot + 1).toLowerCase(Locale.ROOT);
  }

  /**
   * How many directories are above.
   *
   * @param path a path
   * @return 0 for a file at the top
   */
  public static int depth(String path) {
    return (int) path.chars().filter(c -> c == '/').count();
  }

  /**
   * A path below a directory.
   *
   * @param directory a directory; empty for the tree
   * @param path a path relative to it; empty for the directory itself
   * @return the path relative to the tree
   */
  public static String join(String directory, String path) {
    if (directory.isEmpty() || path.isEmpty()) {
      return directory + path;
    }
    return directory + "/" + path;
  }

  /**
   * A sibling of a file with another suffix.
   *
   * @param path a file
   * @param suffix the suffix with its dot
   * @return {@code a/model.bin} for {@code a/model.xml} and {@code .bin}
   */
  public static String withSuffix(String path, String suffix) {
    return join(parent(path), stem(path) + suffix);
  }

  /**
   * A path that a model's own metadata names, made safe to follow.
   *
   * @param path what the metadata says
   * @return the same path without empty segments, {@code .} and {@code ..}
   * @throws MalformedException if it could lead out of its directory; the reason continues "it …"
   */
  public static String inside(String path) throws MalformedException {
    if (path.indexOf('\0') >= 0) {
      throw new MalformedException("holds a NUL character");
    }
    if (path.indexOf('\\') >= 0) {
      throw new MalformedException("holds a backslash");
    }
    if (path.startsWith("/")) {
      throw new MalformedException("is absolute");
    }
    if (path.length() > 1 && path.charAt(1) == ':' && Character.isLetter(path.charAt(0))) {
      throw new MalformedException("begins with a drive letter");
    }
    List<String> segments = new ArrayList<>();
    for (String segment : path.split("/", -1)) {
      if (segment.equals("..")) {
        if (segments.isEmpty()) {
          throw new MalformedException("leaves the model's directory");
        }
        segments.remove(segments.size() - 1);
      } else if (!segment.isEmpty() && !segment.equals(".")) {
        segments.add(segment);
      }
    }
    return String.join("/", segments);
  }
}
