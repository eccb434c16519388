package io.github.fuseml.ovms.api;

import java.util.Objects;

/**
 * The type of a tensor's elements, by OpenVINO's names: {@code f32}, {@code f16}, {@code bf16},
 * {@code f64}, {@code i8} to {@code i64}, {@code u8} to {@code u64}, {@code boolean}, {@code
 * string}, …
 *
 * <p>A value and not an enum, for engines add types. Source: {@code
 * ov::element::Type::get_type_name}.
 *
 * @param id the name, in lower case
 */
public record ElementType(String id) {
  /** A type that is not known before the model runs. */
  public static final ElementType DYNAMIC = new ElementType("dynamic");

  /**
   * Refuses a missing name.
   *
   * @param id the name, in lower case
   */
  public ElementType {
    Objects.requireNonNull(id, "id");
  }

  @Override
  public String toString() {
    return id;
  }
}
