package io.github.fuseml.ovms.core.internal.detect.mlflow;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** Descriptions of models that nobody wrote by accident. */
final class HostileDescriptions {
  private static final String SOUND = "flavors: {onnx: {data: model.onnx}}\n";

  /** What a structure-aware mutation puts between, before or in place of lines. */
  private static final List<String> PIECES = List.of(
      "&a [*a]",
      "*a",
      "!!python/object/new:os.system [id]",
      "<<: *a",
      "? [",
      "{a: {b: ",
      "\t- x",
      "---",
      "...",
      "%YAML 9.9",
      "%TAG ! tag:x,2000:",
      "|\n  text",
      ">9\n text",
      "\"\\U0010FFFF\\x00\"",
      "'",
      "flavors: {}",
      "data: ../../../etc/passwd",
      "data: [model.onnx]",
      "saved_model_dir: {a: b}",
      "artifacts: [1, 2]",
      "signature: {inputs: '[[[[[['}",
      "run_id: {a: b}",
      "? {a: b} : c",
      "~: ~",
      "=: x",
      "\u0085\u2028\u00a0",
      "9".repeat(400));

  private HostileDescriptions() {}

  /** A description and a phrase of what is said of it. */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  record Hostile(String name, byte[] content, String reason) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Hostile> all() {
    return Stream.of(
        text("a NUL character", SOUND + "a: \0\n", "is no plain YAML"),
        text("a control character", SOUND + "a: \u0007\n", "is no plain YAML"),
        text("a key twice", SOUND + SOUND, "duplicate key"),
        text("a key twice below", "flavors: {onnx: {data: a, data: b}}", "duplicate key"),
        text("two documents", SOUND + "---\n" + SOUND, "is no plain YAML"),
        text("an unknown directive version", "%YAML 9.9\n---\n" + SOUND, "is no plain YAML"),
        text("an alias of nothing", "flavors: *nobody", "is no plain YAML"),
        text("a value that holds itself", "flavors: &a {onnx: *a, data: [*a]}", "holds itself"),
        text("a key that holds itself", "? &a [*a]\n: x\n" + SOUND, "is no plain YAML"),
        text("a Java class", "!!java.net.URL [\"http://127.0.0.1/\"]", "is no plain YAML"),
        text("a binary value", "flavors: !!binary aGVsbG8=", "is no plain YAML"),
        text("a list", "- flavors\n", "is no YAML map"),
        text("a number", "42", "is no YAML map"),
        text("nothing but a comment", "# flavors", "is empty"),
        text("nothing at all", "", "is empty"),
        text("few aliases of much, as tags", bomb("meta_graph_tags: *a15"), "aliases"),
        text("few aliases of much, as a key", bomb("? *a15\n    : x"), "aliases"),
        text("few aliases of much, anywhere", "b: {b: 1}\n" + bomb("data: *a15"), "aliases"),
        text("a list for a key", "? [a]\n: x\n" + SOUND, "a key is no text at line 1"),
        text("a tab for an indentation", "flavors:\n\tonnx: {}", "at line 2"),
        text("a huge number of aliases", aliases(), "aliases"),
        text("a flavor's path of a million characters", path(), "is missing"),
        text("a path out", "flavors: {onnx: {data: a/../../b}}", "leaves the model's directory"),
        text("an absolute path", "flavors: {onnx: {data: /etc/passwd}}", "is absolute"),
        text("a path with a NUL", "flavors: {onnx: {data: \"a\\0b\"}}", "holds a NUL"),
        bytes("UTF-16 without a mark", "UTF-16LE", "UTF-16 or UTF-32"),
        bytes("UTF-16, the other way round", "UTF-16BE", "UTF-16 or UTF-32"),
        bytes("UTF-32", "UTF-32LE", "UTF-16 or UTF-32"),
        new Hostile("a half character", new byte[] {'f', 'l', (byte) 0xc3}, "is not UTF-8"),
        new Hostile("an overlong slash", new byte[] {'a', (byte) 0xc0, (byte) 0xaf}, "not UTF-8"));
  }

  private static Hostile text(String name, String yaml, String reason) {
    return new Hostile(name, yaml.getBytes(StandardCharsets.UTF_8), reason);
  }

  private static Hostile bytes(String name, String charset, String reason) {
    return new Hostile(name, SOUND.getBytes(Charset.forName(charset)), reason);
  }

  private static String aliases() {
    return "a: &a {x: y}\nb: [" + "*a, ".repeat(500) + "*a]\n" + SOUND;
  }

  /** Three to the power of sixteen texts, by forty-five aliases. */
  private static String bomb(String entry) {
    StringBuilder yaml = new StringBuilder("a0: &a0 [x, x, x]\n");
    for (int i = 1; i < 16; i++) {
      yaml.append("a%d: &a%d [*a%d, *a%d, *a%d]\n".formatted(i, i, i - 1, i - 1, i - 1));
    }
    return yaml + "flavors:\n  tensorflow:\n    saved_model_dir: tfmodel\n    " + entry + "\n";
  }

  private static String path() {
    return "flavors: {onnx: {data: " + "a/".repeat(500_000) + "}}";
  }

  /** A description with lines replaced, dropped, repeated and mixed with hostile pieces. */
  static byte[] mutated(Random random) {
    StringBuilder yaml = new StringBuilder();
    for (String line : (SOUND + """
        artifact_path: model
        run_id: 0123
        signature:
          inputs: '[{"type": "tensor"}]'
        flavors_:
          tensorflow:
            saved_model_dir: tfmodel
          python_function:
            artifacts: {net: {path: model.onnx}}
        """).split("\n", -1)) {
      switch (random.nextInt(6)) {
        case 0 -> yaml.append(pick(random)).append('\n');
        case 1 -> yaml.append(line).append(' ').append(pick(random)).append('\n');
        case 2 -> yaml.append(line.replace("flavors_", "flavors")).append('\n');
        case 3 -> yaml.append(line, 0, random.nextInt(line.length() + 1)).append('\n');
        default -> yaml.append(line).append('\n');
      }
    }
    byte[] bytes = yaml.toString().getBytes(StandardCharsets.UTF_8);
    for (int i = random.nextInt(4); i > 1; i--) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
    }
    return bytes;
  }

  private static String pick(Random random) {
    return PIECES.get(random.nextInt(PIECES.size()));
  }
}
