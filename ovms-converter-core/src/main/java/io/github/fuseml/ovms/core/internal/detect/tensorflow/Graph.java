package io.github.fuseml.ovms.core.internal.detect.tensorflow;

import io.github.fuseml.ovms.api.TensorSpec;
import io.github.fuseml.ovms.core.internal.detect.files.MalformedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What is of interest in a TensorFlow {@code GraphDef}, collected node by node. */
final class Graph {
  private static final int MOST_PLACEHOLDERS = 10_000;
  private static final Set<String> VARIABLES =
      Set.of("VarHandleOp", "VariableV2", "Variable", "AutoReloadVariable", "TemporaryVariable");

  /** Names of operations and of functions that are called like one. */
  private static final Pattern OPERATION = Pattern.compile("[A-Za-z0-9_.>/-]{1,1000}");

  private final List<TensorSpec> placeholders = new ArrayList<>();
  private int nodes;
  private int variables;
  private @Nullable String firstVariable;

  /**
   * Adds a node.
   *
   * @param name its name
   * @param op its operation
   * @throws MalformedException if this can be no node
   */
  void node(String name, String op) throws MalformedException {
    if (name.isEmpty() || !OPERATION.matcher(op).matches()) {
      throw new MalformedException("what should be a node has no name or no operation");
    }
    nodes++;
    if (VARIABLES.contains(op)) {
      variables++;
      firstVariable = firstVariable == null ? name : firstVariable;
    }
  }

  void placeholder(TensorSpec input) throws MalformedException {
    if (placeholders.size() >= MOST_PLACEHOLDERS) {
      throw new MalformedException("it has more than " + MOST_PLACEHOLDERS + " placeholders");
    }
    placeholders.add(input);
  }

  static boolean isPlaceholder(String op) {
    return op.equals("Placeholder");
  }

  /** The placeholders as OpenVINO names them. */
  List<TensorSpec> placeholders() {
    return placeholders;
  }

  int nodes() {
    return nodes;
  }

  int variables() {
    return variables;
  }

  /** The first variable's name; null when the graph has none. */
  @Nullable
  String firstVariable() {
    return firstVariable;
  }
}
