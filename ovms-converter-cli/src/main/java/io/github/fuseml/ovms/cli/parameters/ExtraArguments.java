package io.github.fuseml.ovms.cli.parameters;

import io.github.fuseml.ovms.api.BadRequestException;
import io.github.fuseml.ovms.api.ConversionRequest;
import io.github.fuseml.ovms.api.Problem;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads further arguments of the Model Optimizer, one string as a shell would take them. What has a
 * meaning today becomes an option; what has none is accepted with a note; the rest is refused with
 * what to do instead. The engine that is the Model Optimizer gets them all as they are.
 */
public final class ExtraArguments {
  private static final String LEGACY_ENGINE = "model-optimizer";
  private static final Set<String> TRUTH_VALUES = Set.of("true", "false", "1", "0");

  private final String subject;
  private final GivenParameters parameters;
  private final ConversionRequest.Builder request;
  private final Consumer<String> notes;

  /**
   * A reader.
   *
   * @param subject where the arguments come from: {@code FUSEML_EXTRA_ARGS}, {@code --extra-args}
   * @param parameters gets the options
   * @param request gets the model's name
   * @param notes hears what changes nothing
   */
  public ExtraArguments(
      String subject,
      GivenParameters parameters,
      ConversionRequest.Builder request,
      Consumer<String> notes) {
    this.subject = subject;
    this.parameters = parameters;
    this.request = request;
    this.notes = notes;
  }

  /**
   * Reads the arguments.
   *
   * @param text the arguments in one string
   * @param optimizer the engine that was asked for; null for any
   * @throws BadRequestException if an argument is unknown, wrong or impossible
   */
  public void read(String text, @Nullable String optimizer) {
    List<String> words = ShellWords.split(subject, text);
    if (LEGACY_ENGINE.equals(optimizer)) {
      parameters.options().arguments(words);
      return;
    }
    Iterator<String> rest = words.iterator();
    String held = null; // What followed a switch and was not its value.
    while (held != null || rest.hasNext()) {
      String word = held == null ? rest.next() : held;
      held = one(word, rest);
    }
  }

  /** Reads one argument; answers a word that it took and did not use. */
  private @Nullable String one(String word, Iterator<String> rest) {
    int equals = valueAt(word);
    String flag = equals < 0 ? word : word.substring(0, equals);
    String value =
        equals < 0 ? null : word.substring(equals + (word.charAt(equals) == '=' ? 1 : 0));
    ExtraArgument argument = ExtraArgument.find(flag);
    if (argument == null) {
      throw unknown(flag);
    }
    if (value == null && argument.takesValue()) {
      if (!rest.hasNext()) {
        throw refused(flag, "it needs a value", "write " + flag + "=VALUE");
      }
      value = rest.next();
    }
    String unused = null;
    boolean mayHaveValue =
        argument.use() == ExtraArgument.Use.SWITCH || argument.use() == ExtraArgument.Use.NOTHING;
    if (value == null && mayHaveValue && rest.hasNext()) {
      String next = rest.next();
      boolean truth = TRUTH_VALUES.contains(next.toLowerCase(java.util.Locale.ROOT));
      value = truth ? next : null;
      unused = truth ? null : next;
    }
    apply(argument, flag, value == null ? "true" : value);
    return unused;
  }

  /** Where a word's value begins: behind '=', or right behind a letter as in {@code -b2}; -1 for none. */
  private static int valueAt(String word) {
    boolean letter = word.length() > 2
        && word.charAt(0) == '-'
        && ExtraArgument.find(word.substring(0, 2)) != null;
    return letter ? 2 : word.indexOf('=');
  }

  private void apply(ExtraArgument argument, String flag, String value) {
    switch (argument.use()) {
      case PARAMETER, SWITCH -> parameter(argument, flag, value);
      case NAME -> request.modelName(value);
      case NOTHING, NOTHING_WITH_VALUE ->
        notes.accept(subject + ": " + argument.flag() + " changes nothing: " + argument.why());
      case ELSEWHERE -> throw refused(flag, argument.why(), "leave it out here");
      case GONE -> throw refused(flag, "it is no parameter of a conversion today", argument.why());
      case ENGINE -> throw needsLegacyEngine(flag, "the engine has no equivalent");
    }
  }

  private void parameter(ExtraArgument argument, String flag, String value) {
    try {
      parameters.set(flag + " of " + subject, argument.parameter(), value);
    } catch (BadRequestException e) {
      if (count(value, "[(") == count(value, "])")) {
        throw e;
      }
      throw new BadRequestException(
          e.problem()
              .remedy("put a value with spaces into quotes: " + argument.flag() + " '[1, 3]'"),
          e);
    }
  }

  private static long count(String text, String characters) {
    return text.chars().filter(c -> characters.indexOf(c) >= 0).count();
  }

  private BadRequestException needsLegacyEngine(String flag, String found) {
    return refused(
        flag,
        found,
        "leave it out, or convert with --optimizer model-optimizer, which takes all arguments of"
            + " the Model Optimizer");
  }

  private BadRequestException unknown(String flag) {
    if (!flag.startsWith("-")) {
      return refused(
          flag,
          "a flag was expected, such as --layout",
          "put values with spaces into quotes: --input_shape '[1, 3]'");
    }
    Map<String, String> flags = new HashMap<>(); // By their spelling without dashes.
    for (ExtraArgument known : ExtraArgument.values()) {
      flags.put(known.flag().replace('-', '_'), known.flag());
    }
    return refused(
        flag,
        "the Model Optimizer has no such argument",
        Problem.nearest(flag.replace('-', '_'), flags.keySet())
            .map(near -> "did you mean " + flags.get(near) + "?")
            .orElse("leave it out; 'convert --help' lists the parameters"));
  }

  private BadRequestException refused(String flag, String found, String remedy) {
    return new BadRequestException(
        Problem.of("use '" + flag + "' of").on(subject).found(found).remedy(remedy));
  }
}
