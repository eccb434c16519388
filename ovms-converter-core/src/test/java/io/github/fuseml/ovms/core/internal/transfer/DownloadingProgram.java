package io.github.fuseml.ovms.core.internal.transfer;

import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.StoreSettings;
import io.github.fuseml.ovms.api.TransferSettings;
import io.github.fuseml.ovms.core.internal.store.FileStoreProvider;
import io.github.fuseml.ovms.spi.ArtifactStore;
import io.github.fuseml.ovms.spi.StoreRole;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Downloads a directory as a user's program does, one part after another, until it is killed: the
 * arguments are the source, the directory to work in, and at which part it gets stuck.
 */
final class DownloadingProgram {
  static final int PART = 64 * 1024;

  private DownloadingProgram() {}

  public static void main(String[] arguments) throws InterruptedException {
    Location source = Location.of(arguments[0]);
    int stuck = Integer.parseInt(arguments[2]);
    AtomicInteger reads = new AtomicInteger();
    ArtifactStore files = new FileStoreProvider().open(StoreSettings.none(), StoreRole.INPUT);
    ArtifactStore slow = new FaultyStore(
        files,
        (in, offset) -> {
          if (reads.incrementAndGet() == stuck) {
            hang();
          }
          return in;
        },
        artifact -> List.of());
    download(slow, source, Path.of(arguments[1]));
  }

  private static void hang() {
    System.out.println("stuck");
    while (true) {
      LockSupport.park();
    }
  }

  static void download(ArtifactStore store, Location source, Path directory)
      throws InterruptedException {
    new TransferEngine(TransferSettings.builder().partSize(PART).parallelism(1).build())
        .download(
            store,
            source,
            store.list(source),
            new TransferEngine.Target(directory, directory.resolve("target"), true, true),
            new TransferMeter(0, 0, progress -> {}),
            System.out::println);
  }
}
