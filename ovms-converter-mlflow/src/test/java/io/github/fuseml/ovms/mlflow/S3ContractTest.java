package io.github.fuseml.ovms.mlflow;

import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.StoreSettings;
import io.github.fuseml.ovms.s3.S3StoreProvider;
import io.github.fuseml.ovms.spi.ArtifactStore;
import io.github.fuseml.ovms.spi.StoreRole;
import io.github.fuseml.ovms.spi.WriteMode;
import io.github.fuseml.ovms.testkit.server.MlflowServer;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The contract with a server over S3: neither ranges nor lengths nor entity tags. */
class S3ContractTest extends ProxyContract {
  private static ArtifactStore bucket;

  @BeforeAll
  static void openTheBucket() {
    StoreSettings settings = Servers.directSettings().behind("s3");
    bucket = new S3StoreProvider().open(settings, StoreRole.OUTPUT);
  }

  @AfterAll
  static void closeTheBucket() {
    bucket.close();
  }

  @Override
  MlflowServer server() {
    return Servers.overS3();
  }

  @Override
  String id() {
    return "s3";
  }

  @Override
  protected boolean isObjectStore() {
    return true;
  }

  @Override
  Map<String, String> deviationsOfItsPlace() {
    return Map.of(
        "givenADirectoryWhenAnArtifactOfItsNameIsCreatedThenThatIsNoConflict",
        "nobody can tell what the server keeps: one over files would put it into the directory",
        "givenAnArtifactAndADirectoryOfOneNameWhenLookedAtThenBothAreThere",
        "the server lists only one of them");
  }

  @Override
  protected void put(Location location, byte[] content) {
    Location object = Location.of("s3://" + Servers.BUCKET + "/" + path(location));
    bucket.write(object, file(content), WriteMode.REPLACE);
  }

  @Override
  protected void putAll(Location below, Map<String, byte[]> contents) {
    contents.entrySet().parallelStream()
        .forEach(each -> put(below.resolve(each.getKey()), each.getValue()));
  }
}
