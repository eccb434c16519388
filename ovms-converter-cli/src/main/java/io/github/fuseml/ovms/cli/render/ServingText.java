package io.github.fuseml.ovms.cli.render;

import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.StoreSettings;
import io.github.fuseml.ovms.cli.settings.Side;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
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
   * A published model.
   *
   * @param name its name in OVMS
   * @param output the directory that holds its versions
   * @param settings those of the output's store
   * @param config the configuration that has its entry; null if there is none
   * @param basePath where the configuration says that its versions are; null for the output itself
   */
  public record Served(
      String name,
      Location output,
      StoreSettings settings,
      @Nullable Location config,
      @Nullable String basePath) {}

  /**
   * What would serve a model.
   *
   * @param kind for whom
   * @param served the model
   * @param environment the variables of this process
   * @return lines
   */
  public static String of(Kind kind, Served served, Map<String, String> environment) {
    return kind == Kind.DOCKER
        ? docker(served, environment)
        : kserve(served.name(), served.output());
  }

  private static String docker(Served served, Map<String, String> environment) {
    Location config = served.config();
    Location output = served.output();
    StringBuilder line = new StringBuilder("docker run --rm -p 9000:9000 -p 8000:8000");
    String path = output.toString();
    if (output.isLocal()) {
      String here = absolute(output);
      // With a configuration, OVMS goes by the path in it.
      String there = served.basePath() == null ? here : served.basePath();
      path = config == null ? "/models/" + served.name() : there;
      line.append(" -v ").append(quoted(here + ":" + path + ":ro"));
    } else if (served.basePath() != null) {
      line.insert(0, "# Put what is in " + output + " where DIRECTORY is, before this is run.\n");
      line.append(" -v ").append(quoted("DIRECTORY:" + served.basePath() + ":ro"));
    } else {
      line.append(access(output.scheme(), served.settings(), environment));
    }
    if (config != null && config.isLocal()) {
      line.append(" -v ").append(quoted(absolute(config) + ":/config.json:ro"));
    }
    line.append(" openvino/model_server:latest --port 9000 --rest_port 8000");
    if (config == null) {
      line.append(" --model_name ").append(quoted(served.name()));
      line.append(" --model_path ").append(quoted(path));
    } else {
      line.append(" --config_path ");
      line.append(config.isLocal() ? "/config.json" : quoted(config.toString()));
    }
    return line.append('\n').toString();
  }

  /** What OVMS reads a store with. Secrets by their variables' names: none is printed. */
  private static String access(
      String scheme, StoreSettings settings, Map<String, String> environment) {
    StringBuilder line = new StringBuilder();
    switch (scheme) {
      case "s3" -> {
        for (String name : List.of("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")) {
          line.append(" -e ").append(fromEnvironment(name, environment));
        }
        if (setting(settings, "s3", "sessionToken").isPresent()) {
          line.append(" -e ").append(fromEnvironment("AWS_SESSION_TOKEN", environment));
        }
        setting(settings, "s3", "region")
            .ifPresent(value -> line.append(" -e ").append(quoted("AWS_REGION=" + value)));
        setting(settings, "s3", "endpoint")
            .ifPresent(value -> line.append(" -e ").append(quoted("S3_ENDPOINT=" + value)));
      }
      case "gs" ->
        setting(settings, "gcs", "credentialsFile")
            .map(file -> absolute(Location.of(file)))
            .ifPresent(file -> line.append(" -v ")
                .append(quoted(file + ":/credentials.json:ro"))
                .append(" -e GOOGLE_APPLICATION_CREDENTIALS=/credentials.json"));
      default -> {}
    }
    return line.toString();
  }

  /** A setting of a store, also of one behind names. */
  private static Optional<String> setting(StoreSettings settings, String store, String name) {
    return settings.get(name).or(() -> settings.get(store + "." + name));
  }

  /** The output's own variable where there is one; docker takes the value from the environment. */
  private static String fromEnvironment(String name, Map<String, String> environment) {
    String own = Side.OUTPUT.prefix() + name;
    boolean set = !environment.getOrDefault(own, "").isEmpty();
    return set ? name + "=\"$" + own + "\"" : name;
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
    String comment = output.isLocal()
        ? "# CLAIM is the PersistentVolumeClaim that holds what is in " + absolute(output)
            + ",\n# below its root in a directory '" + output.name() + "'.\n"
        : "";
    return comment
        + """
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
