package io.github.fuseml.ovms.core.support;

import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.core.internal.store.FileStoreProvider;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Another Java process with the project's own classes: for what needs other rights, or a death. */
public final class OtherProcess implements AutoCloseable {
  private static final String NOBODY = "65534";

  private final Process process;
  private final BufferedReader output;

  private OtherProcess(Process process) {
    this.process = process;
    this.output = process.inputReader(StandardCharsets.UTF_8);
  }

  /** A process of this user. */
  public static OtherProcess start(Class<?> main, String... arguments) throws IOException {
    return start(List.of(), classPath(), main, arguments);
  }

  /**
   * A process of a user for whom rights count: this one, or nobody if this one is root.
   *
   * @param directory where the classes are copied to, for nobody may not read them where they are
   */
  public static OtherProcess startWithoutRights(Path directory, Class<?> main, String... arguments)
      throws IOException {
    if (!isRoot()) {
      return start(main, arguments);
    }
    Files.createDirectories(directory);
    List<Path> copies = new ArrayList<>();
    for (Path entry : classPath()) {
      Path copy = directory.resolve("classes-" + copies.size() + "-" + entry.getFileName());
      copyTree(entry, copy);
      copies.add(copy);
    }
    List<String> asNobody = List.of(
        "setpriv", "--reuid", NOBODY, "--regid", NOBODY, "--clear-groups", "--no-new-privs");
    return start(asNobody, copies, main, arguments);
  }

  public static boolean isRoot() {
    return System.getProperty("user.name").equals("root");
  }

  private static OtherProcess start(
      List<String> prefix, List<Path> classPath, Class<?> main, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>(prefix);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp"));
    command.add(
        classPath.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator)));
    command.add(main.getName());
    command.addAll(List.of(arguments));
    return new OtherProcess(
        new ProcessBuilder(command).redirectErrorStream(true).start());
  }

  private static List<Path> classPath() {
    return Stream.of(OtherProcess.class, FileStoreProvider.class, Location.class)
        .map(OtherProcess::originOf)
        .toList();
  }

  private static Path originOf(Class<?> type) {
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void copyTree(Path source, Path target) throws IOException {
    try (Stream<Path> paths = Files.walk(source)) {
      for (Path path : paths.toList()) {
        Files.copy(path, target.resolve(source.relativize(path).toString()));
      }
    }
  }

  /** Its next line; null at the end. */
  public String readLine() throws IOException {
    return output.readLine();
  }

  /** Everything that it still prints, once it has ended. */
  public List<String> readLines() throws IOException {
    return output.lines().toList();
  }

  /** Ends it as a crash does: nothing of its own runs any more. */
  public void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
