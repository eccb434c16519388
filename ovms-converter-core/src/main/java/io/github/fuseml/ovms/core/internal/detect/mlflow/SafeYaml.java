package io.github.fuseml.ovms.core.internal.detect.mlflow;

import io.github.fuseml.ovms.core.internal.detect.files.MalformedException;
import io.github.fuseml.ovms.core.internal.detect.files.Shown;
import io.github.fuseml.ovms.spi.Artifact;
import io.github.fuseml.ovms.spi.ModelTree;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.representer.Representer;
import org.yaml.snakeyaml.resolver.Resolver;

/**
 * Reads a small YAML file of unknown origin: no tags, no large files, no alias bombs. Every scalar is
 * a text: {@code 1.30} is a version and no number, and a hexadecimal id may look like one.
 */
final class SafeYaml {
  /** The signature of a table with 50,000 columns takes 3 MiB; nothing else is long. */
  private static final int LARGEST = 4 << 20;

  private static final int DEEPEST = 50;
  private static final int MOST_ALIASES = 50;

  private SafeYaml() {}

  static Map<?, ?> read(ModelTree tree, Artifact file) throws MalformedException {
    if (file.size() > LARGEST) {
      throw new MalformedException(
          "has " + file.size() + " bytes, more than the " + LARGEST + " that any has");
    }
    @Nullable Object loaded;
    try {
      Node root = yaml().compose(new StringReader(decode(tree.read(file, 0, LARGEST))));
      loaded = root == null ? null : YamlValues.of(root);
    } catch (YAMLException e) {
      throw new MalformedException("is no plain YAML: " + Shown.line(problem(e)));
    } catch (StackOverflowError e) {
      // The parser recurses in places that its depth limit does not guard.
      throw new MalformedException("nests its values too deep");
    }
    if (loaded instanceof Map<?, ?> map) {
      return map;
    }
    throw new MalformedException(loaded == null ? "is empty" : "is no YAML map");
  }

  private static String problem(YAMLException e) {
    if (e instanceof MarkedYAMLException marked && marked.getProblem() != null) {
      return marked.getProblem()
          + (marked.getProblemMark() == null
              ? ""
              : " at line " + (marked.getProblemMark().getLine() + 1));
    }
    return String.valueOf(e.getMessage());
  }

  private static Yaml yaml() {
    LoaderOptions options = new LoaderOptions();
    options.setCodePointLimit(LARGEST);
    options.setNestingDepthLimit(DEEPEST);
    options.setMaxAliasesForCollections(MOST_ALIASES);
    DumperOptions dumper = new DumperOptions();
    return new Yaml(
        new SafeConstructor(options), new Representer(dumper), dumper, options, new TextsOnly());
  }

  private static String decode(byte[] bytes) throws MalformedException {
    int first = bytes.length > 0 ? bytes[0] & 0xff : 1;
    int second = bytes.length > 1 ? bytes[1] & 0xff : 1;
    if ((first == 0xff && second == 0xfe)
        || (first == 0xfe && second == 0xff)
        || first == 0
        || second == 0) {
      throw new MalformedException("is UTF-16 or UTF-32, MLflow writes UTF-8");
    }
    try {
      String text =
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      // Some editors put a byte order mark before the text.
      return text.startsWith("\uFEFF") ? text.substring(1) : text;
    } catch (CharacterCodingException e) {
      throw new MalformedException("is not UTF-8");
    }
  }

  private static final class TextsOnly extends Resolver {
    @Override
    protected void addImplicitResolvers() {
      // None: what would be a number, a date or a merge key stays a text.
    }
  }
}
