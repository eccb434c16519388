package io.github.fuseml.ovms.examples.embed;

import io.github.fuseml.ovms.api.ConversionRequest;
import io.github.fuseml.ovms.api.ConversionResult;
import io.github.fuseml.ovms.api.OvmsConverter;

/** Converts the model at the first argument into the directory at the second. */
public final class Embed {
  private Embed() {}

  public static void main(String[] args) {
    try (OvmsConverter converter = OvmsConverter.builder().discover().build()) {
      ConversionRequest request =
          ConversionRequest.builder().source(args[0]).output(args[1]).build();
      ConversionResult result = converter.convert(request);
      System.out.println(result.plan().model().format() + " -> " + result.versionLocation());
      System.out.println(result.inputs() + " -> " + result.outputs());
    }
  }
}
