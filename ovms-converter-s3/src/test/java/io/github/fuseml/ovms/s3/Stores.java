package io.github.fuseml.ovms.s3;

import io.github.fuseml.ovms.api.StoreSettings;
import io.github.fuseml.ovms.testkit.server.MinioServer;
import io.github.fuseml.ovms.testkit.server.VersityServer;
import java.util.HashMap;
import java.util.Map;

/** Settings for the servers of the tests. */
final class Stores {
  private Stores() {}

  static StoreSettings settings(MinioServer server) {
    return settings(server.url("").toString(), MinioServer.ACCESS_KEY, MinioServer.SECRET_KEY);
  }

  static StoreSettings settings(VersityServer server) {
    return settings(server.url("").toString(), VersityServer.ACCESS_KEY, VersityServer.SECRET_KEY);
  }

  static StoreSettings settings(String endpoint, String id, String secret, String... more) {
    Map<String, String> values = new HashMap<>();
    values.put("endpoint", endpoint);
    values.put("region", "us-east-1");
    values.put("accessKeyId", id);
    values.put("secretAccessKey", secret);
    for (int i = 0; i < more.length; i += 2) {
      values.put(more[i], more[i + 1]);
    }
    return StoreSettings.of(values);
  }
}
