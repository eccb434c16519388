package io.github.fuseml.ovms.core.internal.io;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Makes two work directories, prints their paths, and holds them until it is killed. */
final class WorkDirectoryHolder {
  private WorkDirectoryHolder() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    Path parent = Path.of(arguments[0]);
    try (WorkDirectory first = WorkDirectory.create(parent);
        WorkDirectory second = WorkDirectory.create(parent)) {
      Files.writeString(first.subdirectory("source").resolve("model"), "content");
      System.out.println(first.path());
      System.out.println(second.path());
      Thread.sleep(Long.MAX_VALUE);
    }
  }
}
