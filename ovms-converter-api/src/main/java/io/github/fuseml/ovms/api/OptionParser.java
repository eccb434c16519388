package io.github.fuseml.ovms.api;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * Reads the Model Optimizer's parameters as its command line spells them, of 2021 (separated by
 * spaces inside brackets) and of 2022 and later (by commas). Each method fails with the column of
 * what it does not understand.
 */
final class OptionParser {
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?(\\d+(\\.\\d*)?|\\.\\d+)([eE][+-]?\\d+)?");
  private static final Pattern SIZE = Pattern.compile("\\d+");
  private static final Pattern LAYOUT = Pattern.compile("[A-Za-z?.]+");

  private static final Map<String, String> TYPES = Map.ofEntries(
      Map.entry("float", "f32"),
      Map.entry("fp32", "f32"),
      Map.entry("float32", "f32"),
      Map.entry("half", "f16"),
      Map.entry("fp16", "f16"),
      Map.entry("float16", "f16"),
      Map.entry("double", "f64"),
      Map.entry("fp64", "f64"),
      Map.entry("float64", "f64"),
      Map.entry("int8", "i8"),
      Map.entry("int16", "i16"),
      Map.entry("int32", "i32"),
      Map.entry("int64", "i64"),
      Map.entry("uint8", "u8"),
      Map.entry("uint16", "u16"),
      Map.entry("uint32", "u32"),
      Map.entry("uint64", "u64"),
      Map.entry("bool", "boolean"));

  private static final Set<String> OWN_TYPES = Set.of(
      "f16", "f32", "f64", "bf16", "i8", "i16", "i32", "i64", "u8", "u16", "u32", "u64", "boolean");

  private final String parameter;
  private final OptionText text;

  OptionParser(String parameter, String value) {
    this.parameter = parameter;
    this.text = new OptionText(parameter, value);
  }

  /** {@code [1,3,224,224],(1 ?)}. */
  List<PartialShape> shapes() {
    return list(this::shape);
  }

  /** {@code 0:node[3,4],node:1[2]{i32}->[20,15],x->False}. */
  List<InputEdit> inputs() {
    Set<String> names = new HashSet<>();
    return list(() -> {
      String name = text.name();
      if (!name.isEmpty() && !names.add(name)) {
        throw text.wrong("a name that is not there already ('" + name + "')");
      }
      PartialShape shape = text.peek() == '[' || text.peek() == '(' ? shape() : null;
      ElementType type = text.take("{") ? type() : null;
      FrozenValue value = text.take("->") ? value() : null;
      if (name.isEmpty() && shape == null && type == null) {
        throw text.wrong("the name of an input, a shape or a type");
      }
      if (value != null && shape != null && !shape.isStatic()) {
        throw OptionText.refused(
            parameter,
            "'" + name + "' is frozen and has the dynamic shape " + shape,
            "give numbers for all of its dimensions");
      }
      return new InputEdit(name, shape, type, value);
    });
  }

  /** {@code node->value,node->[1 2]}. */
  List<InputEdit> frozen() {
    return list(() -> {
      String name = text.name();
      if (name.isEmpty()) {
        throw text.wrong("the name of an input");
      }
      text.require("->");
      return new InputEdit(name, null, null, value());
    });
  }

  /** {@code name,operation:1}. */
  List<String> names() {
    List<String> names = list(() -> {
      String name = text.name();
      if (name.isEmpty()) {
        throw text.wrong("a name");
      }
      return name;
    });
    if (new HashSet<>(names).size() < names.size()) {
      throw OptionText.refused(parameter, "a name is there twice: " + names, "name each once");
    }
    return names;
  }

  /** The name of a signature, which may hold any character. */
  String signature() {
    String name = text.rest();
    if (name.isEmpty()) {
      throw text.wrong("the name of a signature");
    }
    return name;
  }

  /** {@code data(1,2,3),info[2,3,4]} or {@code (1,2,3)}. */
  List<ChannelValues> channelValues(boolean divisors) {
    List<ChannelValues> all = list(() -> {
      String name = text.name();
      List<Double> values = bracketed(() -> divisors ? divisor() : number());
      if (values.isEmpty()) {
        throw text.wrong("a number inside the brackets");
      }
      return new ChannelValues(name, values);
    });
    requireAllOrNoneNamed(all.stream().map(ChannelValues::input).toList());
    return all;
  }

