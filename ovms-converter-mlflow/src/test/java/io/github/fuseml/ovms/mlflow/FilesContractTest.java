package io.github.fuseml.ovms.mlflow;

import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.testkit.server.MlflowServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** The contract with a server over files: ranges, lengths and entity tags. */
class FilesContractTest extends ProxyContract {
  @Override
  MlflowServer server() {
    return Servers.files();
  }

  @Override
  String id() {
    return "files";
  }

  @Override
  Map<String, String> deviationsOfItsPlace() {
    return Map.of(
        "givenAReaderWhenTheArtifactIsReplacedAgainAndAgainThenItSeesOneContentOrTheOther",
        "the server rewrites a file in place");
  }

  @Override
  protected void put(Location location, byte[] content) {
    Path file = server().artifacts().resolve(path(location));
    try {
      Files.createDirectories(file.getParent());
      Files.write(file, content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  protected boolean putEmptyDirectory(Location directory) {
    try {
      Files.createDirectories(server().artifacts().resolve(path(directory)));
      return true;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
