package io.github.fuseml.ovms.api;

import java.util.ArrayList;
import java.util.List;

/** How parameters that were given one by one go together, and what none of them may be. */
final class OptionRules {
  /** The largest dimension, which servers and clients hold in 32 bits. */
  static final long LARGEST_DIMENSION = Integer.MAX_VALUE;

  private OptionRules() {}

  /** Whether a number stays one where it is computed with, in 32 bits. */
  static boolean isFloat(double value) {
    return !Float.isNaN((float) value) && !Float.isInfinite((float) value);
  }

  /** Whether the same is true of a divisor, which engines multiply by the inverse of. */
  static boolean isFloatDivisor(double value) {
    return isFloat(value) && Math.abs((float) value) >= Float.MIN_NORMAL;
  }

  static void exclude(String one, boolean hasOne, String other, boolean hasOther) {
    if (hasOne && hasOther) {
      throw OptionText.refused(
          one, one + " and " + other + " exclude each other", "give only one of them");
    }
  }

  static void requireAllOrNoneNamed(String parameter, List<String> names) {
    long unnamed = names.stream().filter(String::isEmpty).count();
    if (unnamed > 0 && unnamed < names.size()) {
      throw OptionText.refused(
          parameter,
          "some parts have a name and some have none",
          "name all of them, or none: they belong to the inputs in their order then");
    }
  }

  /** Refuses what the engine would compute infinities with. */
  static void requireFloats(String parameter, List<ChannelValues> all, boolean divisors) {
    for (ChannelValues values : all) {
      for (double value : values.values()) {
        if (divisors ? !isFloatDivisor(value) : !isFloat(value)) {
          throw OptionText.refused(
              parameter,
              value + " is no 32-bit float" + (divisors ? " to divide by" : ""),
              "give another number");
        }
      }
    }
  }

  /** Values without names are for the inputs that are named, frozen ones left out, one for each. */
  static void requireOneForEach(
      String parameter, List<ChannelValues> values, List<InputEdit> edits) {
    List<InputEdit> open = edits.stream().filter(edit -> edit.value() == null).toList();
    boolean paired = !values.isEmpty()
        && values.get(0).input().isEmpty()
        && !open.isEmpty()
        && open.stream().noneMatch(edit -> edit.name().isEmpty());
    if (paired && values.size() != open.size()) {
      throw OptionText.refused(
          parameter,
          "%d tuple%s without names %s given for %d input%s: %s"
              .formatted(
                  values.size(),
                  values.size() == 1 ? "" : "s",
                  values.size() == 1 ? "is" : "are",
                  open.size(),
                  open.size() == 1 ? "" : "s",
                  open),
          "give one for each of them, in their order, or name those that are meant");
    }
  }

  static void requireDimensions(List<InputEdit> edits) {
    for (InputEdit edit : edits) {
      List<Dimension> dimensions = edit.shape() == null ? null : edit.shape().dimensions();
      for (Dimension dimension : dimensions == null ? List.<Dimension>of() : dimensions) {
        boolean large =
            dimension.max() > LARGEST_DIMENSION && dimension.max() != Dimension.UNBOUNDED;
        if (large || dimension.min() > LARGEST_DIMENSION) {
          throw OptionText.refused(
              "input_shape",
              "the shape " + edit.shape() + " has a dimension above " + LARGEST_DIMENSION,
              "give smaller ones");
        }
      }
    }
  }

  /** The edits with one more, which may freeze what is there already. */
  static void freeze(List<InputEdit> edits, InputEdit frozen) {
    for (int i = 0; i < edits.size(); i++) {
      InputEdit edit = edits.get(i);
      if (edit.name().equals(frozen.name())) {
        if (edit.value() != null && !edit.value().equals(frozen.value())) {
          throw OptionText.refused(
              "freeze_placeholder_with_value",
              "'" + edit.name() + "' is frozen to " + edit.value() + " already",
              "give one value for it");
        }
        edits.set(i, new InputEdit(edit.name(), edit.shape(), edit.type(), frozen.value()));
        return;
      }
    }
    edits.add(frozen);
  }

  /** Shapes belong to the inputs that are named, frozen ones left out, else to the model's own. */
  static List<InputEdit> shaped(List<InputEdit> edits, List<PartialShape> shapes) {
    List<InputEdit> all = new ArrayList<>();
    List<InputEdit> open = edits.stream().filter(edit -> edit.value() == null).toList();
    if (shapes.isEmpty() || open.isEmpty()) {
      shapes.forEach(shape -> all.add(InputEdit.ofShape(shape)));
      all.addAll(edits);
      return all;
    }
    if (shapes.size() != open.size()) {
      throw OptionText.refused(
          "input_shape",
          "%d shape%s given for %d input%s: %s"
              .formatted(
                  shapes.size(),
                  shapes.size() == 1 ? " is" : "s are",
                  open.size(),
                  open.size() == 1 ? "" : "s",
                  open),
          "give a shape for each of them, in their order");
    }
    int next = 0;
    for (InputEdit edit : edits) {
      all.add(edit.value() == null ? edit.withShape(shapes.get(next++)) : edit);
    }
    return all;
  }

  /** Layouts before and after that were given apart: by their names, or all in their order. */
  static List<LayoutChange> merged(List<LayoutChange> sources, List<LayoutChange> targets) {
    List<LayoutChange> all = new ArrayList<>(sources);
    all.addAll(targets);
    requireAllOrNoneNamed("target_layout", all.stream().map(LayoutChange::name).toList());
    all.subList(sources.size(), all.size()).clear();
    for (int i = 0; i < targets.size(); i++) {
      LayoutChange target = targets.get(i);
      int place = target.name().isEmpty() ? i : indexOf(sources, target.name());
      if (place < 0 || place >= sources.size()) {
        all.add(target);
      } else {
        all.set(place, new LayoutChange(target.name(), all.get(place).source(), target.target()));
      }
    }
    return all;
  }

  private static int indexOf(List<LayoutChange> all, String name) {
    for (int i = 0; i < all.size(); i++) {
      if (all.get(i).name().equals(name)) {
        return i;
      }
    }
    return -1;
  }
}
