package io.github.fuseml.ovms.core.internal.store;

import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.OvmsConverterException;
import io.github.fuseml.ovms.api.StoreSettings;
import io.github.fuseml.ovms.spi.Artifact;
import io.github.fuseml.ovms.spi.ArtifactStore;
import io.github.fuseml.ovms.spi.StoreRole;
import io.github.fuseml.ovms.spi.WriteMode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Does one thing with the file store in a process of its own, and prints what comes of it. Arguments:
 * the operation and the path.
 */
final class StoreProbe {
  private StoreProbe() {}

  public static void main(String[] arguments) throws IOException {
    Location location = Location.of(arguments[1]);
    try (ArtifactStore store =
        new FileStoreProvider().open(StoreSettings.none(), StoreRole.OUTPUT)) {
      System.out.println(run(store, arguments[0], location));
    } catch (OvmsConverterException e) {
      System.out.println(e.getClass().getSimpleName());
      System.out.println(e.getMessage());
    }
  }

  private static Object run(ArtifactStore store, String operation, Location location)
      throws IOException {
    return switch (operation) {
      case "find" -> store.find(location).isPresent();
      case "exists" -> store.exists(location);
      case "list" -> store.list(location).stream().map(Artifact::path).toList();
      case "listDirectories" -> store.listDirectories(location);
      case "read" -> read(store, location);
      case "write" -> store.write(location, content(), WriteMode.CREATE_ONLY).size();
      case "replace" -> store.write(location, content(), WriteMode.REPLACE).size();
      case "writeDirectory" ->
        store.writeDirectory(location, Map.of("model.bin", content())).size();
      case "delete" -> {
        store.delete(location);
        yield "deleted";
      }
      default -> throw new IllegalArgumentException(operation);
    };
  }

  private static int read(ArtifactStore store, Location location) throws IOException {
    try (InputStream in = store.read(store.find(location).orElseThrow(), 0, -1)) {
      return in.readAllBytes().length;
    }
  }

  private static Path content() throws IOException {
    return Files.write(Files.createTempFile("content", ""), new byte[] {1, 2, 3});
  }
}