  /** {@code name1(nhwc->nchw),name2([n,c])} or a bare {@code nhwc->nchw}. */
  List<LayoutChange> layouts() {
    List<LayoutChange> all = list(() -> named(name -> {
      String source = text.isNext("->") ? null : layout();
      String target = text.take("->") ? layout() : null;
      return new LayoutChange(name, source, target);
    }));
    requireAllOrNoneNamed(all.stream().map(LayoutChange::name).toList());
    return all;
  }

  /** {@code name1(nhwc),name2(nc)} or a bare {@code nhwc}. */
  List<LayoutChange> layoutsOf(boolean source) {
    List<LayoutChange> all = list(() -> named(name -> {
      String layout = layout();
      return new LayoutChange(name, source ? layout : null, source ? null : layout);
    }));
    requireAllOrNoneNamed(all.stream().map(LayoutChange::name).toList());
    return all;
  }

  double scale() {
    double value = divisor();
    end();
    return value;
  }

  long batch() {
    String word = text.word();
    if (!SIZE.matcher(word).matches() || word.chars().allMatch(c -> c == '0')) {
      throw text.wrongWord("a whole number above 0");
    }
    end();
    return size(word);
  }

  boolean flag() {
    String word = text.word();
    end();
    return switch (word.toLowerCase(Locale.ROOT)) {
      case "true", "1", "yes", "on" -> true;
      case "false", "0", "no", "off" -> false;
      default -> throw text.wrongWord("true or false");
    };
  }

  WeightCompression dataType() {
    String word = text.word();
    end();
    return switch (word.toUpperCase(Locale.ROOT)) {
      case "FP16", "HALF" -> WeightCompression.FP16;
      case "FP32", "FLOAT" -> WeightCompression.NONE;
      case "INT8" -> WeightCompression.INT8;
      case "INT4" -> WeightCompression.INT4;
      default -> throw text.wrongWord("FP16, half, FP32, float, INT8 or INT4");
    };
  }

  private interface Named<T> {
    T read(String name);
  }

  /** What has a name before its brackets, or neither name nor brackets. */
  private <T> T named(Named<T> reader) {
    int start = text.position();
    String name = text.name();
    if (text.take("(")) {
      T value = reader.read(name);
      text.require(")");
      return value;
    }
    text.back(start);
    return reader.read("");
  }

  private String layout() {
    if (text.take("[")) {
      StringBuilder layout = new StringBuilder();
      do {
        layout.append(layoutWord());
      } while (text.take(","));
      text.require("]");
      return distinct(layout.toString());
    }
    return distinct(layoutWord());
  }

  private String distinct(String layout) {
    String letters = layout.toLowerCase(Locale.ROOT).replaceAll("[?.]", "");
    if (letters.chars().distinct().count() < letters.length()) {
      throw OptionText.refused(
          parameter,
          "the layout '" + layout + "' names a dimension twice",
          "give each its own letter, '?' for one without a meaning");
    }
    return layout;
  }

  private String layoutWord() {
    String word = text.word();
    if (word.indexOf('*') >= 0) {
      throw OptionText.refused(
          parameter,
          "dimensions cannot be fused ('*')",
          "leave '*' out, or convert with --optimizer model-optimizer");
    }
    if (!LAYOUT.matcher(word).matches()
        || !word.replace("...", "").chars().allMatch(OptionParser::isDimension)) {
      throw text.wrongWord("a layout such as nhwc, 'n?c' or 'nc...'");
    }
    return word;
  }

  private static boolean isDimension(int c) {
    return c == '?' || Character.isLetter(c);
  }

  private void requireAllOrNoneNamed(List<String> names) {
    OptionRules.requireAllOrNoneNamed(parameter, names);
    List<String> given = names.stream().filter(name -> !name.isEmpty()).toList();
    if (new HashSet<>(given).size() < given.size()) {
      throw OptionText.refused(parameter, "a name is there twice: " + given, "name each once");
    }
  }

