package io.github.fuseml.ovms.mlflow;

import io.github.fuseml.ovms.api.StoreSettings;
import io.github.fuseml.ovms.testkit.server.MinioServer;
import io.github.fuseml.ovms.testkit.server.MlflowServer;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The servers that tests of one JVM share, each started when it is asked for; they end with the JVM. */
final class Servers {
  static final String BUCKET = "artifacts";

  private Servers() {}

  /** One that keeps artifacts in files and hands them out itself. */
  static MlflowServer files() {
    return Files.SERVER;
  }

  /** One that keeps artifacts in MinIO and hands them out itself. */
  static MlflowServer overS3() {
    return OverS3.SERVER;
  }

  /** One whose clients read and write MinIO by themselves. */
  static MlflowServer directS3() {
    return DirectS3.SERVER;
  }

  static MinioServer minio() {
    return Minio.SERVER;
  }

  private static final class Minio {
    static final MinioServer SERVER = MinioServer.start();

    static {
      SERVER.createBucket(BUCKET);
    }
  }

  private static final class Files {
    static final MlflowServer SERVER = MlflowServer.setup().start();
  }

  private static final class OverS3 {
    static final MlflowServer SERVER =
        MlflowServer.setup().artifactsIn(Minio.SERVER, BUCKET).start();
  }

  /** One that wants a user, and has a static prefix. */
  static MlflowServer guarded() {
    return Guarded.SERVER;
  }

  private static final class Guarded {
    static final MlflowServer SERVER =
        MlflowServer.setup().basicAuth().staticPrefix("/ml").start();
  }

  private static final class DirectS3 {
    static final MlflowServer SERVER =
        MlflowServer.setup().artifactsIn(Minio.SERVER, BUCKET).direct().start();
  }

  /** The settings of a tracking server, and more. */
  static StoreSettings settings(MlflowServer server, String... namesAndValues) {
    return settings(server.trackingUri(), namesAndValues);
  }

  static StoreSettings settings(String trackingUri, String... namesAndValues) {
    Map<String, String> values = new HashMap<>();
    values.put("trackingUri", trackingUri);
    for (int i = 0; i < namesAndValues.length; i += 2) {
      values.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    return StoreSettings.of(values);
  }

  /** The settings of a server whose artifacts are in MinIO, with what is needed to read them there. */
  static StoreSettings directSettings(String... more) {
    return settings(directS3(), more)
        .with(StoreSettings.of(Map.of(
            "s3.endpoint",
            minio().url().toString(),
            "s3.accessKeyId",
            MinioServer.ACCESS_KEY,
            "s3.secretAccessKey",
            MinioServer.SECRET_KEY)));
  }

  static Optional<String> tag(MlflowServer server, String name, String version, String key) {
    String script = """
        import mlflow, sys
        print(mlflow.MlflowClient().get_model_version(sys.argv[1], sys.argv[2]).tags.get(sys.argv[3], ""))
        """;
    return Optional.of(server.python(script, name, version, key)).filter(tag -> !tag.isEmpty());
  }
}
