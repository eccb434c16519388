package io.github.fuseml.ovms.core.internal.publish;

import com.google.gson.JsonPrimitive;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The text of a configuration of OVMS ({@code config.json}). A model's entry is changed or added where
 * it belongs; everything else, what this program does not know and every space included, stays.
 */
final class OvmsConfigText {
  private static final String LIST = "model_config_list";

  /** For a configuration that is not there yet. */
  static final String EMPTY = "{\n  \"" + LIST + "\": []\n}\n";

  private final String text;
  private final JsonSpan root;

  private OvmsConfigText(String text, JsonSpan root) {
    this.text = text;
    this.root = root;
  }

  /**
   * Reads a configuration.
   *
   * @param text the text; one without anything counts as empty
   * @return the configuration
   * @throws IllegalArgumentException if it is none, with what is wrong
   */
  static OvmsConfigText parse(String text) {
    String usable = text.isBlank() ? EMPTY : text;
    JsonSpan root = JsonSpan.parse(usable);
    if (!root.isObject()) {
      throw new IllegalArgumentException("it is no JSON object");
    }
    Optional<JsonSpan> list = root.member(LIST);
    if (list.isPresent() && !list.get().isArray()) {
      throw new IllegalArgumentException("its '" + LIST + "' is no array");
    }
    return new OvmsConfigText(usable, root);
  }

  /** The text with an entry of that name and path. */
  String with(String name, String basePath) {
    JsonSpan list = root.member(LIST).orElse(null);
    if (list == null) {
      return insert(root, quoted(LIST) + ": [" + compact(name, basePath) + "]");
    }
    JsonSpan config = find(name);
    if (config == null) {
      return insertEntry(list, name, basePath);
    }
    Optional<JsonSpan> path = config.member("base_path");
    if (path.isEmpty()) {
      return insert(config, quoted("base_path") + ": " + quoted(basePath));
    }
    return path.get().string().filter(basePath::equals).isPresent()
        ? text
        : replace(path.get().start(), path.get().end(), quoted(basePath));
  }

  private @Nullable JsonSpan find(String name) {
    List<JsonSpan> found =
        configs().stream().filter(config -> isCalled(config, name)).toList();
    if (found.size() > 1) {
      throw new IllegalArgumentException("two of its entries are called '" + name + "'");
    }
    return found.isEmpty() ? null : found.get(0);
  }

  private List<JsonSpan> configs() {
    return root.member(LIST).stream()
        .flatMap(list -> list.children().stream())
        .flatMap(element -> element.member("config").stream())
        .toList();
  }

  private static boolean isCalled(JsonSpan config, String name) {
    return config.member("name").flatMap(JsonSpan::string).filter(name::equals).isPresent();
  }

  /** Adds a value to the end of an object or an array, in the way the last one stands there. */
  private String insert(JsonSpan container, String value) {
    if (container.children().isEmpty()) {
      return replace(container.start() + 1, container.end() - 1, value);
    }
    int last = container.children().get(container.children().size() - 1).end();
    return replace(last, last, "," + before(container) + value);
  }

  private String insertEntry(JsonSpan list, String name, String basePath) {
    String outer = indentOf(list.start());
    boolean lines = text.indexOf('\n') >= 0;
    if (list.children().isEmpty()) {
      String inner = outer + "  ";
      return lines
          ? replace(
              list.start() + 1,
              list.end() - 1,
              newline() + inner + pretty(name, basePath, inner, "  ") + newline() + outer)
          : insert(list, compact(name, basePath));
    }
    String space = before(list);
    int line = space.lastIndexOf('\n');
    if (line < 0) {
      return insert(list, compact(name, basePath));
    }
    String inner = space.substring(line + 1);
    String unit = inner.startsWith(outer) && inner.length() > outer.length()
        ? inner.substring(outer.length())
        : "  ";
    return insert(list, pretty(name, basePath, inner, unit));
  }

  /** What stands between the last value of a container and what is before it. */
  private String before(JsonSpan container) {
    int count = container.children().size();
    int start = container.children().get(count - 1).from();
    int from = start;
    while (from > 0 && Character.isWhitespace(text.charAt(from - 1))) {
      from--;
    }
    String space = text.substring(from, start);
    return space.isEmpty() && count == 1 ? " " : space;
  }

  private String indentOf(int position) {
    int line = text.lastIndexOf('\n', position) + 1;
    int end = line;
    while (end < position && (text.charAt(end) == ' ' || text.charAt(end) == '\t')) {
      end++;
    }
    return text.substring(line, end);
  }

  private String replace(int start, int end, String value) {
    return text.substring(0, start) + value + text.substring(end);
  }

  private static String compact(String name, String basePath) {
    return "{\"config\": {\"name\": " + quoted(name) + ", \"base_path\": " + quoted(basePath)
        + "}}";
  }

  /** The line's end that the file has. */
  private String newline() {
    return text.contains("\r\n") ? "\r\n" : "\n";
  }

  private String pretty(String name, String basePath, String indent, String unit) {
    String one = newline() + indent + unit;
    String two = one + unit;
    return "{" + one + "\"config\": {" + two + "\"name\": " + quoted(name) + "," + two
        + "\"base_path\": " + quoted(basePath) + one + "}" + newline() + indent + "}";
  }

  private static String quoted(String value) {
    return new JsonPrimitive(value).toString();
  }

  /**
   * The policy of a model's entry, and of all others that serve the same versions by another name.
   *
   * @param name the model's name
   * @param basePath where OVMS finds its versions
   * @return what any of them serves
   * @throws IllegalArgumentException if one of them has a policy that OVMS would not understand
   */
  Housekeeping.Policy policy(String name, String basePath) {
    Housekeeping.Policy all = Housekeeping.Policy.DEFAULT;
    for (JsonSpan config : configs()) {
      boolean same = config
          .member("base_path")
          .flatMap(JsonSpan::string)
          .filter(path -> plain(path).equals(plain(basePath)))
          .isPresent();
      if (same || isCalled(config, name)) {
        all = all.and(OvmsPolicy.of(config.member("model_version_policy").orElse(null)));
      }
    }
    return all;
  }

  /** A path without what makes no difference. */
  private static String plain(String path) {
    return path.length() > 1 ? path.replaceAll("(?<=[^/:])/+$", "") : path;
  }
}
