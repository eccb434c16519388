package io.github.fuseml.ovms.cli.testing;

import io.github.fuseml.ovms.api.Diagnosis.Check;
import io.github.fuseml.ovms.api.Diagnosis.Outcome;
import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.StoreInfo;
import io.github.fuseml.ovms.api.StoreSetting;
import io.github.fuseml.ovms.api.StoreSetting.Kind;
import io.github.fuseml.ovms.api.StoredArtifact;
import java.util.List;
import java.util.Set;

/** Stores with the settings that matter here, and what they hold. */
public final class SampleStores {
  public static final StoreInfo S3 = new StoreInfo(
      "s3",
      Set.of("s3"),
      List.of(
          StoreSetting.of("endpoint", Kind.TEXT, "where the service is")
              .byDefault("AWS's")
              .from("S3_ENDPOINT", "AWS_ENDPOINT_URL"),
          StoreSetting.of("accessKeyId", Kind.TEXT, "the id of the key").from("AWS_ACCESS_KEY_ID"),
          StoreSetting.of("secretAccessKey", Kind.SECRET, "the key").from("AWS_SECRET_ACCESS_KEY"),
          StoreSetting.of("sessionToken", Kind.SECRET, "the token").from("AWS_SESSION_TOKEN"),
          StoreSetting.of("region", Kind.TEXT, "the region")
              .from("AWS_REGION", "AWS_DEFAULT_REGION"),
          StoreSetting.of("profile", Kind.TEXT, "a profile of AWS's tools").from("AWS_PROFILE"),
          StoreSetting.of("credentials", Kind.CHOICE, "how to sign in").oneOf("auto", "anonymous"),
          StoreSetting.of("pathStyle", Kind.FLAG, "the bucket in the path").from("S3_PATH_STYLE"),
          StoreSetting.of("timeout", Kind.DURATION, "how long to wait").from("S3_TIMEOUT")));

  public static final StoreInfo GCS = new StoreInfo(
      "gcs",
      Set.of("gs"),
      List.of(
          StoreSetting.of("credentialsFile", Kind.FILE, "the service account")
              .from("GOOGLE_APPLICATION_CREDENTIALS"),
          StoreSetting.of("endpoint", Kind.TEXT, "where the service is").from("S3_ENDPOINT"),
          StoreSetting.of("accessKeyId", Kind.TEXT, "the id of the key").from("AWS_ACCESS_KEY_ID"),
          StoreSetting.of("secretAccessKey", Kind.SECRET, "the key")
              .from("AWS_SECRET_ACCESS_KEY")));

  public static final StoreInfo HTTP = new StoreInfo(
      "http",
      Set.of("https", "http"),
      List.of(
          StoreSetting.of("token", Kind.SECRET, "the bearer's token").from("HTTP_TOKEN"),
          StoreSetting.of("username", Kind.TEXT, "who it is").from("HTTP_USERNAME"),
          StoreSetting.of("password", Kind.SECRET, "and how to prove it").from("HTTP_PASSWORD"),
          StoreSetting.of("httpsProxy", Kind.TEXT, "the proxy").from("https_proxy")));

  public static final List<StoreInfo> ALL =
      List.of(new StoreInfo("file", Set.of("file"), List.of()), GCS, HTTP, S3);

  public static final List<Check> CHECKS = List.of(
      new Check("name resolves", Outcome.PASSED, "minio is 127.0.0.1", null),
      new Check("clock", Outcome.WARNED, "4 minutes late", "set the clock"),
      new Check("can list", Outcome.PASSED, "2 files", null),
      new Check("can write", Outcome.SKIPPED, "not asked for", null));

  private SampleStores() {}

  /** Two files of a store that tells revisions. */
  public static List<StoredArtifact> files(String location) {
    Location below = Location.of(location);
    return List.of(
        new StoredArtifact(below.resolve("a.bin"), "a.bin", 1024, "e1", "ab"),
        new StoredArtifact(below.resolve("sub/b\n.bin"), "sub/b\n.bin", 2048, "etag2", null));
  }
}
