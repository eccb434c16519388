package io.github.fuseml.ovms.testkit.server;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.List;

/**
 * What a user of {@link MinioServer} may do.
 *
 * @param name its name on the server
 * @param json the policy in the language of AWS
 */
public record MinioPolicy(String name, String json) {
  private static final List<String> READING =
      List.of("s3:GetObject*", "s3:GetBucket*", "s3:ListBucket*", "s3:ListAllMyBuckets");

  /**
   * Everything may be listed and read, nothing written. The server's own policy of that name allows
   * no listing.
   *
   * @return the policy
   */
  public static MinioPolicy readOnly() {
    return new MinioPolicy("may-read", allow(READING, "*"));
  }

  /**
   * One bucket may be listed and read, nothing else.
   *
   * @param bucket its name
   * @return the policy
   */
  public static MinioPolicy readOnly(String bucket) {
    return new MinioPolicy("may-read-" + bucket, allow(READING, bucket, bucket + "/*"));
  }

  /**
   * Everything in one bucket, nothing elsewhere.
   *
   * @param bucket its name
   * @return the policy
   */
  public static MinioPolicy only(String bucket) {
    return new MinioPolicy("only-" + bucket, allow(List.of("s3:*"), bucket, bucket + "/*"));
  }

  /**
   * One bucket may be written to, but neither listed nor read.
   *
   * @param bucket its name
   * @return the policy
   */
  public static MinioPolicy writeOnly(String bucket) {
    List<String> writing =
        List.of("s3:PutObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts");
    return new MinioPolicy("may-write-" + bucket, allow(writing, bucket + "/*"));
  }

  /**
   * The objects of one bucket may be listed, read, written and deleted; uploads that were never
   * completed may be neither listed nor aborted.
   *
   * @param bucket its name
   * @return the policy
   */
  public static MinioPolicy withoutUploads(String bucket) {
    List<String> working =
        List.of("s3:ListBucket", "s3:GetObject", "s3:PutObject", "s3:DeleteObject");
    return new MinioPolicy("may-not-see-uploads-" + bucket, allow(working, bucket, bucket + "/*"));
  }

  /**
   * The objects of one bucket may be read by who knows their names, and nothing may be listed.
   *
   * @param bucket its name
   * @return the policy
   */
  public static MinioPolicy objectsOnly(String bucket) {
    return new MinioPolicy("may-get-" + bucket, allow(List.of("s3:GetObject"), bucket + "/*"));
  }

  private static String allow(List<String> actions, String... resources) {
    JsonArray allowed = new JsonArray();
    actions.forEach(allowed::add);
    JsonArray on = new JsonArray();
    for (String resource : resources) {
      on.add("arn:aws:s3:::" + resource);
    }
    JsonObject statement = new JsonObject();
    statement.addProperty("Effect", "Allow");
    statement.add("Action", allowed);
    statement.add("Resource", on);
    JsonArray statements = new JsonArray();
    statements.add(statement);
    JsonObject policy = new JsonObject();
    policy.addProperty("Version", "2012-10-17");
    policy.add("Statement", statements);
    return policy.toString();
  }
}