  private PartialShape shape() {
    if (text.isNext("[...]") || text.isNext("(...)")) {
      text.take(text.peek() == '[' ? "[...]" : "(...)");
      return PartialShape.UNKNOWN;
    }
    return new PartialShape(bracketed(this::dimension));
  }

  private Dimension dimension() {
    String word = text.word();
    if (word.equals("?") || word.equals("-1")) {
      return Dimension.DYNAMIC;
    }
    int dots = word.indexOf("..");
    String least = dots < 0 ? word : word.substring(0, dots);
    String most = dots < 0 ? word : word.substring(dots + 2);
    boolean range = dots >= 0 && (!least.isEmpty() || !most.isEmpty());
    if (!(SIZE.matcher(least).matches() || (range && least.isEmpty()))
        || !(SIZE.matcher(most).matches() || (range && most.isEmpty()))) {
      throw text.wrongWord("a number, '?' or a range");
    }
    long min = least.isEmpty() ? 0 : size(least);
    long max = most.isEmpty() ? Dimension.UNBOUNDED : size(most);
    if (max < min) {
      throw text.wrongWord("a range from the smaller to the larger number");
    }
    return new Dimension(min, max);
  }

  /** A dimension's size, from its digits. */
  private long size(String digits) {
    BigInteger size = new BigInteger(digits);
    if (size.compareTo(BigInteger.valueOf(OptionRules.LARGEST_DIMENSION)) > 0) {
      throw text.wrongWord("a number up to " + OptionRules.LARGEST_DIMENSION);
    }
    return size.longValue();
  }

  private ElementType type() {
    String word = text.word();
    String lower = word.toLowerCase(Locale.ROOT);
    String id = TYPES.getOrDefault(lower, lower);
    if (!OWN_TYPES.contains(id)) {
      throw text.wrongWord("a type such as f32, f16, i64, i32, u8 or boolean");
    }
    text.require("}");
    return new ElementType(id);
  }

  private FrozenValue value() {
    if (text.peek() == '[' || text.peek() == '(') {
      List<String> elements = bracketed(this::literal);
      if (elements.isEmpty()) {
        throw text.wrong("a value inside the brackets");
      }
      return new FrozenValue(elements, true);
    }
    return new FrozenValue(List.of(literal()), false);
  }

  private String literal() {
    String word = text.word();
    if (!NUMBER.matcher(word).matches()
        && !word.equalsIgnoreCase("true")
        && !word.equalsIgnoreCase("false")) {
      throw text.wrongWord("a number, True or False");
    }
    return word;
  }

  private double number() {
    String word = text.word();
    if (!NUMBER.matcher(word).matches()) {
      throw text.wrongWord("a number");
    }
    double value = Double.parseDouble(word);
    if (!OptionRules.isFloat(value)) {
      throw text.wrongWord("a number that a 32-bit float can be");
    }
    return value;
  }

  private double divisor() {
    String word = text.word();
    if (!NUMBER.matcher(word).matches() || Double.parseDouble(word) == 0) {
      throw text.wrongWord("a number other than 0");
    }
    double value = Double.parseDouble(word);
    if (!OptionRules.isFloatDivisor(value)) {
      throw text.wrongWord("a number that a 32-bit float can be and be divided by");
    }
    return value;
  }

  /** Parts in square or round brackets, separated by commas or spaces. */
  private <T> List<T> bracketed(Supplier<T> part) {
    String close = text.peek() == '(' ? ")" : "]";
    if (!text.take("(") && !text.take("[")) {
      throw text.wrong("'[' or '('");
    }
    List<T> parts = new ArrayList<>();
    while (!text.take(close)) {
      if (!parts.isEmpty() && text.take(",") && text.isNext(close)) {
        throw text.wrong("another number");
      }
      if (text.atEnd()) {
        throw text.wrong("'" + close + "'");
      }
      parts.add(part.get());
    }
    return parts;
  }

  private <T> List<T> list(Supplier<T> part) {
    List<T> parts = new ArrayList<>();
    do {
      parts.add(part.get());
    } while (text.take(","));
    end();
    return parts;
  }

  private void end() {
    if (!text.atEnd()) {
      throw text.wrong("',' or the end");
    }
  }
}
