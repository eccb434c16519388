package io.github.fuseml.ovms.core.internal.publish;

import com.google.gson.JsonPrimitive;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
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
    JsonSpan list = root.member(LIST).orElse(null);
    JsonSpan found = null;
    if (list != null) {
      for (JsonSpan element : list.children()) {
        JsonSpan config = element.member("config").orElse(null);
        if (config != null
            && config
                .member("name")
                .flatMap(JsonSpan::string)
                .filter(name::equals)
                .isPresent()) {
          if (found != null) {
            throw new IllegalArgumentException("two of its entries are called '" + name + "'");
          }
          found = config;
        }
      }
    }
    return found;
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
              "\n" + inner + pretty(name, basePath, inner, "  ") + "\n" + outer)
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

  private static String pretty(String name, String basePath, String indent, String unit) {
    String one = "\n" + indent + unit;
    String two = one + unit;
    return "{" + one + "\"config\": {" + two + "\"name\": " + quoted(name) + "," + two
        + "\"base_path\": " + quoted(basePath) + one + "}\n" + indent + "}";
  }

  private static String quoted(String value) {
    return new JsonPrimitive(value).toString();
  }

  /** The policy of a model's entry; OVMS serves the newest version where there is none. */
  Housekeeping.Policy policy(String name) {
    JsonSpan config = find(name);
    JsonSpan policy =
        config == null ? null : config.member("model_version_policy").orElse(null);
    if (policy == null) {
      return new Housekeeping.Policy(1, number -> false);
    }
    if (policy.member("all").isPresent()) {
      return new Housekeeping.Policy(1, number -> true);
    }
    int latest = policy
        .member("latest")
        .flatMap(value -> value.member("num_versions"))
        .map(value -> number(value).intValue())
        .orElse(1);
    Set<Long> named = policy.member("specific").flatMap(value -> value.member("versions")).stream()
        .flatMap(versions -> versions.children().stream())
        .map(OvmsConfigText::number)
        .collect(Collectors.toSet());
    return new Housekeeping.Policy(latest, named::contains);
  }

  private static Long number(JsonSpan value) {
    try {
      return Long.valueOf(value.raw());
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "a model_version_policy has '" + value.raw() + "' where a number should be", e);
    }
  }
}
