package com.example.sftp;

import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.StoreSettings;
import io.github.fuseml.ovms.spi.ArtifactStoreProvider;
import io.github.fuseml.ovms.testkit.ArtifactStoreContract;
import io.github.fuseml.ovms.testkit.server.SshServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

class SftpStoreContractTest extends ArtifactStoreContract {
  private static final AtomicInteger BASES = new AtomicInteger();
  private static SshServer server;

  @BeforeAll
  static void startTheServer() {
    server = SshServer.start();
  }

  @AfterAll
  static void endTheServer() {
    server.close();
  }

  @Override
  protected ArtifactStoreProvider provider() {
    return new SftpStoreProvider();
  }

  @Override
  protected StoreSettings settings() {
    return Servers.settings(server);
  }

  @Override
  protected Location newBase() {
    return server.location("base-" + BASES.incrementAndGet());
  }

  /** On the server's disk, which is this machine's. */
  @Override
  protected void putAll(Location below, Map<String, byte[]> contents) {
    Path directory = Path.of(SftpLocation.of(below).path());
    contents.forEach((path, content) -> {
      Path file = directory.resolve(path);
      try {
        Files.createDirectories(file.getParent());
        Files.write(file, content);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    });
  }

  @Override
  protected List<String> hostilePaths() {
    return List.of("back\\slash", "..\\up/model"); // No other can be the name of a file.
  }

  @Override
  protected boolean putEmptyDirectory(Location directory) {
    try {
      Files.createDirectories(Path.of(SftpLocation.of(directory).path()));
      return true;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
