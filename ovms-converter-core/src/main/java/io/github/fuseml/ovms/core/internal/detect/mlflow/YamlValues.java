package io.github.fuseml.ovms.core.internal.detect.mlflow;

import io.github.fuseml.ovms.core.internal.detect.files.MalformedException;
import io.github.fuseml.ovms.core.internal.detect.files.Shown;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * Makes values of the nodes of a YAML document: texts, lists and maps with texts for keys, and nothing
 * else. An alias stands for all of what it is an alias of, so sixteen lines can stand for millions of
 * values: what a value weighs is counted with its aliases written out, before anything walks it.
 */
final class YamlValues {
  /** A document without aliases, of the largest size that is read, weighs less. */
  private static final long HEAVIEST = 16L << 20;

  private static final String PLAIN = "is no plain YAML: ";

  private final IdentityHashMap<Node, Value> known = new IdentityHashMap<>();

  /** A value, and how many nodes and characters it has; null while it is being made. */
  private record Value(Object value, long weight) {}

  private YamlValues() {}

  /**
   * The value of a node.
   *
   * @param node the root of a document
   * @return a text, a list or a map
   * @throws MalformedException if there is more in it than these
   */
  static Object of(Node node) throws MalformedException {
    return new YamlValues().value(node).value();
  }

  private Value value(Node node) throws MalformedException {
    if (known.containsKey(node)) {
      Value value = known.get(node);
      if (value == null) {
        throw new MalformedException("has a value that holds itself");
      }
      return value;
    }
    known.put(node, null);
    Value made = make(node);
    if (made.weight() > HEAVIEST) {
      throw new MalformedException("has aliases that stand for more than any model tells");
    }
    known.put(node, made);
    return made;
  }

  private Value make(Node node) throws MalformedException {
    if (node instanceof ScalarNode scalar && has(node, Tag.STR)) {
      return new Value(scalar.getValue(), 1L + scalar.getValue().length());
    }
    if (node instanceof SequenceNode sequence && has(node, Tag.SEQ)) {
      return list(sequence);
    }
    if (node instanceof MappingNode mapping && has(node, Tag.MAP)) {
      return map(mapping);
    }
    throw new MalformedException(
        PLAIN + "it has the tag " + Shown.quoted(node.getTag().getValue()) + at(node));
  }

  private static boolean has(Node node, Tag tag) {
    return node.getTag().equals(tag);
  }

  private Value list(SequenceNode node) throws MalformedException {
    List<Object> list = new ArrayList<>();
    long weight = 1;
    for (Node element : node.getValue()) {
      Value value = value(element);
      list.add(value.value());
      weight += value.weight();
    }
    return new Value(list, weight);
  }

  private Value map(MappingNode node) throws MalformedException {
    Map<String, Object> map = new LinkedHashMap<>();
    long weight = 1;
    for (NodeTuple entry : node.getValue()) {
      if (!(entry.getKeyNode() instanceof ScalarNode) || !has(entry.getKeyNode(), Tag.STR)) {
        throw new MalformedException(PLAIN + "a key is no text" + at(entry.getKeyNode()));
      }
      String key = ((ScalarNode) entry.getKeyNode()).getValue();
      Value value = value(entry.getValueNode());
      if (map.put(key, value.value()) != null) {
        throw new MalformedException(
            PLAIN + "found the duplicate key " + Shown.quoted(key) + at(entry.getKeyNode()));
      }
      weight += 1 + key.length() + value.weight();
    }
    return new Value(map, weight);
  }

  private static String at(Node node) {
    return " at line " + (node.getStartMark().getLine() + 1);
  }
}
