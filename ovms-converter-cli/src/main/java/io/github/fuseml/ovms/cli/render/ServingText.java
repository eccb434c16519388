package io.github.fuseml.ovms.cli.render;

import io.github.fuseml.ovms.api.Location;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What would serve a published model: for a shell, or for {@code kubectl apply -f -}. */
public final class ServingText {
  /** The longest name in Kubernetes that may begin a host's name. */
  private static final int LONGEST_NAME = 63;

  private ServingText() {}

  /** For whom. */
  public enum Kind {
    /** A {@code docker run} line. */
    DOCKER,
    /** An {@code InferenceService} of KServe. */
    KSERVE
  }

  /**
   * What would serve a model.
   *
   * @param kind for whom
   * @param name the model's name in OVMS
   * @param output the directory that holds its versions
   * @param config the configuration that has its entry; null if there is none
   * @return lines
   */
  public static String of(Kind kind, String name, Location output, @Nullable Location config) {
    return kind == Kind.DOCKER ? docker(name, output, config) : kserve(name, output);
  }

  private static String docker(String name, Location output, @Nullable Location config) {
    StringBuilder line = new StringBuilder("docker run --rm -p 9000:9000 -p 8000:8000");
    String path = output.toString();
    if (output.isLocal()) {
      String here = absolute(output);
      // With a configuration, OVMS goes by the path in it.
      path = config == null ? "/models/" + name : here;
      line.append(" -v ").append(quoted(here + ":" + path + ":ro"));
    } else {
      for (String variable : variables(output)) {
        line.append(" -e ").append(variable);
      }
    }
    if (config != null && config.isLocal()) {
      line.append(" -v ").append(quoted(absolute(config) + ":/config.json:ro"));
    }
    line.append(" openvino/model_server:latest --port 9000 --rest_port 8000");
    if (config == null) {
      line.append(" --model_name ").append(quoted(name));
      line.append(" --model_path ").append(quoted(path));
    } else {
      line.append(" --config_path ");
      line.append(config.isLocal() ? "/config.json" : quoted(config.toString()));
    }
    return line.append('\n').toString();
  }

  /** By their names: docker takes the values from the environment, and no secret is printed. */
  private static List<String> variables(Location output) {
    return switch (output.scheme()) {
      case "s3" ->
        List.of("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION", "S3_ENDPOINT");
      case "gs" -> List.of("GOOGLE_APPLICATION_CREDENTIALS");
      default -> List.of();
    };
  }

  private static String absolute(Location location) {
    return location.toPath().toAbsolutePath().normalize().toString();
  }

  private static String quoted(String text) {
    return text.matches("[A-Za-z0-9_@%+=:,./-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
  }

  /** For the runtime that comes with OVMS, {@code extras/kserve/kserve-openvino.yaml}. */
  private static String kserve(String name, Location output) {
    // KServe mounts volume claims, and fetches everything else by its URL.
    String uri = output.isLocal() ? "pvc://CLAIM/" + output.name() : output.toString();
    return """
        apiVersion: serving.kserve.io/v1beta1
        kind: InferenceService
        metadata:
          name: %s
        spec:
          predictor:
            model:
              runtime: kserve-openvino
              modelFormat:
                name: openvino
              protocolVersion: v2
              storageUri: "%s"
        """.formatted(kubernetesName(name), uri.replace("\\", "\\\\").replace("\"", "\\\""));
  }

  /** Small letters, digits and hyphens, beginning with a letter (RFC 1035). */
  private static String kubernetesName(String name) {
    String plain = name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
    String begun = plain.replaceAll("^[^a-z]+", "");
    String cut = begun.substring(0, Math.min(begun.length(), LONGEST_NAME)).replaceAll("-+$", "");
    return cut.isEmpty() ? "model" : cut;
  }
}
